"""Interoperation vectors, the browser's side: what it makes for device/ to open, and how it opens what device/ made.

`python -m tests.client.interop FILE` writes the browser's vectors (shape: device/vectors.py). The committed file is
made once and kept: what was sealed then must open for ever.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.client.harness import Modules, StaticTree

# Keys are seen as bytes here only: epoch.js is inside crypto/, and no part of the application may import it.
_PARTS = """
const { importWrappingKey } = await load("app/crypto/keys.js");
const { openWrap, openBlob } = await load("app/crypto/epoch.js");
const { print, readRecoveryCode } = await load("app/crypto/printed.js");
"""

MAKE = (
    _PARTS
    + """
const texts = ["Zoé", "Îlot d’Ærø — « ça »", "فاطمة الزهراء", "Олена Шевченко", "😀".repeat(40), "x".repeat(5000)];
const now = Date.UTC(2026, 2, 2, 9, 41), id = () => accord.newId(now);
const signing = await accord.generatePair("signing"), encryption = await accord.generatePair("encryption"),
  other = await accord.generatePair("encryption");
const signingKey = await accord.importSigningKey(signing.privateJwk),
  privateKeys = [await accord.importEncryptionKey(encryption.privateJwk)];
const member = id(), circle = id(), members = [{ id: member, encryption: encryption.publicJwk }];

const signed = await Promise.all(["accord.event", "accord.statement", "accord.session"].map(async (typ) => {
  const payload = { v: 1, suite: "P256-A256GCM", at: accord.instant(now), text: "Îlot" };
  return { typ, kid: member, public: signing.publicJwk, payload,
    ...(await accord.signObject(typ, member, payload, signingKey)) };
}));

const one = await accord.createCircleEpoch({ circle, epoch: 1, members });
const open = (epoch, made, blobs) => accord.openCircle({ circle, epoch, wrap: made.beside[0], blobs, privateKeys });
const previous = (await open(1, one, { 1: one.beside[1] })).get(1);
const two = await accord.createCircleEpoch({ circle, epoch: 2, members, previous });
const blobs = { 1: one.beside[1], 2: two.beside[1] };
const raw = async (epoch, made) => openWrap(made.beside[0], circle, epoch, privateKeys);
const keys = { 1: toB64u(await raw(1, one)), 2: toB64u(await raw(2, two)) };

const seal = async (content, own, otherSide) => {
  const event = id(), name = otherSide ? "C14" : "s1";
  const reader = ({ kid, key, private: jwk }) => (key ? { kid, key } : { kid, publicJwk: accord.publicOf(jwk) });
  const made = await accord.sealSection({ event, name, content, level: 1, own: reader(own),
    ...(otherSide ? { other: reader(otherSide), category: name } : {}) });
  const written = own.key ? { kid: own.kid, key: keys[2] } : own;
  return { event, name, content, claim: made.claim, ...made.entry, own: written,
    ...(otherSide ? { other: otherSide } : {}) };
};
const own = { kid: `${circle}.2`, key: two.keys.key }, otherSide = { kid: `${id()}.1`, private: other.privateJwk };
const sections = await Promise.all(texts.map((text) => seal({ kind: "item", text }, own, otherSide)));
sections.push(await seal({ kind: "note", text: "à moi seule" }, { kid: member, private: encryption.privateJwk }));

const content = { account: "amina", member, organisation: id(), genesis: await accord.digest("genesis"),
  signing: signing.privateJwk,
  encryption: [encryption.privateJwk], index: accord.randomB64u(32), authority: signing.privateJwk };
const { bundle, bundleKey } = await accord.newBundle(content);
const prf = randomBytes(32), code = await accord.newRecoveryCode(), codeBytes = await readRecoveryCode(code),
  key = toB64u(bundleKey);
const { slot, signIn } = await accord.makePassphraseSlot(bundleKey, passphrase);
const { proof, ...stretching } = signIn;
return {
  made_by: "browser", signed, sections,
  circles: [{ circle, epoch: 2, member, private: encryption.privateJwk, wrap: two.beside[0], blobs, keys }],
  bundles: [{ jwe: bundle, key, content }],
  slots: [
    { slot, secret: passphrase, key },
    { slot: await accord.makePasskeySlot(bundleKey, { prf, credentialId: "credential" }), secret: toB64u(prf), key },
    { slot: await accord.makeRecoverySlot(bundleKey, code), secret: toB64u(codeBytes), key },
  ],
  derived: [
    { name: "hmac", secret: toB64u(codeBytes), text: "é", output: await accord.hmac(toB64u(codeBytes), "é") },
    { name: "digits20", text: "Accord", output: await accord.digits20("Accord") },
    { name: "thumbprint", key: signing.publicJwk, output: await accord.thumbprint(signing.publicJwk) },
    { name: "sign_in", passphrase, ...stretching, output: proof },
  ],
};
"""
)

# Returns what did not open or was not equal, by kind and number; an empty list is what a test wants.
OPEN = (
    _PARTS
    + """
