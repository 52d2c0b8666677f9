"""Interoperation vectors: what one implementation sealed and signed, for the other to open and verify.

`python -m device.vectors make FILE` writes what this phone makes; `check FILE` opens what any implementation made.
The file holds its private keys: they are made for it and serve nowhere else. Shape, for a writer in another language:

    signed    [{typ, kid, public, jws, payload, digest}]
    sections  [{event, name, core, wraps {own, other?}, content, claim, own {kid, key|private}, other? {kid, private}}]
    circles   [{circle, epoch, member, private, wrap, blobs {epoch: blob}, keys {epoch: b64u}}]
    bundles   [{jwe, key, content}]           key: b64u of the bundle key
    slots     [{slot, secret, key}]           secret: the passphrase, or b64u of the PRF output or of the printed code
    derived   [{name: hkdf | hmac | digits20 | thumbprint | sign_in, input…, output}]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from device import bundle as bundles
from device import jose, keys, sections, signed
from device.circles import create_epoch, open_wrap, walk
from device.primitives import SUITE, VERSION, Json, b64u, digest, instant, new_id, unb64u
from device.refusal import Refusal
from device.sections import Addressee

PASSPHRASE = "forêt épice lune rivage cerise tambour nuage"
TEXTS = ("Zoé", "Îlot d’Ærø — « ça »", "فاطمة الزهراء", "Олена Шевченко", "😀" * 40, "x" * 5000)


def make(now: datetime) -> Json:
    """One vector file, with fresh keys."""
    circle, member = new_id(now), new_id(now)
    private, other_private = jose.generate_pair(), jose.generate_pair()
    one = create_epoch(circle, 1, {member: jose.public_of(private)})
    two = create_epoch(circle, 2, {member: jose.public_of(private)}, one.key)
    own = Addressee(two.key.name, two.key.key)
    other = Addressee(f"{new_id(now)}.1", other_private)
    bundle = bundles.Bundle(
        "amina", member, new_id(now), digest("genesis"), private, [private], authority=other_private
    )
    key, prf, code = b"k" * 32, b"p" * 32, b"c" * 16
    passkey = keys.derive(prf, keys.SLOT_PASSKEY)
    slot, costs = bundles.passphrase_slot(key, PASSPHRASE, now)
    return {
        "made_by": "device",
        "signed": [_signed(typ, member, private, now) for typ in (signed.EVENT, signed.STATEMENT, signed.SESSION)],
        "sections": [
            *(_section(new_id(now), {"kind": "item", "text": text}, own, other) for text in TEXTS),
            _section(new_id(now), {"kind": "note", "text": "à moi seule"}, Addressee(member, private), None),
        ],
        "circles": [
            {
                "circle": circle,
                "epoch": 2,
                "member": member,
                "private": private,
                "wrap": two.beside[0],
                "blobs": {"1": one.beside[-1], "2": two.beside[-1]},
                "keys": {"1": b64u(one.key.key), "2": b64u(two.key.key)},
            }
        ],
        "bundles": [{"jwe": bundle.seal(key), "key": b64u(key), "content": _known(bundle)}],
        "slots": [
            {"slot": slot, "secret": PASSPHRASE, "key": b64u(key)},
            {"slot": bundles.passkey_slot(key, prf, "credential", now), "secret": b64u(prf), "key": b64u(key)},
            {"slot": bundles.recovery_slot(key, code, now), "secret": b64u(code), "key": b64u(key)},
        ],
        "derived": [
            {"name": "hkdf", "secret": b64u(prf), "info": keys.SLOT_PASSKEY, "output": b64u(passkey)},
            {"name": "hmac", "secret": b64u(code), "text": "é", "output": keys.authentication_code(code, "é")},
            {"name": "digits20", "text": "Accord", "output": keys.digits20("Accord")},
            {"name": "thumbprint", "key": jose.public_of(private), "output": jose.thumbprint(private)},
            {"name": "sign_in", "passphrase": PASSPHRASE, "output": costs["proof"]} | _without(costs, "proof"),
        ],
    }  # fmt: skip


def check(vectors: Json) -> dict[str, int]:
    """How many of each kind were opened and equal. Refusal names the first that was not."""
    return {name: len([judge(one) for one in vectors[name]]) for name, judge in _JUDGES.items()}


def _signed(typ: str, kid: str, private: jose.Jwk, now: datetime) -> Json:
    payload = {"v": VERSION, "suite": SUITE, "at": instant(now), "text": "Îlot"}
    made = signed.sign(typ, kid, payload, private)
    public = jose.public_of(private)
    return {"typ": typ, "kid": kid, "public": public, "jws": made.jws, "payload": payload, "digest": made.digest}


def _section(event: str, content: Json, own: Addressee, other: Addressee | None) -> Json:
    name = "C14" if other else "s1"
    made = sections.seal(
        event, name, content, 1, _public(own), _public(other) if other else None, name if other else None
    )
    readers = {"own": _reader(own)} | ({"other": _reader(other)} if other else {})
    return {"event": event, "name": name, "content": content, "claim": made.claim()} | made.entry() | readers


def _public(addressee: Addressee) -> Addressee:
    return addressee if isinstance(addressee.key, bytes) else Addressee(addressee.kid, jose.public_of(addressee.key))


def _reader(addressee: Addressee) -> Json:
    key: Json = {"key": b64u(addressee.key)} if isinstance(addressee.key, bytes) else {"private": addressee.key}
    return {"kid": addressee.kid} | key


def _known(bundle: bundles.Bundle) -> Json:
    """The members a bundle holds; those it may do without are left out."""
    return {name: value for name, value in dataclasses.asdict(bundle).items() if value is not None}


def _without(members: Json, name: str) -> Json:
    return {key: value for key, value in members.items() if key != name}


# --- opening what any implementation made


def _equal(found: object, expected: object, what: str) -> None:
    if found != expected:
        raise Refusal("vector", what=what)


def _check_signed(one: Json) -> None:
    read = signed.read(one["jws"], one["typ"])
    signed.verify(read, one["public"])
    _equal((read.kid, read.payload, read.digest), (one["kid"], one["payload"], one["digest"]), one["jws"])
    _equal(jose.is_signed_by(one["jws"], jose.public_of(jose.generate_pair())), False, one["jws"])


def _check_section(one: Json) -> None:
    for side, wrap in one["wraps"].items():
        named = one[side]
        reader = Addressee(named["kid"], unb64u(named["key"]) if "key" in named else named["private"])
        opened = sections.open_section(one["event"], one["name"], one["core"], wrap, reader)
        _equal(opened, one["content"], one["event"])
        _equal(digest(wrap), one["claim"]["wraps"][side], one["event"])
    size = len(unb64u(one["core"].split(".")[2]))
    _equal((digest(one["core"]), size), (one["claim"]["core"], one["claim"]["size"]), one["event"])


def _check_circle(one: Json) -> None:
    key = open_wrap(one["wrap"], one["circle"], one["epoch"], one["member"], [one["private"]])
    epochs = walk(one["circle"], one["epoch"], key, {int(epoch): blob for epoch, blob in one["blobs"].items()})
    _equal({str(epoch): b64u(found.key) for epoch, found in epochs.items()}, one["keys"], one["circle"])


def _check_bundle(one: Json) -> None:
    _equal(_known(bundles.open_bundle(one["jwe"], unb64u(one["key"]))), one["content"], one["jwe"])


def _check_slot(one: Json) -> None:
    secret = one["secret"] if one["slot"]["kind"] == "passphrase" else unb64u(one["secret"])
    _equal(b64u(bundles.open_slot(one["slot"], secret)), one["key"], one["slot"]["kind"])


def _check_derived(one: Json) -> None:
    compute: dict[str, Callable[[], str]] = {
        "hkdf": lambda: b64u(keys.derive(unb64u(one["secret"]), one["info"])),
        "hmac": lambda: keys.authentication_code(unb64u(one["secret"]), one["text"]),
        "digits20": lambda: keys.digits20(one["text"]),
        "thumbprint": lambda: jose.thumbprint(one["key"]),
        "sign_in": lambda: bundles.sign_in_proof(one["passphrase"], one),
    }
    _equal(compute[one["name"]](), one["output"], one["name"])


_JUDGES: dict[str, Callable[[Any], None]] = {
    "signed": _check_signed,
    "sections": _check_section,
    "circles": _check_circle,
    "bundles": _check_bundle,
    "slots": _check_slot,
    "derived": _check_derived,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m device.vectors")
    parser.add_argument("act", choices=("make", "check"))
    parser.add_argument("file", type=Path)
    asked = parser.parse_args()
    if asked.act == "make":
        asked.file.write_text(json.dumps(make(datetime.now(UTC)), ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(check(json.loads(asked.file.read_text("utf-8"))))


if __name__ == "__main__":
    main()
