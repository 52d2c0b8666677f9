"""`flask directory import`: the dry run first, the same doors as the desk, a sentence for whatever cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from models.directory import extract
from tests.web.test_directory import NOW, PLACE

OTHER = "Structure;Ville;CP;Tél\nÉpicerie du Port;Port-Breizh;29999;0200000001\nRelais;Lanvrac;29998;0200000002\n"


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def test_an_import_says_what_it_would_do_and_does_it_when_told_to(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "places.json"
    file.write_text(json.dumps([PLACE, {"id": "x"}]))
    dry = runner.invoke(args=["directory", "import", str(file)]).output
    assert "lieux lus : 2 ; ajoutés : 1," in dry
    assert "ligne 2 (x) refusée : il manque nom" in dry
    assert dry.endswith("rien n’a changé : --apply pour appliquer\n")
    assert extract(NOW)["places"] == []
    assert runner.invoke(args=["directory", "import", "--apply", str(file)]).output.endswith("appliqué\n")
    assert len(extract(NOW)["places"]) == 1
    assert "inchangés : 1," in runner.invoke(args=["directory", "import", "--apply", str(file)]).output


def test_a_whole_file_closes_what_it_no_longer_lists(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "places.json"
    file.write_text(json.dumps([PLACE, PLACE | {"id": "demo--autre"}]))
    runner.invoke(args=["directory", "import", "--apply", str(file)])
    file.write_text(json.dumps([PLACE]))
    assert "plus dans le fichier : 0" in runner.invoke(args=["directory", "import", "--apply", str(file)]).output
    whole = runner.invoke(args=["directory", "import", "--apply", "--whole", str(file)]).output
    assert "demo--autre n’est plus dans le fichier" in whole
    assert [place["id"] for place in extract(NOW)["places"] if place.get("active") is False] == ["demo--autre"]


def test_the_columns_of_any_sheet_are_shown_and_wait_for_a_yes(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_text(OTHER, "cp1252")
    asked = runner.invoke(args=["directory", "import", "--apply", str(file)])
    assert asked.exit_code == 1
    assert "colonne Structure → nom : Épicerie du Port | Relais" in asked.output
    assert extract(NOW)["places"] == []
    taken = runner.invoke(args=["directory", "import", "--apply", "--guessed-columns", "--source", "ville", str(file)])
    assert "ajoutés : 2," in taken.output
    again = runner.invoke(args=["directory", "import", "--source", "ville", str(file)])
    assert "inchangés : 2," in again.output  # confirmed once for this source


@pytest.mark.parametrize("content", ["", "{", "{}", '"x"', "\xff", "%PDF-1.7", "PK\x03\x04"])
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    runner: FlaskCliRunner, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "places.json"
    file.write_text(content, "latin-1")
    answer = runner.invoke(args=["directory", "import", "--apply", str(file)])
    assert answer.exit_code == 1
    assert answer.output.splitlines()[-1].startswith(("Error: places.json: ", "Error: colonnes à confirmer"))
    assert extract(NOW)["places"] == []
    assert runner.invoke(args=["directory", "import", str(tmp_path / "absent.json")]).exit_code == 2
