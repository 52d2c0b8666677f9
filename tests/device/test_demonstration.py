"""The demonstration territory on the real server: filled, read back by everyone, and attacked from inside.

Filled once for this file; the server's clock is moved by the tests that need it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import create_app
from device import acts
from device.api import Api
from device.demonstration import stories, territory
from device.demonstration.accounts import ACCOUNTS, BY_NAME
from device.demonstration.persons import load
from device.demonstration.stories import Story
from device.demonstration.territory import BANK, TEAMS, Territory
from device.phone import Phone, sign_in
from device.primitives import new_id
from device.read import contents, pull, try_every_key
from device.refusal import Refusal
from device.transport import Transport, WsgiTransport
from models import database, schema
from web.config import Config

ORIGIN = "http://localhost:8000"
STATES = {
    "envoyee", "en_attente", "acceptee", "rdv_fixe", "non_venue", "en_cours", "realisee", "interrompue",
    "close_sans_suite", "refusee", "annulee", "saisie_par_erreur",
}  # fmt: skip


class Demonstration:
    """`now` is the server's clock."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime.now(UTC)
        config = Config(
            f"sqlite:///{folder}/a.sqlite", "k" * 40, ORIGIN, folder / "ends.log", True, 1000, clock=self.clock
        )
        app = create_app(config)
        schema.up()
        founding = new_id(self.now)
        schema.await_founding(founding)
        self.transport: Transport = WsgiTransport(app.test_client())
        self.territory: Territory = territory.build(self.transport, ORIGIN, founding, self.now)
        self.stories: list[Story] = stories.fill(self.territory, self.now)

    def clock(self) -> datetime:
        return self.now

    def phone(self, account: str) -> Phone:
        return self.territory.phones[account]

    def newcomer(self, account: str) -> Phone:
        """The same person on a new phone, with the passphrase alone."""
        phone = sign_in(Api(self.transport), ORIGIN, account, BY_NAME[account].passphrase, self.now)
        pull(phone, self.now)
        return phone


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    yield Demonstration(tmp_path_factory.mktemp("demonstration"))
    database.close()


def test_sixty_people_and_orientations_in_every_state(demonstration: Demonstration) -> None:
    sent = [(story, orientation) for story in demonstration.stories for orientation in story.sent]
    states = Counter(
        acts.state_of(demonstration.phone(story.writer), orientation, demonstration.now) for story, orientation in sent
    )
    assert len(demonstration.stories) == 60 and set(states) == STATES


@pytest.mark.parametrize("account", [account.account for account in ACCOUNTS if account.account != "marc"])
def test_everyone_opens_all_they_are_served_on_a_new_phone(demonstration: Demonstration, account: str) -> None:
    """Passphrase, bundle, roster from zero, circle keys through every epoch, every section: no alarm."""
    phone = demonstration.newcomer(account)
    for entry in phone.store.entries():
        contents(phone, entry)
    assert phone.store.alarms == []


def test_who_was_removed_is_told_so_with_the_signed_cause(demonstration: Demonstration) -> None:
    with pytest.raises(Refusal, match="member_ended") as told:
        demonstration.newcomer("marc")
    assert told.value.details["cause"]


def test_a_volunteer_reads_no_bound_section_even_from_raw_bytes(demonstration: Demonstration) -> None:
    """Farid shares the team of Louise, not her key: she opens what he cannot, byte for byte (control)."""
    farid, louise = demonstration.phone("farid"), demonstration.phone("louise")
    bound = "circle:" + demonstration.territory.circles["ccas.bound"]
    tried = 0
    for event, entry in louise.store.streams[bound].items():
        for name, strings in entry.sections.items():
            with pytest.raises(Refusal, match="cannot_open"):
                try_every_key(farid, event, name, strings["core"], [strings["wrap"]])
            assert try_every_key(louise, event, name, strings["core"], [strings["wrap"]])
            tried += 1
    assert tried > 20 and bound not in farid.store.streams


def test_a_bound_stream_is_not_served_to_who_does_not_hold_it(demonstration: Demonstration) -> None:
    bound = "circle:" + demonstration.territory.circles["ccas.bound"]
    page = demonstration.phone("farid").api.feed([(bound, 0)])["streams"][bound]
    assert page == {"entries": [], "next": 0, "more": False, "closed": True}


@pytest.fixture
def bruno(demonstration: Demonstration) -> Iterator[Phone]:
    """Bruno without his rules: what he queues is his own doing, and is thrown away afterwards."""
    phone = demonstration.phone("bruno")
    phone.rules = False
    yield phone
    phone.rules = True
    phone.outbox.clear()


