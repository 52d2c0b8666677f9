"""The organisations, teams, circles and members of the demonstration: every one of them admitted by the protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from device import admission
from device.admission import Joining
from device.api import Api
from device.demonstration.accounts import BY_NAME, Account
from device.phone import Phone
from device.primitives import Json
from device.read import pull
from device.transport import Transport

NETWORK_NAME = "Territoire de démonstration"
DEPARTEMENT = {
    "id": "019b8d2b-8c00-731b-ae64-be54150587f8",
    "name": "Département d’Armorique",
    "kind": "departement_cdas",
}
CCAS = {"id": "019b8d2b-8c00-7f1e-a134-865ee589f47c", "name": "CCAS de Port-Breizh", "kind": "ccas"}
BANK = {
    "id": "019b8d2b-8c00-7d26-a0f9-a6772f51cd43",
    "name": "Banque alimentaire du Littoral",
    "kind": "banque_alimentaire",
}
CHARTER = "019b8d2b-8c00-7ede-a3e5-1581a410dfe9"


@dataclass(frozen=True, slots=True)
class Team:
    """`bound`: it has two circles; the others have an `open` one alone, nobody there being bound by secrecy."""

    id: str
    name: str
    place: str
    bound: bool


# Ids never change, so that places.json can name them.
TEAMS = {
    "nord": Team("019b8d2b-8c00-7c23-aa12-a2cb8f42c2d6", "CDAS Nord", "demo--cdas-nord", True),
    "sud": Team("019b8d2b-8c00-79d4-a220-beb6da9b0184", "CDAS Sud", "demo--cdas-sud", True),
    "ccas": Team("019b8d2b-8c00-71b2-ab22-9058403a15b2", "Accueil", "demo--ccas-accueil", True),
    "halles": Team("019b8d2b-8c00-7aa7-aaaf-667337b46807", "Centre des Halles", "demo--banque-halles", False),
    "port": Team("019b8d2b-8c00-715d-a9ab-ede5bd03cdae", "Centre du Port", "demo--banque-port", False),
}
FLOWS = [{"from": ["*"], "to": ["*"], "categories": [f"C{n:02}" for n in [*range(1, 16), 20]]}]
PURPOSES = [
    "orienter_vers_un_service",
    "preparer_un_rendez_vous",
    "eviter_de_repeter",
    "coordonner_a_plusieurs",
    "verifier_conditions_aide",
    "retour_d_information",
]
CHARTER_TEXT = """Les signataires accueillent toute personne, sans condition.

Une information ne circule entre eux qu’avec l’accord de la personne, informée avec ses mots, et seulement si elle est
strictement nécessaire à l’aide demandée. Rien n’est transmis d’office. Chacun reste tenu de garder pour soi ce qu’il
reçoit. La personne peut refuser, voir ce qui a été transmis, et changer d’avis à tout moment.

