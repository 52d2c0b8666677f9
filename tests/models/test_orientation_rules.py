"""The moves of an orientation: every edge of the table, and every one not in it. A phone runs the same vectors."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from models.problems import Problem
from models.rules.orientation import answer, cancel, is_expired, readable, state_at
from models.vocabulary import ORIENTATION_LABELS, ORIENTATION_OPEN, OrientationState

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "orientation.json").read_text("utf-8"))


@pytest.mark.parametrize(("move", "table"), [(answer, "answers"), (cancel, "cancels")])
def test_each_edge_of_the_table_is_open_and_no_other(move: Callable[[str, str], None], table: str) -> None:
    """T38: cancel after done, done before accepted, and every other illegal edge."""
    for state in VECTORS["states"]:
        for new in VECTORS["states"]:
            if new in VECTORS[table].get(state, []):
                move(state, new)
                continue
            with pytest.raises(Problem) as refused:
                move(state, new)
            assert refused.value.as_dict()["code"] == "illegal_move"
            assert refused.value.details == {"current": state}


def test_nobody_can_set_what_is_derived() -> None:
    reachable = {new for table in ("answers", "cancels") for news in VECTORS[table].values() for new in news}
    assert OrientationState.EXPIREE not in reachable
    assert OrientationState.ENVOYEE not in reachable


def test_every_open_orientation_can_be_cancelled_and_no_closed_one() -> None:
    assert set(VECTORS["cancels"]) == set(ORIENTATION_OPEN)


def test_each_state_has_a_french_label() -> None:
    assert set(ORIENTATION_LABELS) == set(OrientationState)


@pytest.mark.parametrize("case", VECTORS["expired"], ids=str)
def test_what_nobody_took_expires_at_its_signed_deadline(case: dict[str, Any]) -> None:
    deadline, t = datetime.fromisoformat(case["deadline"]), datetime.fromisoformat(case["t"])
    assert is_expired(case["state"], deadline, t) is case["expired"]
    assert state_at(case["state"], deadline, t) == ("expiree" if case["expired"] else case["state"])


@pytest.mark.parametrize("case", VECTORS["readable"], ids=str)
def test_the_recipient_reads_while_open_then_until_the_signed_date(case: dict[str, Any]) -> None:
    until, t = datetime.fromisoformat(case["until"]), datetime.fromisoformat(case["t"])
    assert readable(case["state"], until, t) is case["readable"]
