"""The directory as a file: who keeps it may take it, at a desk or by command, without what is confidential."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from models import directory
from models.directory.exports import FORMATS
from tests.device.territory import Territory
from tests.models.test_confidential import LEADING, SAID, traces
from tests.models.test_directory import HALLES
from tests.web.conftest import NOW, code
from tests.web.test_desk import sign_in


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


REFUGE = SAID | LEADING | {"confidential_address": True}


def text_of(content: bytes) -> str:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "".join(archive.read(name).decode() for name in archive.namelist())
    return content.decode()


@pytest.mark.parametrize("form", FORMATS)
def test_a_supervisor_takes_the_directory_without_what_is_confidential(
    client: FlaskClient, territory: Territory, form: str
) -> None:
    directory.import_places([HALLES, REFUGE], NOW)
    sign_in(client, territory.chloe)
    answer = client.get(f"/desk/annuaire/export/{form}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Cache-Control"] == "no-store"
    text = text_of(answer.data)
    assert "Centre des Halles" in text
    assert "Refuge" not in text and traces(text) == []


def test_nobody_takes_it_without_a_session_of_the_desk(client: FlaskClient, territory: Territory) -> None:
    for person in (None, territory.amina, territory.bruno):
        headers = {"Authorization": f"Bearer {person.api.token}"} if person else {}
        assert client.get("/desk/annuaire/export/hsds-json", headers=headers).status_code == 401


@pytest.mark.parametrize("form", ["xlsx", "hsds", "data-inclusion-json/..", "%00"])
def test_a_format_nobody_knows_is_not_found(client: FlaskClient, territory: Territory, form: str) -> None:
    sign_in(client, territory.chloe)
    answer = client.get(f"/desk/annuaire/export/{form}")
    assert code(answer) == "not_found"


def test_the_command_writes_the_same_file(
    client: FlaskClient, territory: Territory, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    directory.import_places([HALLES, REFUGE], NOW)
    sign_in(client, territory.chloe)
    path = tmp_path / "annuaire.json"
    said = runner.invoke(args=["directory", "export", "data-inclusion-json", str(path)])
    assert (said.exit_code, said.output) == (0, f"{path}: {path.stat().st_size} bytes\n")
    assert path.read_bytes() == client.get("/desk/annuaire/export/data-inclusion-json").data
    assert [each["id"] for each in json.loads(path.read_bytes())["structures"]] == ["essai--halles"]


@pytest.mark.parametrize("arguments", [["xlsx", "x.json"], ["hsds-json"], ["hsds-json", "/nowhere/x.json"]])
def test_a_command_that_cannot_write_says_so(runner: FlaskCliRunner, client: FlaskClient, arguments: list[str]) -> None:
    said = runner.invoke(args=["directory", "export", *arguments])
    assert said.exit_code in (1, 2)
    assert "Traceback" not in said.output
