"""The dry run: what each row of a received file would change, and why what cannot be used was kept aside.

Nothing of the directory changes. Rows are compared a few hundred at a time, each few hundred in a transaction of their
own, so that long files hold up nobody.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from models.database import available, insert, rows, transaction
from models.directory.changes import dumped
from models.directory.columns import ROW_COLUMNS
from models.directory.keepers import Keeper
from models.directory.known import Known, known, open_ones
from models.directory.receiving import Tell, mapping_of
from models.directory.resembling import tell_likenesses
from models.directory.runs import APPLIED, CHUNK, OTHER, PLANNED, PLANNING, RECEIVING, Run, run_of, save
from models.directory.words import words
from models.problems import Problem
from models.reference import REFERENCE
from models.rules import cells, columns
from models.rules.directory_row import PLACE, SERVICE, Note, Row, RowRefused, read_row
from models.rules.place_merge import HIDES, merge
from models.tables import ImportRow

ADDED, CHANGED, CONFLICT, UNCHANGED, GONE, REFUSED = (
    "added", "changed", "conflict", "unchanged", "gone", "refused",
)  # fmt: skip
MOST_COUNTED: Final = 500  # different values to sort that a report counts one by one
SEE_DUPLICATES: Final = " : après l’import, voyez Doublons"


def plan(run_id: str, who: Keeper, now: datetime, *, whole: bool = False, tell: Tell = lambda done, total: None) -> Run:
    """Compare every row of a received file with the directory, and keep what it would change (again: anew).

    With `whole`, the file is all there is of its sources: what it no longer lists is to be closed (a refused row still
    lists its place). Raises Problem(not_found | import_columns), the latter when its columns were not confirmed.
    """
    run = run_of(run_id, who, now)
    if run.state in (RECEIVING, APPLIED):
        raise Problem("directory_changed")
    mapping = mapping_of(run.source) if run.form == OTHER else None
    if run.form == OTHER and not mapping:
        raise Problem("import_columns")
    with transaction():
        ImportRow.delete().where(ImportRow.run == run_id, ImportRow.line.is_null()).execute()
        save(run_id, state=PLANNING, whole=whole, done=0)
    comparing = _Comparing(run, who, now, mapping)
    done = 0
    for chunk in _received(run_id):
        compared = comparing.chunk(chunk)
        done += len(chunk)
        here = (ImportRow.of == chunk[0][2]) & ImportRow.number.between(chunk[0][0], chunk[-1][0])
        with transaction():
            ImportRow.delete().where(ImportRow.run == run_id, here).execute()
            insert(ImportRow, compared)
            save(run_id, done=done)
        tell(done, run.total)
    tell_likenesses(run_id, ADDED, SEE_DUPLICATES if who.keeps_all else "")
    with transaction():
        if whole:
            insert(ImportRow, list(comparing.gone(run.total)))
        save(run_id, state=PLANNED, counts=comparing.counts, notes={**run.notes, **comparing.notes()})
    return run_of(run_id, who, now)


def _received(run_id: str) -> Iterator[list[tuple[Any, ...]]]:
    """(number, line, sort of row, JSON) of each row of the file, a chunk at a time: places first, wherever they are in
    it, since services are judged by their place."""
    query = ImportRow.select(ImportRow.number, ImportRow.line, ImportRow.of, ImportRow.given)
    for of in (PLACE, SERVICE):
        mine, after = (ImportRow.run == run_id) & (ImportRow.of == of), 0
        while True:
            with available():
                chunk = rows(query.where(mine, ImportRow.number > after).order_by(ImportRow.number).limit(CHUNK))
            if not chunk:
                break
            yield chunk
            after = chunk[-1][0]


@dataclass(slots=True)
class _Comparing:
    """What was read so far. `lines` says where each id was read first, `listed` every id a row may stand for."""

    run: Run
    who: Keeper
    now: datetime
    mapping: Mapping[str, str] | None
    counts: Counter[str] = field(default_factory=Counter)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    listed: dict[str, set[str]] = field(default_factory=dict)
    sources: dict[str, set[str]] = field(default_factory=dict)
    new_places: set[str] = field(default_factory=set)
    to_sort: Counter[str] = field(default_factory=Counter)
    set_aside: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    aside: Counter[str] = field(default_factory=Counter)

    def chunk(self, chunk: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The same rows, compared: tuples of the table."""
        read = [(number, line, of, given, self._read(of, line, json.loads(given))) for number, line, of, given in chunk]
        good = [row for *_, row in read if isinstance(row, Row)]
        offered = [row for row in good if row.of == SERVICE]
        services = known(SERVICE, {row.id for row in offered})
        owners = {*map(_owner, offered), *(str(here["fields"]["structure_id"]) for here in services.values())}
        places = known(PLACE, {row.id for row in good if row.of == PLACE} | owners)
        return [
            self._tuple(number, line, of, given, self._judged(row, places, services))
            for number, line, of, given, row in read
        ]

    def _read(self, of: str, line: int, given: Any) -> Row | _Refused:
        if self.mapping is not None and isinstance(given, Mapping):
            given = columns.mapped(given, self.mapping, of)
        self._list(of, given)
        name = cells.as_text(given["nom"])[:150] if isinstance(given, Mapping) and given.get("nom") else None
        try:
            row = read_row(given, of, words()[of], self.run.source)
        except RowRefused as refusal:
            return _Refused(refusal.why, _written_id(given), name)
        if row.source != self.run.source and not self.who.keeps_all:
            return _Refused("cette source n’est pas celle de cet import", row.id, name)
        if (of, row.id) in self.lines:
            return _Refused(f"déjà lue ligne {self.lines[of, row.id]}", row.id, name)
        self.lines[of, row.id] = line
        self.sources.setdefault(of, set()).add(row.source)
        return row

    def _list(self, of: str, given: Any) -> None:
        """A row that is refused still lists what it names: it is there, and not gone."""
        if id_ := _written_id(given):
            source = cells.as_text(cells.cleaned(given.get("source")) or self.run.source)
            self.listed.setdefault(of, set()).update((id_, f"{source}--{id_}"))

    def _judged(self, row: Row | _Refused, places: Mapping[str, Known], services: Mapping[str, Known]) -> _Judged:
        if isinstance(row, _Refused):
            return _Judged(REFUSED, row.id, row.name, notes=[Note("", row.why)])
        owner = places.get(_owner(row) if row.of == SERVICE else row.id)
        if row.ours.get(HIDES) or (owner is not None and owner["fields"][HIDES]):
            row.notes = [note._replace(value="") for note in row.notes]  # any of them may say where it is
        self._count_notes(row)
        if row.of == SERVICE:
            here = services.get(row.id)
            if not (
                self._keeps(_owner(row), places)
                and (here is None or self._keeps(here["fields"]["structure_id"], places))
            ):
                return _Judged(
                    REFUSED, row.id, row.content["nom"], notes=[Note("", "ce service est d’un lieu tenu par d’autres")]
                )
            if here is not None and not self._may_move(str(here["fields"]["structure_id"]), _owner(row), places):
                why = "ce service est d’un lieu dont l’adresse est confidentielle : il y reste"
                return _Judged(REFUSED, row.id, row.content["nom"], notes=[Note("", why)])
            return self._judged_service(row, here, is_orphan=owner is None and _owner(row) not in self.new_places)
        return self._judged_place(row, owner)

    def _judged_place(self, row: Row, here: Known | None) -> _Judged:
        if here is not None and not self.who.keeps(here["fields"]):
            return _Judged(REFUSED, row.id, row.content["nom"], notes=[Note("", "ce lieu est tenu par d’autres")])
        file = row.content | row.ours
        offered = file | self._kind(file, here)
        if here is None:
            self.new_places.add(row.id)
            fresh = {"confidential_address": False, "active": True, "date_maj": self._today()}
            new = fresh | ({"keeper": self.run.keeper} if self.run.keeper else {}) | offered
            return _Judged(ADDED, row.id, row.content["nom"], None, {"fields": new, "imported": file}, {}, row.notes)
        if "kind" in offered and not self.who.may_call(offered["kind"], here["fields"].get("kind")):
            why = "ce genre de lieu révèle moins : le réseau seul peut le dire"
            row.notes = [*row.notes, Note("kind", why, str(offered.pop("kind")))]
        merged = merge(offered, here["fields"], here["imported"], self._says(), self._today())
        is_changed = merged.after != here["fields"]
        state = CHANGED if is_changed else CONFLICT if merged.conflicts else UNCHANGED
        is_news = is_changed or merged.conflicts or _as_kept(here["imported"]) != _as_kept(file)
        after: Known | None = {"fields": merged.after, "imported": file} if is_news else None
        before = here if is_news else None
        return _Judged(state, row.id, row.content["nom"], before, after, merged.conflicts, row.notes)

    def _kind(self, file: Known, here: Known | None) -> Known:
        """The kind that its networks say, for a place that has none: no source said it."""
        has_one = "kind" in file or (here is not None and "kind" in here["fields"])
        kind = None if has_one else kind_of(file.get("reseaux_porteurs", ()))
        return {"kind": kind} if kind else {}

    def _keeps(self, place: str, places: Mapping[str, Known]) -> bool:
        """Whether they may say what this place offers: it is theirs, or new in this very file."""
        is_theirs = place in places and self.who.keeps(places[place]["fields"])
        return self.who.keeps_all or place in self.new_places or is_theirs

    def _may_move(self, before: str, after: str, places: Mapping[str, Known]) -> bool:
        """Another place would show the address that a service keeps: only who shows places again may say so."""
        is_hidden = before in places and places[before]["fields"][HIDES]
        return self.who.keeps_all or before == after or not is_hidden

    def _judged_service(self, row: Row, here: Known | None, is_orphan: bool) -> _Judged:
        name, notes = row.content["nom"], row.notes
        if is_orphan:
            self.counts["service.orphan"] += 1
            notes = [*notes, Note("structure_id", "l’annuaire n’a pas ce lieu : le service l’attend", _owner(row))]
        fields: Known = here["fields"] if here is not None else {}
        merged = merge(row.content, fields, None, self._says(), self._today()).after
        if here is not None and merged == fields:
            return _Judged(UNCHANGED, row.id, name, notes=notes)
        change: Known = {"fields": row.content | merged}
        return _Judged(CHANGED if here else ADDED, row.id, name, here, change, {}, notes)

    def _says(self) -> set[str] | None:
        return None if self.mapping is None else {*self.mapping.values(), "a_classer"}

    def _today(self) -> str:
        return self.now.date().isoformat()

    def _count_notes(self, row: Row) -> None:
        if any(note.field in row.content.get("a_classer", ()) for note in row.notes):
            self.aside["rows"] += 1
        self.left_out.update(row.left_out)
        for note in row.notes:
            if note.why == "à classer":
                self.to_sort[f"{note.field} : {note.value or '…'}"] += 1
            else:
                self.set_aside[f"{note.field} {note.why.split(' : ')[0]}"] += 1

    def _tuple(self, number: int, line: int | None, of: str, given: str | None, judged: _Judged) -> tuple[Any, ...]:
        self.counts[f"{of}.{judged.state}"] += 1
        values = {
            "run": self.run.id, "number": number, "line": line, "of": of, "given": given, "state": judged.state,
            "target": judged.id, "name": judged.name, "notes": dumped(judged.notes),
            "conflicts": dumped(judged.conflicts),
            "before": dumped(judged.before) if judged.before is not None else None,
            "after": dumped(judged.after) if judged.after is not None else None,
        }  # fmt: skip
        return tuple(values[column] for column in ROW_COLUMNS)

    def gone(self, number: int) -> Iterator[tuple[Any, ...]]:
        """What the sources of this file had, and it no longer lists."""
        for of in (PLACE, SERVICE):
            for id_, here in open_ones(of, self.sources.get(of, ()), self.listed.get(of, ())):
                place = id_ if of == PLACE else str(here["fields"]["structure_id"])
                if self.who.keeps_all or self._keeps(place, known(PLACE, {place})):
                    number += 1
                    after = {"fields": here["fields"] | {"active": False}}
                    judged = _Judged(GONE, id_, here["fields"].get("nom"), here, after)
                    yield self._tuple(number, None, of, None, judged)

    def notes(self) -> dict[str, dict[str, int]]:
        counted = {"to_sort": self.to_sort, "set_aside": self.set_aside, "left_out": self.left_out, "aside": self.aside}
        return {name: dict(counter.most_common(MOST_COUNTED)) for name, counter in counted.items()}


@dataclass(frozen=True, slots=True)
class _Refused:
    why: str
    id: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """`before` and `after` are {"fields", "imported"} as the directory has them, and as it would."""

    state: str
    id: str | None
    name: str | None
    before: Known | None = None
    after: Known | None = None
    conflicts: Mapping[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def kind_of(networks: Iterable[str]) -> str | None:
    """The kind of organisation that runs these networks: the most sensitive one when there are several."""
    kinds = [kind for kind in REFERENCE.organisation_kinds.values() if set(kind["reseaux_porteurs"]) & set(networks)]
    return str(max(kinds, key=lambda kind: int(kind["level"]))["code"]) if kinds else None


def _owner(row: Row) -> str:
    return str(row.content["structure_id"])


def _as_kept(imported: Mapping[str, Any] | None) -> Any:
    return json.loads(dumped(imported))


def _written_id(given: object) -> str | None:
    id_ = cells.cleaned(given.get("id")) if isinstance(given, Mapping) else None
    return cells.as_text(id_)[:200] if id_ is not None else None
