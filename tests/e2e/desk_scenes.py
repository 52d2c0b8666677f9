"""The pages of the directory at a desk, in the states people meet them in: empty, full, in error, with long names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from models import directory
from models.directory import duplicates, mistakes
from models.projections.readers import Reader
from tests.e2e.person import Person
from web.cli import new_id

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.camera import Camera
    from tests.e2e.town import Town

Phone = Callable[..., Person]
LIST, ENTRY = "/desk/annuaire/", "/desk/annuaire/lieu"
LONG = (
    "Association intercommunale d’entraide alimentaire et vestimentaire du Haut-Pays de Kerguélen-Plouguerneau, antenne"
)
TWINS = (
    {"id": "dep--1", "source": "dep", "nom": "Épicerie sociale du Port", "date_maj": "2026-10-01",
     "commune": "Port-Breizh", "code_postal": "29999", "adresse": "4 quai des Brumes", "telephone": "02 61 91 22 22",
     "horaires_accueil": "Mo,We,Fr 09:00-12:00", "publics": ["familles"]},
    {"id": "banque--8", "source": "banque", "nom": "EPICERIE SOCIALE DU PORT", "date_maj": "2024-02-01",
     "commune": "PORT-BREIZH", "code_postal": "29999", "telephone": "0261912222", "description": LONG + ".",
     "horaires_accueil": "le lundi, le mercredi", "courriel": "port@exemple.fr"},
    {"id": "banque--9", "source": "banque", "nom": LONG, "date_maj": "2023-02-01", "commune": "Saint-"
     "Sauveur-de-Landemont-les-Grèves", "telephone": "02 61 91 33 33", "confidential_address": True,
     "adresse": "1 rue Cachée", "thematiques": ["equipement-et-alimentation--alimentation"]},
)  # fmt: skip


def desk_directory(camera: Camera, town: Town, phone: Phone) -> None:
    """Who administers the charter: the list, an entry, its form, duplicates, mistakes."""
    page = at_the_desk(town, phone("gwenaelle"))
    now = datetime.now(UTC)

    def take(name: str, path: str) -> None:
        page.goto(town.origin + path)
        camera.take(page, name)

    take("desk-pairs-empty", LIST + "doublons")
    take("desk-mistakes-empty", LIST + "erreurs")
    directory.import_places(TWINS, now)
    duplicates.propose(now)
    amina = town.device("amina").bundle
    reports = [("dep--1", "telephone", "Le numéro ne répond plus depuis une semaine."), ("banque--9", "ferme", "")]
    for place, field, text in reports:
        said = {"id": new_id(now), "place": place, "field": field, "text": text, "at": f"{now:%Y-%m-%dT%H:%MZ}"}
        mistakes.report(Reader(amina.member, amina.organisation), [said], now)
    camera_list(camera, page, town)
    take("desk-place", f"{ENTRY}?id=dep--1")
    take("desk-place-hidden-long", f"{ENTRY}?id=banque--9")
    editing(camera, page, town, now)
    take("desk-mistakes", LIST + "erreurs")
    take("desk-pairs", LIST + "doublons")
    page.locator("a.row").first.click()
    camera.take(page, "desk-pair")
    page.get_by_role("button", name="C’est le même lieu").click()
    camera.take(page, "desk-merged")
    take("desk-pairs-judged", LIST + "doublons")
    page.locator("a.row").first.click()
    camera.take(page, "desk-pair-merged")


SHEET = """Structure;Ville;CP;Tél. accueil;Jours et heures;Référent
Épicerie sociale du Port;Port-Breizh;29999;02 61 91 99 99;Mo-Fr 09:00-12:00;M. Untel
{long};Saint-Sauveur-de-Landemont-les-Grèves;29998,0;;"le lundi
le jeudi";
;Lanvrac;29998;02 61 91 00 00;;
Vestiaire;Lanvrac;2999;appelez;;
"""


def desk_imports(camera: Camera, town: Town, phone: Phone) -> None:
    """A spreadsheet: sent, refused, its columns, the difference, the conflicts, what was applied."""
    page = at_the_desk(town, phone("gwenaelle"))
    page.goto(town.origin + LIST + "imports")
    camera.take(page, "desk-imports")
    _send(page, "lettre.pdf", b"%PDF-1.7")
    camera.take(page, "desk-imports-refused")
    sheet = SHEET.format(long=LONG).encode()
    _send(page, "liste-des-lieux.csv", sheet)
    camera.take(page, "desk-import-columns", keep=True)
    _compare(page)
    camera.take(page, "desk-import-added")
    page.get_by_role("link", name="Refusés").click()
    camera.take(page, "desk-import-refused-rows")
    page.get_by_role("link", name="Remarques").click()
    camera.take(page, "desk-import-notes")
    page.get_by_role("button", name="Appliquer à l’annuaire").click()
    camera.take(page, "desk-import-applied")
    page.goto(town.origin + LIST + "?q=epicerie+sociale+du+port")
    page.locator("a.desk-open").first.click()
    page.get_by_role("button", name="Tout est exact").first.click()
    _send(page, "liste-de-mars.csv", sheet.replace(b"99 99;", b"77 77;").replace(b"Mo-Fr", b"Tu-Fr"))
    _compare(page)
    camera.take(page, "desk-import-conflicts", keep=True)
    page.goto(town.origin + LIST + "imports")
    camera.take(page, "desk-imports-full")


def _send(page: Page, name: str, content: bytes) -> None:
    page.goto(page.url.partition("/desk/")[0] + LIST + "imports")
    page.get_by_label("Fichier", exact=True).set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_label("De qui vient-il").fill("Mairie de Port-Breizh")
    page.get_by_role("button", name="Lire le fichier").click()


def _compare(page: Page) -> None:
    page.get_by_role("button", name="Comparer avec l’annuaire").click()
    page.get_by_role("heading", name="Ce qui va changer").wait_for()


def camera_list(camera: Camera, page: Page, town: Town) -> None:
    page.goto(town.origin + LIST)
    camera.take(page, "desk-directory", keep=True)
    page.goto(town.origin + LIST + "?q=zzz")
    camera.take(page, "desk-directory-none")
    page.goto(town.origin + LIST + "?a_verifier=1")
    camera.take(page, "desk-directory-due")


def editing(camera: Camera, page: Page, town: Town, now: datetime) -> None:
    page.goto(f"{town.origin}{ENTRY}/modifier?id=dep--1")
    camera.take(page, "desk-edit")
    page.get_by_label("Code postal").fill("2999")
    page.get_by_label("Nom", exact=True).fill(LONG)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    camera.take(page, "desk-edit-error")
    page.get_by_label("Code postal").fill("29999")
    page.get_by_label("Horaires").fill("Mo-Fr 09:00-12:00,14:00-17:30; Sa[1] 10:00-12:00; PH off")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    camera.take(page, "desk-edit-week")
    page.get_by_role("button", name="Enregistrer avec ces horaires").click()
    page.get_by_label("Complet jusqu’au").fill(f"{now + timedelta(days=9):%Y-%m-%d}")
    page.get_by_role("button", name="Dire que c’est complet").click()
    camera.take(page, "desk-place-changed")


def at_the_desk(town: Town, person: Person) -> Page:
    """The cookie of the desk, without the phone's screens: they have their own pictures."""
    bearer = {"Authorization": f"Bearer {town.device(person.account).api.token}"}
    answer: Any = person.context.request.post(town.origin + "/desk/session", headers=bearer, data={})
    assert answer.ok
    return person.page
