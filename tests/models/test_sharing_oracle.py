"""T48: every role × column × category × necessity × consent × charter × level, against a judge written another way.

The judge reads the lists as they are printed (signs of the matrix, rows of the JSON), shares no code with the rules,
and says the code it expects for each of some 38,000 cells.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models.problems import Problem
from models.reference import REFERENCE, load
from models.rules.sharing import Disclosure, Side, check_orientation
from models.vocabulary import Role
from tests.models.test_sharing import disclosure, ending, version

FOLDER = Path(load.__code__.co_filename).parent
PRINTED = json.loads((FOLDER / "matrix.json").read_text("utf-8"))["cells"]
LEVELS = {
    row["code"]: row["level"] for row in json.loads((FOLDER / "categories.json").read_text("utf-8"))["categories"]
}
AGREED = ["C01", "C02", "C03", "C04", "C05", "C07", "C10", "C11", "C12", "C13", "C14", "C20"]
VARIANTS = ["C04.practical", "C05.practical", "C07.practical", "C10.practical", "C15.practical"]
CODES = [*PRINTED, *VARIANTS]
CONSENTS = ("in force", "of another category", "withdrawn", "ended")
BOUND, OPEN = Side("bound", has_open=True, has_bound=True), Side("open", has_open=True, has_bound=True)


def expected(role: str, column: str, code: str, necessity: bool, consent: str, charter: bool, side: Side) -> str | None:
    """What the pages say, read in their order."""
    sign = PRINTED[code[:3]][column][0]
    level = 1 if code in VARIANTS else LEVELS.get(code, 5)
    if not charter:
        return "charter"
    if role not in ("volunteer", "worker", "supervisor"):
        return "role"
    if sign == "✖" or (code not in VARIANTS and (sign == "◔" or (sign == "●" and not necessity))):
        return "matrix"
    if code not in AGREED + VARIANTS:
        return "basis"
    if consent != "in force":
        return "consent_missing"
    return None if side.circle_class == ("open" if level == 1 else "bound") else "level"


def cell(
    base: Disclosure, role: str, column: str, code: str, necessity: bool, consent: str, charter: bool, side: Side
) -> Disclosure:
    given = base.consent
    assert given is not None
    given = dataclasses.replace(given, categories=("C99",) if consent == "of another category" else (code,))
    level = 1 if code in VARIANTS else min(LEVELS.get(code, 4), 4)
    return dataclasses.replace(
        base,
        role=role,
        recipients=[(column, "profession")],
        sections=[("X.request", level), (code, level)],
        has_necessity=necessity,
        level=level,
        consent=given,
        endings=[WITHDRAWAL] if consent == "withdrawn" else [],
        t=given.ends_at + timedelta(minutes=1) if consent == "ended" else base.t,
        charters=base.charters if charter else [CLOSED],
        own=side,
        other=side,
    )


WITHDRAWAL = ending({"id": "w", "dossier": "dossier-1", "recipient": "food-bank", "categories": None})
NOTHING: dict[str, Any] = {"flows": [], "purposes": [], "bases": []}
CLOSED = [version(NOTHING)]


@pytest.mark.parametrize("role", [*Role, "operator"])
def test_each_cell_is_judged_as_the_pages_say(role: str) -> None:
    base = disclosure({})
    cells = itertools.product(PRINTED["C01"], CODES, (False, True), CONSENTS, (True, False), (OPEN, BOUND))
    wrong = []
    for column, code, necessity, consent, charter, side in cells:
        said = expected(role, column, code, necessity, consent, charter, side)
        try:
            check_orientation(REFERENCE, cell(base, role, column, code, necessity, consent, charter, side))
            found = None
        except Problem as refusal:
            found = refusal.code
        if found != said:
            wrong.append((column, code, necessity, consent, charter, side, found, said))
    assert wrong == []
