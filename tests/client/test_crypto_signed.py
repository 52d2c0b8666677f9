"""Signed objects: statements, events and sessions, made and read by the browser and by device/."""

from __future__ import annotations

from typing import Any

import pytest

from device import jose, signed
from device.primitives import SUITE, b64u, compact_json, digest
from tests.client.harness import Modules

DEVICE = "018f0000-0000-7000-8000-000000000001"
PAYLOAD = {"v": 1, "suite": SUITE, "type": "dossier.opened", "note": "Chloé — « été »", "n": 3}
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def sign_in_browser(page: Modules, payload: dict[str, Any] = PAYLOAD) -> dict[str, Any]:
    """{jws, digest, publicJwk} made by the client."""
    made: dict[str, Any] = page.run(
        """const { publicJwk, privateJwk } = await accord.generatePair("signing");
        const key = await accord.importSigningKey(privateJwk);
        return { ...(await accord.signObject("accord.event", kid, payload, key)), publicJwk }""",
        kid=DEVICE, payload=payload,
    )  # fmt: skip
    return made


def test_python_reads_what_the_browser_signed(page_modules: Modules) -> None:
    """T100"""
    made = sign_in_browser(page_modules)
    read = signed.read(made["jws"], signed.EVENT)
    signed.verify(read, made["publicJwk"])
    assert (read.kid, read.payload, read.digest) == (DEVICE, PAYLOAD, made["digest"])


def test_the_browser_reads_what_python_signed(page_modules: Modules) -> None:
    """T100"""
    private = jose.generate_pair()
    for typ in (signed.EVENT, signed.STATEMENT, signed.SESSION):
        made = signed.sign(typ, DEVICE, PAYLOAD, private)
        payload, read = page_modules.run(
            "return [await accord.verifySigned(jws, typ, jwk), await accord.readSigned(jws)]",
            jws=made.jws, typ=typ, jwk=jose.public_of(private),
        )  # fmt: skip
        assert payload == PAYLOAD
        assert read == {"kid": DEVICE, "typ": typ, "payload": PAYLOAD, "digest": made.digest}


def test_a_signature_written_in_its_other_form_is_the_same_act(page_modules: Modules) -> None:
    """T91: s → n − s verifies, and the digest does not move."""
    private = jose.generate_pair()
    made = signed.sign(signed.EVENT, DEVICE, PAYLOAD, private)
    head, _, signature = made.jws.rpartition(".")
    raw = jose.unb64u(signature)
    other = raw[:32] + (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    read, payload = page_modules.run(
        "return [await accord.readSigned(jws), await accord.verifySigned(jws, 'accord.event', jwk)]",
        jws=f"{head}.{b64u(other)}", jwk=jose.public_of(private),
    )  # fmt: skip
    assert read["digest"] == made.digest
    assert payload == PAYLOAD


def test_each_character_of_a_signed_object_matters(page_modules: Modules) -> None:
    """T87: whatever character is changed, the object is refused, never read in part."""
    made = sign_in_browser(page_modules)
    wrong = page_modules.run(
        """const wrong = [];
        for (let at = 0; at < jws.length; at += 1) {
          for (const mask of [1, 2, 32]) {
            const flipped = jws.slice(0, at) + String.fromCharCode(jws.charCodeAt(at) ^ mask) + jws.slice(at + 1);
            const code = await refused(() => accord.verifySigned(flipped, "accord.event", jwk));
            if (!["bad_signature", "malformed", "unknown_suite"].includes(code)) wrong.push([at, mask, code]);
          }
        }
        return wrong""",
        jws=made["jws"], jwk=made["publicJwk"],
    )  # fmt: skip
    assert wrong == []


def _token(header: Any, payload: Any, private: jose.Jwk | None = None) -> str:
    """A JWS whose header and payload are exactly these, whatever they are (JSON text when a string)."""
    parts = [value if isinstance(value, str) else compact_json(value) for value in (header, payload)]
    head = ".".join(b64u(part.encode()) for part in parts)
    return f"{head}.{b64u(bytes(64))}"


GOOD = {"alg": "ES256", "kid": DEVICE, "typ": "accord.event"}


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (_token(GOOD | {"alg": "none"}, PAYLOAD), "malformed"),
        (_token(GOOD | {"alg": "HS256"}, PAYLOAD), "malformed"),
        (_token(GOOD | {"crit": ["b64"], "b64": False}, PAYLOAD), "malformed"),
        (_token(GOOD | {"jwk": {}}, PAYLOAD), "malformed"),
        (_token(GOOD | {"typ": "JWT"}, PAYLOAD), "malformed"),
        (_token(GOOD | {"typ": "toString"}, PAYLOAD), "malformed"),
        (_token(GOOD | {"kid": 7}, PAYLOAD), "malformed"),
        (_token({"alg": "ES256", "typ": "accord.event"}, PAYLOAD), "malformed"),
        (_token('{"alg":"ES256","kid":"a","kid":"b","typ":"accord.event"}', PAYLOAD), "malformed"),
        (_token(GOOD, "[1]"), "malformed"),
        (_token(GOOD, '{"v":1,"suite":"P256-A256GCM","n":1,"n":2}'), "malformed"),
        (_token(GOOD, PAYLOAD | {"suite": "P384"}), "unknown_suite"),
        (_token(GOOD, PAYLOAD | {"v": 2}), "unknown_suite"),
        (_token(GOOD, PAYLOAD | {"v": "1"}), "unknown_suite"),
        (_token(GOOD, {"type": "dossier.opened"}), "unknown_suite"),
        (_token(GOOD, PAYLOAD | {"note": "x" * 16_384}), "too_large"),
        (_token(GOOD, PAYLOAD) + ".x", "malformed"),
        (_token(GOOD, PAYLOAD)[:-4], "malformed"),
        (_token(GOOD, PAYLOAD), "bad_signature"),
        ("", "malformed"),
        (None, "malformed"),
    ],
)
def test_what_is_not_exactly_a_signed_object_is_refused(page_modules: Modules, token: object, code: str) -> None:
    """T95 for the suites."""
    jwk = jose.public_of(jose.generate_pair())
    script = "return refused(() => accord.verifySigned(token, 'accord.event', jwk))"
    assert page_modules.run(script, token=token, jwk=jwk) == code


