"""Known answers for what is drawn from words and codes; circles, bundle and slots opened by those they are for."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import pytest

from device import jose, signed
from device.bundle import Bundle, open_bundle, open_slot, passkey_slot, passphrase_slot, recovery_slot, sign_in_proof
from device.circles import create_epoch, open_wrap, walk, wrap_for
from device.keys import authentication_code, derive, digits20, stretch
from device.primitives import SUITE, VERSION, b64u, compact_json, digest, new_id
from device.refusal import Refusal

NOW = datetime(2026, 3, 4, 9, 41, tzinfo=UTC)
KEY = jose.generate_pair()


def test_hkdf_and_hmac_give_known_answers() -> None:
    # RFC 5869, test case 3 (no salt, no info), its first 32 bytes
    known = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    assert derive(b"\x0b" * 22, "").hex() == known != derive(b"\x0b" * 22, "accord slot 1").hex()
    # RFC 4231, test case 2
    code = authentication_code(b"Jefe", "what do ya want for nothing?")
    assert code == b64u(bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))


def test_digits_are_twenty_in_groups_of_four_and_depend_on_every_character() -> None:
    assert digits20("accord") != digits20("Accord")
    assert [len(group) for group in digits20("accord").split()] == [4] * 5
    assert digits20("accord").replace(" ", "").isdigit()


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    key = {
        "kty": "EC",
        "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    }
    assert jose.thumbprint(key) == digest(compact_json(dict(sorted(key.items()))))


@pytest.mark.parametrize(("memory", "passes", "lanes"), [(8, 3, 1), (65536, 1, 1), (65536, 3, 2), (2**20, 3, 1)])
def test_a_server_cannot_ask_for_a_weaker_or_ruinous_stretch(memory: int, passes: int, lanes: int) -> None:
    with pytest.raises(Refusal, match="malformed"):
        stretch("sept mots", b"s" * 16, memory, passes, lanes)


def test_a_passphrase_slot_opens_with_its_words_in_any_unicode_form_and_not_with_others() -> None:
    key = secrets.token_bytes(32)
    slot, sign_in = passphrase_slot(key, "forêt épice lune", NOW)
    assert open_slot(slot, "fore\u0302t e\u0301pice lune") == key
    assert sign_in_proof("forêt épice lune", sign_in) == sign_in["proof"]
    assert set(slot) == {"id", "kind", "jwe", "salt", "m", "t", "p"}
    with pytest.raises(Refusal, match="cannot_open"):
        open_slot(slot, "foret epice lune")


def test_the_sign_in_proof_does_not_open_the_slot() -> None:
    slot, sign_in = passphrase_slot(b"k" * 32, "sept mots", NOW)
    with pytest.raises(Refusal, match="cannot_open"):
        open_slot(slot | {"kind": "recovery"}, sign_in["proof"])


def test_passkey_and_recovery_slots_open_with_their_secret_alone() -> None:
    """T74: another PRF value fails cleanly."""
    key, prf, code = b"k" * 32, secrets.token_bytes(32), secrets.token_bytes(16)
    assert open_slot(passkey_slot(key, prf, "credential", NOW), prf) == key
    assert open_slot(recovery_slot(key, code, NOW), code) == key
    for slot in (passkey_slot(key, prf, "credential", NOW), recovery_slot(key, code, NOW)):
        with pytest.raises(Refusal, match="cannot_open"):
            open_slot(slot, secrets.token_bytes(32))


def test_the_bundle_comes_back_and_never_under_another_key() -> None:
    bundle = Bundle("amina", new_id(NOW), new_id(NOW), digest("genesis"), KEY, [jose.generate_pair()], authority=KEY)
    token = bundle.seal(b"k" * 32)
    assert open_bundle(token, b"k" * 32) == bundle
    with pytest.raises(Refusal, match="cannot_open"):
        open_bundle(token, b"l" * 32)


def test_a_holder_of_the_newest_epoch_walks_back_to_the_first() -> None:
    circle, member = new_id(NOW), new_id(NOW)
    epochs = [create_epoch(circle, 1, {member: KEY})]
    for number in (2, 3, 4):
        epochs.append(create_epoch(circle, number, {member: KEY}, epochs[-1].key))
    blobs = {epoch.key.epoch: epoch.beside[-1] for epoch in epochs}
    key = open_wrap(epochs[-1].beside[0], circle, 4, member, [jose.generate_pair(), KEY])
    assert walk(circle, 4, key, blobs) == {epoch.key.epoch: epoch.key for epoch in epochs}


def test_a_missing_or_foreign_link_stops_the_walk() -> None:
    """T99."""
    circle, other = new_id(NOW), create_epoch(new_id(NOW), 1, {})
    one = create_epoch(circle, 1, {})
    two = create_epoch(circle, 2, {}, one.key)
    orphan = create_epoch(circle, 2, {})
    for blobs, key in (
        ({2: two.beside[-1]}, two.key.key),
        ({1: other.beside[-1], 2: two.beside[-1]}, two.key.key),
        ({1: one.beside[-1], 2: orphan.beside[-1]}, orphan.key.key),
        ({1: one.beside[-1], 2: two.beside[-1]}, one.key.key),
    ):
        with pytest.raises(Refusal, match="cannot_open"):
            walk(circle, 2, key, blobs)


def test_a_wrap_opens_for_its_addressee_at_its_epoch_only() -> None:
    """T86: a wrap shown as another epoch's, another circle's or another member's is refused."""
    epoch = create_epoch(new_id(NOW), 1, {})
    wrap = wrap_for(epoch.key, "amina", KEY)
    assert open_wrap(wrap, epoch.key.circle, 1, "amina", [KEY]) == epoch.key.key
    for circle, number, member, keys in (
        (epoch.key.circle, 2, "amina", [KEY]),
        (new_id(NOW), 1, "amina", [KEY]),
        (epoch.key.circle, 1, "bruno", [KEY]),
        (epoch.key.circle, 1, "amina", [jose.generate_pair()]),
        (epoch.key.circle, 1, "amina", []),
    ):
        with pytest.raises(Refusal, match="cannot_open"):
            open_wrap(wrap, circle, number, member, keys)


