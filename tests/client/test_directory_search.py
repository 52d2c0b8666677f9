"""Places found as one types: the words people use, their errors, and from where. Pure modules of the client."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.client.harness import Modules

pytestmark = pytest.mark.browser
PLACES: list[dict[str, Any]] = [
    {"id": "a", "name": "Épicerie sociale de l’Île", "commune": "Saint-Malo", "code_postal": "35400",
     "code_insee": "35288", "adresse": "12 avenue du Général-Leclerc", "latitude": 48.65, "longitude": -2.0},
    {"id": "b", "name": "Centre communal d’action sociale", "commune": "RENNES", "code_insee": "35238",
     "code_postal": "35000", "telephone": "02 99 00 11 22", "latitude": 48.11, "longitude": -1.68},
    {"id": "c", "name": "CCAS de Fougères", "commune": "Fougères", "code_postal": "35300"},
    {"id": "d", "name": "Restos du Cœur", "commune": "St Brieuc", "code_postal": "22000", "adresse": "3 bd Clemenceau",
     "services": [{"nom": "Colis alimentaires", "description": "Sans rendez-vous le jeudi.",
                   "thematiques": ["equipement-et-alimentation--alimentation"]}]},
    {"id": "e", "name": "Boulangerie solidaire", "commune": "Montfort-sur-Meu", "code_postal": "35160",
     "description": "On y trouve aussi une épicerie."},
]  # fmt: skip
SEARCH = """
const { indexOf, search } = await load("app/vault/directory-index.js");
const index = await indexOf(places);
return queries.map((query) => search(index, query)?.sort((a, b) => b.score - a.score || a.doc - b.doc)
  .map(({ doc }) => index.docs[doc].place.id) ?? null);
"""


def found(page_modules: Modules, *queries: str) -> list[list[str] | None]:
    answer: list[list[str] | None] = page_modules.run(SEARCH, places=PLACES, queries=list(queries))
    return answer


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("epicerie", "a"), ("ÉPICERIE", "a"), ("épi", "a"), ("l'ile", "a"), ("l’île", "a"),
        ("st malo", "a"), ("saint malo", "a"), ("saint-malo", "a"), ("av general leclerc", "a"), ("35400", "a"),
        ("ccas rennes", "b"), ("centre communal rennes", "b"), ("02 99 00 11 22", "b"), ("0299001122", "b"),
        ("centre communal fougeres", "c"), ("ccas fougere", "c"), ("saint brieuc", "d"), ("boulevard clemenceau", "d"),
        ("restaurants du coeur", "d"), ("restos", "d"), ("colis", "d"), ("jeudi", "d"), ("boul", "e"),
    ],
)  # fmt: skip
def test_a_place_is_found_by_the_words_people_use(page_modules: Modules, typed: str, first: str) -> None:
    [answer] = found(page_modules, typed)
    assert answer is not None and answer[0] == first, answer


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("epicrie", "a"), ("epicerei", "a"), ("eppicerie", "a"), ("apicerie", "a"), ("boulanjerie", "e"),
        ("boulengeri", "e"), ("solidiare", "e"), ("monfort", "e"), ("fougres", "c"), ("renes", "b"),
    ],
)  # fmt: skip
def test_an_error_of_typing_is_forgiven(page_modules: Modules, typed: str, first: str) -> None:
    [answer] = found(page_modules, typed)
    assert answer is not None and answer[0] == first, answer


@pytest.mark.parametrize("typed", ["zzzz", "epicerie fougeres", "35401", "0299001123", "rxnnxs", "xoulanjeria", "eau"])
def test_what_is_somewhere_else_or_too_far_is_not_found(page_modules: Modules, typed: str) -> None:
    """A number is never almost right, a short word neither."""
    assert found(page_modules, typed) == [[]]


def test_a_name_comes_before_a_description_and_nothing_typed_is_no_search(page_modules: Modules) -> None:
    named, nothing, spaces = found(page_modules, "epicerie", "", "  ")
    assert named == ["a", "e"]
    assert nothing is None and spaces is None


def test_what_is_a_letter_away_is_found_and_never_what_is_far(page_modules: Modules, seeded: random.Random) -> None:
    """The quick filters before the comparison lose nothing: against the plain definition, on thousands of words."""
    letters = "aeinrstlz"
    words = ["".join(seeded.choice(letters) for _ in range(seeded.randrange(4, 12))) for _ in range(400)]
    pairs = [(seeded.choice(words), seeded.choice(words)) for _ in range(4_000)]
    pairs += [(_mistyped(word, seeded), word) for word in words for _ in range(3)]
    said = page_modules.run(
        """const { almostBegins } = await load("app/vault/directory-spelling.js");
        return pairs.map(([typed, word]) => [1, 2].map((most) => almostBegins(typed, word, most)));""",
        pairs=pairs,
    )
    wrong = [(pair, told) for pair, told in zip(pairs, said, strict=True)
             if told != [_least_errors(*pair) <= most for most in (1, 2)]]  # fmt: skip
    assert wrong == []


def _mistyped(word: str, seeded: random.Random) -> str:
    at = seeded.randrange(len(word))
    return seeded.choice([word[:at] + word[at + 1 :], word[:at] + "q" + word[at:], word[:at] + "q" + word[at + 1 :]])


def _least_errors(typed: str, word: str) -> int:
    """Letters added, dropped, changed or swapped, from what was typed to any beginning of the word."""
    rows = [list(range(len(word) + 1))]
    for i, letter in enumerate(typed, 1):
        row = [i]
        for j, other in enumerate(word, 1):
            costs = [rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != other)]
            if i > 1 and j > 1 and letter == word[j - 2] and typed[i - 2] == other:
                costs.append(rows[-2][j - 2] + 1)
            row.append(min(costs))
        rows.append(row)
    return min(rows[-1])


def test_communes_come_from_the_places_and_are_found_as_one_types(page_modules: Modules) -> None:
    said = page_modules.run(
        """const { indexOf } = await load("app/vault/directory-index.js");
        const { communesNamed, communesOf } = await load("app/vault/directory-near.js");
        const communes = communesOf((await indexOf(places)).docs);
        const said = ({ name, department }) => [name, department];
        return queries.map((typed) => communesNamed(communes, typed, 5).map(said));""",
        places=PLACES,
        queries=["st m", "ren", "malo", "x", ""],
    )
    assert said == [[["Saint-Malo", "35"]], [["Rennes", "35"]], [["Saint-Malo", "35"]], [], []]


def test_a_distance_is_that_of_the_map(page_modules: Modules) -> None:
    """Rennes to Saint-Malo, and across the line where days change."""
    near, far = page_modules.run(
        """const { kilometres } = await load("app/vault/directory-near.js");
        const at = (latitude, longitude) => ({ latitude, longitude });
        return [kilometres(at(48.11, -1.68), at(48.65, -2.0)), kilometres(at(-17, 179.9), at(-17, -179.9))];"""
    )
    assert 64 < near < 65.5
    assert 20 < far < 22


def test_one_place_put_wrong_on_the_map_moves_no_commune(page_modules: Modules) -> None:
    houat = {"commune": "Houat", "code_postal": "56170", "longitude": -2.96}
    places = [{**houat, "id": str(at), "name": str(at), "latitude": at} for at in (47.39, 47.391, 47.392, 84.7)]
    [latitude] = page_modules.run(
        """const { indexOf } = await load("app/vault/directory-index.js");
        const { communesOf } = await load("app/vault/directory-near.js");
        return communesOf((await indexOf(places)).docs).map(({ latitude }) => latitude);""",
        places=places,
    )
    assert 47.39 <= latitude <= 47.393
