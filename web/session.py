"""Signing in: a device by its key, a new device by phrase, passkey or printed code. Gives a token, never a cookie."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, jsonify

from models import accounts
from models.problems import Problem
from models.rules.formats import is_id, is_name
from web import limits, passkeys, reading
from web.clock import now
from web.config import current
from web.guard import caller, permission, public

routes = Blueprint("session", __name__)
MAX_ASSERTION_CHARACTERS: Final = 4096


def is_assertion(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_ASSERTION_CHARACTERS


def is_credential(value: object) -> bool:
    """Anything a browser may call a credential: web/passkeys.py judges it."""
    return isinstance(value, dict)


@routes.post("/api/session/device")
@public("a device proves who it is by signing a nonce that serves once")
def device() -> Response:
    """The nonce for a device, then a 12-hour token for the nonce signed."""
    body = reading.fields({}, {"device": is_id, "assertion": is_assertion})
    instant = now()
    if body.keys() == {"device"}:
        limits.spend("session.device", instant, device=body["device"])
        return jsonify(nonce=accounts.device_nonce(body["device"], instant))
    if body.keys() == {"assertion"}:
        limits.spend("session.device", instant)
        return jsonify(accounts.open_device_session(body["assertion"], current().origin, instant))
    raise Problem("malformed")


@routes.post("/api/session/passphrase")
@public("a new device has only the passphrase; unknown names are answered like known ones")
def passphrase() -> Response:
    """What the phone needs to compute its proof, then a 10-minute token for the bundle alone."""
    body = reading.fields({"account": is_name}, {"proof": is_name})
    instant = now()
    if "proof" not in body:
        limits.spend("session.passphrase", instant)
        return jsonify(accounts.sign_in_parameters(body["account"], current().secret_key))
    limits.spend("session.passphrase", instant, account=body["account"])
    return jsonify(_token(accounts.open_bundle_session(body["account"], body["proof"], instant)))


@routes.post("/api/session/recovery")
@public("who lost phone and phrase has only the printed code; unknown names are answered like known ones")
def recovery() -> Response:
    """A 10-minute token for the bundle alone."""
    body = reading.fields({"account": is_name, "proof": is_name})
    instant = now()
    limits.spend("session.recovery", instant, code=body["account"])
    return jsonify(_token(accounts.open_recovery_session(body["account"], body["proof"], instant)))


@routes.post("/api/session/passkey")
@public("a new device proves who it is with a passkey")
def passkey() -> Response:
    """A challenge that names nobody, then a 10-minute token for the bundle alone."""
    body = reading.fields({}, {"credential": is_credential})
    instant = now()
    limits.spend("session.passkey", instant)
    if not body:
        return jsonify(options=passkeys.request_options(current().host, accounts.passkey_challenge(instant)))
    return jsonify(_token(_sign_in(body["credential"], instant)))


@routes.post("/api/passkeys")
@permission("passkey.add")
def add_passkey() -> Response:
    """Creation options for the caller's browser, then the passkey it made."""
    body = reading.fields({}, {"credential": is_credential})
    who, config, instant = caller(), current(), now()
    if not body:
        challenge = accounts.passkey_challenge(instant, who)
        account = accounts.account_of(who)
        known = accounts.passkeys_of(who)
        return jsonify(options=passkeys.creation_options(config.host, challenge, who.member, account, known))
    challenge = passkeys.challenge_of(body["credential"])
    accounts.spend_challenge(challenge, instant, who)
    made = passkeys.verify_creation(body["credential"], challenge, config.host, config.origin)
    accounts.add_passkey(who, made, instant)
    return jsonify(credential_id=made.credential)


def _sign_in(credential: dict[str, Any], instant: datetime) -> dict[str, Any]:
    """The challenge is spent first, whatever follows: an answer serves once even when it is wrong."""
    config = current()
    challenge = passkeys.challenge_of(credential)
    accounts.spend_challenge(challenge, instant)
    known = accounts.passkey(passkeys.credential_of(credential))
    count = passkeys.verify_use(credential, challenge, config.host, config.origin, known)
    return accounts.open_passkey_session(known.credential, count, instant)


def _token(session: dict[str, Any]) -> dict[str, Any]:
    """A bundle session says no more than its token: who it is for is in the sealed bundle."""
    return {name: session[name] for name in ("token", "expires_at")}
