"""Who may do what: one table, nothing outside it."""

from __future__ import annotations

import pytest

from models.rules.permission import ACTION_OF, ACTIONS, may, may_author
from models.vocabulary import EVENT_FIELDS, STATEMENT_FIELDS, Role

CAST = {
    "Amina": (Role.VOLUNTEER, ()),
    "Bruno": (Role.WORKER, ()),
    "Chloé": (Role.SUPERVISOR, ()),
    "Denise, deputy": (Role.VOLUNTEER, ("member.admit",)),
    "Gwenaëlle": (Role.CHARTER_ADMIN, ()),
    "the recovery key": (Role.RECOVERY, ("member.admit",)),
    "the operator": ("operator", ("member.admit",)),
}


def test_every_event_and_statement_has_an_action_of_the_table() -> None:
    assert set(ACTION_OF) == {*EVENT_FIELDS, *STATEMENT_FIELDS}
    assert set(ACTION_OF.values()) <= set(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_named_thing_dot_verb(action: str) -> None:
    thing, verb = action.split(".")
    assert thing.isalpha()
    assert verb.replace("_", "").isalpha()


@pytest.mark.parametrize(
    ("who", "type_", "allowed"),
    [
        ("Amina", "orientation.sent", True),
        ("Amina", "consent.withdrawn", True),
        ("Amina", "circle.granted", True),
        ("Amina", "member.added", False),
        ("Amina", "charter.signed", False),
        ("Amina", "circle.created", False),
        ("Bruno", "reception.recorded", True),
        ("Bruno", "team.created", False),
        ("Bruno", "member.role_set", False),
        ("Chloé", "orientation.answered", True),
        ("Chloé", "member.ended", True),
        ("Chloé", "charter.signed", True),
        ("Chloé", "circle.rotated", True),
        ("Chloé", "organisation.admitted", False),
        ("Chloé", "charter.published", False),
        ("Denise, deputy", "member.added", True),
        ("Denise, deputy", "circle.created", True),
        ("Denise, deputy", "charter.signed", False),
        ("Denise, deputy", "device.revoked", False),
        ("Gwenaëlle", "charter.signed", True),
        ("Gwenaëlle", "consent.withdrawn", True),
        ("Gwenaëlle", "orientation.sent", False),
        ("Gwenaëlle", "dossier.opened", False),
        ("Gwenaëlle", "member.added", False),
        ("Gwenaëlle", "charter.published", False),
        ("the recovery key", "member.added", False),
        ("the recovery key", "circle.granted", False),
        ("the operator", "member.added", False),
        ("the operator", "dossier.opened", False),
        ("Bruno", "dossier.deleted", False),
    ],
)
def test_a_role_may_do_its_acts_and_no_other(who: str, type_: str, allowed: bool) -> None:
    role, permissions = CAST[who]
    assert may_author(role, permissions, type_) is allowed


def test_one_s_own_key_and_devices_need_no_rank_and_those_of_others_a_supervisor() -> None:
    for role in (Role.VOLUNTEER, Role.WORKER, Role.CHARTER_ADMIN):
        assert may(role, (), "device.revoke", own=True)
        assert may(role, (), "member.rekey", own=True)
        assert not may(role, (), "device.revoke")
        assert not may(role, (), "member.rekey")
    assert may(Role.SUPERVISOR, (), "device.revoke")
    assert not may(Role.SUPERVISOR, (), "device.enrol")
    assert not may(Role.RECOVERY, (), "device.enrol", own=True)


def test_no_role_holds_the_network_s_key() -> None:
    for action, rule in ACTIONS.items():
        if rule.authority:
            assert not any(may(role, ("member.admit",), action, own=True) for role in Role)


def test_an_action_that_is_not_in_the_table_is_for_nobody() -> None:
    assert not any(may(role, ("member.admit",), "dossier.read_all", own=True) for role in Role)
