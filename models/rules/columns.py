"""Which column of any spreadsheet is which field: guessed from names and values, then confirmed by a person.

Pure. A mapping is {heading: field}; several headings may feed one text (they are joined in their order). What no
heading feeds, the file does not speak of; what no field takes is kept aside under its heading.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from models.rules import cells
from models.rules.directory_row import (
    COORDINATES,
    LISTS,
    NUMBERS,
    OURS,
    OWN_LISTS,
    PERSONAL,
    PLACE,
    RENAMED,
    SERVICE,
    SORTED,
    TEXTS,
)
from models.rules.letters import plain

Chosen = dict[str, str]
IGNORED: Final = "-"  # a column nobody wants: named, so that it was a choice
SAMPLE_ROWS: Final = 200
ID_FIELDS: Final = ("id", "source", "date_maj")
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    of: (*ID_FIELDS, *TEXTS[of], *LISTS[of], *OWN_LISTS, *COORDINATES, *NUMBERS[of], *(OURS if of == PLACE else ()),
         "contact_nom_prenom")
    for of in (PLACE, SERVICE)
}  # fmt: skip
"""What a column may be, by sort of row. `contact_nom_prenom` is a named person: read, and left out."""
JOINED: Final = ("adresse", "complement_adresse", "description", "conditions_acces", "publics_precisions",
                 "mobilisation_precisions", "horaires_accueil")  # fmt: skip
_PHONE: Final = re.compile(r"(?:\+33|0033|0)?\s*[1-9](?:[\s.\-]?\d{2}){4}$", re.ASCII)
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[a-zA-Z]{2,}$")
_HOURS: Final = re.compile(r"\d{1,2}\s?[h:]\s?\d{0,2}|\b(?:lundi|mardi|mercredi|jeudi|vendredi|Mo|Tu|We|Th|Fr)\b")
ENOUGH: Final = 0.8  # of the values: a few odd cells do not hide what a column is


def guess(
    headings: Sequence[str], rows: Sequence[Mapping[str, Any]], spellings: Mapping[str, Sequence[str]], of: str = PLACE
) -> Chosen:
    """{heading: field} of what is recognised, by its name, or by its values when its name says nothing.

    `spellings` are the headings people write, by field. A field that is not joined is given once, to the heading that
    names it best (the first of two that do as well).
    """
    field_of = {plain(name): field for field, names in spellings.items() for name in (field, *names)}
    found: Chosen = {}
    samples = rows[:SAMPLE_ROWS]
    for exact in (True, False):
        for heading in headings:
            field = _named(heading, exact, field_of) if heading not in found else None
            if field in FIELDS[of] and field is not None and _is_free(field, found):
                values = _values(samples, heading)
                if not _contradicts(field, values):
                    found[heading] = field
    for heading in headings:
        field = _by_values(_values(samples, heading)) if heading not in found else None
        if field and _is_free(field, found):
            found[heading] = field
    return found


def is_standard(headings: Collection[str]) -> bool:
    """Whether these are the columns of data·inclusion, of any version: then nothing is to be guessed."""
    known = {*FIELDS[PLACE], *FIELDS[SERVICE], *RENAMED, *SORTED}
    says_more = {"source", "date_maj", "structure_id", "siret", "pivot"} & set(headings)
    return {"id", "nom"} <= set(headings) and bool(says_more) and 2 * len(known & set(headings)) > len(headings)


def is_older(headings: Collection[str]) -> bool:
    """Whether standard columns are those of version 0, or of its flat form."""
    return bool({*RENAMED, *SORTED, "presentation_resume", "types"} & set(headings))


def fault(mapping: Mapping[str, str], headings: Sequence[str], of: str = PLACE) -> str | None:
    """Why this mapping cannot serve, as one French sentence; None when it can."""
    fields = [field for field in mapping.values() if field != IGNORED]
    if set(mapping) - set(headings):
        return "Une colonne choisie n’est pas dans le fichier."
    if set(fields) - set(FIELDS[of]):
        return "Un champ choisi n’existe pas."
    twice = {field for field in fields if fields.count(field) > 1 and field not in JOINED}
    if twice:
        return f"Le champ {sorted(twice)[0]} est choisi pour deux colonnes."
    if "nom" not in fields:
        return "Il faut dire quelle colonne est le nom du lieu."
    if of == SERVICE and "structure_id" not in fields:
        return "Il faut dire de quelle structure est chaque service."
    return None


def mapped(row: Mapping[str, Any], mapping: Mapping[str, str], of: str = PLACE) -> dict[str, Any]:
    """The row in the names of fields; what is in no mapping keeps its heading. An id is made when there is none.

    Made of the name and the town: the same place has the same id in the next file.
    """
    named: dict[str, Any] = {}
    for heading, value in row.items():
        field = mapping.get(heading, heading)
        clean = cells.cleaned(value)
        if field == IGNORED or clean is None:
            continue
        if field in JOINED and field in named:
            named[field] = f"{cells.as_text(named[field])} {cells.as_text(clean)}"
        elif field == heading and heading not in mapping and heading in (*FIELDS[of], *PERSONAL):
            named[f"{heading} (colonne)"] = clean  # nobody confirmed that this is the field of that name
        else:
            named[field] = clean
    if "id" not in named and "nom" in named:
        named["id"] = made_id(named)
    return named


def made_id(named: Mapping[str, Any]) -> str:
    """`restos-du-coeur-29000`: the name, and the town where it is known."""
    where = named.get("code_insee") or named.get("code_postal") or named.get("commune") or ""
    where = cells.postal_code(where) or cells.as_text(where)
    parts = (plain(cells.as_text(part)).replace(" ", "-") for part in (named["nom"], where))
    return "-".join(filter(None, parts))[:150]


def _named(heading: str, exact: bool, field_of: Mapping[str, str]) -> str | None:
    name = plain(heading)
    if exact:
        return field_of.get(name)
    name = re.sub(r"^(le|la|les|l|votre|vos|nom de|numero de|n de|n) ", "", name)
    known = [each for each in field_of if len(each) > 3 and re.search(rf"\b{re.escape(each)}\b", name)]
    return field_of[max(known, key=len)] if known else None


def _is_free(field: str, found: Chosen) -> bool:
    return field in JOINED or field not in found.values()


def _values(rows: Sequence[Mapping[str, Any]], heading: str) -> list[str]:
    return [cells.as_text(value) for row in rows if (value := cells.cleaned(row.get(heading))) is not None]


def _contradicts(field: str, values: list[str]) -> bool:
    """A heading may lie: a column called `code` that holds words is no postal code."""
    checks = {
        "code_postal": cells.postal_code, "code_insee": cells.insee_code, "siret": cells.siret,
        "telephone": cells.telephone, "latitude": cells.as_number, "longitude": cells.as_number,
        "date_maj": cells.as_date,
    }  # fmt: skip
    if field == "courriel":
        return bool(values) and not _most(values, lambda value: "@" in value, 0.5)
    check = checks.get(field)
    return check is not None and bool(values) and not _most(values, lambda value: check(value) is not None, 0.5)


def _by_values(values: list[str]) -> str | None:
    """What a column without a known name holds, when nearly all its values say so."""
    if len(values) < 2:
        return None
    for field, tells in (
        ("courriel", lambda value: bool(_EMAIL.match(value))),
        ("siret", lambda value: bool(cells.siret(value)) and cells.has_check_digit(cells.siret(value) or "")),
        ("telephone", lambda value: bool(_PHONE.match(value))),
        ("code_postal", lambda value: bool(re.fullmatch(r"\d{5}(\.0)?", value, re.ASCII))),
        ("site_web", lambda value: value.startswith(("http://", "https://", "www."))),
        ("latitude", lambda value: 41 <= (cells.as_number(value) or 0) <= 52 and bool(re.search(r"[.,]\d{2}", value))),
        (
            "longitude",
            lambda value: -6 <= (cells.as_number(value) or 99) <= 10 and bool(re.search(r"[.,]\d{3}", value)),
        ),
        ("horaires_accueil", lambda value: len(_HOURS.findall(value)) >= 2),
    ):
        if _most(values, tells, ENOUGH):
            return field
    return None


def _most(values: list[str], tells: Any, share: float) -> bool:
    return sum(1 for value in values if tells(value)) >= share * len(values)
