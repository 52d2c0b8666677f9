"""The versioned lists agree with each other, with the words of the code, and with the tables they were taken from."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.reference import REFERENCE, load
from models.rules.basis import CONSENT_MODES
from models.rules.permission import Role
from models.vocabulary import CONSENT_DAYS, ORIENTATION_LABELS, PROFILES, Mark, SecrecyGround

FOLDER = Path(load.__code__.co_filename).parent
FULL = [f"C{number:02}" for number in (*range(1, 16), 19, 20)]


def test_the_categories_are_these_and_three_have_no_field() -> None:
    assert [code for code in REFERENCE.categories if "." not in code] == FULL
    assert set(REFERENCE.outside) == {"C16", "C17", "C18"}


def test_a_practical_variant_exists_only_where_some_column_asks_for_one() -> None:
    asked = {f"{code}.practical" for code, row in REFERENCE.matrix.items() if Mark.PRACTICAL in row.values()}
    assert {code for code in REFERENCE.categories if "." in code} == asked


def test_a_practical_variant_is_level_1_and_a_closed_list() -> None:
    for code, category in REFERENCE.categories.items():
        if "of" in category:
            assert category["level"] == 1, code
            assert [field["type"] for field in category["fields"]] == ["choices"], code
            assert category["of"] == code.removesuffix(".practical")


def test_each_category_says_what_it_is_for_and_how_it_is_asked() -> None:
    for code, category in REFERENCE.categories.items():
        assert category["code"] == code
        assert 1 <= category["level"] <= 5
        assert all(category[word] for word in ("label", "purpose", "pictogram"))
        for field in category["fields"]:
            assert field["type"] in {"text", "date", "number", "yesno", "choice", "choices"}
            assert ("options" in field) == (field["type"] in {"choice", "choices"})
            codes = [option["code"] for option in field.get("options", [])]
            assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("code", "level"),
    [("C01", 1), ("C02", 2), ("C03", 1), ("C04", 2), ("C05", 2), ("C06", 3), ("C07", 2), ("C08", 3), ("C09", 4),
     ("C10", 2), ("C11", 1), ("C12", 1), ("C13", 2), ("C14", 1), ("C15", 4), ("C19", 5), ("C20", 3)],
)  # fmt: skip
def test_each_category_has_its_level(code: str, level: int) -> None:
    assert REFERENCE.categories[code]["level"] == level


def test_the_matrix_has_every_category_and_every_column() -> None:
    assert tuple(REFERENCE.columns) == PROFILES
    assert set(REFERENCE.matrix) == {*FULL, "C16", "C17", "C18"}
    assert all(tuple(row) == PROFILES for row in REFERENCE.matrix.values())


SIGNS = {"✔": Mark.ALLOWED, "●": Mark.NECESSITY, "◔": Mark.PRACTICAL, "✖": Mark.NEVER}
COLUMN_F = dict(zip(FULL, "✔✖✔◔◔✖◔✖✖◔✔✔✔✔◔✖✖", strict=True))
COLUMN_A = dict(zip(FULL, "✔✔✔✔✔✔✔●●✔✔✔✔✔●✖✔", strict=True))


@pytest.mark.parametrize(("profile", "column"), [("A", COLUMN_A), ("F", COLUMN_F)])
def test_a_column_reads_as_it_was_agreed(profile: str, column: dict[str, str]) -> None:
    assert {code: REFERENCE.matrix[code][profile] for code in FULL} == {code: SIGNS[s] for code, s in column.items()}


def test_the_narrative_and_what_is_outside_never_cross() -> None:
    for code in ("C16", "C17", "C18", "C19"):
        assert set(REFERENCE.matrix[code].values()) == {Mark.NEVER}


def test_the_words_after_a_mark_guide_the_screen_and_decide_nothing() -> None:
    assert REFERENCE.matrix["C02"]["F"] == Mark.NEVER
    assert REFERENCE.guidance["C02"]["F"]
    assert REFERENCE.matrix["C03"]["F"] == Mark.ALLOWED
    assert REFERENCE.guidance["C03"]["F"]


def bases() -> Iterator[dict[str, Any]]:
    for versions in REFERENCE.bases.values():
        yield from (dict(basis) for basis in versions.values())


def test_each_basis_is_whole_and_says_how_it_was_verified() -> None:
    statuses = {*SecrecyGround, "none"}
    for basis in bases():
        assert basis["status"] in {"active", "disabled"}
        assert basis["verified"]["method"] in {"official-text", "secondary", "unverified", "design"}
        assert basis["consent_mode"] in CONSENT_MODES
        assert basis["charter_floor"] in (None, *CONSENT_MODES)
        assert set(basis["emitter_status"]) | set(basis["recipient_status"]) <= statuses
        known = {*REFERENCE.categories, *REFERENCE.outside, "*"}
        assert set(basis["categories_allow"]) | set(basis["categories_deny"]) <= known


def test_a_basis_nobody_verified_is_not_active() -> None:
    assert all(basis["status"] == "disabled" for basis in bases() if basis["verified"]["method"] == "unverified")


def test_what_the_person_agrees_to_is_limited() -> None:
    allowed = REFERENCE.bases["person.agreement.orientation"][1]["categories_allow"]
    full = {"C01", "C02", "C03", "C04", "C05", "C07", "C10", "C11", "C12", "C13", "C14", "C20"}
    assert set(allowed) == full | {code for code in REFERENCE.categories if "." in code}


def test_professional_secrecy_is_shared_between_bound_people_and_by_default_with_agreement() -> None:
    basis = REFERENCE.bases["fr.casf.l121-6-2.al5"][1]
    assert "none" not in [*basis["emitter_status"], *basis["recipient_status"]]
    assert basis["charter_floor"] == "prior_consent"


@pytest.mark.parametrize(
    ("kind", "level"),
    [("csapa_caarud", 4), ("cmp_hopital_pass", 4), ("mdph", 4), ("udaf_mjpm", 3), ("cada_huda_cph", 3),
     ("banque_alimentaire", 1), ("ccas", 1), ("departement_cdas", 1)],
)  # fmt: skip
def test_the_mere_name_of_a_recipient_has_a_level(kind: str, level: int) -> None:
    assert REFERENCE.organisation_kinds[kind]["level"] == level


@pytest.mark.parametrize(
    ("need", "level"), [("alimentation", 1), ("budget", 2), ("acces_soins", 4), ("violences", 4), ("justice", 4)]
)
def test_the_theme_of_a_need_has_a_level(need: str, level: int) -> None:
    assert REFERENCE.needs[need]["level"] == level


def test_the_other_lists_say_every_word_of_the_code() -> None:
    assert set(REFERENCE.labels["durations"]) == set(CONSENT_DAYS)
    assert set(REFERENCE.labels["roles"]) == set(Role)
    assert set(REFERENCE.labels["grounds"]) == set(SecrecyGround)
    assert set(REFERENCE.labels["marks"]) == set(Mark)
    assert {state for outcome in REFERENCE.outcomes.values() for state in outcome["states"]} <= set(ORIENTATION_LABELS)


def test_a_mis_citation_is_recognised_however_it_is_written() -> None:
    patterns = [re.compile(known["pattern"]) for known in REFERENCE.miscitations]
    for text in ("selon L116-3", "l’article L.116-3 du code", "L. 116-3"):
        assert any(pattern.search(text) for pattern in patterns), text
    for text in ("L1116-3", "L116-31", "L121-6-2", "116-3"):
        assert not any(pattern.search(text) for pattern in patterns), text
    assert {basis for known in REFERENCE.miscitations for basis in known["instead"]} <= set(REFERENCE.bases)


@pytest.mark.parametrize("missing", ["matrix", "legal_bases", "words"])
def test_nobody_starts_on_half_a_rule(tmp_path: Path, missing: str) -> None:
    folder = tmp_path / "reference"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / f"{missing}.json").unlink()
    with pytest.raises(OSError, match=missing):
        load(folder)


def test_a_repeated_code_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "reference"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    needs = json.loads((folder / "needs.json").read_text("utf-8"))
    needs["needs"].append(needs["needs"][0])
    (folder / "needs.json").write_text(json.dumps(needs), "utf-8")
    with pytest.raises(ValueError, match="repeated"):
        load(folder)
