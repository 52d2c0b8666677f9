"""What hours say at one moment, over the vectors a phone runs too (tests/client/test_opening.py)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.holidays import PARIS, department_of, easter, holidays, timezone_of
from models.rules.opening import exception_lines, opening, opening_words, week_lines

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent.parent / "vectors" / "opening.json").read_text("utf-8"))
PLACES = VECTORS["places"]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: f"{case['place']} {case['on']} {case['clock']}")
def test_each_moment_has_its_words(case: dict[str, Any]) -> None:
    assert opening_words(PLACES[case["place"]], date.fromisoformat(case["on"]), case["clock"]) == case["words"]


@pytest.mark.parametrize("case", VECTORS["lines"], ids=lambda case: str(case["place"]))
def test_the_week_is_said_in_few_lines_and_what_differs_soon_beside_it(case: dict[str, Any]) -> None:
    place = PLACES[case["place"]]
    assert week_lines(place) == case["week"]
    assert exception_lines(place, date.fromisoformat(case["on"])) == case["exceptions"]


@pytest.mark.parametrize("case", VECTORS["holidays"], ids=lambda case: f"{case['year']} {case['department']}")
def test_holidays_are_those_of_the_territory(case: dict[str, Any]) -> None:
    assert [day.isoformat() for day in holidays(case["year"], case["department"])] == case["days"]


def test_easter_falls_when_it_did() -> None:
    assert [easter(int(day[:4])).isoformat() for day in VECTORS["easter"]] == VECTORS["easter"]


@given(st.integers(1583, 4000))
def test_easter_is_a_sunday_of_spring(year: int) -> None:
    assert easter(year).weekday() == 6
    assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


@pytest.mark.parametrize(("insee", "postcode", "expected"), VECTORS["departments"], ids=str)
def test_a_place_is_of_a_departement(insee: str | None, postcode: str | None, expected: str | None) -> None:
    assert department_of(insee, postcode) == expected


@pytest.mark.parametrize(
    ("department", "clock"),
    [("29", PARIS), ("2A", PARIS), (None, PARIS), ("974", "Indian/Reunion"), ("972", "America/Martinique")],
)
def test_each_territory_has_its_clock(department: str | None, clock: str) -> None:
    assert timezone_of(department) == clock


def test_a_place_is_open_from_the_first_minute_and_no_longer_at_the_last() -> None:
    at = {clock: opening(PLACES["office"], date(2026, 11, 23), clock).code for clock in ("08:59", "09:00", "12:00")}
    assert at == {"08:59": "opens", "09:00": "open", "12:00": "opens"}


@given(st.integers(0, 800), st.integers(0, 1439), st.sampled_from(sorted(PLACES)))
def test_no_moment_of_two_years_is_without_an_answer(day: int, minute: int, name: str) -> None:
    on, clock = date(2026, 1, 1) + timedelta(days=day), f"{minute // 60:02}:{minute % 60:02}"
    found = opening(PLACES[name], on, clock)
    words = opening_words(PLACES[name], on, clock)
    assert (words == "") == (found.code == "none")
    assert found.on is None or found.on > on or found.clock is None or found.clock > clock
