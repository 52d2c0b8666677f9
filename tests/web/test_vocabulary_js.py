"""The client's words are those of models/: written out, fresh, without a word of law."""

from __future__ import annotations

import json
import re
from pathlib import Path

from models import vocabulary
from models.problems import CATALOGUE
from models.reference import REFERENCE
from web import vocabulary_js


def constant(source: str, name: str) -> object:
    found = re.search(rf"^export const {name} = (?:Object\.freeze\()?(.*?)\)?;$", source, re.DOTALL | re.MULTILINE)
    assert found, name
    return json.loads(found[1])


def test_the_committed_modules_are_fresh() -> None:
    assert vocabulary_js.stale() == []


def test_a_changed_module_is_stale_until_written_again(tmp_path: Path) -> None:
    assert {path.name for path in vocabulary_js.write(tmp_path)} == {"vocabulary.js", "reference.js"}
    assert vocabulary_js.write(tmp_path) == []
    (tmp_path / "vocabulary.js").write_text("export const VERSION = 2;\n", "utf-8")
    assert [path.name for path in vocabulary_js.stale(tmp_path)] == ["vocabulary.js"]


def test_each_word_has_its_own_name() -> None:
    source = vocabulary_js.vocabulary_source()
    assert constant(source, "SUITE") == vocabulary.SUITE
    assert constant(source, "ORIENTATION_ANSWERS") == {k: list(v) for k, v in vocabulary.ORIENTATION_ANSWERS.items()}
    assert constant(source, "Role") == {role.name: role.value for role in vocabulary.Role}
    problems = constant(source, "PROBLEMS")
    assert isinstance(problems, dict)
    assert {code: each["message"] for code, each in problems.items()} == {c: r.message for c, r in CATALOGUE.items()}


def test_the_lists_are_those_the_server_judges_by() -> None:
    reference = constant(vocabulary_js.reference_source(), "REFERENCE")
    assert isinstance(reference, dict)
    assert reference["matrix"] == REFERENCE.matrix
    assert list(reference["categories"]) == list(REFERENCE.categories)
    assert reference["bases"]["person.agreement.orientation"]["1"]["consent_mode"] == "prior_consent"


def test_no_article_of_law_is_written_to_the_client() -> None:
    source = vocabulary_js.reference_source() + vocabulary_js.vocabulary_source()
    assert not re.search(r'\b[LRD]\.?\s?\d{3}|"citation"|"cited"', source)
