"""May this be sent? Thousands of orientations, drawn by SEED, judged by the real write door and by the oracle (T48)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.conftest import SEED
from tests.roles.hands import said_of
from tests.roles.oracle import MEMBERSHIPS, ROLES
from tests.roles.oracle_sharing import Consent, judge, mark
from tests.roles.orientations import Writer
from tests.roles.reference import BASES, COLUMNS, MATRIX, NECESSITY, NEVER, PRACTICAL, PURPOSES, YES
from tests.roles.sending import Cell, draw, every_mark
from tests.roles.situations import SITUATIONS
from tests.roles.town import Town

PARTS, PART = 6, 1000
CODES = (
    "accepted", "held:parent", "unknown_key", "not_allowed", "role", "no_recipient", "awaits_rotation", "stale_epoch",
    "charter", "matrix", "basis", "consent_missing", "level", "dates",
)  # fmt: skip


def cells(town: Town, part: int) -> list[Cell]:
    luck = random.Random(f"{SEED} {part}")
    return [draw(town, luck) for _ in range(PART)]


@pytest.mark.parametrize("part", range(PARTS))
def test_the_server_lets_pass_what_the_oracle_lets_pass_and_says_the_same_why(town: Town, part: int) -> None:
    """T48, T42: role × standing × charter × column × class × ground × basis × what is sent, at the write door."""
    assert differences(town, cells(town, part)) == []


def test_each_cell_of_the_printed_matrix_is_read_as_printed(town: Town) -> None:
    """T48, T42: ✔ ● ◔ ✖ for every category and column, alone and mixed."""
    drawn = list(every_mark(town))
    assert differences(town, drawn) == []
    found = Counter(
        (mark(code, cell.facts.to.holders), judge(cell.facts)) for cell in drawn for code in cell.facts.sent
    )
    assert found[YES, "accepted"] > 100
    assert found[NECESSITY, "accepted"] > 50
    assert found[PRACTICAL, "accepted"] > 10
    assert found[NEVER, "matrix"] > 300


def differences(town: Town, drawn: list[Cell]) -> list[object]:
    """Where the write door and the oracle part: (charter, facts, what was expected, what was said)."""
    writer = Writer(town)
    before, asked = [], []
    for cell in drawn:
        consent, entries = writer.ground(cell)
        before += entries
        asked.append(writer.orientation(cell, consent))
    assert {said_of(verdict) for verdict in town.scribe.push(before)} == {"accepted"}
    found = [said_of(verdict) for verdict in town.scribe.push(asked)]
    return [
        (cell.recipient.situation, cell.facts, expected, said)
        for cell, said in zip(drawn, found, strict=True)
        if said != (expected := judge(cell.facts))
    ]


def test_the_draw_leaves_nothing_out(town: Town) -> None:
    """Each verdict, role, standing, column, mark, charter, basis, consent: seen, or the comparison says little."""
    drawn = [cell for part in range(PARTS) for cell in cells(town, part)]
    seen = Counter(trait for cell in drawn for trait in traits(cell))
    wanted = [f"verdict {code}" for code in CODES] + [f"charter {name}" for name in (*SITUATIONS, "inside")]
    wanted += [f"role {role}" for role in ROLES] + [f"standing {one}" for one in MEMBERSHIPS]
    wanted += [f"column {column}" for column in COLUMNS] + [f"category {code}" for code in MATRIX]
    wanted += [f"mark {sign} {verdict}" for sign in (YES, NECESSITY, PRACTICAL) for verdict in ("accepted", "charter")]
    wanted += [f"mark {sign} matrix" for sign in (NECESSITY, PRACTICAL, NEVER)]
    wanted += [f"basis {name}" for name in (*BASES, "person.unknown")] + [f"purpose {name}" for name in PURPOSES]
    wanted += ["alone accepted", "alone consent_missing", "refused", "withdrawn", "expired", "another", "other_team"]
    wanted += ["nobody", "key awaits", "key stale", "key older", "inside accepted", "request alone accepted"]
    wanted += [f"level {level} accepted" for level in (1, 2, 3, 4)]
    assert {trait: seen[trait] for trait in wanted if seen[trait] < 5} == {}
    assert seen["verdict accepted"] >= 1000


def traits(cell: Cell) -> Iterator[str]:
    facts, verdict = cell.facts, judge(cell.facts)
    yield from (f"verdict {verdict}", f"charter {cell.recipient.situation}", f"basis {facts.basis}")
    yield from (f"role {facts.author.role}", f"standing {facts.author.membership}", f"purpose {facts.purpose}")
    yield from (f"key {facts.to.key}", f"level {facts.event_level} {verdict}")
    yield from (f"column {column}" for column, _ in facts.to.holders)
    if facts.to.where == "same_organisation":
        yield f"inside {verdict}"
    for code in facts.sent:
        yield f"category {code.removesuffix('.practical')}"
        yield f"mark {mark(code, facts.to.holders)} {verdict}"
    if not facts.sent:
        yield f"request alone {verdict}"
    if not isinstance(facts.ground, Consent):
        yield f"alone {verdict}"
        return
    yield from (act.kind for act in facts.ground.said)
    yield from (facts.ground.recipient, facts.ground.known_to)
    if facts.ground.days_left <= 0:
        yield "expired"