def payload(**more: object) -> dict[str, object]:
    return {"v": VERSION, "suite": SUITE} | more


def test_a_signed_object_reads_back_and_its_digest_ignores_the_signature() -> None:
    """T91: ES256 signatures can be rewritten; signing again gives the same identity."""
    one = signed.sign(signed.EVENT, "device", payload(id="x"), KEY)
    two = signed.sign(signed.EVENT, "device", payload(id="x"), KEY)
    assert one.jws != two.jws and one.digest == two.digest
    read = signed.read(one.jws, signed.EVENT)
    signed.verify(read, jose.public_of(KEY))
    assert read == one


def test_every_byte_flipped_in_a_signed_object_is_refused() -> None:
    """T87: exhaustive, the spare bits of each part's last character included."""
    made = signed.sign(signed.EVENT, "device", payload(id="x"), KEY)
    for place, character in enumerate(made.jws):
        flipped = made.jws[:place] + chr(ord(character) ^ 1) + made.jws[place + 1 :]
        with pytest.raises(Refusal):
            signed.verify(signed.read(flipped, signed.EVENT), jose.public_of(KEY))


def test_one_kind_of_signed_object_is_never_taken_for_another() -> None:
    made = signed.sign(signed.SESSION, "device", payload(), KEY)
    with pytest.raises(Refusal, match="malformed"):
        signed.read(made.jws, signed.EVENT)


@pytest.mark.parametrize("wrong", [{"v": 2}, {"v": 0}, {"suite": "P256-A128GCM"}])
def test_another_version_or_suite_is_refused_never_guessed(wrong: dict[str, object]) -> None:
    """T95."""
    made = signed.sign(signed.EVENT, "device", payload() | wrong, KEY)
    with pytest.raises(Refusal, match="unknown_suite"):
        signed.read(made.jws, signed.EVENT)