def test_one_kind_of_object_is_never_taken_for_another(page_modules: Modules) -> None:
    private = jose.generate_pair()
    made = signed.sign(signed.SESSION, DEVICE, PAYLOAD, private)
    script = "return refused(() => accord.verifySigned(jws, 'accord.event', jwk))"
    assert page_modules.run(script, jws=made.jws, jwk=jose.public_of(private)) == "malformed"


def test_another_key_does_not_verify_and_a_bad_one_is_not_imported(page_modules: Modules) -> None:
    """T88: signed by another than its `kid` says."""
    made = sign_in_browser(page_modules)
    jwk, other = made["publicJwk"], jose.public_of(jose.generate_pair())
    keys = [other, jwk | {"x": other["x"]}, jwk | {"use": "sig"}, jwk | {"kty": "oct"}, {}, None]
    found = page_modules.run(
        "return Promise.all(keys.map((jwk) => refused(() => accord.verifySigned(jws, 'accord.event', jwk))))",
        jws=made["jws"], keys=keys,
    )  # fmt: skip
    assert found == ["bad_signature"] + ["malformed"] * 5


def test_an_object_too_large_to_be_accepted_is_not_made(page_modules: Modules) -> None:
    found = page_modules.run(
        """const key = await accord.importSigningKey((await accord.generatePair("signing")).privateJwk);
        const sign = (typ) => refused(() => accord.signObject(typ, "kid", {...payload, text: "x".repeat(16384)}, key));
        return [await sign("accord.event"), await sign("accord.statement")]""",
        payload=PAYLOAD,
    )
    assert found == ["too_large", None]


def test_private_keys_cannot_be_taken_out_again(page_modules: Modules) -> None:
    found = page_modules.run(
        """const signing = await accord.importSigningKey((await accord.generatePair("signing")).privateJwk);
        const encryption = await accord.importEncryptionKey((await accord.generatePair("encryption")).privateJwk);
        const out = (key) => crypto.subtle.exportKey("jwk", key).then(() => "exported", () => "kept");
        return [signing.extractable, encryption.extractable, await out(signing), await out(encryption)]"""
    )
    assert found == [False, False, "kept", "kept"]


def test_the_digest_is_of_the_signing_input(page_modules: Modules) -> None:
    made = sign_in_browser(page_modules)
    assert made["digest"] == digest(made["jws"].rpartition(".")[0])
