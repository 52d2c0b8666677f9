"""The phone's own fold against the vectors of the server's: two readings of one page of the protocol."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from device import signed
from device.phone import received_at
from device.refusal import Refusal
from device.roster import Roster
from device.statements import fold

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "roster.json").read_text("utf-8"))
# A reader has other words than the server: what it cannot place yet is a head to fetch, a second statement under a
# number it knows is a fork, whoever is to blame; and it looks for the signer's name among members only.
SAME = {
    ("held", "head"),
    ("stale_head", "fork"),
    ("founding", "fork"),
    ("malformed", "not_allowed"),
}


def taken(roster: Roster, line: dict[str, Any]) -> bool:
    statement = signed.read(line["jws"], signed.STATEMENT)
    return fold(roster, statement, line["beside"], received_at(line), whole=True)


@pytest.fixture(scope="module")
def rosters() -> list[Roster]:
    """The roster after each of the valid statements."""
    grown, all_of_them = Roster(), [Roster()]
    for line in VECTORS["valid"]:
        assert taken(grown, line)
        all_of_them.append(copy.deepcopy(grown))
    return all_of_them


def test_every_valid_statement_is_taken_once(rosters: list[Roster]) -> None:
    again = copy.deepcopy(rosters[-1])
    assert not any(taken(again, line) for line in VECTORS["valid"])
    assert again == rosters[-1]


@pytest.mark.parametrize(
    "line", [line for line in VECTORS["invalid"] if line.get("only") != "server"], ids=lambda line: line["name"]
)
def test_what_the_server_refuses_the_phone_refuses(rosters: list[Roster], line: dict[str, Any]) -> None:
    roster = copy.deepcopy(rosters[line["after"]])
    if line["code"] == "duplicate":
        assert not taken(roster, line)
        return
    with pytest.raises(Refusal) as refused:
        taken(roster, line)
    assert (line["code"], refused.value.code) in SAME or line["code"] == refused.value.code
    assert roster == rosters[line["after"]], "a refused statement changes nothing"


ASKED = ("holders", "awaitsRotation", "profiles")


@pytest.mark.parametrize(
    "question",
    [question for question in VECTORS["questions"] if question["ask"] in ASKED],
    ids=lambda question: question["ask"],
)
def test_the_phone_answers_as_the_server_does(rosters: list[Roster], question: dict[str, Any]) -> None:
    organisation_id, circle_id, day = question["args"]
    organisation, today = rosters[-1].organisation(organisation_id), date.fromisoformat(day)
    circle = organisation.circles.get(circle_id)
    if circle is None:
        assert not question["answer"]
        return
    held = organisation.holders(circle, today)
    found: dict[str, object] = {
        "holders": {member.id: circle.wraps[circle.epoch][member.id] for member in held},
        "awaitsRotation": organisation.awaits_rotation(circle, today),
        "profiles": sorted((str(member.profile), str(member.ground)) for member in held if member.profile),
    }
    answer = question["answer"]
    if isinstance(answer, list):
        answer = sorted((str(profile), str(ground)) for profile, ground in answer)
    assert found[question["ask"]] == answer
