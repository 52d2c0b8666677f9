"""The directory as it is photographed: full, near, empty, with long names; a place; a mistake told; a territory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from models import directory
from models.database import insert
from models.directory.changes import changing, dumped
from models.tables import Service
from tests.e2e.person import Person

if TYPE_CHECKING:
    from tests.e2e.camera import Camera
    from tests.e2e.town import Town

NOW = datetime.now(UTC)
LONG: dict[str, Any] = {
    "id": "essai--long",
    "source": "essai",
    "nom": "Établissement public intercommunal d’accompagnement des personnes et des familles du Pays des Abers",
    "date_maj": "2024-01-02",
    "commune": "Saint-Jean-du-Doigt-en-Plougasnou",
    "code_postal": "29630",
    "adresse": "Zone d’activités de Kervanon-Izella, bâtiment C, deuxième étage",
    "telephone": "02 61 91 10 99",
    "latitude": 48.13,
    "longitude": -4.31,
    "horaires_accueil": "Mo-Fr 08:30-12:00,13:30-17:30; PH off",
    "frais": "gratuit",
    "publics": ["familles", "personnes-en-situation-de-handicap", "seniors"],
    "modes_mobilisation": ["telephoner", "envoyer-un-courriel"],
    "conditions_acces": "Habiter l’une des dix-sept communes. Apporter une pièce d’identité, un justificatif de "
    "domicile et le dernier avis d’imposition.",
    "description": "Aide à domicile, portage de repas, écoute. Une personne rappelle sous trois jours.",
    "thematiques": ["equipement-et-alimentation--alimentation"],
}
OFFERED = {
    "nom": "Portage de repas à domicile",
    "description": "Sept jours sur sept, sur avis du médecin.",
    "frais": "payant",
    "publics": ["seniors"],
    "conditions_acces": "Plus de 60 ans.",
    "modes_mobilisation": ["telephoner"],
}


def places(camera: Camera, town: Town, phone: Callable[..., Person]) -> None:
    """A worker looks for a parcel, near and open; reads a place, tells what is wrong in it; chooses a territory."""
    bruno = phone("bruno")
    bruno.page.route("**/api/directory?*", lambda route: route.abort())
    bruno.sign_in()
    bruno.go("#/annuaire")
    camera.take(bruno.page, "directory-empty")
    bruno.page.unroute("**/api/directory?*")
    directory.import_places([LONG], NOW)
    with changing(NOW, None) as change:
        insert(Service, [("essai--repas", "essai", "essai--long", dumped(OFFERED), True, "")])
        change.touch(["essai--long"])
        change.set("demo--epicerie-la-marmite", {"full_until": (NOW + timedelta(days=12)).date().isoformat()}, "edited")
        change.set(
            "demo--banque-halles", {"verified_at": (NOW - timedelta(days=92)).strftime("%Y-%m-%dT%H:%MZ")}, "edited"
        )
    bruno.syncs()
    bruno.lock()
    bruno.page.clock.set_fixed_time(NOW.date().isoformat() + "T15:00:00")
    bruno.unlock_with_phrase()
    bruno.go("#/annuaire")
    bruno.page.locator("a.row").first.wait_for()
    camera.take(bruno.page, "directory")
    bruno.press("Ouvert près d’ici")
    bruno.sees("n’est pas disponible")
    camera.take(bruno.page, "directory-no-position")
    bruno.context.grant_permissions(["geolocation"])
    bruno.context.set_geolocation({"latitude": 48.1, "longitude": -4.33})
    bruno.press("Manger")
    bruno.press("Ouvert près d’ici")
    bruno.sees("depuis ici")
    camera.take(bruno.page, "directory-near", keep=True)
    bruno.page.locator("summary", has_text="Plus de choix").click()
    bruno.write("Près de quelle commune", "lan")
    bruno.page.locator("#towns button").first.wait_for()
    camera.take(bruno.page, "directory-filters")
    bruno.page.locator("#towns button").first.click()
    bruno.write("Chercher un lieu", "zzzz")
    bruno.sees("Aucun lieu ne correspond")
    camera.take(bruno.page, "directory-none")
    for place in ("banque-halles", "epicerie-la-marmite"):
        bruno.go(f"#/lieu/demo--{place}")
        camera.take(bruno.page, f"place-{place}")
    bruno.go("#/lieu/essai--long")
    bruno.page.locator("summary", has_text="Portage").click()
    camera.take(bruno.page, "place-long")
    bruno.page.locator("summary", has_text="Signaler une erreur").click()
    bruno.press("Signaler", exact=True)
    camera.take(bruno.page, "place-mistake-error")
    bruno.page.route("**/api/directory/mistakes", lambda route: route.abort())
    bruno.page.get_by_label("Qu’est-ce qui est faux").select_option("horaires")
    bruno.write("Ce qu’il faudrait écrire", "Fermé le vendredi après-midi.")
    bruno.press("Signaler", exact=True)
    bruno.sees("pas encore envoyé")
    camera.take(bruno.page, "place-mistake-waiting")
    bruno.go("#/lieu/demo--nulle-part")
    camera.take(bruno.page, "place-missing")
    bruno.go("#/fiche/essai--long")
    camera.take(bruno.page, "slip")
    bruno.go("#/territoire")
    camera.take(bruno.page, "territory")
    bruno.choose("Choisir des départements")
    bruno.sees("Départements")
    bruno.write("Chercher une commune", "port")
    camera.take(bruno.page, "territory-choices")
