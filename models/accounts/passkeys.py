"""Passkeys as rows, and the challenges they answer. Whether an answer is true is judged in web/passkeys.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from peewee import IntegrityError, fn

from models.accounts import tokens
from models.accounts.callers import Caller, check_current
from models.database import available, hold, rows, transaction
from models.problems import Problem
from models.projections import instants
from models.tables import Passkey

MAX_PASSKEYS: Final = 10  # of one member


@dataclass(frozen=True, slots=True)
class KnownPasskey:
    """`credential` and `public_key` (COSE) in b64u."""

    credential: str
    public_key: str
    sign_count: int


def passkey_challenge(now: datetime, who: Caller | None = None) -> str:
    """A challenge in b64u, for signing in, or for a passkey that `who` is about to make."""
    with transaction():
        return tokens.give_nonce(_purpose(who), now)


def spend_challenge(challenge: str, now: datetime, who: Caller | None = None) -> None:
    """Raises Problem("passkey") unless it was given for this, within five minutes, and never spent."""
    with transaction():
        spent = tokens.spend_nonce(challenge, _purpose(who), now)
    if not spent:
        raise Problem("passkey")


def passkey(credential: str) -> KnownPasskey:
    """Raises Problem("sign_in") for one that is not known."""
    with available():
        query = Passkey.select(Passkey.credential, Passkey.public_key, Passkey.sign_count)
        found = rows(query.where(Passkey.credential == credential))
    if not found:
        raise Problem("sign_in")
    return KnownPasskey(*found[0])


def passkeys_of(who: Caller) -> list[str]:
    """The credentials this member has here, so that one phone is not asked twice."""
    with available():
        return [row[0] for row in rows(Passkey.select(Passkey.credential).where(Passkey.member == who.member))]


def add_passkey(who: Caller, known: KnownPasskey, now: datetime) -> None:
    """Keep a passkey just made. Raises Problem("passkey") for a credential that is already someone's, or for one more
    than a member may have."""
    try:
        with transaction():
            hold({f"passkeys:{who.member}": True})
            mine = Passkey.select(fn.COUNT(Passkey.credential)).where(Passkey.member == who.member)
            if rows(mine)[0][0] >= MAX_PASSKEYS:
                raise Problem("passkey")
            Passkey.insert(
                credential=known.credential,
                member=who.member,
                organisation=who.organisation,
                public_key=known.public_key,
                sign_count=known.sign_count,
                created_at=instants.written(now),
            ).execute()
    except IntegrityError as error:
        raise Problem("passkey") from error


def open_passkey_session(credential: str, sign_count: int, now: datetime) -> dict[str, Any]:
    """A 10-minute token for the bundle alone, once the use was verified. Raises Problem(sign_in | member_ended)."""
    with transaction():
        found = rows(Passkey.select(Passkey.member, Passkey.organisation).where(Passkey.credential == credential))
        if not found:
            raise Problem("sign_in")
        member, organisation = found[0]
        check_current(member, organisation, None, now)
        mine = Passkey.credential == credential
        Passkey.update(sign_count=sign_count, used_at=instants.written(now)).where(mine).execute()
        return tokens.open_session(tokens.BUNDLE, member, organisation, None, now)


def _purpose(who: Caller | None) -> str:
    return "passkey" if who is None else f"passkey:{who.member}"
