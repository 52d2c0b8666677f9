"""Consent in force: causal order, exact codes, exact instants. A phone runs the same vectors."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from models.rules.consent import Consent, Ending, defeated, end_of, in_force

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "consent.json").read_text("utf-8"))


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def consent(facts: dict[str, Any]) -> Consent:
    return Consent(
        facts["id"], facts["dossier"], facts["recipient"], tuple(facts["categories"]), facts["purpose"],
        (facts["basis"]["id"], facts["basis"]["version"]), instant(facts["endsAt"]), tuple(facts["parents"]),
    )  # fmt: skip


def ending(facts: dict[str, Any]) -> Ending:
    categories = facts["categories"]
    return Ending(facts["id"], facts["dossier"], facts["recipient"], None if categories is None else tuple(categories))


@pytest.mark.parametrize("case", VECTORS["inForce"], ids=lambda case: case["name"])
def test_a_consent_is_in_force(case: dict[str, Any]) -> None:
    """T41: by the instant of whoever judges, never by the device's clock."""
    ask = case["ask"]
    found = in_force(
        map(consent, case["consents"]), map(ending, case["endings"]),
        ask["dossier"], ask["recipient"], ask["code"], ask["purpose"], instant(ask["t"]),
    )  # fmt: skip
    assert found is case["inForce"]


@pytest.mark.parametrize("case", VECTORS["ends"], ids=str)
def test_a_duration_runs_from_the_earlier_of_writing_and_receipt(case: dict[str, Any]) -> None:
    received_at = case["receivedAt"] and instant(case["receivedAt"])
    assert end_of(instant(case["at"]), received_at, case["duration"]) == instant(case["end"])


@pytest.mark.parametrize("duration", VECTORS["noSuchDuration"])
def test_a_duration_that_is_not_offered_has_no_end(duration: str) -> None:
    with pytest.raises(KeyError):
        end_of(instant("2026-11-22T10:00Z"), None, duration)


@pytest.mark.parametrize("case", VECTORS["defeated"], ids=str)
def test_an_ending_takes_back_exactly_its_scope(case: dict[str, Any]) -> None:
    taken = defeated(ending(case["ending"]), consent(case["consent"]), case["codes"])
    assert taken == set(case["defeated"])


def test_the_order_in_which_acts_arrive_changes_nothing() -> None:
    """T39, T40: a withdrawal counts whenever it arrives."""
    for case in VECTORS["inForce"]:
        ask = case["ask"]
        found = in_force(
            reversed([consent(each) for each in case["consents"]]),
            reversed([ending(each) for each in case["endings"]]),
            ask["dossier"], ask["recipient"], ask["code"], ask["purpose"], instant(ask["t"]),
        )  # fmt: skip
        assert found is case["inForce"], case["name"]
