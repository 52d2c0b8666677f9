"""Which places look like one: proposed with reasons, never decided; and without comparing all with all."""

from __future__ import annotations

import random
from typing import Any

import pytest

from models.rules import duplicates
from models.rules.duplicates import LEAST_SCORE, bare_phone, compare, likenesses, metres, spelled_out

HALLES = {
    "id": "a--1", "source": "a", "nom": "Secours populaire – Les Halles", "commune": "Port-Breizh",
    "code_insee": "29999", "adresse": "2 pl. des Halles", "telephone": "02 98 01 02 03", "siret": "12345678901234",
    "latitude": 48.1000, "longitude": -4.3300,
}  # fmt: skip
TWIN = HALLES | {"id": "b--9", "source": "b"}


def without(place: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in place.items() if name not in names}


def test_the_same_place_from_two_sources_is_proposed_with_what_speaks_for_it() -> None:
    written = TWIN | {
        "nom": "SECOURS POPULAIRE LES HALLES",
        "telephone": "+33 2 98 01 02 03",
        "adresse": "2 place des Halles",
    }
    found = compare(HALLES, written)
    assert found is not None
    assert (found.first, found.second, found.score) == ("a--1", "b--9", 100)
    assert found.reasons == (
        "même nom",
        "même SIRET",
        "même téléphone",
        "même adresse",
        "même commune",
        "au même point",
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("CCAS de Lannion", "Lannion"), ("Centre communal d’action sociale", "LANNION")),
        (("Épicerie sociale Saint-Jean", "Brest"), ("Epicerie sociale St Jean", "BREST CEDEX 2")),
        (("Restos du cœur", "Brest"), ("Les Restos du Coeur de Brest", "Brest")),
    ],
    ids=["abbreviation", "cedex", "ligature"],
)  # fmt: skip
def test_writing_a_name_otherwise_hides_nothing(one: tuple[str, str], other: tuple[str, str]) -> None:
    [found] = likenesses(
        {"id": f"{source}--1", "source": source, "nom": name, "commune": town, "telephone": "02 96 11 22 33"}
        for source, (name, town) in (("a", one), ("b", other))
    )
    assert found.score >= LEAST_SCORE


@pytest.mark.parametrize(
    "changes",
    [
        {"nom": "Mission locale du pays de Retz"},
        {"nom": "Garage solidaire"},
        {"commune": "Lanvrac", "code_insee": "29998", "latitude": 48.9, "telephone": "02 98 99 99 99",
         "siret": "9" * 14},
        {"siret": "9" * 14, "telephone": "02 98 99 99 99", "adresse": "40 rue Haute", "latitude": 48.2,
         "nom": "Secours catholique – Les Dunes"},
    ],
    ids=["another-name-at-the-same-desk", "another-trade", "a-branch-elsewhere", "another-body"],
)  # fmt: skip
def test_two_places_are_not_proposed(changes: dict[str, Any]) -> None:
    assert compare(HALLES, TWIN | changes) is None
    assert likenesses([HALLES, TWIN | changes]) == []


def test_what_speaks_against_is_said_too() -> None:
    found = compare(HALLES, TWIN | {"siret": "9" * 14})
    assert found is not None
    assert found.reasons[-1] == "SIRET différents"


def test_one_source_tells_its_own_places_apart_unless_all_is_the_same() -> None:
    found = compare(HALLES, HALLES | {"id": "a--2"})
    assert found is not None
    assert found.score == 80
    assert found.reasons[-1] == "de la même source, qui les distingue"
    elsewhere = without(HALLES, "telephone", "siret", "adresse", "latitude", "longitude")
    assert compare(elsewhere, elsewhere | {"id": "a--2"}) is None


@pytest.mark.parametrize("key", ["siret", "telephone", "nom", "latitude"])
def test_sharing_one_key_is_enough_to_be_looked_at(key: str) -> None:
    """Each key alone brings the two together; the others are taken away or differ."""
    given = {"siret": {"siret": HALLES["siret"]}, "telephone": {"telephone": HALLES["telephone"]},
             "nom": {"commune": "Port-Breizh"}, "latitude": {"latitude": 48.1, "longitude": -4.33}}[key]  # fmt: skip
    one, other = ({"nom": HALLES["nom"], "id": f"{x}--1", "source": x, "adresse": "2 rue Haute", **given} for x in "ab")
    assert len(likenesses([one, other])) == 1


def test_points_on_two_sides_of_a_square_are_neighbours() -> None:
    apart = 0.0004  # about 45 m, across a side of the squares
    one = without(HALLES, "siret", "telephone", "commune", "code_insee") | {"latitude": 48.1 - apart / 2}
    other = one | {"id": "b--1", "source": "b", "latitude": 48.1 + apart / 2, "nom": "Secours populaire, Les Halles"}
    assert [each.first for each in likenesses([one, other])] == ["a--1"]


def test_five_thousand_places_of_which_many_share_a_key_are_not_compared_all_with_all(seeded: random.Random) -> None:
    """A Département writes its one SIRET on each of its centres."""
    words = [
        f"{start}{end}" for start in ("bel", "cor", "dun", "fal", "gar", "hos") for end in ("an", "ec", "ir", "ou")
    ]
    places = [
        {"id": f"s{number % 4}--{number}", "source": f"s{number % 4}", "commune": seeded.choice(words),
         "siret": "1" * 14, "nom": " ".join(seeded.sample(words, 3))}
        for number in range(5_000)
    ]  # fmt: skip
    pairs = duplicates._candidates([duplicates._read(place) for place in places])
    assert len(pairs) < 5_000 * 80  # of 12.5 million
    twin = places[17] | {"id": "t--1", "source": "t"}
    assert ("s1--17", "t--1") in {(each.first, each.second) for each in likenesses([*places, twin])}


def test_the_order_of_the_places_changes_nothing(seeded: random.Random) -> None:
    places = [HALLES, TWIN, TWIN | {"id": "c--1", "source": "c", "siret": "9" * 14}]
    expected = likenesses(places)
    seeded.shuffle(places)
    assert likenesses(places) == expected
    assert [each.score for each in expected] == sorted((each.score for each in expected), reverse=True)


@pytest.mark.parametrize("value", [None, "", 3, ["x"], "ÿ" * 9, "\u202e", "0"])
@pytest.mark.parametrize("name", ["nom", "commune", "siret", "telephone", "adresse"])
def test_no_value_of_a_place_breaks_the_comparison(name: str, value: object) -> None:
    likenesses([HALLES | {name: value}, TWIN, TWIN | {"id": "c--1", name: value}])


def test_what_is_compared_is_plain() -> None:
    assert spelled_out("  CCAS – Œuvre d’Été, St-Jean ") == "centre communal action sociale oeuvre d ete saint jean"
    assert bare_phone("+33 (0)2 98 01 02 03") == bare_phone("02.98.01.02.03") == "298010203"
    assert bare_phone("115") == bare_phone("") == ""
    assert round(metres((48.0, -4.0), (48.0, -4.01))) == pytest.approx(744, rel=0.01)
