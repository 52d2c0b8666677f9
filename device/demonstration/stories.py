"""What happened in the territory these last weeks: dossiers, receptions, consents, and orientations in every state.

`at` is the device's clock and is spread over past days; the server's receipt is today. Deadlines are judged at receipt,
so the orientation that is to expire has its deadline a few minutes away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from device import acts
from device.demonstration.persons import Person, load
from device.demonstration.territory import BANK, CCAS, DEPARTEMENT, TEAMS, Territory
from device.lists import notice_digest
from device.phone import Phone
from device.primitives import Json
from device.read import pull

NOTICE = "orientation.1"
WRITERS = {"nord": "bruno", "sud": "david", "ccas": "louise", "halles": "amina", "port": "chloe"}
ANSWERERS = WRITERS | {"port": "amina"}
OWNERS = {"nord": DEPARTEMENT, "sud": DEPARTEMENT, "ccas": CCAS, "halles": BANK, "port": BANK}
MODES = {"nord": "home_visit", "sud": "appointment", "ccas": "appointment", "halles": "passage", "port": "passage"}
COMMON = ["C01", "C03"]
# What a bound team notes besides, for some people; volunteers note nothing of this.
SENSITIVE = [["C02", "C04"], ["C02", "C05"], ["C02", "C04", "C06"], ["C02", "C05", "C07"], ["C02", "C04", "C09"]]
EXPIRES_AFTER = timedelta(minutes=3)
NARRATIVE = "Logement calme et rangé. La personne a demandé qu’on parle lentement. Rien d’inquiétant à signaler."
NOTES = (
    ("bruno", "Rappeler avant la fin de semaine pour le rendez-vous."),
    ("bruno", "Préparer la liste des pièces avec elle, pas à sa place."),
    ("david", "Demander au collègue comment il a fait pour un dossier semblable."),
    ("louise", "Penser à proposer l’atelier du jeudi."),
    ("amina", "Apporter des sacs solides vendredi."),
)


@dataclass(slots=True)
class Story:
    """One person, where their dossier is, and what was sent for them: `sent` holds every orientation, newest last."""

    person: Person
    began: datetime
    dossier: str = ""
    consent: str = ""
    writer: str = ""
    sent_to: str = ""
    sent: list[str] = field(default_factory=list)

    @property
    def orientation(self) -> str:
        """The newest one."""
        return self.sent[-1]


def fill(territory: Territory, now: datetime) -> list[Story]:
    """Everything, delivered; every phone has read it."""
    stories = [Story(person, _began(number, now)) for number, person in enumerate(load())]
    for story in stories:
        _record(territory, story, now)
    _record_passages(territory, now)
    for account, text in NOTES:
        acts.record_note(territory.phones[account], text, now - timedelta(days=3, hours=2))
    _exchange(territory, now)
    for story in stories:
        if story.sent:
            _answer(territory, story)
    _exchange(territory, now)
    for story in stories:
        _end(territory, story, now)
    _exchange(territory, now)
    return stories


def _began(number: int, now: datetime) -> datetime:
    """Between 3 and 27 days ago, in working hours."""
    day = now - timedelta(days=3 + number * 37 % 25)
    return day.replace(hour=8 + number * 5 % 9, minute=number * 11 % 60, second=0, microsecond=0)


def _exchange(territory: Territory, now: datetime) -> None:
    """Everyone delivers, then everyone reads. Marc, who left, does neither."""
    present = [phone for name, phone in territory.phones.items() if name != "marc"]
    for phone in present:
        phone.deliver()
    for phone in present:
        pull(phone, now)


def _record(territory: Territory, story: Story, now: datetime) -> None:
    """The dossier, one reception, and the consent and orientation asked for on that occasion."""
    person, at = story.person, story.began
    phone, team = territory.phones[WRITERS[person.team]], TEAMS[person.team]
    story.writer = WRITERS[person.team]
    codes = COMMON + (["C14"] if person.need == "alimentation" else []) + (["C11"] if person.need == "mobilite" else [])
    if team.bound:
        codes += SENSITIVE[len(person.request) % len(SENSITIVE)]
    elif person.children:
        codes += ["C04.practical"]
    story.dossier = acts.open_dossier(phone, team.id, [person.item(code, at) for code in codes], at)
    acts.record_reception(phone, team.id, _reception(person), at + timedelta(minutes=12), story.dossier)
    if person.orientation:
        _ask(phone, story, now)


def _reception(person: Person) -> Json:
    told: Json = {"mode": MODES[person.team], "needs": [person.need], "text": person.request}
    told["first_help"] = (
        ["colis"] if person.need == "alimentation" and person.team in ("halles", "port") else ["ecoute"]
    )
    told |= {"adults": person.adults, "children": person.children}
    if person.team == "nord" and person.need in ("budget", "logement"):
        told["narrative"] = NARRATIVE
    return told


def _ask(phone: Phone, story: Story, now: datetime) -> None:
    """Ask the person; when they agree, send what they agreed to."""
    plan = story.person.orientation or {}
    team, recipient = TEAMS[story.person.team].id, OWNERS[plan["to"]]["id"]
    at = story.began + timedelta(minutes=20)
    if plan.get("end") == "refused":
        acts.refuse_consent(phone, team, story.dossier, recipient, plan["codes"], at)
        return
    story.consent = acts.give_consent(phone, team, story.dossier, recipient, plan["codes"], how_asked(story.person), at)
    _send(phone, story, plan, at + timedelta(minutes=4), now)


def how_asked(person: Person) -> Json:
    """How the person was informed and answered. The notice was read aloud to who does not read French."""
    text = {"id": NOTICE, "sha256": notice_digest(NOTICE, "fr", "simple"), "language": "fr", "variant": "simple"}
    told: Json = {"notice": text | {"read_aloud": person.language != "fr"}, "method": "oral_face", "alone": True}
    return told | {"trace": True}


def _send(phone: Phone, story: Story, plan: Json, at: datetime, now: datetime, follows: str | None = None) -> None:
    person, to = story.person, TEAMS[plan["to"]]
    story.sent_to = plan["to"]
    request = {"need": person.need, "text": person.request, "place": to.place, "sender_team": TEAMS[person.team].name}
    deadline = now + (EXPIRES_AFTER if plan.get("end") == "expires" else timedelta(days=30) - (now - at))
    reply_by = at + timedelta(hours=plan["reply_hours"]) if "reply_hours" in plan else None
    orientation = acts.send_orientation(
        phone,
        TEAMS[person.team].id,
        story.consent,
        to.id,
        request,
        [person.item(code, at) for code in plan["codes"]],
        at,
        deadline=deadline,
        reply_by=reply_by,
        follows=follows,
        link={"place": to.place, "label": person.called},
    )
    story.sent.append(orientation)


def _answer(territory: Territory, story: Story) -> None:
    """The recipient opens, then moves the orientation step by step, a day or so between two steps."""
    plan = story.person.orientation or {}
    phone = territory.phones[ANSWERERS[story.sent_to]]
    at = story.began + timedelta(hours=5)
    if plan["path"]:
        acts.mark_opened(phone, story.orientation, at)
    for step, state in enumerate(plan["path"]):
        last = step == len(plan["path"]) - 1
        told: Json = {name: plan[name] for name in ("reason", "outcome") if last and name in plan}
        acts.answer(phone, story.orientation, state, at + timedelta(hours=1 + 9 * step), told or None)
    if plan["path"][:1] == ["acceptee"]:
        _take_in(phone, story, at + timedelta(minutes=30))


def _take_in(phone: Phone, story: Story, at: datetime) -> None:
    """The recipient's own dossier: it names the orientation in a sealed section only."""
    team = TEAMS[story.sent_to].id
    acts.open_dossier(phone, team, [story.person.item("C01", at)], at, story.orientation)


