"""Places are found on a phone without network, near and open; their mistakes are told; a slip sends nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from models import directory
from models.database import rows
from models.directory.changes import changing
from models.projections.instants import written
from models.tables import PlaceMistake
from tests.e2e.person import Person
from tests.e2e.town import Town

if TYPE_CHECKING:
    from playwright.sync_api import Locator

Phone = Callable[..., Person]
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
HERE = {"latitude": 47.5, "longitude": -3.0}  # far from the places of the demonstration
ALWAYS_BY_DAY, BY_NIGHT = "Mo-Su,PH 08:00-20:00", "Mo-Su,PH 01:00-02:00"
PARCEL: dict[str, Any] = {
    "id": "essai--colis", "source": "essai", "nom": "Colis de la Grève", "date_maj": "2026-11-02", "commune": "Houat",
    "code_postal": "56999", "adresse": "2 rue de la Grève", "telephone": "02 61 00 00 01", "latitude": 47.509,
    "longitude": -3.0, "horaires_accueil": ALWAYS_BY_DAY, "thematiques": ["equipement-et-alimentation--alimentation"],
    "conditions_acces": "Apporter un sac et une pièce d’identité.", "frais": "gratuit",
    "langues": ["uk", "breton"],
}  # fmt: skip
NOT_THE_ONE = [
    PARCEL | {"id": "essai--ferme", "nom": "Colis fermé", "latitude": 47.501, "horaires_accueil": BY_NIGHT},
    PARCEL | {"id": "essai--loin", "nom": "Colis lointain", "latitude": 48.2},
    PARCEL | {"id": "essai--autre", "nom": "Atelier vélo", "latitude": 47.5005, "thematiques": ["mobilite"]},
    PARCEL | {"id": "essai--cache", "nom": "Colis confidentiel", "latitude": 47.5001, "confidential_address": True},
]  # fmt: skip
AFTERNOON, NBSP = "T15:00:00", "\u00a0"


def without_network(town: Town, bruno: Person) -> None:
    bruno.sees_installed()
    town.cut()
    bruno.context.set_offline(True)


def test_an_imported_place_is_found_without_network_and_gets_a_slip(town: Town, phone: Phone, tmp_path: Path) -> None:
    real = json.loads(REAL.read_text("utf-8")) if REAL.exists() else []
    file = tmp_path / "places.json"
    file.write_text(json.dumps([*real, *ROWS], ensure_ascii=False), "utf-8")
    report = directory.import_places(file, datetime.now(UTC))
    assert (report.read, len(report.added)) == (len(real) + 2, len(real) + 1)
    assert len(report.refused) == 1

    bruno = phone("bruno")
    bruno.sign_in()
    without_network(town, bruno)
    bruno.go("#/annuaire")
    bruno.page.get_by_role("searchbox").fill("trois rivieres monfort")
    bruno.page.locator("a.row", has_text="Relais des Trois Rivières").click()
    bruno.sees("Fiche à remettre seulement")
    bruno.sees("vérifiez par téléphone")
    bruno.page.get_by_role("link", name="Préparer une fiche").click()
    slip = bruno.page.locator(".slip")
    slip.wait_for()
    told = "".join(slip.inner_text().split())
    for words in ("Relais des Trois Rivières", "4 place du Tribunal", "02 99 00 00 00"):
        assert words.replace(" ", "") in told
    assert "enregistré" not in bruno.sync_line(), "a slip writes nothing and sends nothing"


class Thumb:
    """Counts what a person touches."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, what: Locator) -> None:
        what.click()
        self.taps += 1


def test_a_food_parcel_open_now_within_ten_kilometres_is_three_taps_away_without_network(
    town: Town, phone: Phone
) -> None:
    """From Aujourd’hui. The position is asked for at the third tap, and goes nowhere."""
    directory.import_places([PARCEL, *NOT_THE_ONE], datetime.now(UTC))
    bruno = phone("bruno")
    bruno.context.grant_permissions(["geolocation"])
    bruno.context.set_geolocation(HERE)  # type: ignore[arg-type]
    bruno.sign_in()
    without_network(town, bruno)
    bruno.lock()  # a clock that leaps while a profile is open locks it
    bruno.page.clock.set_fixed_time(datetime.now(UTC).date().isoformat() + AFTERNOON)
    bruno.unlock_with_phrase()
    bruno.go("#/aujourdhui")
    asked: list[str] = []
    bruno.page.on("request", lambda request: asked.append(request.url))

    thumb, page = Thumb(), bruno.page
    thumb.tap(page.get_by_role("link", name="Chercher un lieu"))
    thumb.tap(page.get_by_role("button", name="Manger"))
    thumb.tap(page.get_by_role("button", name="Ouvert près d’ici"))
    page.get_by_text("depuis ici").wait_for()
    first = page.locator("a.row").first
    assert "Colis de la Grève" in first.inner_text()
    told = first.inner_text().replace(NBSP, " ")
    assert "Ouvert jusqu’à 20 h" in told and "à 1 km" in told
    assert thumb.taps == 3
    listed = page.locator("ul.rows").inner_text()
    for other in ("Colis fermé", "Colis lointain", "Atelier vélo", "Colis confidentiel"):
        assert other not in listed
    assert not [url for url in asked if "47." in url]
    bruno.lock()
    bruno.unlock_with_phrase()
    bruno.go("#/annuaire")
    assert page.locator('.chip[aria-pressed="true"]').count() == 0, "a lock forgets what was searched, and from where"


