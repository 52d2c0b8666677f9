"""Passkeys: discoverable, verified by their user, of this site, answering the challenge they were given."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from models.accounts import KnownPasskey
from models.problems import Problem
from tests.web.authenticator import PRESENT, Authenticator, b64u
from web import passkeys

HOST, ORIGIN = "localhost", "http://localhost"
CHALLENGE = b64u(b"c" * 32)
OTHER_CHALLENGE = b64u(b"d" * 32)
MEMBER = "01890a5d-ac00-7000-8000-000000000001"


def _creation(known: list[str] | None = None) -> dict[str, Any]:
    return passkeys.creation_options(HOST, CHALLENGE, MEMBER, "amina", known or [])


def _made(authenticator: Authenticator) -> KnownPasskey:
    return passkeys.verify_creation(authenticator.create(_creation()), CHALLENGE, HOST, ORIGIN)


def _use(authenticator: Authenticator, made: KnownPasskey, credential: dict[str, Any] | None = None) -> int:
    credential = credential or authenticator.answer(passkeys.request_options(HOST, CHALLENGE))
    return passkeys.verify_use(credential, CHALLENGE, HOST, ORIGIN, made)


def test_a_passkey_is_asked_to_be_discoverable_and_to_verify_its_user() -> None:
    options = _creation(known=[b64u(b"old")])
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert [known["id"] for known in options["excludeCredentials"]] == [b64u(b"old")]
    assert passkeys.request_options(HOST, CHALLENGE)["userVerification"] == "required"


def test_asking_for_a_passkey_names_nobody() -> None:
    assert passkeys.request_options(HOST, CHALLENGE).get("allowCredentials", []) == []


def test_a_passkey_made_here_signs_in_here() -> None:
    authenticator = Authenticator()
    made = _made(authenticator)
    assert made.credential == b64u(authenticator.id)
    assert _use(authenticator, made) == 1


def test_the_challenge_answered_can_be_read_before_anything_is_verified() -> None:
    credential = Authenticator().create(_creation())
    assert passkeys.challenge_of(credential) == CHALLENGE
    assert passkeys.credential_of(credential) == credential["id"]


@pytest.mark.parametrize(
    "wrong",
    [{"flags": PRESENT}, {"flags": 0}, {"host": "accord.example"}, {"origin": "https://accord.example"},
     {"origin": "http://localhost:8001"}],
)  # fmt: skip
def test_a_passkey_not_verified_or_of_another_site_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="passkey"):
        _made(Authenticator(**wrong))
    authenticator = Authenticator()
    made = _made(authenticator)
    for name, value in wrong.items():
        setattr(authenticator, name, value)
    with pytest.raises(Problem, match="passkey"):
        _use(authenticator, made)


def test_an_answer_to_another_challenge_is_refused() -> None:
    authenticator = Authenticator()
    made = _made(authenticator)
    replayed = authenticator.answer(passkeys.request_options(HOST, OTHER_CHALLENGE))
    with pytest.raises(Problem, match="passkey"):
        _use(authenticator, made, replayed)


def test_another_key_does_not_sign_in() -> None:
    made = _made(Authenticator())
    with pytest.raises(Problem, match="passkey"):
        _use(Authenticator(), made)


def test_a_count_that_does_not_grow_is_a_copy_and_is_refused() -> None:
    authenticator = Authenticator(count=7)
    made = _made(authenticator)
    assert made.sign_count == 7
    authenticator.count = 3
    with pytest.raises(Problem, match="passkey"):
        _use(authenticator, made)


def test_a_creation_is_not_a_use_and_the_reverse() -> None:
    authenticator = Authenticator()
    created = authenticator.create(_creation())
    answered = authenticator.answer(passkeys.request_options(HOST, CHALLENGE))
    with pytest.raises(Problem, match="passkey"):
        passkeys.verify_creation(answered, CHALLENGE, HOST, ORIGIN)
    with pytest.raises(Problem, match="passkey"):
        passkeys.verify_use(created, CHALLENGE, HOST, ORIGIN, KnownPasskey("", "", 0))


def test_whatever_is_broken_in_a_credential_it_is_refused_and_nothing_else(seeded: random.Random) -> None:
    """Each member removed or replaced, and what is signed changed by a character: never a fault of ours."""
    authenticator = Authenticator()
    made = _made(authenticator)
    fresh = Authenticator()
    for broken in _breakages(fresh.create(_creation()), None):
        with pytest.raises(Problem, match="passkey"):
            passkeys.verify_creation(broken, CHALLENGE, HOST, ORIGIN)
    for broken in _breakages(authenticator.answer(passkeys.request_options(HOST, CHALLENGE)), seeded):
        with pytest.raises(Problem, match="passkey"):
            _use(authenticator, made, broken)


def _breakages(whole: dict[str, Any], seeded: random.Random | None) -> list[dict[str, Any]]:
    places = [(None, name) for name in ("id", "rawId", "type", "response")]
    places += [("response", name) for name in whole["response"] if name not in ("transports", "userHandle")]
    found = []
    for parent, name in places:
        for value in (None, 1, [], {}, "", "!", "é", "AAAA", b64u(b"{}"), b64u(b"[]"), b64u(b"\xff" * 200)):
            broken = copy.deepcopy(whole)
            (broken[parent] if parent else broken)[name] = value
            found.append(broken)
        text = (whole[parent] if parent else whole)[name]
        if seeded and parent and isinstance(text, str):
            for _ in range(20):
                at = seeded.randrange(len(text) - 2)
                broken = copy.deepcopy(whole)
                broken[parent][name] = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
                found.append(broken)
    return found


@pytest.mark.parametrize("credential", [{}, {"id": 1}, {"id": ""}, {"id": "x" * 2000}, {"response": []}])
def test_what_is_no_credential_is_refused(credential: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="passkey"):
        passkeys.challenge_of(credential)
    with pytest.raises(Problem, match="passkey"):
        passkeys.credential_of(credential)
