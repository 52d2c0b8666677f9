"""The states of docs/protocol.md §3, and the verification of a purge line (§8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .jose import Json, Refused, thumbprint
from .reading import Event

MOVES = {
    "envoyee": {"en_attente", "acceptee", "refusee"},
    "en_attente": {"acceptee", "refusee"},
    "acceptee": {"rdv_fixe", "en_cours"},
    "rdv_fixe": {"en_cours", "non_venue"},
    "non_venue": {"rdv_fixe", "close_sans_suite"},
    "en_cours": {"realisee", "interrompue"},
}


OVER = {"realisee", "interrompue", "close_sans_suite"}


def categories(sent: Event) -> set[str]:
    """What the recipient was given, `X.*` aside."""
    told = {section.get("category", "X") for section in sent.body["sections"].values()}
    return {category for category in told if not category.startswith("X")}


def taken_back(sent: Event, events: Sequence[Event], named_only: bool) -> set[str]:
    """The categories of `sent` that the withdrawals of this stream cover. Only the sender's organisation or the
    person's own key may withdraw; `named_only` counts those that name the consent of `sent`."""
    key = sent.body.get("withdrawal_key")
    covered: set[str] = set()
    for event in events:
        if event.body["type"] != "consent.withdrawn":
            continue
        signed = event.organisation == sent.organisation if event.organisation else bool(key)
        if not event.organisation and key:
            signed = event.signed.kid == thumbprint(key)
        if signed and (not named_only or sent.body["ground"].get("consent") in event.body["consents"]):
            covered |= set(event.body.get("categories", categories(sent) | {"X"}))
    return covered


def state_of(sent: Event, events: Sequence[Event], now: str) -> tuple[str, str]:
    """The state of an orientation and the id of its last signed transition, by the moves that came back."""
    state, last = "envoyee", sent.id
    for number, event in enumerate(events):
        body = event.body
        if body["type"] == "consent.withdrawn" and state in MOVES:
            covered = taken_back(sent, events[: number + 1], named_only=True)
            state = "annulee" if covered and covered >= (categories(sent) or {"X"}) else state
        elif body.get("orientation") == sent.id and body.get("previous") == last:
            answered = body["type"] == "orientation.answered" and body["state"] in MOVES.get(state, ())
            cancelled = body["type"] == "orientation.cancelled" and (state in MOVES or state == "annulee")
            if answered or cancelled:
                state, last = body["state"], event.id
    expired = state in ("envoyee", "en_attente") and sent.body["deadline"] <= now
    return ("expiree" if expired else state), last


def check_purge(purge: Json, events: Sequence[Event], now: str) -> None:
    """Refuses a purge whose cause is not in this stream, or does not allow what it would destroy."""
    by_id = {event.id: event for event in events}
    for event_id, section in purge["wraps"]:
        sent = by_id.get(event_id)
        if sent is None or section not in sent.body["sections"]:
            raise Refused("not_found", "nothing to destroy")
        if not _allowed(purge["cause"], sent, section, by_id, now):
            raise Refused("not_allowed", f"{purge['cause']} does not destroy {section}")


def _allowed(why: str, sent: Event, section: str, by_id: Mapping[str, Event], now: str) -> bool:
    events = list(by_id.values())
    state, _ = state_of(sent, events, now)
    if why in ("deadline", "until"):
        ended = {"deadline": {"expiree"}, "until": OVER}[why]
        return state in ended and bool(sent.body[why] <= now)
    cause = by_id.get(why)
    if cause is None:
        return False
    if cause.body["type"] == "consent.withdrawn":
        covered = taken_back(sent, events, named_only=False)
        everything = covered >= (categories(sent) or {"X"})
        return everything or section in covered
    ended_it = cause.body["type"] == "orientation.cancelled" or cause.body.get("state") == "refusee"
    return ended_it and cause.body["orientation"] == sent.id
