"""What people write in plain French, and what it fills: nothing is understood by chance."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.directory.words import words
from models.reference import directory_labels, directory_words
from models.rules.directory_row import PLACE, SERVICE, Row, read_row
from models.rules.letters import singular
from models.rules.spoken import FOOD

CLOTHES = "equipement-et-alimentation--habillement"


def read(of: str = PLACE, **cells: Any) -> Row:
    owner = {"structure_id": "2"} if of == SERVICE else {}
    return read_row({"id": "1", "nom": "Le Panier"} | owner | cells, of, words()[of], "ici")


@pytest.mark.parametrize(
    ("field", "said", "slugs"),
    [
        ("thematiques", "Alimentation", [FOOD]),
        ("thematiques", "ALIMENTATION", [FOOD]),
        ("thematiques", "Colis alimentaires", [FOOD]),
        ("thematiques", "Vêtements", [CLOTHES]),
        ("thematiques", "vetement", [CLOTHES]),
        ("thematiques", "Alimentation, Vêtements", [FOOD, CLOTHES]),
        ("thematiques", "Alimentation et vêtements", [FOOD, CLOTHES]),
        ("thematiques", "Bénévolat et action citoyenne", ["remobilisation--benevolat-action-citoyenne"]),
        ("publics", "Personnes âgées", ["seniors"]),
        ("publics", "Séniors ; femmes", ["femmes", "seniors"]),
        ("modes_accueil", "En présentiel", ["en-presentiel"]),
        ("modes_mobilisation", "par téléphone/par mail", ["envoyer-un-courriel", "telephoner"]),
    ],
)  # fmt: skip
def test_plain_words_are_the_values_of_the_standard(field: str, said: str, slugs: list[str]) -> None:
    row = read(**{field: said})
    assert row.content[field] == slugs
    assert not row.notes


@pytest.mark.parametrize(
    ("said", "field", "kinds"),
    [
        ("Colis alimentaire", "thematiques", ["colis"]),
        ("Colis alimentaires, vêtements", "thematiques", ["colis"]),
        ("Épiceries sociales", "food_aid", ["epicerie"]),
        ("Lait, couches, petits pots", "food_aid", ["bebe"]),
        ("repas chaud ; colis", "food_aid", ["repas", "colis"]),
    ],
)
def test_who_gives_food_is_found_by_the_theme_and_by_its_kind(said: str, field: str, kinds: list[str]) -> None:
    row = read(**{field: said})
    assert row.ours["food_aid"] == kinds
    assert FOOD in row.content["thematiques"]


@pytest.mark.parametrize(("said", "slug"), [("Gratuit", "gratuit"), ("GRATUITE", "gratuit"), ("Payant", "payant")])
def test_what_it_costs_is_read_in_words(said: str, slug: str) -> None:
    assert read(frais=said).content["frais"] == slug


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("thematiques", "Aliments pour chiens"),
        ("thematiques", "pas d’alimentation"),
        ("thematiques", "Alimentation, astrologie"),
        ("thematiques", "seniors"),
        ("thematiques", "gratuit"),
        ("thematiques", "a"),
        ("thematiques", "/"),
        ("publics", "Alimentation"),
        ("publics", "hommes"),
        ("publics", "femmes sauf mineures"),
        ("publics", "sante"),
        ("modes_accueil", "oui"),
        ("modes_mobilisation", "mail ou pigeon"),
        ("food_aid", "Vêtements"),
        ("food_aid", "pas de colis"),
        ("food_aid", "colis et vêtements"),
        ("food_aid", "Alimentation"),
        ("frais", "presque gratuit"),
        ("frais", "oui"),
        ("frais", "2 €"),
    ],
)
def test_what_is_not_wholly_understood_is_kept_aside(field: str, said: str) -> None:
    row = read(**{field: said})
    assert not {field, "categories"} & row.content.keys()
    assert "food_aid" not in row.ours
    assert field in row.content["a_classer"]
    assert [note.field for note in row.notes] == [field]


def test_a_service_has_the_theme_of_a_parcel_and_leaves_its_kind_to_the_place() -> None:
    row = read(SERVICE, thematiques="Colis alimentaire")
    assert row.content["thematiques"] == [FOOD]
    assert not row.ours


def test_no_words_say_two_things_and_each_leads_to_a_value_there_is() -> None:
    said, labels = directory_words()["spoken"], directory_labels()
    for field, by_slug in said.items():
        meant: dict[str, str] = {}
        pairs = [(label, slug) for slug, label in labels[field].items()]
        for word, slug in pairs + [(word, slug) for slug, several in by_slug.items() for word in several]:
            assert meant.setdefault(singular(word), slug) == slug, (field, word)
        known = labels[field].keys() | words()[PLACE].headings
        assert by_slug.keys() <= known, field


@given(
    st.text(), st.sampled_from(["thematiques", "publics", "modes_accueil", "modes_mobilisation", "food_aid", "frais"])
)
def test_any_text_is_a_value_of_the_standard_or_is_kept_aside(said: str, field: str) -> None:
    row = read(**{field: said})
    kept = row.content.get(field, row.ours.get(field, []))
    assert set([kept] if isinstance(kept, str) else kept) <= directory_labels()[field].keys()
