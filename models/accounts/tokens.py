"""Tokens and nonces: random, given once, kept by their digest, and only as long as they serve."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from models.database import rows
from models.problems import Problem
from models.projections import instants
from models.rules.formats import digest
from models.tables import Nonce, Session
from models.vocabulary import BUNDLE_SESSION_MINUTES, SESSION_HOURS

NONCE_MINUTES: Final = 5
DEVICE, BUNDLE, DESK = "device", "bundle", "desk"
_LIVES: Final = {
    DEVICE: timedelta(hours=SESSION_HOURS),
    BUNDLE: timedelta(minutes=BUNDLE_SESSION_MINUTES),
    DESK: timedelta(hours=SESSION_HOURS),
}


def open_session(scope: str, member: str, organisation: str, device: str | None, now: datetime) -> dict[str, Any]:
    """`{"token", "expires_at", "member", "organisation"}`. Expired sessions are forgotten on the way."""
    token = secrets.token_urlsafe(32)
    expires_at = instants.written(now + _LIVES[scope])
    Session.delete().where(Session.expires_at < instants.written(now)).execute()
    Session.insert(
        token=digest(token), member=member, organisation=organisation, device=device, scope=scope, expires_at=expires_at
    ).execute()
    return {"token": token, "expires_at": expires_at, "member": member, "organisation": organisation}


def session(token: str, now: datetime) -> tuple[str, str, str | None, str]:
    """(member, organisation, device, scope) of a live token. Raises Problem("session_expired")."""
    query = Session.select(Session.member, Session.organisation, Session.device, Session.scope)
    found = rows(query.where(Session.token == digest(token), Session.expires_at >= instants.written(now)))
    if not found:
        raise Problem("session_expired")
    member, organisation, device, scope = found[0]
    return member, organisation, device, scope


def close_session(token: str) -> None:
    """From now on this token opens nothing."""
    Session.delete().where(Session.token == digest(token)).execute()


def give_nonce(purpose: str, now: datetime) -> str:
    """32 random bytes in b64u, good once for `purpose` within five minutes."""
    nonce = secrets.token_urlsafe(32)
    Nonce.delete().where(Nonce.expires_at < instants.written(now)).execute()
    expires_at = instants.written(now + timedelta(minutes=NONCE_MINUTES))
    Nonce.insert(nonce=digest(nonce), purpose=purpose, expires_at=expires_at).execute()
    return nonce


def spend_nonce(nonce: str, purpose: str, now: datetime) -> bool:
    """Whether it was given for this, is still good, and was not spent before; from now on it is."""
    spent = Nonce.delete().where(
        Nonce.nonce == digest(nonce), Nonce.purpose == purpose, Nonce.expires_at >= instants.written(now)
    )
    return bool(spent.execute())
