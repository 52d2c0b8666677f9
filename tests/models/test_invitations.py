"""models/accounts/invitations.py: who may invite, who may ask, and who reads what was asked."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from device import admission
from device.api import Api
from device.primitives import instant, new_id
from device.read import pull
from models import accounts
from tests.device.territory import Territory
from tests.models.doors import ORIGIN, Doors, caller_of, refused

Json = dict[str, Any]


def invitation(now: datetime, **changes: object) -> Json:
    return {"kind": "member", "uses": 1, "expires_at": instant(now + timedelta(days=7))} | changes


def request(now: datetime, member: object = None, **changes: object) -> str:
    content: Json = {"v": 1, "member": {"id": member or new_id(now)}}
    return json.dumps(content | changes)


@pytest.fixture
def id(territory: Territory, now: datetime) -> str:
    """An invitation of Hélène's for two people."""
    made = new_id(now)
    accounts.put_invitation(caller_of(territory.helene, now), made, invitation(now, uses=2), now)
    return made


def test_a_supervisor_invites_members_and_the_charter_administrator_organisations(
    territory: Territory, now: datetime
) -> None:
    helene, gwenaelle = caller_of(territory.helene, now), caller_of(territory.gwenaelle, now)
    accounts.put_invitation(helene, new_id(now), invitation(now), now)
    accounts.put_invitation(gwenaelle, new_id(now), invitation(now, kind="organisation"), now)
    accounts.put_invitation(gwenaelle, new_id(now), invitation(now), now)  # named deputy
    for who, kind in ((helene, "organisation"), (caller_of(territory.bruno, now), "member")):
        assert refused(accounts.put_invitation, who, new_id(now), invitation(now, kind=kind), now) == "forbidden"
    for name in ("amina", "bruno", "david"):
        who = caller_of(getattr(territory, name), now)
        assert refused(accounts.put_invitation, who, new_id(now), invitation(now), now) == "forbidden"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"uses": 0}, "malformed"), ({"uses": 41}, "malformed"), ({"kind": "person"}, "malformed"),
        ({"expires_at": "soon"}, "malformed"), ({"secret": "x"}, "unknown_field"),
        ({"expires_at": "2026-03-12T09:41Z"}, "dates"), ({"expires_at": "2026-03-04T09:41Z"}, "dates"),
    ],
)  # fmt: skip
def test_an_invitation_that_does_not_hold_is_refused(
    territory: Territory, now: datetime, changes: Json, code: str
) -> None:
    who = caller_of(territory.helene, now)
    assert refused(accounts.put_invitation, who, new_id(now), invitation(now, **changes), now) == code
    assert refused(accounts.put_invitation, who, "x", invitation(now), now) == "malformed"


def test_an_invitation_is_made_once(territory: Territory, now: datetime, id: str) -> None:
    assert refused(accounts.put_invitation, caller_of(territory.chloe, now), id, invitation(now), now) == "id_conflict"


def test_what_was_asked_is_read_by_the_inviter_alone(territory: Territory, now: datetime, id: str) -> None:
    asked = request(now)
    accounts.ask_admission(id, asked, "mac", now)
    read = accounts.admissions(caller_of(territory.helene, now), id)
    assert read == {
        "kind": "member",
        "requests": [{"request": asked, "mac": "mac", "posted_at": "2026-03-04T09:41:37Z", "state": "waiting"}],
    }
    for name in ("gwenaelle", "chloe", "bruno"):
        assert refused(accounts.admissions, caller_of(getattr(territory, name), now), id) == "not_found"
    assert refused(accounts.admissions, caller_of(territory.helene, now), new_id(now)) == "not_found"


def test_asking_again_is_asking_once_and_nobody_replaces_a_request(
    now: datetime, doors: Doors, territory: Territory, id: str
) -> None:
    member = new_id(now)
    asked = request(now, member)
    accounts.ask_admission(id, asked, "mac", now)
    accounts.ask_admission(id, asked, "mac", now)
    assert refused(accounts.ask_admission, id, request(now, member, name="Autre"), "mac", now) == "not_found"
    assert refused(accounts.ask_admission, id, asked, "another", now) == "not_found"
    assert len(accounts.admissions(caller_of(territory.helene, now), id)["requests"]) == 1


