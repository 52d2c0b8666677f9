"""The bundle and its doors: passphrase, passkey value, printed code; and what is sealed on the device itself."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

import pytest

from device import bundle, jose
from device.primitives import b64u, unb64u
from device.refusal import Refusal
from tests.client.harness import Modules

NOW = datetime(2026, 3, 2, 9, 41, tzinfo=UTC)
PHRASE = "colline rivage sapin muguet tambour velours genou"
CREDENTIAL = b64u(b"credential")

CAST = """
const signing = await accord.generatePair("signing"), encryption = await accord.generatePair("encryption");
const content = { account: "amina", member: "m", organisation: "o", genesis: "g", signing: signing.privateJwk,
  encryption: [encryption.privateJwk] };
const { bundle, bundleKey } = await accord.newBundle(content);
"""


def test_an_opened_bundle_gives_keys_that_work_and_cannot_leave(page_modules: Modules) -> None:
    found = page_modules.run(
        CAST
        + """const opened = await accord.openBundle(bundle, bundleKey);
        const { jws } = await accord.signObject("accord.event", "k", { v: 1, suite: "P256-A256GCM" },
          opened.signingKey);
        await accord.verifySigned(jws, "accord.event", signing.publicJwk);
        const sealed = await accord.sealLocal(opened.indexKey, { label: "Été" });
        const keys = Object.values(opened).flat().filter((one) => one instanceof CryptoKey);
        return { plain: JSON.parse(JSON.stringify(opened)), extractable: keys.map((key) => key.extractable),
          label: (await accord.openLocal(opened.indexKey, sealed)).label,
          publics: [opened.signingJwk, opened.encryptionJwks],
            expected: [signing.publicJwk, [encryption.publicJwk]] }"""
    )  # fmt: skip
    assert found["extractable"] == [False] * 3
    assert found["label"] == "Été"
    assert found["publics"] == found["expected"]
    assert '"d"' not in str(found["plain"])
    assert [found["plain"][name] for name in ("account", "member", "organisation", "genesis")] == [
        "amina",
        "m",
        "o",
        "g",
    ]


def test_a_bundle_is_changed_without_showing_its_keys(page_modules: Modules) -> None:
    """After a re-keying the older encryption key stays; an authority key can be added."""
    found = page_modules.run(
        CAST
        + """const newer = await accord.generatePair("encryption"), authority = await accord.generatePair("signing");
        const changed = await accord.amendBundle(bundle, bundleKey,
          { encryption: newer.privateJwk, authority: authority.privateJwk, organisation: "p" });
        const opened = await accord.openBundle(changed, bundleKey), before = await accord.openBundle(bundle, bundleKey);
        const sealed = await accord.sealLocal(before.indexKey, { a: 1 });
        return { order: opened.encryptionJwks, expected: [newer.publicJwk, encryption.publicJwk],
          authority: [opened.authorityJwk, authority.publicJwk],
          organisation: opened.organisation, sameIndex: await accord.openLocal(opened.indexKey, sealed),
            had: "authorityKey" in before }"""
    )  # fmt: skip
    assert found["order"] == found["expected"]
    assert found["authority"][0] == found["authority"][1]
    assert (found["organisation"], found["sameIndex"], found["had"]) == ("p", {"a": 1}, False)


def test_a_removed_door_opens_nothing_new(page_modules: Modules) -> None:
    """The bundle key changes: the old one, and the slots that hold it, open only what they already did."""
    found = page_modules.run(
        CAST
        + """const slot = await accord.makePasskeySlot(bundleKey, { prf: randomBytes(32), credentialId });
        const after = await accord.replaceBundleKey(bundle, bundleKey);
        return [await refused(() => accord.openBundle(after.bundle, bundleKey)),
          (await accord.openBundle(after.bundle, after.bundleKey)).account,
          (await accord.openBundle(bundle, bundleKey)).account, slot.credential]""",
        credentialId=CREDENTIAL,
    )  # fmt: skip
    assert found == ["cannot_open", "amina", "amina", CREDENTIAL]


@pytest.mark.parametrize(
    ("jwe", "code"),
    [
        ("''", "cannot_open"),
        ("bundle.slice(1)", "cannot_open"),
        ("bundle + 'A'", "cannot_open"),
        ("await seal({ v: 2 })", "unknown_suite"),
        ("await seal({ ...content })", "unknown_suite"),
        ("await seal({ v: 1, ...content, index: 'AAAA' })", "cannot_open"),
        ("await seal({ v: 1, ...content, index: 'A'.repeat(43), signing: signing.publicJwk })", "cannot_open"),
        ("await seal({ v: 1, ...content, index: 'A'.repeat(43), encryption: [] , signing: {} })", "cannot_open"),
        ("await seal({ v: 1, ...content, index: 'A'.repeat(43) }, { zip: 'DEF' })", "cannot_open"),
        ("await seal({ v: 1, ...content, index: 'A'.repeat(43) }, { cir: 'x' })", "cannot_open"),
    ],
)
def test_a_bundle_of_another_form_is_refused(page_modules: Modules, jwe: str, code: str) -> None:
    found = page_modules.run(
        CAST
        + f"""const {{ sealCompact }} = await load("app/crypto/jose.js");
        const seal = (object, header) => sealCompact(utf8(JSON.stringify(object)), {{ alg: "dir", ...header }},
          bundleKey).catch(() => "");
        const jwe = {jwe};
        return refused(() => accord.openBundle(jwe, bundleKey))"""
    )
    assert found == code


def test_each_character_of_a_bundle_matters(page_modules: Modules) -> None:
    """T87"""
    wrong = page_modules.run(
        CAST
        + """const wrong = [];
        for (let at = 0; at < bundle.length; at += 1) {
          const flipped = bundle.slice(0, at) + String.fromCharCode(bundle.charCodeAt(at) ^ 1) + bundle.slice(at + 1);
          if ((await refused(() => accord.openBundle(flipped, bundleKey))) !== "cannot_open") wrong.push(at);
        }
        return wrong"""
    )
    assert wrong == []


# --- the doors -------------------------------------------------------------------------------------------------


def test_one_phrase_opens_the_slot_and_signs_in(page_modules: Modules) -> None:
    found = page_modules.run(
        """const bundleKey = randomBytes(32);
        const { slot, signIn } = await accord.makePassphraseSlot(bundleKey, phrase);
        const stretched = await accord.stretchPassphrase(phrase.normalize("NFKD"), slot);
        const opened = await accord.openPassphraseSlot(slot, stretched);
        return { slot, signIn, same: toB64u(opened) === toB64u(bundleKey),
          proof: await accord.signInProof(stretched, signIn),
          extractable: stretched.extractable, key: toB64u(bundleKey) }""",
        phrase=PHRASE + " été",
    )
    slot, sign_in = found["slot"], found["signIn"]
    assert found["same"] is True
    assert found["extractable"] is False
    assert found["proof"] == sign_in["proof"] == bundle.sign_in_proof(PHRASE + " été", sign_in)
    assert {name: slot[name] for name in ("m", "t", "p")} == {"m": 65536, "t": 3, "p": 1}
    assert len(unb64u(slot["salt"])) == 16
    assert slot["salt"] == sign_in["salt"]
    assert set(slot) == {"id", "kind", "jwe", "salt", "m", "t", "p"}
    assert b64u(bundle.open_slot(slot, PHRASE + " été")) == found["key"]  # T100
    with pytest.raises(Refusal):
        bundle.open_slot(slot, PHRASE)


def test_the_browser_opens_what_python_wrote(page_modules: Modules) -> None:
    """T100: bundle and the three slots."""
    key, prf, code = secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_bytes(16)
    signing, encryption = jose.generate_pair(), jose.generate_pair()
    sealed = bundle.Bundle("amina", "m", "o", "g", signing, [encryption], authority=signing).seal(key)
    phrase_slot, sign_in = bundle.passphrase_slot(key, PHRASE, NOW)
    slots = [phrase_slot, bundle.passkey_slot(key, prf, CREDENTIAL, NOW), bundle.recovery_slot(key, code, NOW)]
    found = page_modules.run(
        """const keys = [await accord.openPassphraseSlot(slots[0], phrase),
          await accord.openPasskeySlot(slots[1], fromB64u(prf))];
        const opened = await accord.openBundle(sealed, keys[0]);
        return { keys: keys.map(toB64u), account: opened.account, authority: opened.authorityJwk,
          proof: await accord.signInProof(phrase, signIn) }""",
        slots=slots, sealed=sealed, phrase=PHRASE, prf=b64u(prf), signIn=sign_in,
    )  # fmt: skip
    assert found["keys"] == [b64u(key)] * 2
    assert (found["account"], found["authority"], found["proof"]) == (
        "amina",
        jose.public_of(signing),
        sign_in["proof"],
    )


def test_python_opens_what_the_browser_wrote(page_modules: Modules) -> None:
    """T100: bundle, passkey slot, recovery slot."""
    found = page_modules.run(
        CAST
        + """const prf = randomBytes(32), code = await accord.newRecoveryCode();
        const { readRecoveryCode } = await load("app/crypto/printed.js");
        return { bundle, key: toB64u(bundleKey), prf: toB64u(prf), code: toB64u(await readRecoveryCode(code)),
          signing: signing.privateJwk,
          passkey: await accord.makePasskeySlot(bundleKey, { prf, credentialId: "c" }),
            recovery: await accord.makeRecoverySlot(bundleKey, code) }"""
    )  # fmt: skip
    key = unb64u(found["key"])
    assert bundle.open_slot(found["passkey"], unb64u(found["prf"])) == key
    assert bundle.open_slot(found["recovery"], unb64u(found["code"])) == key
    opened = bundle.open_bundle(found["bundle"], key)
    assert (opened.account, opened.signing) == ("amina", found["signing"])


def test_a_wrong_phrase_opens_nothing(page_modules: Modules) -> None:
    found = page_modules.run(
        """const { slot } = await accord.makePassphraseSlot(randomBytes(32), phrase);
        return Promise.all([slot, { ...slot, salt: toB64u(randomBytes(16)) }].map((one, at) =>
          refused(() => accord.openPassphraseSlot(one, at ? phrase : phrase + "s"))))""",
        phrase=PHRASE,
    )
    assert found == ["cannot_open", "cannot_open"]


@pytest.mark.parametrize(
    "cost",
    [
        {"m": 65535},
        {"m": 262145},
        {"m": 8},
        {"m": "65536"},
        {"m": None},
        {"t": 2},
        {"t": 11},
        {"t": 3.5},
        {"p": 2},
        {"p": 0},
    ],
)
def test_a_cost_outside_the_bounds_is_refused_both_ways(page_modules: Modules, cost: dict[str, Any]) -> None:
    """A server that asks for less would learn the phrase sooner; one that asks for more would freeze the phone."""
    found = page_modules.run(
        """const asked = { salt: toB64u(randomBytes(16)), m: 65536, t: 3, p: 1, ...cost };
        return [await refused(() => accord.signInProof(phrase, asked)),
          await refused(() => accord.openPassphraseSlot({ id: "i", kind: "passphrase", jwe: "", ...asked },
          phrase))]""",
        phrase=PHRASE, cost=cost,
    )  # fmt: skip
    assert found == ["cannot_open", "cannot_open"]


@pytest.mark.parametrize("salt", ["", "AAAA", "=" * 22, None])
def test_a_salt_of_another_length_is_refused(page_modules: Modules, salt: object) -> None:
    script = "return refused(() => accord.signInProof(phrase, { salt, m: 65536, t: 3, p: 1 }))"
    assert page_modules.run(script, phrase=PHRASE, salt=salt) == "malformed"


def test_a_weak_phrase_makes_no_slot(page_modules: Modules) -> None:
    script = "return refused(() => accord.makePassphraseSlot(randomBytes(32), 'soleil soleil soleil'))"
    assert page_modules.run(script) == "weak_passphrase"


def test_a_value_that_changed_opens_nothing_and_spoils_nothing(page_modules: Modules) -> None:
    """T74: the passkey gives another value next time; the slot and the other door are intact."""
    found = page_modules.run(
        """const bundleKey = randomBytes(32), prf = randomBytes(32);
        const slot = await accord.makePasskeySlot(bundleKey, { prf, credentialId: "c" });
        const before = JSON.stringify(slot), other = prf.slice();
        other[0] ^= 1;
        const codes = [await refused(() => accord.openPasskeySlot(slot, other))];
        for (const bad of [new Uint8Array(0), prf.slice(1), undefined, prf.buffer]) {
          codes.push(await refused(() => accord.openPasskeySlot(slot, bad)),
            await refused(() => accord.makePasskeySlot(bundleKey, { prf: bad, credentialId: "c" })));
        }
        return [codes, JSON.stringify(slot) === before, toB64u(await accord.openPasskeySlot(slot,
          prf)) === toB64u(bundleKey)]"""
    )  # fmt: skip
    assert found == [["cannot_open"] + ["passkey"] * 8, True, True]


def test_a_slot_is_opened_by_its_own_kind_of_secret_only(page_modules: Modules) -> None:
    found = page_modules.run(
        """const key = randomBytes(32), prf = randomBytes(32), code = await accord.newRecoveryCode();
        const passkey = await accord.makePasskeySlot(key, { prf, credentialId: "c" }),
          recovery = await accord.makeRecoverySlot(key, code);
        return [await refused(() => accord.openPasskeySlot(recovery, prf)),
          await refused(() => accord.openRecoverySlot(passkey, code)),
          await refused(() => accord.openPassphraseSlot(passkey, "x")),
            await refused(() => accord.openPasskeySlot({ ...recovery, kind: "passkey" }, prf)),
          await refused(async () => accord.openRecoverySlot(recovery, await accord.newRecoveryCode()))]"""
    )  # fmt: skip
    assert found == ["cannot_open"] * 5


def test_a_bundle_key_of_another_length_is_never_sealed(page_modules: Modules) -> None:
    script = (
        "return refused(() => accord.makePasskeySlot(randomBytes(16), { prf: randomBytes(32), credentialId: 'c' }))"
    )
    assert page_modules.run(script) == "malformed"


# --- on the device itself --------------------------------------------------------------------------------------


def test_what_is_kept_on_the_device_opens_with_its_key_only(page_modules: Modules) -> None:
    found = page_modules.run(
        """const { importContentKey } = await load("app/crypto/keys.js");
        const [key, other] = [await importContentKey(randomBytes(32)), await importContentKey(randomBytes(32))];
        const sealed = await accord.sealLocal(key, { nom: "Zoé CANARI-7" });
        const flip = (at) =>
          sealed.slice(0, at) + String.fromCharCode(sealed.charCodeAt(at) ^ 1) + sealed.slice(at + 1);
        const codes = new Set();
        for (let at = 0; at < sealed.length; at += 1) codes.add(await refused(() => accord.openLocal(key, flip(at))));
        return [await accord.openLocal(key, sealed), await refused(() => accord.openLocal(other, sealed)), [...codes],
          sealed.includes("CANARI"), await refused(() => accord.openLocal(key, null))]"""
    )  # fmt: skip
    assert found == [{"nom": "Zoé CANARI-7"}, "cannot_open", ["cannot_open"], False, "cannot_open"]
