"""The whole road of an import at once, for who trusts the file: received, compared, applied."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from models.directory import receiving, report
from models.directory.applying import apply
from models.directory.keepers import Keeper
from models.directory.planning import ADDED, CHANGED, GONE, REFUSED, UNCHANGED, plan
from models.directory.runs import OPERATOR, Run

DEFAULT_SOURCE: Final = "fichier"
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """`row` counts from 1; `id` is as the file writes it, or None; `why` is one French clause."""

    row: int
    id: str | None
    why: str


@dataclass(slots=True)
class Report:
    """What an import did: every row read is added, changed (with the names of what differs), unchanged or refused.

    Places and services together. `run` has it row by row (models/directory/report.py).
    """

    run: Run
    read: int = 0
    unchanged: int = 0
    added: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    deactivated: list[str] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    to_sort: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """The report in French, one line each, for whoever typed the command."""
        return [
            *report.sentences(self.run),
            *(f"ligne {each.row} ({each.id or 'sans id'}) refusée : {each.why}" for each in self.refused),
            *(f"{id_} modifié : {', '.join(names)}" for id_, names in self.changed.items()),
            *(f"{id_} n’est plus dans le fichier" for id_ in self.deactivated),
        ]


def import_places(
    source: Path | Iterable[object], now: datetime, *, whole: bool = False, name: str = DEFAULT_SOURCE
) -> Report:
    """Import a file, or rows already read, as the operator; all or nothing. `name` is that of rows without a source.

    Raises OSError for a file that is not there, and the Problems of `receive`, `plan` and `apply`.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            run = receiving.receive(file, source.name, name, OPERATOR, now)
    else:
        content = json.dumps(list(source)).encode()
        run = receiving.receive(io.BytesIO(content), "", name, OPERATOR, now)
    run = apply(plan(run.id, OPERATOR, now, whole=whole).id, {}, OPERATOR, now)
    return report_of(run, OPERATOR, now)


def report_of(run: Run, who: Keeper, now: datetime) -> Report:
    """The report of an import that was compared. What changed nothing and says nothing is only counted."""
    found = Report(run, read=run.total, to_sort=Counter(run.notes["to_sort"]), left_out=Counter(run.notes["left_out"]))
    found.unchanged = sum(run.counts.get(f"{of}.{UNCHANGED}", 0) for of in report.SORTS)
    after = 0
    while page := report.lines(run.id, who, now, (ADDED, CHANGED, GONE, REFUSED), after, _PAGE):
        for line in page:
            _add(found, line)
        after = page[-1].number
    return found


def _add(found: Report, line: report.Line) -> None:
    id_ = line.target or ""
    if line.state == ADDED:
        found.added.append(id_)
    elif line.state == CHANGED:
        found.changed[id_] = [name for name, *_ in line.changes]
    elif line.state == GONE:
        found.deactivated.append(id_)
    else:
        found.refused.append(RefusedRow(line.line or 0, line.target, line.notes[0].why if line.notes else ""))
