"""The demonstration territory served on a port, the strangers who live in it, and what they do in the tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from device.demonstration import stories, territory
from device.demonstration.accounts import BY_NAME
from device.transport import WsgiTransport
from models import schema
from tests.conftest import Live

from .client import Stranger
from .connection import days, new_id
from .events import Words
from .jose import Json, digest, public_of
from .rules import Circle

PURPOSE = "orienter_vers_un_service"
AGREED = {"id": "person.agreement.orientation", "version": 1}
NOTICE = (Path(__file__).parents[2] / "models/notices/orientation.1.fr.simple.json").read_bytes()
CONSENT = {
    "kind": "consent",
    "notice": {
        "id": "orientation.1",
        "sha256": digest(NOTICE),
        "language": "fr",
        "variant": "simple",
        "read_aloud": True,
    },
    "method": "oral_face",
    "alone": True,
    "trace": False,
}


class Territory:
    """The demonstration, served on a port; `people` are strangers, each on a device of their own."""

    def __init__(self, live: Live) -> None:
        self.live, self.now = live, datetime.now(UTC)
        founding = new_id(self.now)
        schema.await_founding(founding)
        transport = WsgiTransport(live.app.test_client())
        self.built = territory.build(transport, live.origin, founding, self.now)
        self.stories = stories.fill(self.built, self.now)
        self.people: dict[str, Stranger] = {}

    def newcomer(self, account: str, kind: type[Stranger] = Stranger) -> Stranger:
        """Signed in with the passphrase alone, on an enrolled device; nothing read yet."""
        person = kind(self.live.origin)
        person.enrol(person.sign_in(account, BY_NAME[account].passphrase)["heads"], self.now)
        return person

    def person(self, account: str) -> Stranger:
        """The same one each time, having read to the end."""
        if account not in self.people:
            self.people[account] = self.newcomer(account)
        self.people[account].sync()
        return self.people[account]


def team_of(person: Stranger) -> str:
    members = person.roster.organisations[person.me["organisation"]].members
    return str(members[person.me["member"]]["teams"][0])


def own(person: Stranger, level: int = 1) -> Circle:
    return person.circle_of(person.me["organisation"], team_of(person), level)


def bank(person: Stranger) -> Circle:
    """The open circle of the food bank's first team."""
    found = next(each for each in person.roster.organisations.values() if each.kind == "banque_alimentaire")
    return person.circle_of(found.id, min(found.teams), 1)


def item(category: str, **fields: str) -> Json:
    noted = datetime.now(UTC).date().isoformat()
    return {"kind": "item", "category": category, "fields": fields, "source": "person_said", "noted_on": noted}


def reception(text: str, now: datetime, level: int = 1) -> Words:
    told: Json = {
        "kind": "reception",
        "mode": "passage",
        "on": days(now, 0),
        "needs": ["alimentation"],
        "first_help": ["ecoute"],
        "text": text,
    }
    return Words(told, level)


def send(person: Stranger, now: datetime, key: Json | None = None, name: str = "Zoé") -> tuple[str, str]:
    """(consent, orientation): a dossier, the person's yes for C01 and C14, and the orientation to the food bank."""
    dossier, to = new_id(now), bank(person)
    receipt = {"withdrawal_key": public_of(key)} if key else {}
    person.record(
        "dossier.opened", own(person), now, clear={"dossier": dossier}, words=[Words(item("C01", called=name))]
    )
    given: Json = {"dossier": dossier, "recipient": to.organisation, "categories": ["C01", "C14"], "purpose": PURPOSE}
    given |= {"basis": AGREED, "duration": "P6M", **receipt}
    consent = person.record("consent.given", own(person), now, clear=given, words=[Words(CONSENT)])
    ends = {"deadline": days(now, 14), "until": days(now, 100), "level": 1}
    sent = person.record(
        "orientation.sent",
        own(person),
        now,
        other=to,
        parents=[consent],
        clear={"ground": {"consent": consent}, "purpose": PURPOSE, **ends, **receipt},
        words=[
            Words({"kind": "request", "need": "alimentation"}, category="X.request"),
            Words(item("C01", called=name), category="C01"),
            Words(item("C14", request="un colis"), category="C14"),
            Words({"kind": "link", "dossier": dossier}),
        ],
    )
    return consent, sent


def move(person: Stranger, sent: str, kind: str, now: datetime, words: Sequence[Words] = (), **clear: str) -> str:
    """An act on an orientation, from our circle of it to the other's."""
    told = person.orientations(now)[sent][0].body["audience"]
    ours, theirs = (told["other"], told["own"]) if kind != "orientation.cancelled" else (told["own"], told["other"])
    circles = [person.roster.circles[name.partition(".")[0]] for name in (ours, theirs)]
    parents = [clear.get("previous", sent)]
    members = {"orientation": sent, **clear}
    return person.record(kind, circles[0], now, other=circles[1], parents=parents, clear=members, words=words)
