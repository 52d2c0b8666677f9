"""The phone's words about hours, over the vectors the server runs (tests/models/test_opening.py), and drawn ones."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.opening_hours import hours_of
from models.rules.holidays import department_of, holidays
from models.rules.opening import exception_lines, opening_words, week_lines
from tests.client.harness import Modules

pytestmark = pytest.mark.browser
VECTORS: dict[str, Any] = json.loads((Path(__file__).parent.parent / "vectors" / "opening.json").read_text("utf-8"))
TEXTS = (
    "Mo-Fr 09:00-12:00,14:00-18:00", "Mo-Sa 09:00-12:00; PH off", "week 1-53/2 Fr 09:00-12:00", "24/7", "jamais",
    "sur rendez-vous", "Mo-Su 20:00-02:00", "Mo-Fr 09:00-17:00; We[1] off", "PH 10:00-12:00; Sa off",
    "Apr-Sep Mo-Fr 10:00-18:00; Oct-Mar Mo 14:00-16:00", 'Mo-Fr 09:00-12:00 "sur rendez-vous"',
    "Mo-Fr 09:00-24:00; Dec 24-Jan 2 off",
)  # fmt: skip


def test_each_moment_has_the_servers_words(page_modules: Modules) -> None:
    found = page_modules.run(
        """
        const { exceptionLines, openingWords, weekLines } = await load("app/rules/opening.js");
        const { departmentOf, easter, holidays } = await load("app/rules/holidays.js");
        return {
          words: cases.map(({ place, on, clock }) => openingWords(places[place], { on, clock })),
          lines: lines.map(({ place, on }) => {
            return [weekLines(places[place]), exceptionLines(places[place], { on, clock: "10:00" })];
          }),
          holidays: years.map(({ year, department }) => [...holidays(year, department)].sort()),
          easter: sundays.map((day) => easter(Number(day.slice(0, 4)))),
          departments: codes.map(([insee, postal]) => departmentOf(insee ?? undefined, postal ?? undefined)),
        };""",
        cases=VECTORS["cases"],
        places=VECTORS["places"],
        lines=VECTORS["lines"],
        years=VECTORS["holidays"],
        sundays=VECTORS["easter"],
        codes=VECTORS["departments"],
    )
    expected = [case["words"] for case in VECTORS["cases"]]
    different = [each for each in zip(VECTORS["cases"], found["words"], expected, strict=True) if each[1] != each[2]]
    assert different == []
    assert found["lines"] == [[case["week"], case["exceptions"]] for case in VECTORS["lines"]]
    assert found["holidays"] == [case["days"] for case in VECTORS["holidays"]]
    assert found["easter"] == VECTORS["easter"]
    assert found["departments"] == [case[2] for case in VECTORS["departments"]]


def test_what_the_server_reads_of_hours_is_said_alike_on_both_sides(
    page_modules: Modules, seeded: random.Random
) -> None:
    cases = [_drawn(seeded) for _ in range(600)]
    found = page_modules.run(
        """
        const { exceptionLines, openingWords, weekLines } = await load("app/rules/opening.js");
        return cases.map(({ place, on, clock }) => {
          const at = { on, clock };
          return [openingWords(place, at), weekLines(place), exceptionLines(place, at)];
        });""",
        cases=cases,
    )
    for case, said in zip(cases, found, strict=True):
        on = date.fromisoformat(case["on"])
        place = case["place"]
        expected = [opening_words(place, on, case["clock"]), week_lines(place), exception_lines(place, on)]
        assert said == expected, case


def test_both_sides_have_the_same_holidays_for_sixty_years(page_modules: Modules) -> None:
    codes = ["29019", "67482", "57463", "2A004", "97105", "97209", "97302", "97411", "97502", "97608", "98818", "98735"]
    asked = [[year, code] for year in range(2000, 2060) for code in codes]
    found = page_modules.run(
        """
        const { departmentOf, holidays } = await load("app/rules/holidays.js");
        return asked.map(([year, code]) => [...holidays(year, departmentOf(code, undefined))].sort());""",
        asked=asked,
    )
    assert found == [[day.isoformat() for day in holidays(year, department_of(code, None))] for year, code in asked]


def test_a_place_is_open_by_its_own_clock_wherever_the_phone_is(page_modules: Modules) -> None:
    """11 h in Paris, 14 h in Réunion, 6 h in Guadeloupe; a zone the browser does not know is Paris's."""
    found = page_modules.run(
        """
        const { momentAt } = await load("app/rules/opening.js");
        const now = new Date("2026-11-23T10:00:00Z");
        const zones = [undefined, "Indian/Reunion", "America/Guadeloupe", "Pacific/Noumea", "Mars/Olympus"];
        return zones.map((zone) => momentAt(now, zone));""",
    )
    monday = "2026-11-23"
    assert [(each["on"], each["clock"]) for each in found] == [
        (monday, "11:00"), (monday, "14:00"), (monday, "06:00"), (monday, "21:00"), (monday, "11:00"),
    ]  # fmt: skip


def test_hours_of_no_shape_are_no_hours_and_stop_no_search(page_modules: Modules) -> None:
    slots = [[["09:00", "12:00"]]] * 7
    bent: list[Any] = [
        {"week": 3}, {"week": [1] * 7}, {"week": slots[:6]}, {"week": [[["09:00"]]] * 7}, {"week": [[[9, 12]]] * 7},
        {"week": [[["9h", "12h"]]] * 7}, {"week": slots, "exceptions": {}}, {"week": slots, "exceptions": [None]},
        {"week": slots, "exceptions": [{"on": 3, "slots": []}]}, {"week": slots, "exceptions": [{"on": "2026-11-23"}]},
    ]  # fmt: skip
    found = page_modules.run(
        """
        const { exceptionLines, isOpen, openingWords, weekLines } = await load("app/rules/opening.js");
        const at = { on: "2026-11-23", clock: "10:00" };
        return places.map((place) => {
          return [openingWords(place, at), isOpen(place, at), weekLines(place), exceptionLines(place, at)];
        });""",
        places=bent,
    )
    assert found == [["", False, [], []]] * len(bent)


def _drawn(seeded: random.Random) -> dict[str, Any]:
    content = {"horaires_accueil": seeded.choice(TEXTS), "code_insee": seeded.choice(["29019", "67482", "97411"])}
    place = content | hours_of(content, date(2026, 11, 22))
    if seeded.random() < 0.2:
        place["a_verifier"] = True
    minute = seeded.randrange(1440)
    on = date(2026, 11, 1) + timedelta(days=seeded.randrange(420))
    return {"place": place, "on": on.isoformat(), "clock": f"{minute // 60:02}:{minute % 60:02}"}
