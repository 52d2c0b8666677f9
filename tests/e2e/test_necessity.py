"""A reserved information (●): said why, sealed with the rest, read by the team it was meant for and by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from device import admission
from tests.canaries import sightings
from tests.e2e.person import Person
from tests.e2e.town import Town

WHY = "canari-linotte-5206"
HALLES = "Centre des Halles"


def test_a_reserved_information_leaves_with_its_reason_and_not_without(
    town: Town, phone: Callable[..., Person]
) -> None:
    """I9 for `X.necessity`: the sentence is on the other screen, and nowhere on the server or on its way."""
    becomes_employees(town, "chloe", "amina")
    bruno = phone("bruno")
    bruno.sign_in()
    dossier = bruno.opens_dossier("Nolwenn", {"Identité": {"Nom de famille": "Kerjean"}})

    bruno.begins_orientation(dossier, HALLES)
    for code in ("C01", "C02"):
        bruno.page.locator(f'.item[data-code="{code}"] > label').click()
    bruno.press("Demander l’accord")
    bruno.sees("Écrivez pourquoi l’information réservée est nécessaire")
    bruno.write("Pourquoi est-ce nécessaire ?", WHY)
    bruno.chooses([])
    bruno.turns_phone({"C01": True, "C02": True})
    bruno.sees(WHY)
    orientation = bruno.confirms_and_sends()
    bruno.sees_up_to_date()

    amina = phone("amina")
    amina.sign_in()
    amina.opens_orientation(orientation)
    amina.sees(WHY)
    assert amina.shared_codes() == ["C01", "C02"]
    assert [seen for file in town.files() for seen in sightings([WHY], file.read_bytes())] == []
    assert [seen for exchange in town.wire.exchanges for seen in sightings([WHY], exchange.whole())] == []


def becomes_employees(town: Town, *accounts: str) -> None:
    """The whole team is in column E: what was closed to volunteers is reserved, to be explained."""
    chloe, now = town.device("chloe"), datetime.now(UTC)
    for account in accounts:
        card = chloe.strings[chloe.organisation.members[town.member(account)].card]
        admission.set_member(chloe, town.member(account), now, card, profile="E")
    chloe.deliver()
