"""What every program of bench/ shares: contenders take turns, medians are compared, and a row of the table comes out.

Machines differ and are busy: only a ratio taken in one run means something, so the two sides alternate.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
LEAST_RUNS = 5
SIZES = {"small": 1_000, "default": 10_000, "large": 100_000}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `target` and `stretch` bound `value` from above; without them it is there for scale."""

    figure: str
    what: str
    measured: str
    reference: str
    value: float | None
    unit: str
    target: float | None
    stretch: float | None
    noise: str

    @property
    def verdict(self) -> str:
        if self.value is None or self.target is None:
            return "for scale" if self.target is None else "not measured"
        if self.stretch is not None and self.value <= self.stretch:
            return "reached, stretch too"
        return "reached" if self.value <= self.target else "NOT reached"

    def cells(self) -> list[str]:
        value = (
            ""
            if self.value is None
            else f"{self.value:.3g} {self.unit}"
            if self.value < 1000
            else f"{self.value:,.0f} {self.unit}"
        )
        bounds = [f"≤ {bound:g}" for bound in (self.target, self.stretch) if bound is not None]
        return [
            self.figure,
            self.what,
            self.measured,
            self.reference,
            value,
            " · ".join(bounds),
            self.noise,
            self.verdict,
        ]


HEADINGS = ["", "Figure", "Measured", "Reference, same run", "Value", "Target · stretch", "Noise", ""]


def size() -> int:
    """How many events, by SIZE: small, default, large, or a number."""
    asked = os.environ.get("SIZE", "default")
    return SIZES.get(asked) or int(asked)


def runs(most: int = LEAST_RUNS) -> int:
    """How often to repeat: never fewer than five."""
    return max(LEAST_RUNS, most if size() > SIZES["small"] else LEAST_RUNS)


def timed(act: Callable[[], object]) -> float:
    """Seconds."""
    began = perf_counter()
    act()
    return perf_counter() - began


def in_turn(times: int, **acts: Callable[[], object]) -> dict[str, list[float]]:
    """Seconds of each act, the acts taking turns: what slows the machine slows them all."""
    seen: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(times):
        for name, act in acts.items():
            seen[name].append(timed(act))
    return seen


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def noise(values: list[float]) -> str:
    """Half of the distance between the quartiles, over the median: how far one run may be from another."""
    low, middle, high = statistics.quantiles(values, n=4)
    return f"± {100 * (high - low) / 2 / middle:.0f} %" if middle else "± 0 %"


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def ms(seconds: float, digits: int = 3) -> str:
    """`0.0123` is `12.3 ms`, `1.2345` is `1.23 s`."""
    return f"{seconds:.{digits}g} s" if seconds >= 1 else f"{seconds * 1000:.{digits}g} ms"


def us(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs" if seconds >= 1e-4 else f"{seconds * 1e6:.3g} µs"


def tell(text: str) -> None:
    """What goes on, apart from the table."""
    sys.stderr.write(f"  {text}\n")


def finish(measure: Callable[[], list[Row]]) -> None:
    """Run one program: print its rows, and hand them to `make bench` when it asked."""
    rows = measure()
    sys.stdout.write(table(rows))
    if asked := os.environ.get("BENCH_ROWS"):
        with Path(asked).open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(row)) + "\n" for row in rows)


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table, which reads well in a terminal too."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    rule = ["-" * max(3, width) for width in widths]
    return "".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |\n"
        for line in [lines[0], rule, *lines[1:]]
    )
