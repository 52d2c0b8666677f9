"""Cells of reading: every standing × every stream, and both sides of an orientation in every state."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from device import signed
from device.primitives import instant, new_id
from models import accounts, feed
from models.problems import Problem
from tests.roles.hands import Hand, Json
from tests.roles.moves import PATHS, MoveWriter
from tests.roles.oracle import WITHDRAWN
from tests.roles.oracle_reading import CLOSED, SERVED
from tests.roles.town import BOTH, Sender, Town

ORIGIN = "http://localhost:8000"
PARTLY = frozenset({"C03"})
STREAMS = (
    "network", "own organisation", "other organisation", "own notes", "team open", "team bound", "away open",
    "colleague's notes", "recipient's circle", "unknown circle", "unknown organisation", "unknown notes",
)  # fmt: skip


class Readers:
    """Sessions opened as phones do, and pages read by them."""

    def __init__(self, town: Town, sender: Sender) -> None:
        self.town, self.sender, self.now = town, sender, town.scribe.now
        assert sender.elsewhere
        self.names = {
            "network": "network",
            "own organisation": f"organisation:{sender.id}",
            "other organisation": f"organisation:{town.senders[1].id}",
            "team open": f"circle:{sender.places[BOTH].rings['open'].id}",
            "team bound": f"circle:{sender.places[BOTH].rings['bound'].id}",
            "away open": f"circle:{sender.elsewhere.rings['open'].id}",
            "colleague's notes": f"member:{sender.clerk.id}",
            "recipient's circle": f"circle:{town.recipients[0].ring.id}",
            "unknown circle": f"circle:{new_id(self.now)}",
            "unknown organisation": f"organisation:{new_id(self.now)}",
            "unknown notes": f"member:{new_id(self.now)}",
        }

    def name(self, stream: str, hand: Hand) -> str:
        return f"member:{hand.id}" if stream == "own notes" else self.names[stream]

    def token(self, hand: Hand) -> str:
        """Raises Problem when the server opens no session for this device."""
        nonce = accounts.device_nonce(hand.device, self.now)
        said = {"v": 1, "suite": "P256-A256GCM", "device": hand.device, "nonce": nonce, "origin": ORIGIN}
        made = signed.sign(signed.SESSION, hand.device, said | {"at": instant(self.now)}, hand.device_key)
        return str(accounts.open_device_session(made.jws, ORIGIN, self.now)["token"])

    def read(self, token: str, stream: str, now: datetime | None = None) -> Json:
        """All of one stream, page after page, as one answer."""
        moment = now or self.now
        page: Json = {"entries": [], "next": 0, "more": True}
        while page["more"]:
            cursor = [(stream, page["next"])]
            answer = json.loads(feed.read(accounts.caller(token, moment).reader, cursor, moment))["streams"][stream]
            page = answer | {"entries": page["entries"] + answer["entries"]}
        return page


def what(page: Json) -> str:
    """Whether a page is served; what is closed has one shape, to the last member."""
    if "closed" in page:
        assert page == {"entries": [], "next": 0, "more": False, "closed": True}, page
        return CLOSED
    return SERVED


def refusal(readers: Readers, hand: Hand) -> str | None:
    """The code with which a session is refused."""
    try:
        readers.token(hand)
    except Problem as problem:
        return problem.code
    return None


@dataclass(frozen=True, slots=True)
class Kept:
    """An orientation in a state, to be read by both sides."""

    state: str
    until_is_past: bool
    withdrawn: frozenset[str]


def kept() -> list[Kept]:
    cells = [Kept(state, past, frozenset()) for state in PATHS for past in (False, True)]
    return cells + [Kept(state, False, PARTLY) for state in PATHS if state != WITHDRAWN]


class KeptWriter(MoveWriter):
    """Orientations that end in an hour, or in a hundred days; two hours later they are read."""

    def live(self, cell: Kept) -> str:
        """Its id."""
        self.until = timedelta(hours=1) if cell.until_is_past else timedelta(days=100)
        lived = self._live(cell.state, "receives", shares=("C01", "C03"), alone=bool(cell.withdrawn))
        if cell.withdrawn:
            taken = self.scribe.withdrawal(self.clerk.device, self.clerk.device_key, [lived.ground], cell.withdrawn)
            self._must([taken])
        return lived.id


def sections_of(page: Json, event: str) -> frozenset[str]:
    """The sections served of one event; purge lines take from what came before them."""
    served: frozenset[str] = frozenset()
    for entry in page["entries"]:
        if "purge" in entry:
            served -= {section for id, section in entry["purge"]["wraps"] if id == event}
        elif signed.read(entry["jws"], signed.EVENT).payload["id"] == event:
            served |= frozenset(entry["sections"])
    return served
