"""The counts of many schedules as a few lines that can be quoted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

PROPERTY = "simulator"  # of a test's report


def lines(counts: Counter[str]) -> list[str]:
    """Schedules and steps, then each family of counts by its members, the most frequent first."""
    head = (
        f"Simulator: {counts['schedules']} schedules, {_sum(counts, 'step ')} steps, {_sum(counts, 'fault ')} faults."
    )
    return [head, *(f"  {name}s: {_members(counts, f'{name} ')}" for name in ("fault", "step", "verdict"))]


def _sum(counts: Counter[str], family: str) -> int:
    return sum(count for name, count in counts.items() if name.startswith(family))


def _members(counts: Counter[str], family: str) -> str:
    found = ((name.removeprefix(family), count) for name, count in counts.most_common() if name.startswith(family))
    return ", ".join(f"{name} {count}" for name, count in found)


def added(properties: Iterable[tuple[str, object]]) -> Counter[str]:
    """The counts that tests left as properties, together."""
    total: Counter[str] = Counter()
    for name, value in properties:
        if name == PROPERTY and isinstance(value, dict):
            total.update(value)
    return total