def consented(demonstration: Demonstration, bruno: Phone) -> tuple[str, str]:
    """(dossier, consent) for C01 and C14 to the food bank, accepted by the server."""
    now, team = demonstration.now, TEAMS["nord"].id
    person = load()[0]
    dossier = acts.open_dossier(bruno, team, [person.item("C01", now)], now)
    consent = acts.give_consent(bruno, team, dossier, BANK["id"], ["C01", "C14"], stories.how_asked(person), now)
    bruno.deliver()
    return dossier, consent


@pytest.mark.parametrize(
    ("codes", "refused"),
    [
        (["C01", "C11"], "consent_missing"),
        (["C01", "C06"], "matrix"),
        (["C02"], "matrix"),
        (["C09", "C14"], "matrix"),
        (["C05"], "matrix"),
        (["C05.practical"], "consent_missing"),
    ],
)
def test_without_its_rules_a_phone_is_refused_whole_by_the_server(
    demonstration: Demonstration, bruno: Phone, codes: list[str], refused: str
) -> None:
    """T42: the same code as the honest phone's own, nothing stored, nothing served."""
    _, consent = consented(demonstration, bruno)
    now, person = demonstration.now, load()[0]
    items = [person.item(code, now) for code in codes]
    request = {"need": "alimentation", "text": "x"}
    orient = [bruno, TEAMS["nord"].id, consent, TEAMS["halles"].id, request, items, now]
    bruno.rules = True
    with pytest.raises(Refusal, match=refused):
        acts.send_orientation(*orient)  # type: ignore[arg-type]
    bruno.rules = False
    sent = acts.send_orientation(*orient)  # type: ignore[arg-type]
    assert [(queued.verdict, queued.code) for queued in bruno.push()] == [("rejected", refused)]
    amina = demonstration.phone("amina")
    pull(amina, now)
    assert amina.store.find(sent) is None


def test_after_a_withdrawal_nothing_of_it_is_left_at_the_recipients(demonstration: Demonstration) -> None:
    """T39, T40: withdrawn while open; served to nobody, purged from phones that had it, refused if sent again."""
    bruno, amina = demonstration.phone("bruno"), demonstration.phone("amina")
    now, person = demonstration.now, load()[0]
    _, consent = consented(demonstration, bruno)
    send = [
        bruno,
        TEAMS["nord"].id,
        consent,
        TEAMS["halles"].id,
        {"need": "alimentation"},
        [person.item("C01", now)],
        now,
    ]
    sent = acts.send_orientation(*send)  # type: ignore[arg-type]
    late = acts.send_orientation(*send)  # type: ignore[arg-type]
    waiting = bruno.outbox.pop()
    bruno.deliver()
    pull(amina, now)
    entry = amina.store.find(sent)
    assert entry is not None and contents(amina, entry)
    acts.withdraw_consent(bruno, [consent], now)
    bruno.deliver()
    bruno.outbox.append(waiting)
    assert [queued.code for queued in bruno.push()] == ["consent_missing"] and bruno.outbox.pop().id == late
    pull(amina, now)
    assert entry.sections == {} and amina.store.alarms == []
    fresh = demonstration.newcomer("amina").store.find(sent)
    assert fresh is None or fresh.sections == {}


def test_an_orientation_nobody_answered_in_time_is_expired_and_closed(demonstration: Demonstration) -> None:
    """The recipients' keys go with a line that cites it, and the sender sees `expiree`."""
    story = next(one for one in demonstration.stories if (one.person.orientation or {}).get("end") == "expires")
    amina = demonstration.phone("amina")
    entry = amina.store.find(story.orientation)
    assert entry is not None and entry.sections
    demonstration.now += timedelta(minutes=4)
    pull(amina, demonstration.now)
    assert acts.state_of(demonstration.phone(story.writer), story.orientation, demonstration.now) == "expiree"
    fresh = demonstration.newcomer("amina").store.find(story.orientation)
    assert fresh is None or fresh.sections == {}
    assert entry.sections == {} and amina.store.alarms == []


def test_each_team_of_the_territory_receives_at_a_place_of_its_directory() -> None:
    """Teams say where they receive, in the rosters; a place says nothing of it."""
    places = json.loads(Path(territory.__file__).with_name("places.json").read_text("utf-8"))
    assert {team.place for team in TEAMS.values()} <= {place["id"] for place in places}
    assert not any({"organisation", "team"} & set(place) for place in places)
