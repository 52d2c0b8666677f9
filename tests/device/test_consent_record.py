"""A consent told to others: the vectors are what was meant, and FHIR's own definitions accept what is exported."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.consent import Consent as ConsentR5
from fhir.resources.R4B.consent import Consent as ConsentR4
from pydantic import ValidationError

from device import consent_fhir, consent_record

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "consent_record.json").read_text("utf-8"))
CASES = [pytest.param(case, id=case["name"]) for case in VECTORS["cases"]]
Case = dict[str, Any]


def told_in(case: Case) -> dict[str, Any]:
    return {**VECTORS["base"], **case["change"]}


def given(**change: Any) -> dict[str, Any]:
    return {**VECTORS["base"], **change}


@pytest.mark.parametrize("case", CASES)
def test_a_consent_is_told_as_the_vectors_say(case: Case) -> None:
    told = told_in(case)
    assert consent_record.status_of(told) == case["status"]
    assert consent_record.to_dpv(told) == case["dpv"]
    assert consent_fhir.to_fhir_r5(told) == case["r5"]
    assert consent_fhir.to_fhir_r4(told) == case["r4"]
    assert consent_record.to_sheet(told) == case["sheet"]


@pytest.mark.parametrize("case", CASES)
def test_fhir_r5_and_r4_accept_what_is_told_and_lose_nothing_of_it(case: Case) -> None:
    assert json.loads(ConsentR5.model_validate(case["r5"]).model_dump_json()) == case["r5"]
    assert json.loads(ConsentR4.model_validate(case["r4"]).model_dump_json()) == case["r4"]


def test_fhir_refuses_what_is_of_the_other_version() -> None:
    """The control: its definitions do judge."""
    [first, *_] = VECTORS["cases"]
    with pytest.raises(ValidationError):
        ConsentR5.model_validate(first["r4"])
    with pytest.raises(ValidationError):
        ConsentR4.model_validate(first["r5"])


@pytest.mark.parametrize("case", CASES)
def test_nothing_but_what_still_stands_is_permitted(case: Case) -> None:
    """The base is to deny in both; a consent that ended permits nothing, one in force only what is left."""
    is_open = case["status"] in ("given", "renewed")
    left = consent_record.left_of(told_in(case)) if is_open else []
    r5, r4 = case["r5"].get("provision", []), [case["r4"]["provision"]] if "provision" in case["r4"] else []
    assert (case["r5"]["decision"], case["r4"]["policyRule"]["coding"][0]["code"]) == ("deny", "OPTOUT")
    for provisions in (r5, r4):
        assert [one["coding"][0]["code"] for p in provisions for one in p["code"]] == left
    assert [p["type"] for p in r4] == (["permit"] if is_open else [])


@pytest.mark.parametrize("case", CASES)
def test_each_word_of_the_record_has_its_vocabulary_in_the_record(case: Case) -> None:
    """Read without network: every prefix is in the context that the file itself bears."""
    known = set(case["dpv"]["@context"])

    def words(value: Any) -> list[str]:
        if isinstance(value, list):
            return [word for one in value for word in words(one)]
        if not isinstance(value, dict):
            return []
        named = [value[name] for name in ("@type", "@id") if name in value]
        flat = [word for one in named for word in (one if isinstance(one, list) else [one])]
        return [name for name in value if not name.startswith("@")] + flat + words(list(value.values()))

    body = {name: value for name, value in case["dpv"].items() if name != "@context"}
    assert {word.partition(":")[0] for word in words(body)} - known <= {"urn"}


def test_the_exact_text_is_in_the_file_to_the_byte() -> None:
    """Who checks the hash years later finds the very bytes that were read."""
    text = VECTORS["base"]["notice"]
    r5, r4 = consent_fhir.to_fhir_r5(given()), consent_fhir.to_fhir_r4(given())
    assert base64.b64decode(r5["sourceAttachment"][0]["data"]).decode() == text
    assert base64.b64decode(r4["sourceAttachment"]["data"]).decode() == text
    assert consent_record.to_sheet(given())[-1] == ["Texte exact", text]


def test_a_consent_that_is_not_among_its_acts_is_refused() -> None:
    with pytest.raises(KeyError):
        consent_record.to_dpv(given(acts=[]))


def test_a_duration_nobody_defined_is_refused() -> None:
    act = {**VECTORS["base"]["acts"][0], "duration": "P2Y"}
    with pytest.raises(KeyError):
        consent_record.status_of(given(acts=[act]))