def test_where_the_device_is_not_told_a_commune_is_typed(town: Town, phone: Phone) -> None:
    directory.import_places([PARCEL, *NOT_THE_ONE], datetime.now(UTC))
    bruno = phone("bruno")
    bruno.sign_in()
    without_network(town, bruno)
    bruno.go("#/annuaire")
    bruno.press("Ouvert près d’ici")
    bruno.sees("n’est pas disponible")
    bruno.page.locator("summary", has_text="Plus de choix").click()
    bruno.write("Près de quelle commune", "hou")
    bruno.page.locator("#towns button").first.click()
    bruno.sees("depuis Houat")
    bruno.press("Manger")
    bruno.page.locator("a.row", has_text="Colis de la Grève").wait_for()
    assert "Colis lointain" not in bruno.page.locator("ul.rows").last.inner_text()


def test_a_place_says_how_to_go_and_what_to_bring_and_a_secret_one_only_its_phone(town: Town, phone: Phone) -> None:
    directory.import_places([PARCEL | {"date_maj": "2020-01-01"}, *NOT_THE_ONE], datetime.now(UTC))
    with changing(datetime.now(UTC), None) as change:
        change.set("essai--colis", {"verified_at": written(datetime.now(UTC) - timedelta(days=91))}, "verified")
    bruno = phone("bruno")
    bruno.sign_in()
    without_network(town, bruno)
    bruno.go("#/lieu/essai--colis")
    bruno.sees(f"Vérifié il y a 3{NBSP}mois")
    for words in (
        "2 rue de la Grève",
        "Apporter un sac et une pièce d’identité.",
        f"tous les jours{NBSP}: 8{NBSP}h – 20{NBSP}h",
        "Gratuit",
    ):
        bruno.sees(words)
    assert bruno.page.locator('a[href="tel:0261000001"]').count() == 2
    assert bruno.page.get_by_role("button", name="Copier l’adresse").count() == 1
    bruno.go("#/lieu/essai--cache")
    bruno.sees("Adresse confidentielle")
    text = bruno.page.locator("main").inner_text()
    assert "Grève" not in text and "8 h" not in text
    assert bruno.page.get_by_role("button", name="Copier l’adresse").count() == 0


def test_a_mistake_reported_without_network_waits_is_seen_and_goes_once(town: Town, phone: Phone) -> None:
    directory.import_places([PARCEL], datetime.now(UTC))
    bruno = phone("bruno")
    bruno.sign_in()
    without_network(town, bruno)
    bruno.go("#/lieu/essai--colis")
    bruno.page.get_by_text("Signaler une erreur").click()
    bruno.press("Signaler", exact=True)
    bruno.sees("Choisissez ce qui est faux")
    bruno.page.get_by_label("Qu’est-ce qui est faux").select_option("telephone")
    bruno.write("Ce qu’il faudrait écrire", "1 85 05 35 238 001 42")
    bruno.press("Signaler", exact=True)
    bruno.page.locator('[data-code="nir"]').wait_for()
    bruno.write("Ce qu’il faudrait écrire", "Le numéro sonne dans le vide.")
    bruno.press("Signaler", exact=True)
    bruno.sees("Signalé, pas encore envoyé")
    bruno.lock()
    bruno.unlock_with_phrase()
    bruno.go("#/lieu/essai--colis")
    bruno.sees("Signalé, pas encore envoyé")
    town.restore()
    bruno.context.set_offline(False)
    bruno.syncs()
    bruno.go("#/lieu/essai--colis")
    bruno.page.get_by_text("pas encore envoyé").wait_for(state="detached")
    kept = rows(PlaceMistake.select(PlaceMistake.place, PlaceMistake.field, PlaceMistake.text))
    assert kept == [("essai--colis", "telephone", "Le numéro sonne dans le vide.")]


def test_a_territory_is_chosen_and_another_one_leaves_the_rest_behind(town: Town, phone: Phone) -> None:
    directory.import_places([PARCEL, PARCEL | ROWS[0] | {"id": "essai--35", "source": "essai"}], datetime.now(UTC))
    bruno = phone("bruno")
    bruno.sign_in()
    bruno.go("#/annuaire")
    bruno.page.get_by_role("link", name="Sur cet appareil").click()
    bruno.sees("Tous les territoires de l’annuaire sont là.")
    bruno.choose("Choisir des départements")
    bruno.choose("35")
    bruno.press("Garder ce territoire")
    bruno.sees("Département 35.")
    bruno.go("#/annuaire")
    bruno.page.locator("a.row", has_text="Relais des Trois Rivières").wait_for()
    assert bruno.page.locator("a.row", has_text="Colis de la Grève").count() == 0
    assert bruno.page.locator("a.row", has_text="Centre des Halles").count() == 1, "a team receives there"


@pytest.mark.parametrize(
    ("agent", "link"),
    [
        ("Mozilla/5.0 (Linux; Android 14)", "geo:48.1,-4.3?q=48.1%2C-4.3(Le%20Lieu)"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0)", "maps:?daddr=48.1%2C-4.3"),
        ("Mozilla/5.0 (X11; Linux x86_64)", None),
    ],
    ids=["android", "iphone", "desk"],
)
def test_the_way_is_shown_by_the_phone_s_own_maps(town: Town, phone: Phone, agent: str, link: str | None) -> None:
    bruno = phone("bruno")
    said = bruno.page.evaluate(
        """async (agent) => {
          const module = document.querySelector("script[type=module]").src;
          const { wayTo } = await import(module.replace("app/main.js", "app/screens/place-way.js"));
          const place = { id: "x", name: "Le Lieu", latitude: 48.1, longitude: -4.3 };
          return [wayTo(place, agent), wayTo({ ...place, confidential_address: true }, agent)];
        }""",
        agent,
    )
    assert said == [link, None]
