"""Thousands of schedules of deeds and faults between real phones and the real server; I1–I10 hold after every step.

Covers T1, T2, T5–T9, T17, T18, T20, T22, T23, T27, T28, T36–T42, T45, T52, T57, T74, T88, T92, T98, T107, T109. A
failure prints its seed and its steps, made as few as they can be: they then belong in regressions.json.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SEED
from tests.databases import POSTGRESQL
from tests.simulator.counting import PROPERTY
from tests.simulator.schedule import Outcome, compose, play, shrunk
from tests.simulator.server import Server
from tests.simulator.town import Town

CHUNKS = 16
SCHEDULES = 125  # in each chunk
LENGTH = 18  # steps
ON_POSTGRESQL = 4, 50  # chunks, schedules in each
REGRESSIONS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "regressions.json").read_text("utf-8"))


Record = Callable[[str, object], None]


def _play(town: Town, server: Server, first: int, many: int, record: Record) -> None:
    counts: Counter[str] = Counter()
    for seed in range(first, first + many):
        outcome = play(town, server, compose(seed, LENGTH), seed)
        counts.update(outcome.counts)
        counts["schedules"] += 1
        if outcome.broken is not None:
            pytest.fail(_told(shrunk(town, server, outcome, seed), seed), pytrace=False)
    record(PROPERTY, dict(counts))


def _told(outcome: Outcome, seed: int) -> str:
    steps = "".join(f"\n  {json.dumps(step)}" for step in outcome.steps)
    return f"{outcome.broken}\nseed {seed}, {len(outcome.steps)} steps:{steps}"


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_invariant_holds_after_every_step(
    town: Town, server: Server, chunk: int, record_property: Record
) -> None:
    """SEED says which schedules."""
    _play(town, server, SEED * 100_000 + chunk * SCHEDULES, SCHEDULES, record_property)


@pytest.mark.parametrize("engine", [POSTGRESQL], indirect=True)
@pytest.mark.parametrize("chunk", range(ON_POSTGRESQL[0]))
def test_every_invariant_holds_on_postgresql(town: Town, server: Server, chunk: int, record_property: Record) -> None:
    many = ON_POSTGRESQL[1]
    _play(town, server, SEED * 100_000 + 50_000 + chunk * many, many, record_property)


@pytest.mark.parametrize("kept", REGRESSIONS, ids=lambda kept: str(kept["seed"]))
def test_what_failed_once_holds(town: Town, server: Server, kept: dict[str, Any]) -> None:
    outcome = play(town, server, kept["steps"], kept["seed"])
    assert outcome.broken is None, kept["why"]


def test_a_seed_gives_the_same_steps_and_the_same_story(town: Town, server: Server) -> None:
    assert compose(7) == compose(7) != compose(8)
    first, second = (play(town, server, compose(7), 7).counts for _ in range(2))
    assert first == second
