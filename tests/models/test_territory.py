"""Which places a territory covers: départements and communes, and what is carried when a place does not say enough."""

from __future__ import annotations

from typing import Any

import pytest

from models.rules.territory import covers, department_of, is_code

RENNES = {"code_insee": "35238", "code_postal": "35000"}


@pytest.mark.parametrize("code", ["01", "29", "2A", "2B", "974", "988", "35238", "2A004", "97411"])
def test_a_departement_or_a_commune_has_a_code(code: str) -> None:
    assert is_code(code)


@pytest.mark.parametrize(
    "code",
    ["", "1", "2C", "2a", "350", "3523", "352380", "35 ", " 35", "35\n", "mine", "200043123", "٣٥", "2A04"],
)
def test_anything_else_is_no_code(code: str) -> None:
    assert not is_code(code)


@pytest.mark.parametrize(
    ("place", "department"),
    [
        (RENNES, "35"),
        ({"code_postal": "35000"}, "35"),
        ({"code_insee": "2A004", "code_postal": "20000"}, "2A"),
        ({"code_postal": "20090"}, "2A"),
        ({"code_postal": "20200"}, "2B"),
        ({"code_insee": "97411", "code_postal": "97400"}, "974"),
        ({"code_postal": "98800"}, "988"),
        ({}, None),
        ({"code_insee": "", "code_postal": None}, None),
    ],
)
def test_a_place_is_in_the_departement_of_its_commune_or_postcode(
    place: dict[str, Any], department: str | None
) -> None:
    assert department_of(place) == department


@pytest.mark.parametrize(
    ("codes", "place", "confidential", "is_in"),
    [
        ([], RENNES, False, True),
        (["35"], RENNES, False, True),
        (["35238"], RENNES, False, True),
        (["35051", "29"], RENNES, False, False),
        (["29"], RENNES, False, False),
        # Without a commune: in every commune of its département, in no other département.
        (["35051"], {"code_postal": "35000"}, False, True),
        (["29019"], {"code_postal": "35000"}, False, False),
        # Nothing said: everywhere.
        (["29019"], {}, False, True),
        # A confidential one is never told apart from its neighbours.
        (["35051"], RENNES, True, True),
        (["35238"], RENNES, True, True),
        (["29019"], RENNES, True, False),
    ],
)
def test_a_place_is_rather_carried_for_nothing_than_missed(
    codes: list[str], place: dict[str, Any], confidential: bool, is_in: bool
) -> None:
    assert covers(codes, place, confidential=confidential) is is_in
