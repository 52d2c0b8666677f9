"""What an import would add that looks like a place of the directory: said of its row before it is applied.

It only says: both may stay, and merging is for a person (duplicates.py). What is hidden of a confidential place is not
compared, and a row that hides its place is not compared at all: the remark would tell where it is.
"""

from __future__ import annotations

import json

from models.database import available, rows, transaction
from models.directory.changes import dumped
from models.directory.columns import place_rows
from models.directory.places import visible
from models.directory.runs import CHUNK
from models.rules.directory_row import PLACE, Note
from models.rules.duplicates import likenesses
from models.rules.place_merge import HIDES
from models.tables import ImportRow, Place


def tell_likenesses(run_id: str, state: str, advice: str) -> None:
    """Note on each row of an import in this `state` (those it adds) which open place it looks most like, and `advice`.

    Comparing 5,000 places lasts about a second, in no transaction.
    """
    query = ImportRow.select(ImportRow.number, ImportRow.after, ImportRow.notes).where(
        ImportRow.run == run_id, ImportRow.of == PLACE, ImportRow.state == state
    )
    with available():
        added = {number: (json.loads(after)["fields"], notes) for number, after, notes in rows(query)}
        open_ = rows(Place.select().where(Place.active == True)) if added else []  # noqa: E712 (compared by SQL)
    here = {fields["id"]: fields for fields, *_ in map(visible, place_rows(open_))}
    new = {fields["id"]: (number, fields) for number, (fields, _) in added.items() if not fields.get(HIDES)}
    said: dict[int, str] = {}
    if here and new:
        for each in likenesses([*here.values(), *(fields for _, fields in new.values())], new.keys()):
            mine, other = (each.first, each.second) if each.first in new else (each.second, each.first)
            said.setdefault(new[mine][0], str(here[other]["nom"]))
    numbers = sorted(said)
    for start in range(0, len(numbers), CHUNK):
        with transaction():
            for number in numbers[start : start + CHUNK]:
                note = Note("nom", f"ressemble à {said[number]}{advice}")
                notes = dumped([*json.loads(added[number][1]), note])
                ImportRow.update(notes=notes).where(ImportRow.run == run_id, ImportRow.number == number).execute()
