"""One row of a directory file → a place in the words of data·inclusion v1, or the reason why it is refused.

Pure: the correspondences of older words are an argument (models/reference/directory.json). Reads data·inclusion v1 rows
and the older flat form (`pivot`, `horaires`, `services` separated by `;`). What has no place in v1 is kept aside in
`a_classer`, never dropped; a named contact is personal data and is left out.
Source: data·inclusion schema v1.0.8.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final


TEXTS: Final = (
    "nom", "adresse", "complement_adresse", "commune", "code_postal", "code_insee", "siret", "telephone", "courriel",
    "site_web", "description", "horaires_accueil", "accessibilite_lieu", "lien_source", "lien_mobilisation", "frais",
    "conditions_acces", "publics_precisions", "mobilisation_precisions",
)  # fmt: skip
LISTS: Final = ("reseaux_porteurs", "thematiques", "publics", "modes_accueil", "modes_mobilisation")
OURS: Final = ("kind", "food_aid", "confidential_address")
RENAMED: Final = {
    "pivot": "siret",
    "horaires": "horaires_accueil",
    "presentation_detail": "description",
    "prise_rdv": "lien_mobilisation",
    "modalites_accompagnement": "mobilisation_precisions",
}
SORTED: Final = {  # older column → (correspondence, list it fills)
    "services": "thematiques",
    "publics_accueillis": "publics",
    "labels_nationaux": "reseaux_porteurs",
    "typologie": "reseaux_porteurs",
}
PERSONAL: Final = ("contact_nom_prenom", "contact_nom", "contact_prenom")
_CODES: Final = {
    "code_postal": re.compile(r"[0-9]{5}$"),
    "code_insee": re.compile(r"[0-9][0-9AB][0-9]{3}$"),
    "siret": re.compile(r"[0-9]{14}$"),
}
_SLUG: Final = re.compile(r"[a-z0-9]+(-{1,2}[a-z0-9]+)*$")


class RowRefused(Exception):
    """This row is not a place; `why` is one French clause."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(slots=True)
class PlaceRow:
    """`content` has data·inclusion v1 names, and `a_classer` for what could not
    be sorted. `ours` holds only the fields of Accord that the row gives; `left_out` names personal columns not kept."""

    id: str
    source: str
    content: dict[str, Any]
    ours: dict[str, Any]
    left_out: list[str] = field(default_factory=list)


def read_row(row: object, words: Mapping[str, Any], kinds: Mapping[str, Any]) -> PlaceRow:
    """The place of one row. Raises RowRefused; an unknown value of a list is no reason to refuse."""
    if not isinstance(row, Mapping):
        raise RowRefused("ce n’est pas une fiche")
    given = {str(name): _clean(value) for name, value in row.items()}
    given = {name: value for name, value in given.items() if value not in (None, "", [])}
    source, id_ = _identity(given)
    place = PlaceRow(id_, source, {"id": id_, "source": source, "date_maj": _date(given)}, _ours(given, kinds))
    place.left_out = [name for name in PERSONAL if name in given]
    aside = _take_texts(given, place.content) | _take_lists(given, place.content, words)
    _check(place.content)
    _take_coordinates(given, place.content)
    if aside:
        place.content["a_classer"] = aside
    return place


def _clean(value: object) -> object:
    return re.sub(r"\s+", " ", value).strip() if isinstance(value, str) else value


def _identity(given: Mapping[str, Any]) -> tuple[str, str]:
    """(source, id): v1 ids carry their source; older ones get it, since two sources may use the same number."""
    missing = [name for name in ("source", "id", "nom") if name not in given]
    if missing:
        raise RowRefused(f"il manque {', '.join(missing)}")
    source, id_ = str(given["source"]), str(given["id"])
    return source, id_ if id_.startswith(f"{source}--") else f"{source}--{id_}"


def _date(given: Mapping[str, Any]) -> str:
    try:
        return date.fromisoformat(str(given.get("date_maj", ""))[:10]).isoformat()
    except ValueError:
        raise RowRefused("date_maj n’est pas une date" if "date_maj" in given else "il manque date_maj") from None


def _ours(given: Mapping[str, Any], kinds: Mapping[str, Any]) -> dict[str, Any]:
    ours = {name: given[name] for name in OURS if name in given}
    if ours.get("kind", "autre") not in kinds:
        raise RowRefused("kind n’est pas une sorte d’organisation connue")
    if not isinstance(ours.get("confidential_address", False), bool):
        raise RowRefused("confidential_address n’est ni vrai ni faux")
    return ours


def _take_texts(given: Mapping[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    """Fill `content` with what v1 names as text; returns the columns that have no place there."""
    aside: dict[str, Any] = {}
    known = {*TEXTS, *LISTS, *OURS, *SORTED, *PERSONAL, "id", "source", "date_maj", "latitude", "longitude"}
    for name, value in given.items():
        target = RENAMED.get(name, name)
        if target in TEXTS and target not in content and (name == target or target not in given):
            content[target] = str(value)
        elif name not in known:
            aside[name] = value
    if "presentation_resume" in aside and "description" not in content:
        content["description"] = str(aside["presentation_resume"])
    aside.pop("presentation_resume", None)  # the start of presentation_detail, or now the description
    return aside


def _take_lists(given: Mapping[str, Any], content: dict[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    """Fill the lists of v1; returns the values that nobody sorted yet, by column."""
    aside: dict[str, list[str]] = {}
    lists: dict[str, list[str]] = {name: [] for name in LISTS}
    for name in (*LISTS, *SORTED):
        for value in _values(given.get(name)):
            slug = words[name].get(value) if name in SORTED else value
            if slug and _SLUG.match(slug):
                lists[SORTED.get(name, name)].append(slug)
            else:
                aside.setdefault(name, []).append(value)
    content.update({name: sorted(set(values)) for name, values in lists.items() if values})
    for start, slug in words["frais"].items():
        if content.get("conditions_acces", "").startswith(start):
            content.setdefault("frais", slug)
    return aside


def _values(value: object) -> list[str]:
    if value is None:
        return []
    parts = value if isinstance(value, list) else str(value).split(";")
    return [str(part).strip() for part in parts if str(part).strip()]


def _check(content: Mapping[str, Any]) -> None:
    if not 3 <= len(content["nom"]) <= 150:
        raise RowRefused("nom fait moins de 3 ou plus de 150 signes")
    if len(content.get("description", "")) > 10_000:
        raise RowRefused("description fait plus de 10 000 signes")
    for name, form in _CODES.items():
        if name in content and not form.match(content[name]):
            raise RowRefused(f"{name} est impossible")


def _take_coordinates(given: Mapping[str, Any], content: dict[str, Any]) -> None:
    for name, most in (("latitude", 90), ("longitude", 180)):
        if name not in given:
            continue
        try:
            number = float(str(given[name]).replace(",", "."))
        except ValueError:
            raise RowRefused(f"{name} n’est pas un nombre") from None
        if not -most <= number <= most:
            raise RowRefused(f"{name} est impossible")
        content[name] = number
