"""Is a consent in force? Order is causal: a withdrawal or refusal defeats every consent that does not name it.

Pure: the caller gives the acts of one dossier and the instant. Twin: static/app/rules/consent.js, same vectors.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.vocabulary import CONSENT_DAYS


@dataclass(frozen=True, slots=True)
class Consent:
    """A `consent.given`. `recipient` is an organisation; `basis` (id, version); `ends_at` is `end_of` it."""

    id: str
    dossier: str
    recipient: str
    categories: tuple[str, ...]
    purpose: str
    basis: tuple[str, int]
    ends_at: datetime
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """A `consent.withdrawn` or `consent.refused`, for one dossier and recipient. `categories` None means all."""

    id: str
    dossier: str
    recipient: str
    categories: tuple[str, ...] | None = None


def end_of(at: datetime, received_at: datetime | None, duration: str) -> datetime:
    """The last instant of a consent: its duration after the device's time or the receipt, whichever came first.

    `received_at` is None on a phone that has not sent it yet. Raises KeyError for a duration that is not in the
    vocabulary.
    """
    start = at if received_at is None else min(at, received_at)
    return start + timedelta(days=CONSENT_DAYS[duration])


def covers(consent: Consent, dossier: str, recipient: str, code: str, purpose: str) -> bool:
    """Whether these very words were agreed. Codes are exact: `C05` does not cover `C05.practical`, nor the reverse."""
    return (
        consent.dossier == dossier
        and consent.recipient == recipient
        and consent.purpose == purpose
        and code in consent.categories
    )


def defeats(ending: Ending, consent: Consent, code: str) -> bool:
    """Whether a withdrawal or refusal undoes this consent for `code`, whenever either arrived.

    A consent that names the ending among its parents was given by someone who knew of it: it stands.
    """
    return (
        ending.dossier == consent.dossier
        and ending.recipient == consent.recipient
        and (ending.categories is None or code in ending.categories)
        and ending.id not in consent.parents
    )


def defeated(ending: Ending, consent: Consent, codes: Iterable[str]) -> frozenset[str]:
    """Those of `codes` that this ending takes back from what was sent under `consent`."""
    return frozenset(code for code in codes if defeats(ending, consent, code))


def in_force(
    consents: Iterable[Consent],
    endings: Iterable[Ending],
    dossier: str,
    recipient: str,
    code: str,
    purpose: str,
    t: datetime,
) -> bool:
    """Whether one of `consents` allows this at `t` (its last instant included) and no ending defeats it."""
    known = tuple(endings)
    return any(
        covers(consent, dossier, recipient, code, purpose)
        and t <= consent.ends_at
        and not any(defeats(ending, consent, code) for ending in known)
        for consent in consents
    )
