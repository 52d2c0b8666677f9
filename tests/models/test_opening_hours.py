"""Opening hours become a table of the week, or stay the text they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.opening_hours import week_of

MORNING = ("09:00", "12:00")
AFTERNOON = ("14:00", "18:00")


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("Mo-Fr 09:00-12:00", [[MORNING]] * 5 + [[], []]),
        ("Mo-Fr 9:00-12:00,14:00-18:00", [[MORNING, AFTERNOON]] * 5 + [[], []]),
        ("Mo,We 09:00-12:00; Sa 14:00-18:00", [[MORNING], [], [MORNING], [], [], [AFTERNOON], []]),
        ("Mo-Fr 09:00-12:00; We off", [[MORNING], [MORNING], [], [MORNING], [MORNING], [], []]),
        ("Mo-Fr 09:00-12:00; We 14:00-18:00", [[MORNING], [MORNING], [AFTERNOON], [MORNING], [MORNING], [], []]),
        ("Mo-Fr 09:00-12:00; PH off", [[MORNING]] * 5 + [[], []]),
        ("Sa-Mo 09:00-12:00", [[MORNING], [], [], [], [], [MORNING], [MORNING]]),
        ("09:00-12:00", [[MORNING]] * 7),
        ("24/7", [[("00:00", "24:00")]] * 7),
        ("Su 22:00-02:00", [[("00:00", "02:00")], [], [], [], [], [], [("22:00", "24:00")]]),
        ("Mo 00:00-24:00", [[("00:00", "24:00")], [], [], [], [], [], []]),
        (" Mo  09:00 - 12:00 ; ", [[MORNING], [], [], [], [], [], []]),
    ],
)
def test_hours_become_a_week(text: str, week: list[list[tuple[str, str]]]) -> None:
    assert week_of(text) == week


@pytest.mark.parametrize(
    "text",
    [
        "", ";", "Lundi : 8h30-12h", "Mo-Fr", "Mo 9h-12h", "Mo-Xx 09:00-12:00", "Mo 09:00", "Mo 09:00-25:00",
        "Mo 24:00-25:00", "Mo 09:61-12:00", "Mo 09:00-09:00", "Mo[1] 09:00-12:00", "Jan-Mar Mo 09:00-12:00",
        'Mo 09:00-12:00 "sur rendez-vous"', "Mo 09:00-12:00 || Tu 09:00-12:00", "week 1-10 Mo 09:00-12:00",
        "Mo off", "sunrise-sunset", "Mo 09:00+", "mo 09:00-12:00", "Mo 09:00-12:00,", "24/7; Mo off",
        "2026 Dec 24 off",
    ],
)  # fmt: skip
def test_hours_that_say_more_than_a_week_stay_text(text: str) -> None:
    assert week_of(text) is None


@given(st.text(alphabet="MoTuWeThFrSaSu 0123456789:-,;/off", max_size=60))
def test_no_text_is_misread_into_an_impossible_week(text: str) -> None:
    week = week_of(text)
    if week is not None:
        assert len(week) == 7
        assert all("00:00" <= start < end <= "24:00" for day in week for start, end in day)
