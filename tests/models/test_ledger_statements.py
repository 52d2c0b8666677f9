"""models/ledger: statements at the door. What each of them changes is tried in test_roster.py; here, what is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from device import admission, jose, signed
from device.primitives import digest, new_id
from device.read import pull
from models import endlog, ledger, roster, schema
from models.database import rows
from models.problems import Problem
from models.projections import chains
from models.tables import Beside, Statement
from tests.device.territory import Territory
from tests.models.doors import Doors
from tests.models.writing import last

Json = dict[str, Any]


def entry_of(phone: Any) -> Json:
    return last(phone).entry


def founded(founding: str, now: datetime, **changes: object) -> Json:
    """A `network.founded` signed by the authority key it carries."""
    authority = jose.generate_pair()
    payload: Json = {"v": 1, "suite": "P256-A256GCM", "type": "network.founded", "stream": "network", "number": 1}
    payload |= {"prev": None, "at": now.strftime("%Y-%m-%dT%H:%MZ"), "heads": {}, "founding": founding}
    payload |= {"name": "Essai", "demonstration": True, "authority": jose.public_of(authority)} | changes
    return {"jws": signed.sign(signed.STATEMENT, "authority", payload, authority).jws, "beside": []}


def test_a_network_is_founded_with_the_id_that_was_printed(doors: Doors, now: datetime) -> None:
    founding = new_id(now)
    schema.await_founding(founding)
    [verdict] = doors.push(founded(founding, now))
    assert (verdict["id"], verdict["verdict"], verdict["position"]) == ("network#1", "accepted", {"network": 1})
    assert roster.network().name == "Essai"


def test_a_network_founded_with_another_id_or_before_any_was_printed_is_refused(doors: Doors, now: datetime) -> None:
    assert doors.push(founded(new_id(now), now))[0]["code"] == "founding"
    schema.await_founding(new_id(now))
    assert doors.push(founded(new_id(now), now))[0]["code"] == "founding"
    assert roster.network().number == 0


def test_a_network_is_founded_once(doors: Doors, territory: Territory, now: datetime) -> None:
    founding = roster.network().founding
    assert doors.push(founded(str(founding), now))[0]["code"] == "founding"


def test_a_demonstration_cannot_be_founded_in_production(doors: Doors, now: datetime) -> None:
    founding = new_id(now)
    schema.await_founding(founding)
    [verdict] = ledger.append([founded(founding, now)], now, demonstration=False)
    assert verdict["code"] == "production_demonstration"
    assert schema.founding_open()
    [verdict] = ledger.append([founded(founding, now, demonstration=False)], now, demonstration=False)
    assert verdict["verdict"] == "accepted"


def test_a_statement_sent_again_gets_its_first_verdict(doors: Doors, territory: Territory, now: datetime) -> None:
    """T1"""
    admission.create_team(territory.helene, "Équipe", now)
    entry = entry_of(territory.helene)
    [first], [again] = doors.push(entry), doors.push(entry)
    assert (first["verdict"], again["verdict"]) == ("accepted", "duplicate")
    assert first["position"] == again["position"]


def test_of_two_statements_on_one_head_the_second_is_signed_anew(
    doors: Doors, territory: Territory, now: datetime
) -> None:
    pull(territory.gwenaelle, now)
    pull(territory.helene, now)
    admission.create_team(territory.gwenaelle, "Équipe", now)
    admission.create_team(territory.helene, "Équipe", now)
    first, second = entry_of(territory.gwenaelle), entry_of(territory.helene)
    assert [verdict.get("code") for verdict in doors.push(first, second)] == [None, "stale_head"]


def test_a_statement_whose_predecessor_is_not_here_waits(doors: Doors, territory: Territory, now: datetime) -> None:
    admission.create_team(territory.helene, "Équipe", now)
    admission.create_team(territory.helene, "Autre", now)
    second, first = entry_of(territory.helene), entry_of(territory.helene)
    assert doors.push(second)[0]["reason"] == "head"
    assert [verdict["verdict"] for verdict in doors.push(first, second)] == ["accepted", "accepted"]


def test_another_history_is_a_fork(doors: Doors, territory: Territory, now: datetime) -> None:
    phone = territory.helene
    admission.create_team(phone, "Équipe", now)
    queued = last(phone)
    payload = queued.signed.payload | {"prev": digest("another history")}
    made = signed.sign(signed.STATEMENT, queued.signed.kid, payload, phone.bundle.signing)
    assert doors.push({"jws": made.jws, "beside": []})[0]["code"] == "fork"


@pytest.mark.parametrize(("who", "code"), [("bruno", "not_allowed"), ("chloe", "not_allowed")])
def test_who_may_not_change_a_roster_does_not(
    doors: Doors, territory: Territory, now: datetime, who: str, code: str
) -> None:
    """T88"""
    admission.create_team(territory.helene, "Équipe", now)
    payload = last(territory.helene).signed.payload
    phone = getattr(territory, who)
    made = signed.sign(signed.STATEMENT, phone.bundle.member, payload, phone.bundle.signing)
    assert doors.push({"jws": made.jws, "beside": []})[0]["code"] == code


def test_a_signature_by_another_key_is_refused(doors: Doors, territory: Territory, now: datetime) -> None:
    admission.create_team(territory.helene, "Équipe", now)
    queued = last(territory.helene)
    made = signed.sign(signed.STATEMENT, queued.signed.kid, queued.signed.payload, territory.bruno.bundle.signing)
    assert doors.push({"jws": made.jws, "beside": []})[0]["code"] == "bad_signature"


@pytest.mark.parametrize("beside", [[], ["another card"], None, [1], ["\ud800"], ["\0"]])
def test_what_travels_beside_is_exactly_what_was_signed(
    doors: Doors, territory: Territory, now: datetime, beside: object
) -> None:
    admission.add_recovery_key(territory.helene, "Le coffre", now)
    entry = entry_of(territory.helene) | {"beside": beside}
    expected = "beside" if beside in ([], ["another card"]) else "malformed"
    assert doors.push(entry)[0]["code"] == expected


def test_an_id_that_another_organisation_uses_is_refused(doors: Doors, territory: Territory, now: datetime) -> None:
    phone = territory.helene
    admission.create_team(phone, "Équipe", now)
    queued = last(phone)
    payload = queued.signed.payload | {"team": queued.signed.payload["team"] | {"id": territory.halles}}
    made = signed.sign(signed.STATEMENT, queued.signed.kid, payload, phone.bundle.signing)
    assert doors.push({"jws": made.jws, "beside": []})[0]["code"] == "id_conflict"


def test_a_statement_for_an_organisation_that_is_not_here_is_not_found(
    doors: Doors, territory: Territory, now: datetime
) -> None:
    phone = territory.helene
    admission.create_team(phone, "Équipe", now)
    payload = last(phone).signed.payload | {"stream": f"organisation:{new_id(now)}", "number": 1, "prev": None}
    made = signed.sign(signed.STATEMENT, phone.bundle.member, payload, phone.bundle.signing)
    assert doors.push({"jws": made.jws, "beside": []})[0]["code"] == "not_found"


def test_who_was_removed_is_written_outside_the_database_before_it_is_acknowledged(
    doors: Doors, territory: Territory, now: datetime
) -> None:
    admission.end_member(territory.helene, territory.bruno.bundle.member, now)
    entry = entry_of(territory.helene)
    assert doors.push(entry)[0]["verdict"] == "accepted"
    assert [written for _, written in endlog.acts()][-1:] == [entry]


def test_without_the_log_of_ends_nobody_is_removed(doors: Doors, territory: Territory, now: datetime) -> None:
    """T107"""
    endlog.bind(None)
    admission.end_member(territory.helene, territory.bruno.bundle.member, now)
    with pytest.raises(Problem) as refusal:
        doors.push(entry_of(territory.helene))
    assert refusal.value.code == "unavailable"
    known = roster.organisation(territory.helene.bundle.organisation)
    assert known is not None
    assert known.members[territory.bruno.bundle.member].ended is None


def test_the_rosters_are_the_same_when_read_again_from_the_beginning(
    doors: Doors, territory: Territory, now: datetime
) -> None:
    id = territory.helene.bundle.organisation
    before = roster.organisation(id)
    roster.forget()
    assert roster.organisation(id) == before


def test_a_history_that_was_replaced_is_read_anew(doors: Doors, territory: Territory, now: datetime) -> None:
    """T28"""
    id = territory.helene.bundle.organisation
    known = roster.organisation(id)
    admission.create_team(territory.helene, "Équipe", now)
    entry = entry_of(territory.helene)
    doors.push(entry)
    wrong = roster.organisation(id)
    assert known is not None
    assert wrong is not None
    chains.remember([wrong.__class__(id, wrong.name, wrong.kind, {}, digests=("x",) * 3)])
    assert roster.organisation(id) == wrong


def test_a_wrap_goes_to_its_addressee_a_blob_to_holders_a_card_to_the_organisation(territory: Territory) -> None:
    kinds = {
        kind: (member, circle)
        for kind, member, circle in rows(Beside.select(Beside.kind, Beside.member, Beside.circle))
    }
    assert kinds["wrap"][0] is not None
    assert kinds["blob"][1] is not None
    assert set(kinds) == {"wrap", "blob", "card"}
    assert len(rows(Statement.select())) > 20


def test_a_member_whose_last_day_is_past_signs_no_more(doors: Doors, territory: Territory, now: datetime) -> None:
    phone = territory.helene
    card = phone.strings[phone.organisation.members[territory.bruno.bundle.member].card]
    admission.set_member(phone, territory.bruno.bundle.member, now, card, ends_on=now.date().isoformat())
    phone.deliver()
    device = {
        "device": new_id(now),
        "member": territory.bruno.bundle.member,
        "signing": jose.public_of(jose.generate_pair()),
    }
    pull(territory.bruno, now)
    territory.bruno.state("device.enrolled", device, now)
    entry = entry_of(territory.bruno)
    doors.now = now + timedelta(days=1)
    assert doors.push(entry)[0]["code"] == "not_allowed"
