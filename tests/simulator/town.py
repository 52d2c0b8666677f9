"""The territory every schedule starts from: founded once by the protocol on the real server, then copied."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from device import admission, jose
from device.api import Api
from device.phone import Phone, enrol
from device.primitives import new_id
from device.read import pull
from device.roster import Roster
from device.transport import Transport
from tests.device import territory

STARTED = datetime(2026, 3, 4, 9, 41, 37, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Town:
    """`phones` and `roster` are pickled, so that each schedule has its own. `teams`: {name: id}, `whose`: {name: team}.

    The Département (Gwenaelle, Helene; Bruno on two devices and Amédée at Nord; David and Karim at Sud) and the food
    bank (Chloe, Amina, one tablet) signed the charter; the outsider (Ines) did not.
    `person` is the one who is helped, on another device, with receipts only.
    """

    phones: bytes
    roster: bytes
    teams: dict[str, str]
    organisations: dict[str, str]
    charter: str

    def devices(self) -> dict[str, Phone]:
        found: dict[str, Phone] = pickle.loads(self.phones)  # noqa: S301 (made here)
        return found

    def known(self) -> Roster:
        """The whole roster, as an independent reader folded it."""
        found: Roster = pickle.loads(self.roster)  # noqa: S301 (made here)
        return found


TEAM_OF = {"helene": "nord", "bruno": "nord", "bruno2": "nord", "amedee": "nord", "david": "sud", "karim": "sud",
           "chloe": "halles", "amina": "halles", "ines": "regie"}  # fmt: skip
TABLET = ("amina", "chloe")  # two profiles of one device


def found(transport: Transport, founding: str) -> Town:
    """By the protocol, through `transport`, on an empty server that awaits `founding`."""
    now = STARTED
    made = territory.build(transport, founding, now)
    names = ("gwenaelle", "helene", "bruno", "david", "chloe", "amina")
    phones = {name: getattr(made, name) for name in names}
    phones["amedee"] = _enter(transport, made.helene, "Amedee", "worker", "B", made.nord, "function", now)
    phones["karim"] = _enter(transport, made.helene, "Karim", "worker", "A", made.sud, "profession", now)
    for team, name in (("nord", "amedee"), ("sud", "karim")):
        for kind in ("open", "bound"):
            admission.grant_circle(made.helene, made.circles[f"{team}.{kind}"], phones[name].bundle.member, now)
    made.helene.deliver()
    phones["bruno2"] = _second_device(transport, made.bruno, now)
    phones["ines"], regie = _outsider(transport, made.gwenaelle, now)
    for phone in phones.values():
        pull(phone, now)
    for phone in phones.values():
        pull(phone, now)
        phone.settled.clear()
        phone.api = Api(None, phone.api.token)  # type: ignore[arg-type]
    person = phones["person"] = pickle.loads(pickle.dumps(phones["ines"]))  # noqa: S301 (made here)
    person.keys.clear()
    teams = {"nord": made.nord, "sud": made.sud, "halles": made.halles, "regie": regie}
    organisations = {"departement": made.helene.bundle.organisation, "bank": made.chloe.bundle.organisation,
                     "outsider": phones["ines"].bundle.organisation}  # fmt: skip
    [charter] = made.gwenaelle.roster.network.charters
    return Town(pickle.dumps(phones), pickle.dumps(made.gwenaelle.roster), teams, organisations, charter)


def _enter(transport: Transport, inviter: Phone, name: str, role: str, profile: str, team: str, ground: str,
           now: datetime) -> Phone:  # fmt: skip
    invitation = admission.invite(inviter, "member", 1, now)
    joining = admission.join(Api(transport), territory.ORIGIN, invitation, {"account": name.lower(), "name": name}, now)
    [request] = admission.requests(inviter, invitation)
    admission.admit_member(inviter, request, role, profile, [team], now, ground)
    inviter.deliver()
    phone = admission.complete(joining, now)
    pull(inviter, now)
    return phone


def _second_device(transport: Transport, first: Phone, now: datetime) -> Phone:
    phone = Phone(Api(transport), territory.ORIGIN, pickle.loads(pickle.dumps(first.bundle)),  # noqa: S301
                  Roster(first.bundle.genesis), new_id(now), jose.generate_pair())  # fmt: skip
    pull(first, now)
    enrol(phone, first.heads(first.bundle.organisation), now)
    return phone


def _outsider(transport: Transport, authority: Phone, now: datetime) -> tuple[Phone, str]:
    """An organisation of the network that did not sign the charter, its team and circle."""
    invitation = admission.invite(authority, "organisation", 1, now)
    described: dict[str, Any] = {"id": new_id(now), "name": "Régie de quartier", "kind": "autre"}
    person = {"account": "ines", "name": "Ines"}
    joining = admission.join(Api(transport), territory.ORIGIN, invitation, person, now, described)
    [request] = admission.requests(authority, invitation)
    pull(authority, now)
    admission.admit_organisation(authority, request, "E", now)
    authority.deliver()
    ines = admission.complete(joining, now)
    pull(ines, now)
    team = admission.create_team(ines, "Accueil de la régie", now)
    admission.set_member(ines, ines.bundle.member, now, ines.strings[ines.me.card], teams=[team])
    key, _ = admission.add_recovery_key(ines, "La présidente", now)
    admission.create_circle(ines, team, "open", [ines.bundle.member, key], now)
    ines.deliver()
    return ines, team
