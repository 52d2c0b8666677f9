"""Places imported by the operator are found on a phone without network, and get a slip that sends nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from models import directory
from tests.e2e.person import Person
from tests.e2e.town import Town

# The older form of data·inclusion, as the Département's own directory comes; the real file is read when it lies beside.
REAL = Path(__file__).parents[3] / "shared" / "data" / "directory" / "structures-bretagne.json"
ROWS = [
    {
        "id": "relais-1", "source": "cd35", "nom": "Relais des Trois Rivières", "commune": "MONTFORT-SUR-MEU",
        "code_postal": "35160", "adresse": "4 place du Tribunal", "telephone": "0299000000", "pivot": "38218893600035",
        "date_maj": "2022-10-05", "horaires": "Mo-Fr 09:00-12:00", "services": "Accéder à une connexion internet",
    },
    {"id": "relais-2", "source": "cd35", "nom": "X"},
]  # fmt: skip


def test_an_imported_place_is_found_without_network_and_gets_a_slip(
    town: Town, phone: Callable[..., Person], tmp_path: Path
) -> None:
    rows = json.loads(REAL.read_text("utf-8")) if REAL.exists() else []
    file = tmp_path / "places.json"
    file.write_text(json.dumps([*rows, *ROWS], ensure_ascii=False), "utf-8")
    report = directory.import_places(file, datetime.now(UTC))
    assert (report.read, len(report.added)) == (len(rows) + 2, len(rows) + 1)
    assert len(report.refused) == 1

    bruno = phone("bruno")
    bruno.sign_in()
    town.cut()
    bruno.context.set_offline(True)
    bruno.go("#/annuaire")
    bruno.page.get_by_role("searchbox").fill("trois rivieres montfort")
    bruno.page.locator("a.row", has_text="Relais des Trois Rivières").click()
    bruno.sees("Fiche à remettre seulement")
    bruno.page.get_by_role("link", name="Préparer une fiche").click()
    slip = bruno.page.locator(".slip")
    slip.wait_for()
    told = "".join(slip.inner_text().split())
    for words in ("Relais des Trois Rivières", "4 place du Tribunal", "02 99 00 00 00"):
        assert words.replace(" ", "") in told
    assert "enregistré" not in bruno.sync_line(), "a slip writes nothing and sends nothing"
