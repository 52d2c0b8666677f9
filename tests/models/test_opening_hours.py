"""Opening hours become a week and the days that differ from it, or stay the text they are."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.opening_hours import HOURS_FIELDS, hours_of
from models.rules.holidays import holidays

TODAY = date(2026, 11, 22)
UNTIL = "2027-11-30"
MORNING = ["09:00", "12:00"]
AFTERNOON = ["14:00", "18:00"]
WORKDAYS = [[MORNING]] * 5 + [[], []]
DIRECTORY = Path(__file__).parent.parent.parent.parent / "shared" / "data" / "directory"
REAL = DIRECTORY / "structures-data-inclusion-2023-02.json"


def told(text: str, department: str = "29", today: date = TODAY) -> dict[str, Any]:
    return hours_of({"horaires_accueil": text, "code_insee": f"{department}001"[:5]}, today)


def differing(text: str, department: str = "29") -> dict[str, Any]:
    return {each["on"]: each["slots"] for each in told(text, department).get("exceptions", [])}


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("Mo-Fr 09:00-12:00", WORKDAYS),
        ("Mo-Fr 9:00-12:00,14:00-18:00", [[MORNING, AFTERNOON]] * 5 + [[], []]),
        ("Mo,We 09:00-12:00; Sa 14:00-18:00", [[MORNING], [], [MORNING], [], [], [AFTERNOON], []]),
        ("Mo-Fr 09:00-12:00; We off", [[MORNING], [MORNING], [], [MORNING], [MORNING], [], []]),
        ("Mo-Fr 09:00-12:00; We 14:00-18:00", [[MORNING], [MORNING], [AFTERNOON], [MORNING], [MORNING], [], []]),
        ("Sa-Mo 09:00-12:00", [[MORNING], [], [], [], [], [MORNING], [MORNING]]),
        ("09:00-12:00", [[MORNING]] * 7),
        ("24/7", [[["00:00", "24:00"]]] * 7),
        ("Su 22:00-02:00", [[["00:00", "02:00"]], [], [], [], [], [], [["22:00", "24:00"]]]),
        ("Mo 00:00-24:00", [[["00:00", "24:00"]], [], [], [], [], [], []]),
        (" Mo  09:00 - 12:00 ; ", [[MORNING], [], [], [], [], [], []]),
        ("Mo-Fr 09:00–12:00", WORKDAYS),
        ("mo-fr 09:00-12:00", WORKDAYS),
        ("Mo 08:00-13:00,13:00-15:00", [[["08:00", "15:00"]], [], [], [], [], [], []]),
        ('Mo-Fr 09:00-12:00 "entrée par la cour"', WORKDAYS),
        ("Mo-Fr 09:00-12:00; Sa off", WORKDAYS),
    ],
)
def test_hours_that_are_the_same_every_week_become_a_week_and_nothing_else(
    text: str, week: list[list[list[str]]]
) -> None:
    assert told(text) == {"week": week}


@pytest.mark.parametrize(
    "text",
    [
        "", ";", "Lundi matin 9h-12h", "Mo-Fr", "Mo 9h-12h", "Mo-Xx 09:00-12:00", "Mo 09:00-25:61", "Mo 09:61-12:00",
        "Mo 09:00-09:00", "We 14:00-14:00; Th 09:00-12:00", "Mo off", "sunrise-sunset", "Mo sunrise-12:00", "Mo 09:00+",
        "Mo 09:00-12:00; SH off", "Mo 09:00-12:00 unknown", "Dec 25 off", "x" * 501, "\x00", "Mo 09:00-12:00" * 60,
    ],
)  # fmt: skip
def test_hours_that_a_table_cannot_tell_stay_text(text: str) -> None:
    assert told(text) == {}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('Mo-Fr 09:00-12:00 "sur rendez-vous"', {"week": WORKDAYS, "by_appointment": True}),
        ('Mo-Fr 09:00-12:00 "by appointment"', {"week": WORKDAYS, "by_appointment": True}),
        ('"sur RDV"', {"by_appointment": True}),
        ("Uniquement sur rendez-vous", {"by_appointment": True}),
        ("Prendre rendez-vous par téléphone.", {"by_appointment": True}),
        ('Mo-Fr 09:00-12:00; Sa 09:00-12:00 "sur rendez-vous"', {"week": [[MORNING]] * 6 + [[]]}),
        ('Mo-Fr 09:00-12:00; Sa "sur rendez-vous"', {"week": WORKDAYS}),
        ('Mo-Fr 09:00-12:00; "ou sur rendez-vous"', {"week": WORKDAYS}),
        ("Avec ou sans rendez-vous", {}),
        ("Le mardi de 9h à 12h, le reste sur rendez-vous", {}),
    ],
)
def test_a_place_is_by_appointment_when_nobody_is_received_without_one(text: str, answer: dict[str, Any]) -> None:
    assert told(text) == answer


# --- days that differ --------------------------------------------------------------------------------------------


def test_dated_closures_are_the_days_that_differ() -> None:
    found = told("Mo-Fr 09:00-12:00; 2026 Dec 24-2027 Jan 2 off")
    assert found["week"] == WORKDAYS
    assert found["hours_until"] == UNTIL
    closed = ["2026-12-24", "2026-12-25", "2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01"]
    assert found["exceptions"] == [{"on": day, "slots": []} for day in closed]


def test_an_opening_on_one_day_is_a_day_that_differs() -> None:
    assert differing("Mo-Fr 09:00-12:00; 2026 Dec 5 14:00-18:00") == {"2026-12-05": [AFTERNOON]}


def test_every_other_week_differs_every_other_week() -> None:
    found = differing("week 1-53/2 Fr 09:00-12:00")
    fridays = {date.fromisoformat(day) for day in found}
    assert {day.weekday() for day in fridays} == {4}
    assert {day.isocalendar().week % 2 for day in fridays} == {0}
    assert len(fridays) == 27
    assert set(map(str, found.values())) == {"[]"}


def test_the_first_wednesday_of_the_month_differs() -> None:
    found = differing("Mo-Fr 09:00-12:00; We[1] off")
    assert all(int(day[8:]) <= 7 and date.fromisoformat(day).weekday() == 2 for day in found)
    assert len(found) == 13


def test_in_winter_the_usual_week_is_that_of_winter() -> None:
    text = "Apr-Sep Mo 09:00-12:00; Oct-Mar Mo 14:00-18:00"
    assert told(text)["week"][0] == [AFTERNOON]
    assert told(text, today=date(2026, 6, 3))["week"][0] == [MORNING]
    assert {slots[0][0] for slots in differing(text).values()} == {"09:00"}


def test_what_a_month_says_is_the_same_on_each_of_its_days() -> None:
    text = "Mo-Fr 09:00-12:00; We[1] off"
    assert told(text, today=date(2026, 11, 1)) == told(text, today=date(2026, 11, 30))
    assert told(text, today=date(2026, 12, 1))["hours_until"] == "2027-12-31"


# --- holidays ----------------------------------------------------------------------------------------------------


def coming(department: str) -> list[str]:
    days = [*holidays(2026, department), *holidays(2027, department)]
    return [day.isoformat() for day in days if "2026-11-01" <= day.isoformat() <= UNTIL]


@pytest.mark.parametrize("department", ["29", "67", "971", "974", "2A"])
def test_closed_on_holidays_means_those_of_the_territory(department: str) -> None:
    found = differing("Mo-Su 09:00-12:00; PH off", department)
    assert sorted(found) == sorted(coming(department))
    assert not any(found.values())


def test_nothing_said_of_holidays_tells_nothing_of_them() -> None:
    assert differing("Mo-Su 09:00-12:00", "67") == {}


@pytest.mark.parametrize(
    ("text", "christmas"),
    [
        ("Mo-Fr,PH 09:00-12:00", [MORNING]),
        ("Mo-Fr 09:00-12:00; PH 14:00-18:00", [AFTERNOON]),
        ("PH 14:00-18:00; Mo-Fr 09:00-12:00", [MORNING]),
        ("Mo-Th 09:00-12:00; PH,Su off", []),
        ("Mo-Th 09:00-12:00; PH Mo-Fr 14:00-18:00", [AFTERNOON]),
        ("Mo-Th 09:00-12:00; PH Sa-Su 14:00-18:00", []),
        ('Mo-Fr 09:00-12:00 "PH aussi"; PH off', []),
        ("Mo-Fr 09:00-12:00; PH off; Dec 25 14:00-18:00", [AFTERNOON]),
    ],
)
def test_what_is_said_of_holidays_is_said_of_christmas_a_friday(text: str, christmas: list[list[str]]) -> None:
    assert differing(text)["2026-12-25"] == christmas


def test_a_holiday_that_is_stated_is_told_even_when_it_is_as_usual() -> None:
    assert differing("Mo-Su,PH 09:00-12:00")["2026-12-25"] == [MORNING]


def test_a_rule_for_holidays_opens_no_ordinary_day() -> None:
    week = told("Sa 09:00-12:00; PH Mo-Fr 14:00-18:00")["week"]
    assert week == [[], [], [], [], [], [MORNING], []]


def test_the_night_of_a_holiday_goes_on_past_midnight() -> None:
    found = differing("Sa 09:00-12:00; PH 20:00-02:00")
    assert found["2026-11-11"] == [["20:00", "24:00"]]
    assert found["2026-11-12"] == [["00:00", "02:00"]]


@pytest.mark.parametrize(("department", "clock"), [("974", "Indian/Reunion"), ("971", "America/Guadeloupe")])
def test_overseas_the_clock_is_told_with_the_week(department: str, clock: str) -> None:
    assert told("Mo-Fr 09:00-12:00", department) == {"week": WORKDAYS, "timezone": clock}
    assert told("demandez", department) == {}


# --- anything ----------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    ["Mo", "Tu-Fr", "Sa,Su", "PH", "SH", "week 1-53/2", "We[1]", "Jan", "Dec 25", "2027", "off", "09:00-12:00",
     "22:00-26:00", "easter", "+1 day", ";", ",", "||", '"sur rdv"', '"', "24/7", "-", "99:99", "sunrise", " "]
)  # fmt: skip


@given(
    st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=8).map(" ".join)), st.sampled_from(["29", "67", "974"])
)
def test_no_text_crashes_and_what_is_told_is_sound(text: str, department: str) -> None:
    found = told(text, department)
    json.dumps(found)
    assert set(found) <= set(HOURS_FIELDS)
    week, exceptions = found.get("week", []), found.get("exceptions", [])
    assert len(week) in (0, 7)
    for slots in [*week, *(each["slots"] for each in exceptions)]:
        assert all("00:00" <= start < end <= "24:00" for start, end in slots)
        assert all(one[1] < other[0] for one, other in pairwise(slots))
    assert all("2026-11-01" <= each["on"] <= found["hours_until"] == UNTIL for each in exceptions)


@pytest.mark.skipif(not REAL.exists(), reason="the real directory is not at hand")
def test_of_the_real_hours_all_but_free_sentences_become_a_week() -> None:
    texts = [str(row["horaires"]) for row in json.loads(REAL.read_text("utf-8")) if row.get("horaires")]
    weeks = [text for text in texts if "week" in told(text)]
    print(f"hours of the real file: {len(texts)} texts, {len(weeks)} become a week")
    assert len(texts) == 2820
    assert len(weeks) >= 2690
