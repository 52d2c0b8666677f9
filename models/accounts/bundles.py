"""A member's sealed bundle and the slots that open it: the server keeps them, and can open none.

One passphrase has two uses: the part that opens the bundle never comes here, the part that signs in is kept hashed.
Both change in one transaction.
"""

from __future__ import annotations

import base64
import hmac
import json
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from peewee import IntegrityError

from models.accounts import tokens
from models.accounts.bundle_shape import check_bundle
from models.accounts.callers import Caller, check_current
from models.database import available, hold, rows, transaction
from models.problems import Problem
from models.projections import chains, instants
from models.rules.formats import digest
from models.tables import Bundle, Passkey

ARGON_COSTS: Final = {"m": 65536, "t": 3, "p": 1}  # KiB, passes, lanes: what a phone proposes, and a fake repeats


def sign_in_parameters(account: str, secret: str) -> dict[str, Any]:
    """`{"salt", "m", "t", "p"}` of an account; for an unknown name a stable fake, made from the server's secret."""
    with available():
        found = rows(Bundle.select(Bundle.salt, Bundle.m, Bundle.t, Bundle.p).where(Bundle.account == account))
    fake = hmac.new(secret.encode(), b"accord salt 1\0" + account.encode(), sha256).digest()[:16]
    salt, m, t, p = found[0] if found else (base64.urlsafe_b64encode(fake).rstrip(b"=").decode(), *ARGON_COSTS.values())
    return {"salt": salt, "m": m, "t": t, "p": p}


def open_bundle_session(account: str, proof: str, now: datetime) -> dict[str, Any]:
    """A 10-minute token for the bundle alone.

    Raises Problem("sign_in"), one shape for a wrong proof and a wrong name, or Problem("member_ended").
    """
    with transaction():
        found = rows(Bundle.select(Bundle.member, Bundle.organisation, Bundle.proof).where(Bundle.account == account))
        member, organisation, kept = found[0] if found else ("", "", digest(b""))
        if not hmac.compare_digest(digest(proof), kept) or not found:
            raise Problem("sign_in")
        check_current(member, organisation, None, now)
        return tokens.open_session(tokens.BUNDLE, member, organisation, None, now)


def open_recovery_session(account: str, proof: str, now: datetime) -> dict[str, Any]:
    """A 10-minute token for the bundle alone, for who has the printed code of one of its slots.

    The slot keeps the digest of the proof: 128 random bits are not guessed from it. Raises Problem("sign_in"), one
    shape for a wrong code, a wrong name and an account without a code, or Problem("member_ended").
    """
    with transaction():
        found = rows(Bundle.select(Bundle.member, Bundle.organisation, Bundle.slots).where(Bundle.account == account))
        member, organisation, slots = found[0] if found else ("", "", "[]")
        kept = [slot.get("proof", "") for slot in json.loads(slots) if slot["kind"] == "recovery"]
        if not any(hmac.compare_digest(digest(proof), one) for one in kept):
            raise Problem("sign_in")
        check_current(member, organisation, None, now)
        return tokens.open_session(tokens.BUNDLE, member, organisation, None, now)


def bundle(who: Caller) -> dict[str, Any]:
    """`{"version", "bundle", "slots", "member", "organisation", "heads"}`. Problem("not_found") before the first.

    `heads` are the newest of the network and of the own organisation: a new device needs them to be enrolled.
    """
    with available():
        query = Bundle.select(Bundle.version, Bundle.content, Bundle.slots)
        found = rows(query.where(Bundle.member == who.member))
        if not found:
            raise Problem("not_found")
        heads = chains.load([who.organisation]).heads()
    version, content, slots = found[0]
    sealed = {"version": version, "bundle": content, "slots": json.loads(slots)}
    return {**sealed, "member": who.member, "organisation": who.organisation, "heads": heads}


def account_of(who: Caller) -> str:
    """The name this member signs in with. Raises Problem("not_found") before the first bundle."""
    with available():
        found = rows(Bundle.select(Bundle.account).where(Bundle.member == who.member))
    if not found:
        raise Problem("not_found")
    return str(found[0][0])


def put_bundle(who: Caller, body: object, now: datetime) -> int:
    """Replace bundle, slots and sign-in part at once; returns the new version. `previous` 0 is the first.

    A passkey without a slot signs in no more: a door that was closed is closed here too.
    Raises Problem(malformed | unknown_field | unknown_suite | last_door | stale_bundle | account_taken).
    """
    content = check_bundle(body)
    row = _row(who, content, now)
    try:
        with transaction():
            hold({f"bundle:{who.member}": True, f"passkeys:{who.member}": True})
            if content["previous"] == 0:
                _put_first(row)
            else:
                _replace(row, content["previous"])
            _forget_passkeys(who.member, content["slots"])
    except IntegrityError as error:  # only the account's name can be someone else's
        raise Problem("account_taken") from error
    return int(row["version"])


def _put_first(row: dict[str, Any]) -> None:
    if rows(Bundle.select(Bundle.version).where(Bundle.member == row["member"])):
        raise Problem("stale_bundle")
    Bundle.insert(row).execute()


def _replace(row: dict[str, Any], previous: int) -> None:
    mine = (Bundle.member == row["member"]) & (Bundle.version == previous)
    if not Bundle.update(row).where(mine).execute():
        raise Problem("stale_bundle")


def _forget_passkeys(member: str, slots: list[dict[str, Any]]) -> None:
    opening = [slot["credential"] for slot in slots if slot["kind"] == "passkey"]
    Passkey.delete().where(Passkey.member == member, Passkey.credential.not_in(opening)).execute()


def _row(who: Caller, content: dict[str, Any], now: datetime) -> dict[str, Any]:
    sign_in = content["sign_in"]
    return {
        "member": who.member,
        "organisation": who.organisation,
        "account": content["account"],
        "version": content["previous"] + 1,
        "content": content["bundle"],
        "slots": json.dumps(content["slots"], separators=(",", ":")),
        **{name: sign_in[name] for name in ("salt", "m", "t", "p")},
        "proof": digest(sign_in["proof"]),
        "updated_at": instants.written(now),
    }
