"""The simulator catches what it is for: each mutant, within few schedules, by the invariant it breaks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulator.mutants import MUTANTS, Patch, alive
from tests.simulator.schedule import compose, play
from tests.simulator.server import Server
from tests.simulator.town import Town

WITHIN = 150  # schedules


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_mutant_is_caught(town: Town, server: Server, mutant: Callable[[], list[Patch]]) -> None:
    """T23 (a serial cursor), T2, T88, T92, T28 and others: the product as it must not be."""
    with alive(mutant):
        for seed in range(WITHIN):
            broken = play(town, server, compose(seed), seed).broken
            if broken is not None and broken.sentence.startswith(MUTANTS[mutant]):
                return
    pytest.fail(f"{mutant.__name__} lived through {WITHIN} schedules")