def _end(territory: Territory, story: Story, now: datetime) -> None:
    """What the sender does afterwards: take it back, record a withdrawal, or turn to the next service."""
    plan = story.person.orientation or {}
    phone, at = territory.phones[story.writer], now - timedelta(hours=6)
    match plan.get("end"):
        case "annulee" | "saisie_par_erreur" as state:
            acts.cancel(phone, story.orientation, state, at)
        case "withdrawn":
            acts.withdraw_consent(phone, [story.consent], at)
    if "then" in plan:
        again = plan | {"to": plan["then"]}
        _send(phone, story, again, at, now, follows=story.orientation)


def _record_passages(territory: Territory, now: datetime) -> None:
    """Anonymous passages at the two centres and at the counter: households counted, nobody named."""
    for number in range(24):
        team = ("halles", "port", "halles", "ccas")[number % 4]
        account = "farid" if team == "ccas" else ("amina", "chloe")[number % 2]
        told: Json = {
            "mode": "passage",
            "needs": ["alimentation"],
            "first_help": ["colis" if team != "ccas" else "bon"],
        }
        told |= {"adults": 1 + number % 2, "children": number * 3 % 5}
        at = now - timedelta(days=number % 8, hours=1 + number % 5, minutes=number)
        acts.record_reception(territory.phones[account], TEAMS[team].id, told, at)
