"""One row of a directory file → a place or a service in the words of data·inclusion v1, or why it is refused.

Pure: the correspondences of older words and the published schema are arguments. Reads v1 rows, v0 ones (structures and
services) and the flat older form (`pivot`, `horaires`, `services` separated by `;`). A value that cannot be used is
kept aside in `a_classer` and noted, never dropped; a named contact is personal data and is left out. Only a row that
names nothing is refused. Source: data·inclusion schema v1.0.8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, NamedTuple

from models.rules import cells, published
from models.rules.letters import singular
from models.rules.spoken import FOOD, Spoken, Words, said_in, some_of

PLACE, SERVICE = "place", "service"
_COMMON: Final = (
    "nom", "adresse", "complement_adresse", "commune", "code_postal", "code_insee", "telephone", "courriel",
    "description", "horaires_accueil", "lien_source", "frais", "frais_precisions", "lien_mobilisation",
    "conditions_acces", "publics_precisions", "mobilisation_precisions",
)  # fmt: skip
TEXTS: Final = {
    PLACE: (*_COMMON, "siret", "site_web", "accessibilite_lieu"),
    SERVICE: (*_COMMON, "type", "structure_id"),
}
_LISTS: Final = ("thematiques", "publics", "modes_accueil", "modes_mobilisation", "mobilisable_par")
LISTS: Final = {PLACE: (*_LISTS, "reseaux_porteurs"), SERVICE: (*_LISTS, "zone_eligibilite")}
OWN_LISTS: Final = ("langues", "justificatifs")  # ours: languages spoken, papers to bring
COORDINATES: Final = ("latitude", "longitude")
NUMBERS: Final = {PLACE: (), SERVICE: ("volume_horaire_hebdomadaire", "nombre_semaines")}
OURS: Final = ("kind", "food_aid", "confidential_address")
NOT_OF_A_FILE: Final = ("organisation", "team", "keeper")
PERSONAL: Final = ("contact_nom_prenom", "contact_nom", "contact_prenom")
RENAMED: Final = {
    "pivot": "siret", "horaires": "horaires_accueil", "horaires_ouverture": "horaires_accueil",
    "presentation_detail": "description", "accessibilite": "accessibilite_lieu", "prise_rdv": "lien_mobilisation",
    "formulaire_en_ligne": "lien_mobilisation", "modalites_accompagnement": "mobilisation_precisions",
    "frais_autres": "frais_precisions",
}  # fmt: skip
SORTED: Final = {  # older column → (correspondence, list it fills)
    "services": "thematiques", "publics_accueillis": "publics", "profils": "publics",
    "labels_nationaux": "reseaux_porteurs", "typologie": "reseaux_porteurs",
}  # fmt: skip
UNSAID: Final = "Description non renseignée."
"""What our exports say where the published schema asks a description that nobody wrote."""

NAME_MOST, NAME_LEAST, ID_MOST = 150, 3, 200


class Note(NamedTuple):
    """What a person should know of a field: `why` is one French clause, `value` what the file has."""

    field: str
    why: str
    value: str = ""


class RowRefused(Exception):
    """This row is neither a place nor a service; `why` is one French clause."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def words_of(
    of: str, schema: Mapping[str, Any], older: Mapping[str, Any], kinds: Mapping[str, Any], spoken: Spoken
) -> Words:
    """The words of one sort of row, worked out once for a whole file."""
    allowed = {name: published.words(schema, name) for name in (*LISTS[of], "type") if name in schema["properties"]}
    headings = frozenset(theme.split("--")[0] for theme in allowed["thematiques"])
    allowed |= {"thematiques": allowed["thematiques"] | headings, "categories": headings}
    return Words(older, schema, allowed, headings, kinds, older["food_aid"], spoken)


@dataclass(slots=True)
class Row:
    """`content` has data·inclusion v1 names (no `date_maj` when the row has none), and `a_classer` for what could not
    be used. `ours` holds only the fields of Accord that the row gives; `left_out` names personal columns."""

    of: str
    id: str
    source: str
    content: dict[str, Any]
    ours: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def set_aside(self, name: str, value: Any, why: str) -> None:
        self.content.setdefault("a_classer", {})[name] = value
        self.notes.append(Note(name, why, cells.as_text(value)[:200]))