Cette charte est une démonstration : les organisations et les personnes n’existent pas."""


@dataclass(slots=True)
class Territory:
    """Each phone by account name; `circles` by `<team>.<class>`."""

    phones: dict[str, Phone] = field(default_factory=dict)
    circles: dict[str, str] = field(default_factory=dict)

    def member(self, account: str) -> str:
        return self.phones[account].bundle.member


def build(transport: Transport, origin: str, founding: str, now: datetime) -> Territory:
    """Found, publish, admit, create circles, put every bundle under its passphrase, and let Marc go."""
    territory = Territory()
    _found(territory, transport, origin, founding, now)
    _departement(territory, transport, origin, now)
    _ccas(territory, transport, origin, now)
    _bank(territory, transport, origin, now)
    for name, phone in territory.phones.items():
        phone.add_passphrase(BY_NAME[name].passphrase, now)
    admission.end_member(territory.phones["chloe"], territory.member("marc"), now)
    for circle in ("halles.open", "port.open"):
        admission.rotate_circle(territory.phones["chloe"], territory.circles[circle], now)
    territory.phones["chloe"].deliver()
    for name, phone in territory.phones.items():
        if name != "marc":
            pull(phone, now)
    return territory


def _found(territory: Territory, transport: Transport, origin: str, founding: str, now: datetime) -> None:
    person = _person(BY_NAME["gwenaelle"])
    gwenaelle = admission.found(Api(transport), origin, founding, NETWORK_NAME, DEPARTEMENT, person, now)
    territory.phones["gwenaelle"] = gwenaelle
    charter: Json = {
        "charter": CHARTER,
        "version": 1,
        "title": "Charte du premier accueil social",
        "text": CHARTER_TEXT,
    }
    charter |= {"flows": FLOWS, "purposes": PURPOSES, "transition_days": 90}
    charter["bases"] = [{"id": "person.agreement.orientation", "version": 1}]
    gwenaelle.state_as_authority("charter.published", charter, now)
    _sign_charter(gwenaelle, now)
    for team in ("nord", "sud"):
        _create_team(gwenaelle, team, now)
    gwenaelle.deliver()


def _departement(territory: Territory, transport: Transport, origin: str, now: datetime) -> None:
    both = [TEAMS["nord"].id, TEAMS["sud"].id]
    _admit(territory, transport, origin, "gwenaelle", {"helene": both}, now)
    _admit(territory, transport, origin, "helene", {"bruno": both[:1], "david": both[1:]}, now)
    helene = territory.phones["helene"]
    key, _ = admission.add_recovery_key(helene, "Clé du Département, coffre de la direction", now, "function")
    for team, worker in (("nord", "bruno"), ("sud", "david")):
        _create_circles(territory, helene, team, ["helene", worker], [], key, now)
    helene.deliver()


def _ccas(territory: Territory, transport: Transport, origin: str, now: datetime) -> None:
    ibrahim = _admit_organisation(territory, transport, origin, CCAS, "ibrahim", now)
    _create_team(ibrahim, "ccas", now)
    _join_teams(ibrahim, [TEAMS["ccas"].id], now)
    key, _ = admission.add_recovery_key(ibrahim, "Clé du CCAS, coffre de la mairie", now, "function")
    ibrahim.deliver()
    team = [TEAMS["ccas"].id]
    _admit(territory, transport, origin, "ibrahim", {"louise": team, "farid": team}, now)
    _create_circles(territory, ibrahim, "ccas", ["ibrahim", "louise"], ["farid"], key, now)
    ibrahim.deliver()


def _bank(territory: Territory, transport: Transport, origin: str, now: datetime) -> None:
    chloe = _admit_organisation(territory, transport, origin, BANK, "chloe", now)
    both = ["halles", "port"]
    for team in both:
        _create_team(chloe, team, now)
    _join_teams(chloe, [TEAMS[team].id for team in both], now)
    key, _ = admission.add_recovery_key(chloe, "Clé de l’association, chez le président", now)
    for team in both:
        _create_circles(territory, chloe, team, ["chloe"], [], key, now)
    chloe.deliver()
    ids = [TEAMS[team].id for team in both]
    _admit(territory, transport, origin, "chloe", {"amina": ids, "marc": ids}, now)
    for account in ("amina", "marc"):
        for team in both:
            admission.grant_circle(chloe, territory.circles[f"{team}.open"], territory.member(account), now)
    chloe.deliver()


def _admit(
    territory: Territory, transport: Transport, origin: str, inviter: str, people: dict[str, list[str]], now: datetime
) -> None:
    """One invitation for several members of one organisation, each admitted to their teams."""
    host = territory.phones[inviter]
    invitation = admission.invite(host, "member", len(people), now)
    joining = {name: admission.join(Api(transport), origin, invitation, _person(BY_NAME[name]), now) for name in people}
    by_account = {request.content["account"]: request for request in admission.requests(host, invitation)}
    for name, teams in people.items():
        known = BY_NAME[name]
        admission.admit_member(host, by_account[name], known.role, known.profile, teams, now, known.ground)
    host.deliver()
    _welcome(territory, joining, now)
    pull(host, now)


def _admit_organisation(
    territory: Territory, transport: Transport, origin: str, organisation: Json, account: str, now: datetime
) -> Phone:
    """The charter's administrator compares and signs; the organisation's first supervisor signs the charter."""
    host, known = territory.phones["gwenaelle"], BY_NAME[account]
    invitation = admission.invite(host, "organisation", 1, now)
    joining = admission.join(Api(transport), origin, invitation, _person(known), now, organisation)
    [request] = admission.requests(host, invitation)
    admission.admit_organisation(host, request, known.profile, now, known.ground)
    host.deliver()
    _welcome(territory, {account: joining}, now)
    phone = territory.phones[account]
    _sign_charter(phone, now)
    return phone


def _welcome(territory: Territory, joining: dict[str, Joining], now: datetime) -> None:
    for name, one in joining.items():
        territory.phones[name] = admission.complete(one, now)
        pull(territory.phones[name], now)


def _create_team(phone: Phone, name: str, now: datetime) -> None:
    team = TEAMS[name]
    phone.state("team.created", {"team": {"id": team.id, "name": team.name, "structures": [team.place]}}, now)


def _create_circles(
    territory: Territory, phone: Phone, team: str, bound: list[str], others: list[str], key: str, now: datetime
) -> None:
    """`open` for all and the printed key; `bound` for who has a ground, where the team has one."""
    for kind in ("open", "bound") if TEAMS[team].bound else ("open",):
        accounts = bound if kind == "bound" else bound + others
        members = [territory.member(account) for account in accounts]
        circle = admission.create_circle(phone, TEAMS[team].id, kind, [*members, key], now)
        territory.circles[f"{team}.{kind}"] = circle


def _join_teams(phone: Phone, teams: list[str], now: datetime) -> None:
    """A first supervisor, admitted before any team existed, enters theirs."""
    admission.set_member(phone, phone.bundle.member, now, phone.strings[phone.me.card], teams=teams)


def _sign_charter(phone: Phone, now: datetime) -> None:
    phone.state("charter.signed", {"charter": CHARTER, "version": 1, "covers_branches": False}, now)


def _person(account: Account) -> Json:
    return {"account": account.account, "name": account.name}
