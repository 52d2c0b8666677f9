"""Who is served what: said apart from models/, from docs/protocol.md §3 (states) and §8 (streams).

Reading asks for no rank: it asks for a session, and to hold the circle. What others sent is served while it is open,
then until its signed date where it was carried through; never after a refusal, an end of time or a cancellation.
"""

from __future__ import annotations

from tests.roles.oracle import ANSWERS, GONE, Author

CLOSED = "closed"
SERVED = "served"
SHARED_SECTIONS = frozenset({"X.request", "C01", "C03"})
OWN_SECTIONS = SHARED_SECTIONS | {"s1"}


def session(reader: Author) -> str | None:
    """Why no session is opened; None when one is."""
    if reader.membership == "not_yet":
        return "unknown_key"
    return "member_ended" if reader.membership in GONE else None


def stream(reader: Author, name: str) -> str:
    """What a reader with a session gets of a stream: served, or closed, as an unknown one is."""
    held = {"team open": True, "team bound": reader.ground is not None}
    if name in held:
        return SERVED if reader.membership == "current" and held[name] else CLOSED
    if name == "away open":
        return SERVED if reader.membership == "other_team" and reader.role == "holder" else CLOSED
    return SERVED if name in ("network", "own organisation", "other organisation", "own notes") else CLOSED


def sections(side: str, state: str, until_is_past: bool, withdrawn: frozenset[str]) -> frozenset[str]:
    """The sections of an orientation that one side is served. What a team wrote stays its own."""
    if side == "sender":
        return OWN_SECTIONS
    carried_through = state in ("realisee", "interrompue", "close_sans_suite") and not until_is_past
    if state not in ANSWERS and not carried_through:
        return frozenset()
    return SHARED_SECTIONS - withdrawn
