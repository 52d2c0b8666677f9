"""What the server knows of what was written, as values: the facts that an event is judged by and that it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.rules.consent import Consent


@dataclass(frozen=True, slots=True)
class EventFact:
    """`own` is a circle's id or `member:<id>`, `other` a circle's id; a withdrawal has neither."""

    id: str
    digest: str
    type: str
    own: str | None
    other: str | None


@dataclass(frozen=True, slots=True)
class DossierFact:
    id: str
    team: str
    circle_class: str


@dataclass(frozen=True, slots=True)
class ConsentFact:
    """`organisation` and `circle` are those of the team that received the consent."""

    consent: Consent
    organisation: str
    circle: str
    given_at: datetime
    withdrawal_key: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class ReceiptFact:
    """One consent of a receipt: `key` may take it back, `locator` finds it."""

    event: str
    consent: str
    locator: str
    key: Mapping[str, str]
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class OrientationFact:
    """`circle` and `organisation` sent it, `recipient_circle` and `recipient` received it."""

    id: str
    consent: str | None
    organisation: str
    circle: str
    recipient: str
    recipient_circle: str
    level: int
    state: str
    last: str
    derived: bool
    deadline: datetime
    until: datetime
    reply_by: datetime | None
    sent_at: datetime
    changed_at: datetime
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GrantFact:
    """The right of another team's circle to the content of an event. `ends_at` None: until an act ends it."""

    event: str
    circle: str
    ends_at: datetime | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """Wraps to destroy: those of `circle` on these sections of `event`, and why (`cause` of the purge line)."""

    event: str
    circle: str
    sections: tuple[str, ...]
    cause: str


@dataclass(frozen=True, slots=True)
class EarlyFact:
    """A withdrawal that came before `consent`. `signer` is the member whose device signed; empty for an unknown key."""

    event: str
    consent: str
    digest: str
    jws: str
    received_at: datetime
    signer: str = ""