def test_unknown_used_up_and_expired_look_the_same(now: datetime, doors: Doors, id: str) -> None:
    for _ in range(2):
        accounts.ask_admission(id, request(now), "mac", now)
    used_up = (id, request(now), "mac", now)
    unknown = (new_id(now), request(now), "mac", now)
    expired = (id, request(now), "mac", now + timedelta(days=8))
    assert [refused(accounts.ask_admission, *each) for each in (used_up, unknown, expired)] == ["not_found"] * 3


@pytest.mark.parametrize(
    ("asked", "mac", "code"),
    [
        ("", "m", "malformed"), ("[]", "m", "malformed"), ('{"member": 7}', "m", "malformed"), (7, "m", "malformed"),
        ('{"member": {"id": "x"}}', "m", "malformed"), ("{}", None, "malformed"), ('{"a":1,"a":2}', "m", "malformed"),
        ("x" * 5000, "m", "too_large"), ("{}", "m" * 65, "too_large"),
    ],
)  # fmt: skip
def test_a_request_that_is_none_is_refused(now: datetime, doors: Doors, asked: object, mac: object, code: str) -> None:
    assert refused(accounts.ask_admission, new_id(now), asked, mac, now) == code


def test_the_joiner_learns_that_they_were_admitted_and_on_which_heads(
    territory: Territory, doors: Doors, now: datetime
) -> None:
    made = admission.invite(territory.helene, "member", 1, now)
    joining = admission.join(Api(doors), ORIGIN, made, {"account": "farid", "name": "Farid"}, now)
    member = joining.phone.bundle.member
    assert accounts.admission_state(made.id, member) == {"state": "waiting"}
    assert refused(accounts.admission_state, made.id, new_id(now)) == "not_found"
    assert refused(accounts.admission_state, new_id(now), member) == "not_found"
    [asked] = admission.requests(territory.helene, made)
    pull(territory.helene, now)
    admission.admit_member(territory.helene, asked, "volunteer", "F", [territory.nord], now)
    territory.helene.deliver()
    state = accounts.admission_state(made.id, member)
    assert (state["state"], state["organisation"]) == ("admitted", territory.helene.bundle.organisation)
    assert set(state["heads"]) == {"network", f"organisation:{state['organisation']}"}
    read = accounts.admissions(caller_of(territory.helene, now), made.id)
    assert [each["state"] for each in read["requests"]] == ["admitted"]


def test_a_name_is_kept_no_longer_than_it_serves(territory: Territory, doors: Doors, now: datetime) -> None:
    """An admitted one leaves its state, for the joiner; the others go a week after the invitation's end."""
    made = admission.invite(territory.helene, "member", 2, now)
    joining = admission.join(Api(doors), ORIGIN, made, {"account": "farid", "name": "Farid"}, now)
    accounts.ask_admission(made.id, request(now), "mac", now)
    asked = next(one for one in admission.requests(territory.helene, made) if one.content.get("name") == "Farid")
    pull(territory.helene, now)
    admission.admit_member(territory.helene, asked, "volunteer", "F", [territory.nord], now)
    territory.helene.deliver()
    accounts.forget_requests(now)
    [left] = accounts.admissions(caller_of(territory.helene, now), made.id)["requests"]
    assert "Farid" not in left["request"]
    assert accounts.admission_state(made.id, joining.phone.bundle.member)["state"] == "admitted"
    assert refused(accounts.ask_admission, made.id, request(now), "mac", now) == "not_found"  # its uses are still used
    assert accounts.forget_requests(now + timedelta(days=13)) == 0
    assert accounts.forget_requests(now + timedelta(days=15)) > 0
    assert refused(accounts.admission_state, made.id, joining.phone.bundle.member) == "not_found"
