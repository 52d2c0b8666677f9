"""The cast on one relay: a Département (Bruno, David, Hélène) and a food bank (Amina, Chloé), all by the protocol."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from device import admission
from device.api import Api
from device.phone import Phone
from device.primitives import new_id
from device.read import pull
from device.transport import Transport

ORIGIN = "http://localhost:8000"
TOLD = {
    "notice": {"id": "orientation.1", "sha256": "x", "language": "fr", "variant": "simple", "read_aloud": True},
    "method": "oral_face",
    "alone": True,
    "trace": True,
}
ALL_CODES = [f"C{number:02}" for number in [*range(1, 16), 20]]


@dataclass
class Territory:
    gwenaelle: Phone
    helene: Phone
    bruno: Phone
    david: Phone
    chloe: Phone
    amina: Phone
    nord: str
    sud: str
    halles: str
    circles: dict[str, str]

    def sync(self, now: datetime) -> None:
        for phone in (self.gwenaelle, self.helene, self.bruno, self.david, self.chloe, self.amina):
            phone.push()
        for phone in (self.gwenaelle, self.helene, self.bruno, self.david, self.chloe, self.amina):
            pull(phone, now)


def build(transport: Transport, founding: str, now: datetime) -> Territory:
    """Everyone admitted, circles granted, rosters read."""

    def api() -> Api:
        return Api(transport)

    def person(name: str) -> dict[str, Any]:
        return {"account": name.lower(), "name": name}

    def enter(inviter: Phone, name: str, role: str, profile: str, teams: list[str], ground: str | None = None) -> Phone:
        invitation = admission.invite(inviter, "member", 1, now)
        joining = admission.join(api(), ORIGIN, invitation, person(name), now)
        [request] = admission.requests(inviter, invitation)
        admission.admit_member(inviter, request, role, profile, teams, now, ground)
        inviter.deliver()
        phone = admission.complete(joining, now)
        pull(inviter, now)
        return phone

    departement = {"id": new_id(now), "name": "Département d’Armorique", "kind": "departement_cdas"}
    gwenaelle = admission.found(api(), ORIGIN, founding, "Territoire d’essai", departement, person("Gwenaelle"), now)
    charter = publish_charter(gwenaelle, now)
    gwenaelle.state("charter.signed", {"charter": charter, "version": 1, "covers_branches": False}, now)
    nord, sud = (admission.create_team(gwenaelle, name, now) for name in ("CDAS Nord", "CDAS Sud"))
    gwenaelle.deliver()
    helene = enter(gwenaelle, "Helene", "supervisor", "B", [nord, sud], "function")
    pull(helene, now)
    bruno = enter(helene, "Bruno", "worker", "A", [nord], "profession")
    david = enter(helene, "David", "worker", "B", [sud], "function")
    circles = {}
    for team, worker in ((nord, bruno), (sud, david)):
        for kind in ("open", "bound"):
            members = [helene.bundle.member, worker.bundle.member]
            circles[f"{'nord' if team == nord else 'sud'}.{kind}"] = admission.create_circle(
                helene, team, kind, members, now
            )
    helene.deliver()

    invitation = admission.invite(gwenaelle, "organisation", 1, now)
    bank = {"id": new_id(now), "name": "Banque alimentaire du Littoral", "kind": "banque_alimentaire"}
    joining = admission.join(api(), ORIGIN, invitation, person("Chloe"), now, bank)
    [request] = admission.requests(gwenaelle, invitation)
    pull(gwenaelle, now)
    admission.admit_organisation(gwenaelle, request, "F", now)
    gwenaelle.deliver()
    chloe = admission.complete(joining, now)
    pull(chloe, now)
    chloe.state("charter.signed", {"charter": charter, "version": 1, "covers_branches": False}, now)
    halles = admission.create_team(chloe, "Centre des Halles", now)
    admission.set_member(chloe, chloe.bundle.member, now, chloe.strings[chloe.me.card], teams=[halles])
    key, _ = admission.add_recovery_key(chloe, "Le président", now)
    circles["halles.open"] = admission.create_circle(chloe, halles, "open", [chloe.bundle.member, key], now)
    chloe.deliver()
    amina = enter(chloe, "Amina", "volunteer", "F", [halles])
    admission.grant_circle(chloe, circles["halles.open"], amina.bundle.member, now)
    chloe.deliver()
    territory = Territory(gwenaelle, helene, bruno, david, chloe, amina, nord, sud, halles, circles)
    territory.sync(now)
    return territory


def publish_charter(phone: Phone, now: datetime) -> str:
    """A charter that allows every category between everyone, for one purpose."""
    charter = new_id(now)
    fields = {
        "charter": charter,
        "version": 1,
        "title": "Charte d’essai",
        "text": "Informer, recueillir l’accord, orienter.",
        "flows": [{"from": ["*"], "to": ["*"], "categories": ALL_CODES}],
        "purposes": ["orienter_vers_un_service"],
        "bases": [{"id": "person.agreement.orientation", "version": 1}],
        "transition_days": 90,
    }
    phone.state_as_authority("charter.published", fields, now)
    phone.deliver()
    return charter
