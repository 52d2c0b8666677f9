"""May this be sent? The vectors a phone runs too (tests/client/test_rules.py), and what they cannot say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from models.problems import Problem
from models.reference import REFERENCE
from models.rules.consent import Consent, Ending
from models.rules.roster_state import Basis, CharterVersion, Flow
from models.rules.sharing import (
    Disclosure,
    Side,
    check_orientation,
    class_for,
    least_level,
    level_of,
    level_of_places,
    mark,
)

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "sharing.json").read_text("utf-8"))
CODES = ("charter", "role", "matrix", "basis", "consent_missing", "level")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def version(facts: dict[str, Any]) -> CharterVersion:
    return CharterVersion(
        charter="charter-1",
        version=1,
        title="",
        flows=tuple(Flow(tuple(f["from"]), tuple(f["to"]), tuple(f["categories"])) for f in facts["flows"]),
        purposes=tuple(facts["purposes"]),
        bases=tuple(Basis(basis["id"], basis["version"], basis.get("floor")) for basis in facts["bases"]),
        transition_days=90,
        parties=None,
        number=2,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def side(facts: dict[str, Any]) -> Side:
    return Side(facts["circleClass"], has_open=facts["hasOpen"], has_bound=facts["hasBound"])


def named(basis: dict[str, Any]) -> tuple[str, int]:
    return basis["id"], basis["version"]


def consent(facts: dict[str, Any]) -> Consent:
    return Consent(
        facts["id"], facts["dossier"], facts["recipient"], tuple(facts["categories"]), facts["purpose"],
        named(facts["basis"]), instant(facts["endsAt"]), tuple(facts["parents"]),
    )  # fmt: skip


def ending(facts: dict[str, Any]) -> Ending:
    categories = facts["categories"]
    return Ending(facts["id"], facts["dossier"], facts["recipient"], None if categories is None else tuple(categories))


def disclosure(change: dict[str, Any]) -> Disclosure:
    facts = {**VECTORS["base"], **change}
    return Disclosure(
        charters=[[version(each) for each in versions] for versions in facts["charters"]],
        same_organisation=facts["sameOrganisation"],
        from_kind=facts["fromKind"],
        to_kind=facts["toKind"],
        role=facts["role"],
        permissions=facts["permissions"],
        author_ground=facts["authorGround"],
        recipients=[(each["profile"], each["ground"]) for each in facts["recipients"]],
        recipient=facts["recipient"],
        sections=[(each["category"], each["level"]) for each in facts["sections"]],
        has_necessity=facts["hasNecessity"],
        purpose=facts["purpose"],
        level=facts["level"],
        own=side(facts["own"]),
        other=side(facts["other"]),
        t=instant(facts["t"]),
        consent=facts["consent"] and consent(facts["consent"]),
        endings=[ending(each) for each in facts["endings"]],
        basis=facts["basis"] and named(facts["basis"]),
        to_places=facts.get("toPlaces", 1),
    )


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_first_condition_that_fails_is_the_answer(case: dict[str, Any]) -> None:
    """T42: one category too many and the whole orientation is refused."""
    if case["refused"] is None:
        check_orientation(REFERENCE, disclosure(case["change"]))
        return
    with pytest.raises(Problem) as refused:
        check_orientation(REFERENCE, disclosure(case["change"]))
    assert (refused.value.code, refused.value.details.get("category")) == (case["refused"], case["category"])


def test_the_vectors_show_each_refusal_and_more_of_them_than_permissions() -> None:
    refused = [case["refused"] for case in VECTORS["cases"]]
    assert set(refused) == {None, *CODES}
    assert refused.count(None) * 2 < len(refused)


def test_each_failed_condition_is_hidden_by_the_one_before() -> None:
    """Everything is wrong at once; mending the first failure shows the next, in the order of the protocol."""
    wrong: dict[str, Any] = {
        "charters": [],
        "role": "charter_admin",
        "sections": [{"category": "C11", "level": 1}],
        "recipients": [],
        "consent": {**VECTORS["base"]["consent"], "basis": {"id": "nobody", "version": 1}},
        "other": {"circleClass": "bound", "hasOpen": True, "hasBound": False},
    }
    mended = {
        "charters": VECTORS["base"]["charters"],
        "role": "volunteer",
        "recipients": VECTORS["base"]["recipients"],
        "consent": VECTORS["base"]["consent"],
        "sections": VECTORS["base"]["sections"],
        "other": VECTORS["base"]["other"],
    }
    seen = []
    for name in mended:
        with pytest.raises(Problem) as refused:
            check_orientation(REFERENCE, disclosure(wrong))
        seen.append(refused.value.code)
        wrong[name] = mended[name]
    assert tuple(seen) == CODES
    check_orientation(REFERENCE, disclosure(wrong))


@pytest.mark.parametrize("case", VECTORS["marks"], ids=lambda case: f"{''.join(case['profiles'])}-{case['code']}")
def test_a_column_is_the_strictest_cell_of_its_holders(case: dict[str, Any]) -> None:
    assert mark(REFERENCE, case["profiles"], case["code"]) == case["mark"]


@pytest.mark.parametrize("case", VECTORS["classes"], ids=str)
def test_the_level_chooses_the_circle(case: dict[str, Any]) -> None:
    assert class_for(case["level"], case["hasBound"], case["hasOpen"]) == case["class"]


@pytest.mark.parametrize("case", VECTORS["places"], ids=str)
def test_a_team_tells_by_where_it_receives_what_all_its_places_tell(case: dict[str, Any]) -> None:
    assert level_of_places(REFERENCE, case["kinds"]) == case["level"]


@pytest.mark.parametrize("case", VECTORS["levels"], ids=str)
def test_the_least_level_comes_from_categories_recipient_and_need(case: dict[str, Any]) -> None:
    assert least_level(REFERENCE, case["codes"], case["kind"], case["need"]) == case["least"]


def test_a_stricter_holder_never_opens_a_cell() -> None:
    """Adding anyone to a circle can only forbid, whatever the category."""
    order = {"allowed": 0, "necessity": 1, "practical": 2, "never": 3}
    for code in REFERENCE.categories:
        for first in REFERENCE.columns:
            for second in REFERENCE.columns:
                together = mark(REFERENCE, [first, second], code)
                assert order[together] >= max(order[mark(REFERENCE, [one], code)] for one in (first, second))


def test_what_is_unknown_is_the_most_sensitive() -> None:
    assert level_of(REFERENCE, "C18") == level_of(REFERENCE, "") == 5