def read_row(row: object, of: str, words: Words, source: str | None = None) -> Row:
    """The place or the service of one row; `source` when it does not say its own. Raises RowRefused."""
    if not isinstance(row, Mapping):
        raise RowRefused("ce n’est pas une fiche")
    given = {str(name): cells.cleaned(value) for name, value in row.items()}
    given = {name: value for name, value in given.items() if value is not None}
    read = _identity(given, of, source)
    read.left_out = [name for name in PERSONAL if name in given]
    if isinstance(given.get("a_classer"), Mapping):  # our own export, read again
        read.content["a_classer"] = dict(given["a_classer"])
    if given.get("description") == UNSAID:
        del given["description"]
    _take_ours(given, read, words)
    _take_texts(given, read, words)
    _take_lists(given, read, words)
    _take_numbers(given, read)
    _repair(read)
    _check(read, words)
    return read


def _identity(given: Mapping[str, Any], of: str, source: str | None) -> Row:
    """v1 ids carry their source; older ones get it, since two sources may use the same number."""
    given = {"source": source, **given} if source else given
    missing = [name for name in ("source", "id", "nom") if name not in given]
    if of == SERVICE and "structure_id" not in given:
        missing.append("structure_id")
    if missing:
        raise RowRefused(f"il manque {', '.join(missing)}")
    own, id_ = cells.as_text(given["source"]), cells.as_text(given["id"])
    id_ = id_ if id_.startswith(f"{own}--") else f"{own}--{id_}"
    if len(id_) > ID_MOST:
        raise RowRefused(f"id fait plus de {ID_MOST} signes")
    row = Row(of, id_, own, {"id": id_, "source": own})
    if "date_maj" in given:
        if day := cells.as_date(given["date_maj"]):
            row.content["date_maj"] = day
        else:
            row.set_aside("date_maj", given["date_maj"], "n’est pas une date")
    return row


def _take_ours(given: Mapping[str, Any], row: Row, words: Words) -> None:
    for name in NOT_OF_A_FILE:
        if name in given:
            row.notes.append(Note(name, "ne vient pas d’un fichier : qui reçoit se dit dans les équipes"))
    if "kind" in given and row.of == PLACE:
        kind = cells.as_text(given["kind"])
        if kind in words.kinds:
            row.ours["kind"] = kind
        else:
            row.set_aside("kind", given["kind"], "n’est pas une sorte d’organisation connue")
    if "confidential_address" in given and row.of == PLACE:
        flag = cells.as_flag(given["confidential_address"])
        row.ours["confidential_address"] = flag is not False  # in doubt, it is
        if flag is None:
            row.notes.append(Note("confidential_address", "n’est ni oui ni non : tenue pour confidentielle"))
    if row.of == PLACE:
        _take_food_aid(given, row, words)


def _take_food_aid(given: Mapping[str, Any], row: Row, words: Words) -> None:
    """Kinds of food aid, by their code or in words: these are found by their theme too, and may be among the themes."""
    known, spoken = frozenset(words.food_aid), words.spoken["food_aid"]
    read = {value: said_in(value, {}, known, spoken) for value in cells.as_values(given.get("food_aid"))}
    if unknown := [value for value, kinds in read.items() if not kinds]:
        row.set_aside("food_aid", unknown, "à classer")
    if any(kinds and kinds != [value] for value, kinds in read.items()):
        row.content["thematiques"] = [FOOD]
    themes = [kind for value in cells.as_values(given.get("thematiques")) for kind in some_of(value, spoken)]
    if aid := list(dict.fromkeys([*chain(*read.values()), *themes])):
        row.ours["food_aid"] = aid


def _take_texts(given: Mapping[str, Any], row: Row, words: Words) -> None:
    """Fill the content with what v1 names as text; what has no place there is kept aside."""
    known = {
        *TEXTS[row.of], *LISTS[row.of], *OWN_LISTS, *OURS, *SORTED, *PERSONAL, *COORDINATES, *NUMBERS[row.of],
        *NOT_OF_A_FILE, "id", "source", "date_maj", "categories", "types", "presentation_resume", "a_classer",
    }  # fmt: skip
    for name, value in given.items():
        target = RENAMED.get(name, name)
        if target in TEXTS[row.of] and target not in row.content and (name == target or target not in given):
            row.content[target] = cells.as_text(value)
        elif name not in known:
            row.set_aside(name, value, "colonne à classer")
    if "presentation_resume" in given and "description" not in row.content:
        row.content["description"] = cells.as_text(given["presentation_resume"])
    if row.of == SERVICE:
        _take_type(given, row, words)
        owner = row.content["structure_id"]
        row.content["structure_id"] = owner if owner.startswith(f"{row.source}--") else f"{row.source}--{owner}"