const wrong = [];
const same = (one, two) => JSON.stringify(one) === JSON.stringify(two);
const judge = (kind, at, act) => act().then((ok) => ok || wrong.push(`${kind} ${at}`),
  (error) => wrong.push(`${kind} ${at}: ${error}`));
const each = async (kind, opens) => { for (const [at, one] of vectors[kind].entries()) await judge(kind, at,
  () => opens(one)); };

await each("signed", async ({ jws, typ, kid, public: jwk, payload, digest }) => {
  const read = await accord.readSigned(jws);
  return same(await accord.verifySigned(jws, typ, jwk), payload) && read.kid === kid && read.digest === digest;
});
await each("sections", async (one) => {
  for (const side of Object.keys(one.wraps)) {
    const { kid, key, private: jwk } = one[side], wrap = one.wraps[side];
    const reader = key ? await importWrappingKey(fromB64u(key)) : await accord.importEncryptionKey(jwk);
    if (accord.readerOf(wrap) !== kid || !same(await accord.openSection({ ...one, wrap }, reader),
      one.content)) return false;
  }
  return true;
});
await each("circles", async ({ circle, epoch, private: jwk, wrap, blobs, keys }) => {
  const privateKeys = [await accord.importEncryptionKey(jwk)];
  const epochs = await accord.openCircle({ circle, epoch, wrap, blobs, privateKeys });
  const newest = await openWrap(wrap, circle, epoch, privateKeys);
  const { previous } = await openBlob(blobs[epoch], circle, epoch, newest);
  return epochs.size === epoch && toB64u(newest) === keys[epoch] && toB64u(previous.keyBytes) === keys[epoch - 1];
});
await each("bundles", async ({ jwe, key, content }) => {
  const opened = await accord.openBundle(jwe, fromB64u(key));
  return opened.account === content.account && same(await accord.thumbprint(opened.signingJwk),
    await accord.thumbprint(content.signing))
    && opened.encryptionKeys.length === content.encryption.length
      && "authorityKey" in opened === Boolean(content.authority);
});
await each("slots", async ({ slot, secret, key }) => {
  const opened = slot.kind === "passphrase" ? await accord.openPassphraseSlot(slot, secret)
    : slot.kind === "passkey" ? await accord.openPasskeySlot(slot,
      fromB64u(secret)) : await accord.openRecoverySlot(slot, await print(fromB64u(secret)));
  return toB64u(opened) === key;
});
await each("derived", async (one) => {
  if (one.name === "hmac") return (await accord.hmac(one.secret, one.text)) === one.output;
  if (one.name === "digits20") return (await accord.digits20(one.text)) === one.output;
  if (one.name === "thumbprint") return (await accord.thumbprint(one.key)) === one.output;
  if (one.name === "sign_in") return (await accord.signInProof(one.passphrase, one)) === one.output;
  return one.name === "hkdf"; // inside the slots: no door for it alone
});
return wrong;
"""
)
PASSPHRASE = "forêt épice lune rivage cerise tambour nuage"


def make(modules: Modules) -> Any:
    """One vector file, with fresh keys."""
    return modules.run(MAKE, passphrase=PASSPHRASE)


def wrong(modules: Modules, vectors: Any) -> list[str]:
    """What the browser did not open, or opened to something else."""
    found: list[str] = modules.run(OPEN, vectors=vectors)
    return found


def main() -> None:
    from playwright.sync_api import sync_playwright

    from tests.conftest import CHROMIUM, CHROMIUM_FLAGS

    with tempfile.TemporaryDirectory() as var, sync_playwright() as playwright:
        tree = StaticTree(Path(var))
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        vectors = make(Modules(chromium.new_page(), tree))
        chromium.close()
        tree.stop()
    Path(sys.argv[1]).write_text(json.dumps(vectors, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
