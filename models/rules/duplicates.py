"""Which places of the directory look like the same one, and why, in words a person can check. It decides nothing.

Pure. Five thousand places make twelve million pairs: only places that share a key (a SIRET, a telephone, a word of the
name in the same town, a square of 500 m) are compared, and a key that too many share compares neighbours by name.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from models.rules.letters import plain

LEAST_SCORE: Final = 60
MAX_SCORE: Final = 100
SAME_SOURCE: Final = 20  # taken away: who made the list saw both
CROWD: Final = 24  # a key that more places share says little: each is compared to its next ones by name
NEXT_ONES: Final = 8
NEAR_METRES: Final = 150
FAR_METRES: Final = 3_000
LEAST_NAME: Final = 0.45  # below, two names are two places, whatever else they share
CELL_DEGREES: Final = 0.005  # about 500 m of latitude
_EARTH_METRES: Final = 6_371_000
_SHORT: Final = {
    "st": "saint", "ste": "sainte", "assoc": "association", "asso": "association", "ctre": "centre",
    "ccas": "centre communal action sociale", "cias": "centre intercommunal action sociale",
    "cdas": "centre departemental action sociale", "cms": "centre medico social", "mjc": "maison jeunes culture",
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "pl": "place", "r": "rue", "rte": "route",
    "imp": "impasse", "all": "allee", "che": "chemin", "sq": "square",
}  # fmt: skip
_EMPTY: Final = frozenset(("de", "du", "des", "d", "la", "le", "les", "l", "et", "en", "a", "au", "aux", "sur", "pour"))
_COMMON: Final = frozenset(
    ("association", "centre", "maison", "espace", "mairie", "point", "antenne", "accueil", "service", "services")
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two places that may be one. `first` < `second`; `score` from LEAST_SCORE to 100; `reasons` are French clauses,
    what speaks for it first, then what speaks against."""

    first: str
    second: str
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A place as it is compared: letters plain, numbers bare. `point` is (latitude, longitude)."""

    id: str
    source: str
    name: str
    words: frozenset[str]
    pairs: frozenset[str]
    town: str
    street: str
    siret: str
    phone: str
    point: tuple[float, float] | None


def likenesses(places: Iterable[Mapping[str, Any]], new: Collection[str] | None = None) -> list[Likeness]:
    """Every two places that look like one, the likeliest first. Each has `id`, `source`, `nom`, and what else is known
    under the names of data·inclusion. With `new` (a set of ids): only a new one and one that is not."""
    seen = {one.id: one for one in map(_read, places)}
    pairs = _candidates(seen.values())
    if new is not None:
        pairs = {(first, second) for first, second in pairs if (first in new) != (second in new)}
    found = (compare_seen(seen[first], seen[second]) for first, second in pairs)
    return sorted(filter(None, found), key=lambda each: (-each.score, each.first, each.second))


def compare(one: Mapping[str, Any], other: Mapping[str, Any]) -> Likeness | None:
    """How alike these two are, or None when they are not enough to ask a person."""
    return compare_seen(_read(one), _read(other))


def compare_seen(one: _Seen, other: _Seen) -> Likeness | None:
    names = _alike(one, other)
    if names < LEAST_NAME:
        return None
    clues = sorted(_clues(one, other), key=lambda clue: -clue[0])
    score = min(MAX_SCORE, round(40 * names) + sum(weight for weight, _ in clues))
    reasons = [_say_names(names), *(reason for _, reason in clues)]
    if one.source == other.source:
        score -= SAME_SOURCE
        reasons.append("de la même source, qui les distingue")
    if score < LEAST_SCORE:
        return None
    first, second = sorted((one.id, other.id))
    return Likeness(first, second, score, tuple(reasons))


# --- what is looked at --------------------------------------------------------------------------------------------


def spelled_out(text: str) -> str:
    """`plain` letters, with abbreviations written out."""
    return " ".join(_SHORT.get(word, word) for word in plain(text).split())


def bare_phone(text: str) -> str:
    """The nine last digits, so that +33 2 99… and 02 99… are one; empty for a short number, which many share."""
    digits = re.sub(r"\D", "", text)
    return digits[-9:] if len(digits) >= 10 else ""


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two (latitude, longitude), straight over the ground: good to a percent within a département."""
    latitude = math.radians((one[0] + other[0]) / 2)
    north, east = math.radians(other[0] - one[0]), math.radians(other[1] - one[1]) * math.cos(latitude)
    return _EARTH_METRES * math.hypot(north, east)