def _take_type(given: Mapping[str, Any], row: Row, words: Words) -> None:
    """v0 gave a service several types, v1 one: the first, the others kept aside."""
    types = [words.older["types"].get(one, one) for one in cells.as_values(given.get("types"))]
    types.sort(key=lambda one: one not in words.allowed["type"])  # the first that v1 knows
    if types and "type" not in row.content:
        row.content["type"] = types.pop(0)
    if types:
        row.set_aside("types", types, "un service n’a plus qu’un type : les autres sont à classer")


def _take_lists(given: Mapping[str, Any], row: Row, words: Words) -> None:
    """Fill the lists of v1, and `categories` with themes that are only a heading; other values are kept aside."""
    lists: dict[str, list[str]] = {"thematiques": row.content.pop("thematiques", [])}
    for name in (*LISTS[row.of], *SORTED, "categories"):
        target = SORTED.get(name, name)
        if target not in LISTS[row.of] and name != "categories":
            continue
        for value in cells.as_values(given.get(name)):
            slugs = said_in(value, words.older.get(name, {}), words.allowed[target], words.spoken.get(target, {}))
            for slug in slugs:
                lists.setdefault("categories" if slug in words.headings else target, []).append(slug)
            if not slugs:
                row.content.setdefault("a_classer", {}).setdefault(name, []).append(value)
                row.notes.append(Note(name, "à classer", value[:200]))
    lists |= {name: values for name in OWN_LISTS if (values := cells.as_values(given.get(name)))}
    row.content.update({name: sorted(set(values)) for name, values in lists.items() if values})


def _take_numbers(given: Mapping[str, Any], row: Row) -> None:
    for name in (*COORDINATES, *NUMBERS[row.of]):
        if name in given:
            number = cells.as_number(given[name])
            if number is None:
                row.set_aside(name, given[name], "n’est pas un nombre")
            else:
                row.content[name] = int(number) if name == "nombre_semaines" else number


def _repair(row: Row) -> None:
    """Codes as they were before a spreadsheet; those that cannot be are kept aside."""
    content = row.content
    for name, repaired in (
        ("code_insee", cells.insee_code),
        ("code_postal", lambda value: cells.postal_code(value, content.get("code_insee"))),
        ("siret", cells.siret),
        ("telephone", cells.telephone),
    ):
        if name not in content:
            continue
        value = content.pop(name)
        code = repaired(value)
        if code is None:
            row.set_aside(name, value, "est impossible")
            continue
        content[name] = code
        if code != value and code != value.replace(" ", ""):
            row.notes.append(Note(name, f"rétabli : {code}", value[:200]))
    if "siret" in content and not cells.has_check_digit(content["siret"]):
        row.notes.append(Note("siret", "à vérifier : sa clé de contrôle ne va pas", content["siret"]))
    for name in ("site_web", "lien_mobilisation", "lien_source", "accessibilite_lieu"):
        if content.get(name, "").lower().startswith("www."):
            content[name] = "https://" + content[name]
    _repair_coordinates(row)


def _repair_coordinates(row: Row) -> None:
    """Both or none, on the globe; the two exchanged are put back when that makes them French."""
    there: dict[str, Any] = {name: row.content.pop(name) for name in COORDINATES if name in row.content}
    if not there:
        return
    latitude, longitude = there.get("latitude"), there.get("longitude")
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        why = "les coordonnées sont incomplètes"
    elif 41 <= longitude <= 52 and -6 <= latitude <= 10:
        row.content.update(latitude=longitude, longitude=latitude)
        row.notes.append(Note("latitude", "latitude et longitude étaient inversées", f"{latitude} {longitude}"))
        return
    elif abs(latitude) > 90 or abs(longitude) > 180:
        why = "les coordonnées sont impossibles"
    else:
        row.content.update(there)
        return
    for name, value in there.items():
        row.set_aside(name, value, why)


def _check(row: Row, words: Words) -> None:
    """What the published schema refuses is kept aside; a name is shortened, or refuses the row."""
    name = row.content["nom"]
    if len(name) < NAME_LEAST:
        raise RowRefused(f"nom fait moins de {NAME_LEAST} signes")
    if len(name) > NAME_MOST:
        row.set_aside("nom", name, "raccourci")
        row.content["nom"] = name[: NAME_MOST - 1].rstrip() + "…"
    if "frais" in row.content:
        row.content["frais"] = words.spoken["frais"].get(singular(row.content["frais"]), row.content["frais"])
    for start, slug in words.older["frais"].items():
        if row.content.get("conditions_acces", "").startswith(start):
            row.content.setdefault("frais", slug)
    for field_ in [each for each in row.content if each in words.schema["properties"]]:
        if why := published.fault(words.schema, field_, row.content[field_]):
            row.set_aside(field_, row.content.pop(field_), why)
