"""Invitations: made by who may admit, asked by who holds the link, read by their inviter alone, silent to the rest."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from device import admission
from device.primitives import instant, new_id
from tests.device.territory import ORIGIN, Territory
from tests.web.conftest import NOW, Clock, ask, code
from web.config import Config


def invitation(**changes: Any) -> dict[str, Any]:
    return {"kind": "member", "uses": 1, "expires_at": instant(NOW + timedelta(days=7)), **changes}


def path(id: str | None = None) -> str:
    return f"/api/invitations/{id or new_id(NOW)}"


def test_a_newcomer_asks_and_is_told_when_they_are_admitted(client: FlaskClient, territory: Territory) -> None:
    chloe = territory.chloe
    link = admission.invite(chloe, "member", 1, NOW)
    joining = admission.join(territory.amina.api, ORIGIN, link, {"account": "eve", "name": "Ève"}, NOW)
    member = joining.phone.bundle.member
    waiting = ask(client, "GET", f"{path(link.id)}?member={member}")
    assert waiting.get_json() == {"state": "waiting"}
    [request] = admission.requests(chloe, link)
    assert request.verified
    admission.admit_member(chloe, request, "volunteer", "F", [territory.halles], NOW)
    chloe.deliver()
    admitted = ask(client, "GET", f"{path(link.id)}?member={member}").get_json()
    assert (admitted["state"], admitted["organisation"]) == ("admitted", chloe.bundle.organisation)
    assert ask(client, "GET", path(link.id), chloe).get_json()["requests"][0]["state"] == "admitted"


def test_who_may_invite_whom_is_in_the_table_of_permissions(client: FlaskClient, territory: Territory) -> None:
    made = [
        (who, kind, ask(client, "PUT", path(), getattr(territory, who), invitation(kind=kind)).status_code)
        for who in ("chloe", "gwenaelle", "amina", "bruno")
        for kind in ("member", "organisation")
    ]
    assert made == [
        ("chloe", "member", 200), ("chloe", "organisation", 403),
        ("gwenaelle", "member", 200), ("gwenaelle", "organisation", 200),  # a charter administrator, also a deputy
        ("amina", "member", 403), ("amina", "organisation", 403),
        ("bruno", "member", 403), ("bruno", "organisation", 403),
    ]  # fmt: skip


def test_only_the_inviter_reads_what_was_asked(client: FlaskClient, territory: Territory) -> None:
    link = admission.invite(territory.chloe, "member", 1, NOW)
    assert ask(client, "GET", path(link.id), territory.chloe).get_json() == {"kind": "member", "requests": []}
    for other in (territory.helene, territory.gwenaelle, territory.amina):
        assert code(ask(client, "GET", path(link.id), other)) == "not_found"
    assert code(ask(client, "GET", path(link.id))) == "session_expired"


def test_an_invitation_unknown_used_up_or_expired_has_one_shape(
    client: FlaskClient, territory: Territory, clock: Clock
) -> None:
    link = admission.invite(territory.chloe, "member", 1, NOW)
    admission.join(territory.amina.api, ORIGIN, link, {"account": "eve", "name": "Ève"}, NOW)
    second = request_of(new_id(NOW))
    used_up = ask(client, "POST", path(link.id), body=second)
    unknown = ask(client, "POST", path(), body=second)
    fresh = admission.invite(territory.chloe, "member", 1, NOW)
    clock.now = NOW + timedelta(days=7, minutes=1)
    expired = ask(client, "POST", path(fresh.id), body=second)
    garbage = ask(client, "POST", "/api/invitations/not-an-id", body=second)
    assert {(answer.status_code, answer.data) for answer in (used_up, unknown, expired, garbage)} == {
        (404, unknown.data)
    }


def request_of(member: str) -> dict[str, Any]:
    return {"request": f'{{"v":1,"member":{{"id":"{member}"}}}}', "mac": "A" * 43}


def test_asking_again_is_once_and_asking_otherwise_under_the_same_name_is_refused(
    client: FlaskClient, territory: Territory
) -> None:
    """A lost answer is asked again; a request already posted is never replaced."""
    link = admission.invite(territory.chloe, "member", 2, NOW)
    mine = request_of(new_id(NOW))
    assert ask(client, "POST", path(link.id), body=mine).status_code == 200
    assert ask(client, "POST", path(link.id), body=mine).status_code == 200
    assert code(ask(client, "POST", path(link.id), body=mine | {"mac": "B" * 43})) == "not_found"
    assert len(ask(client, "GET", path(link.id), territory.chloe).get_json()["requests"]) == 1


def test_the_state_of_a_request_is_told_to_who_knows_its_random_id_only(
    client: FlaskClient, territory: Territory
) -> None:
    link = admission.invite(territory.chloe, "member", 1, NOW)
    for member in (new_id(NOW), territory.amina.bundle.member, "x", "", "%27%20or%201=1"):
        assert code(ask(client, "GET", f"{path(link.id)}?member={member}")) == "not_found"
    assert code(ask(client, "GET", f"{path(link.id)}?all=1", territory.chloe)) == "unknown_field"


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [({"kind": "supervisor"}, "malformed"), ({"uses": 0}, "malformed"), ({"uses": 41}, "malformed"),
     ({"uses": True}, "malformed"), ({"expires_at": "tomorrow"}, "malformed"),
     ({"role": "supervisor"}, "unknown_field"),
     ({"inviter": "someone"}, "unknown_field"), ({"organisation": "another"}, "unknown_field"),
     ({"expires_at": instant(NOW + timedelta(days=8))}, "dates"), ({"expires_at": instant(NOW)}, "dates")],
)  # fmt: skip
def test_a_wrong_invitation_is_refused(
    client: FlaskClient, territory: Territory, wrong: dict[str, Any], refusal: str
) -> None:
    assert code(ask(client, "PUT", path(), territory.chloe, invitation(**wrong))) == refusal


def test_an_invitation_is_made_once(client: FlaskClient, territory: Territory) -> None:
    id = new_id(NOW)
    assert ask(client, "PUT", path(id), territory.chloe, invitation()).status_code == 200
    assert code(ask(client, "PUT", path(id), territory.helene, invitation(uses=40))) == "id_conflict"
    assert code(ask(client, "PUT", "/api/invitations/not-an-id", territory.chloe, invitation())) == "malformed"


@pytest.mark.parametrize(
    ("body", "refusal"),
    [({}, "malformed"), ({"request": "{}", "mac": "A"}, "malformed"), ({"request": {}, "mac": "A"}, "malformed"),
     ({"request": "x", "mac": "A", "state": "admitted"}, "unknown_field"), ({"request": "[]", "mac": "A"}, "malformed"),
     ({"request": '{"member":{"id":"' + "x" * 5000 + '"}}', "mac": "A"}, "too_large")],
)  # fmt: skip
def test_a_wrong_request_is_refused(client: FlaskClient, app: Flask, body: Any, refusal: str) -> None:
    assert code(ask(client, "POST", path(), body=body)) == refusal


def test_a_training_session_of_forty_joins_from_one_hall(config: Config, app: Flask) -> None:
    """And a flood on one invitation is slowed."""
    client = create_app(dataclasses.replace(config, rate_factor=1)).test_client()
    link = path()
    codes = [code(ask(client, "POST", link, body=request_of(new_id(NOW)))) for _ in range(130)]
    assert codes[:80] == ["not_found"] * 80
    assert codes[-1] == "too_many"