def _read(place: Mapping[str, Any]) -> _Seen:
    town = re.sub(r" (cedex|bp|cs)\b.*", "", spelled_out(_text(place, "commune")))
    name = spelled_out(_text(place, "nom"))
    said = [word for word in name.split() if word not in _EMPTY]
    # A town in the name tells two sources apart ("CCAS de Lannion", "CCAS"), not two places of that town.
    telling = [word for word in said if word not in town.split()] or said
    joined = " ".join(telling)
    latitude, longitude = place.get("latitude"), place.get("longitude")
    return _Seen(
        id=str(place["id"]),
        source=_text(place, "source"),
        name=joined,
        words=frozenset(telling),
        pairs=frozenset(joined[at : at + 2] for at in range(len(joined) - 1)),
        town=_text(place, "code_insee") or town,
        street=spelled_out(_text(place, "adresse")),
        siret=_text(place, "siret"),
        phone=bare_phone(_text(place, "telephone")),
        point=(float(latitude), float(longitude)) if latitude is not None and longitude is not None else None,
    )


def _text(place: Mapping[str, Any], name: str) -> str:
    value = place.get(name)
    return value if isinstance(value, str) else ""


def _alike(one: _Seen, other: _Seen) -> float:
    """From 0 to 1: the share of pairs of letters in common; or one name whole within the other, if it says enough."""
    together = len(one.pairs & other.pairs)
    dice = 2 * together / ((len(one.pairs) + len(other.pairs)) or 1)
    shorter, longer = sorted((one.words, other.words), key=len)
    is_within = len(shorter - _COMMON) >= 2 and shorter <= longer
    return max(dice, 0.85) if is_within else dice


def _say_names(alike: float) -> str:
    return "même nom" if alike > 0.99 else "noms très proches" if alike >= 0.8 else "noms proches"


def _clues(one: _Seen, other: _Seen) -> Iterator[tuple[int, str]]:
    """(weight, what it is in words): for above zero, against below."""
    if one.siret and other.siret:
        yield (35, "même SIRET") if one.siret == other.siret else (-15, "SIRET différents")
    if one.phone and other.phone:
        yield (25, "même téléphone") if one.phone == other.phone else (-5, "téléphones différents")
    if one.street and one.street == other.street:
        yield 20, "même adresse"
    if one.town and other.town and one.town[:1].isdigit() == other.town[:1].isdigit():
        yield (15, "même commune") if one.town == other.town else (-30, "communes différentes")
    if one.point and other.point:
        yield from _say_distance(metres(one.point, other.point))


def _say_distance(apart: float) -> Iterator[tuple[int, str]]:
    if apart < 1:
        yield 15, "au même point"
    elif apart <= NEAR_METRES:
        yield 15, f"à {round(apart)}\N{NO-BREAK SPACE}mètres l’un de l’autre"
    elif apart > FAR_METRES:
        yield -30, f"à {round(apart / 1000)}\N{NO-BREAK SPACE}km l’un de l’autre"


# --- which are compared -------------------------------------------------------------------------------------------


def _candidates(seen: Iterable[_Seen]) -> set[tuple[str, str]]:
    """Pairs of ids that share a key, each once."""
    sharing: dict[tuple[str, ...], list[_Seen]] = defaultdict(list)
    for one in seen:
        for key in _keys(one):
            sharing[key].append(one)
    return {pair for group in sharing.values() for pair in _pairs_of(group)}


def _keys(one: _Seen) -> Iterator[tuple[str, ...]]:
    if one.siret:
        yield "siret", one.siret
    if one.phone:
        yield "phone", one.phone
    for word in one.words - _COMMON:
        yield "word", word, one.town
    if one.town:
        yield "name", one.name
    if one.point:
        yield from _cells(one.point)


def _cells(point: tuple[float, float]) -> Iterator[tuple[str, ...]]:
    """The square of a point and those that touch it on two sides: two points nearer than a side always share one."""
    row, column = (math.floor(number / CELL_DEGREES) for number in point)
    for down in (0, 1):
        for right in (0, 1):
            yield "cell", str(row + down), str(column + right)


def _pairs_of(group: list[_Seen]) -> Iterator[tuple[str, str]]:
    if len(group) <= CROWD:
        pairs: Iterable[tuple[_Seen, _Seen]] = combinations(group, 2)
    else:
        ordered = sorted(group, key=lambda one: (one.name, one.id))
        pairs = ((one, other) for at, one in enumerate(ordered) for other in ordered[at + 1 : at + 1 + NEXT_ONES])
    return ((min(one.id, other.id), max(one.id, other.id)) for one, other in pairs)
