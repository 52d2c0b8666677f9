"""What a push holds while it is judged and written: what it was judged by cannot change before it is written.

Two rounds, each in the order of the names (docs/decisions/0013). SQLite's writers are alone already: nothing is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from models.database import hold, is_sqlite
from models.ledger.submission import Submission
from models.projections import reading
from models.rules.roster import NETWORK, stream_of
from models.vocabulary import EventType

MAX_CONSENTS: Final = 200  # named in one transaction: what a database may hold at once is bounded
TOGETHER, ALONE = False, True
CONSENT_ACTS: Final = (EventType.CONSENT_GIVEN, EventType.CONSENT_REFUSED)

Payload = Mapping[str, Any]


def portions(read: Sequence[Submission]) -> Iterator[list[Submission]]:
    """The entries in order, in as few transactions as `MAX_CONSENTS` allows: one, but for a heap of withdrawals."""
    portion: list[Submission] = []
    named = 0
    for each in read:
        more = len(each.payload.get("consents", ())) if each.signed is not None and each.refusal is None else 0
        if portion and named + more > MAX_CONSENTS:
            yield portion
            portion, named = [], 0
        portion.append(each)
        named += more
    if portion:
        yield portion


def of_rosters(statements: Iterable[Payload], organisations: Collection[str]) -> dict[str, bool]:
    """The rosters by which a push is judged, together with others; the ones it changes, alone."""
    held = dict.fromkeys((NETWORK, *map(stream_of, organisations)), TOGETHER)
    return held | {each["stream"]: ALONE for each in statements}


def of_consents(events: Iterable[Payload]) -> dict[str, bool]:
    """The consents that events name, whether they are here or still to come; those that come, alone."""
    events = list(events)
    named = {id for each in events for id in _named(each)}
    given = {each["id"] for each in events if each["type"] == EventType.CONSENT_GIVEN}
    return {f"consent:{id}": id in given for id in named | given}


def take(statements: Sequence[Payload], events: Sequence[Payload], organisations: Collection[str]) -> None:
    """The first round: rosters and consents."""
    hold(of_rosters(statements, organisations) | of_consents(events))


def take_scopes(events: Sequence[Payload], ended: Collection[str], signers: Mapping[str, str]) -> None:
    """The second round: the dossiers in which consents begin and end, or by which something is sent; and the rooms of
    bounded size that the push may fill.

    `ended`: the members among the authors who have left. `signers`: {withdrawal that a member's device signs: member}.
    """
    if is_sqlite():
        return
    dossier_of = reading.dossiers_of_consents({id for each in events for id in _named(each)})
    held = {f"held:{member}": ALONE for member in ended}
    for each in events:
        known = [dossier_of[id] for id in _named(each) if id in dossier_of]
        is_ending = each["type"] == EventType.CONSENT_WITHDRAWN
        for dossier in known:
            held[f"dossier:{dossier}"] = held.get(f"dossier:{dossier}", TOGETHER) or is_ending
        if each["type"] in CONSENT_ACTS:
            held[f"dossier:{each['dossier']}"] = ALONE
        if is_ending and len(known) < len(each["consents"]):
            held[f"early:{signers.get(each['id'], '')}"] = ALONE
    hold(held)


def _named(event: Payload) -> list[str]:
    """The consents that an event stands on or takes back."""
    ground = event.get("ground", {}).get("consent")
    return [*event.get("consents", ()), *([ground] if ground is not None else [])]
