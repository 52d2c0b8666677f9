"""What a file's row makes of a place that the directory has already. Pure.

Three say something: the file, the directory, and what the same source said last time. What changed at the source is
taken, unless somebody here verified it: then a person chooses.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from models.rules.directory_row import OURS

Fields = Mapping[str, Any]
_NEVER_COMPARED: Final = ("id", "source")
_OF_THE_DIRECTORY: Final = (
    "keeper", "active", "merged_into", "full_until", "verified_at", "verified_fields",
)  # fmt: skip
HIDES: Final = "confidential_address"


@dataclass(slots=True)
class Merged:
    """`after` is the place with what is taken of the file; `conflicts` what waits for a person, {field: (here, file)},
    None where there is no value."""

    after: dict[str, Any]
    conflicts: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def merge(file: Fields, here: Fields, last: Fields | None, says: Collection[str] | None, today: str) -> Merged:
    """The place as it would be. `last`: what its source said before; `says`: the fields the file can speak of, None for
    all of data·inclusion. A row without `date_maj` gets `today` when it changes something.

    A file may hide an address; it never shows one again, unless a person chooses so. A closed place that is listed
    opens again, one that was merged into another stays so.
    """
    merged = Merged(dict(here))
    for name in sorted({*file, *here} - {*_NEVER_COMPARED, *_OF_THE_DIRECTORY, "date_maj"}):
        _merge_field(name, file, here, last or {}, says, merged)
    if not here.get("merged_into"):
        merged.after["active"] = True
    if "date_maj" in file:
        merged.after["date_maj"] = file["date_maj"]
    elif merged.after != here or "date_maj" not in here:
        merged.after["date_maj"] = today
    return merged


def _merge_field(
    name: str, file: Fields, here: Fields, last: Fields, says: Collection[str] | None, merged: Merged
) -> None:
    new, now = file.get(name), here.get(name)
    is_silent = new is None and (name in OURS or (says is not None and name not in says))
    if is_silent or new == now:
        return
    if name in here.get("verified_fields", ()) or (name == HIDES and now):
        if new != last.get(name):
            merged.conflicts[name] = (now, new)
        return
    set_field(merged.after, name, new)


def set_field(fields: dict[str, Any], name: str, value: Any) -> None:
    """Give a field this value; None takes it away."""
    if value is None:
        fields.pop(name, None)
    else:
        fields[name] = value


def chosen(after: Fields, conflicts: Mapping[str, Any], take: Collection[str]) -> dict[str, Any]:
    """The place once a person chose: the fields of `take` are the file's, and nobody's verification any more."""
    fields = dict(after)
    for name in take:
        set_field(fields, name, conflicts[name][1])
    verified = [name for name in fields.get("verified_fields", ()) if name not in take]
    set_field(fields, "verified_fields", verified or None)
    if fields.get(HIDES) is None:
        fields[HIDES] = False
    return fields
