"""What is photographed: every screen, in the states people meet it in. Each scene has a territory of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from device.demonstration.accounts import BY_NAME
from tests.e2e import desk_scenes, meanwhile
from tests.e2e.person import Person
from tests.e2e.place_scenes import places

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.camera import Camera
    from tests.e2e.town import Town

Phone = Callable[..., Person]
LONG = "Marie-Antoinette de La Villemarqué-Kerguélen, dite Tonette du Petit-Port"
ARABIC = "فاطمة الزهراء بن علي"
HALLES = "Centre des Halles"


def doors(camera: Camera, town: Town, phone: Phone) -> None:
    """Signing in, refused, then locked, then two people of one tablet."""
    amina = phone("amina")
    camera.take(amina.page, "sign-in")
    amina.press("Se connecter")
    camera.take(amina.page, "sign-in-empty-fields")
    amina.write("Nom de compte", "amina")
    amina.write("Phrase secrète", "pas la bonne")
    amina.choose("Partagé")
    amina.press("Se connecter")
    amina.page.locator("#refusal").wait_for()
    camera.take(amina.page, "sign-in-refused")
    amina.sign_in("Partagé")
    amina.lock()
    camera.take(amina.page, "locked")
    amina.press("Déverrouiller", exact=True)
    amina.page.locator("#refusal").wait_for()
    camera.take(amina.page, "locked-refused")
    amina.open("#/connexion")
    amina.page.reload()
    chloe = Person(amina.context, town.origin, "chloe", amina.page)
    chloe.sign_in("Partagé")
    chloe.press("Verrouiller", exact=True)
    chloe.heading("Qui êtes-vous").wait_for()
    camera.take(chloe.page, "locked-shared")


def joining(camera: Camera, town: Town, phone: Phone) -> None:
    """An invitation, its answer, the comparison, the admission; the organisation and one of its members; the desk."""
    chloe = phone("chloe")
    chloe.sign_in()
    camera.take(chloe.page, "today-supervisor")
    chloe.go("#/entrees")
    chloe.sees("Personne n’attend")
    camera.take(chloe.page, "entries-empty")
    chloe.press("Inviter une personne")
    link = chloe.page.locator("#invitation-link").input_value()
    camera.take(chloe.page, "entries-invitation")
    joiner = phone("nolwenn", link.partition("/app/")[2])
    camera.take(joiner.page, "join")
    joiner.press("Demander à entrer")
    camera.take(joiner.page, "join-error")
    joiner.write("Votre nom", "Nolwenn Le Goff-Ouali")
    joiner.write("Nom de compte", "nolwenn")
    joiner.write("Recopiez les sept mots", " ".join(joiner.page.locator(".phrase li").all_inner_texts()))
    joiner.choose("À moi")
    joiner.press("Demander à entrer")
    joiner.heading("En attente d’admission").wait_for(timeout=30_000)
    camera.take(joiner.page, "join-waiting")
    chloe.press("Regarder à nouveau")
    chloe.page.get_by_text("Nolwenn").first.wait_for()
    camera.take(chloe.page, "entries-waiting")
    chloe.page.locator("button.row").first.click()
    camera.take(chloe.page, "entries-compare", keep=True)
    chloe.press("Admettre", exact=True)
    camera.take(chloe.page, "entries-compare-error")
    chloe.go("#/organisation")
    camera.take(chloe.page, "organisation")
    chloe.page.locator('a[href^="#/membre/"]', has_text="Amina").click()
    chloe.sees("Mettre fin à l’accès")
    camera.take(chloe.page, "member")
    chloe.go("#/profil")
    camera.take(chloe.page, "profile-supervisor")
    chloe.press("Vue de bureau")
    chloe.page.wait_for_url("**/desk/**")
    camera.take(chloe.page, "desk", keep=True)
    chloe.page.goto(town.origin + "/desk/?sens=envoyees")
    camera.take(chloe.page, "desk-sent")


def keys(camera: Camera, town: Town, phone: Phone) -> None:
    """What is lost and found again: the sheet, the phone, the person who comes back, the circle that awaits."""
    chloe, amina = phone("chloe"), phone("amina")
    chloe.sign_in()
    amina.sign_in()
    chloe.go("#/profil")
    chloe.write("Phrase secrète, pour la feuille", BY_NAME["chloe"].passphrase)
    chloe.press("Faire ma feuille de secours")
    chloe.sees("Ma feuille de secours Accord")
    camera.take(chloe.page, "sheet")
    chloe.press("Elle est imprimée et rangée")
    chloe.go("#/cles")
    camera.take(chloe.page, "keys")
    chloe.press("Remplacer mes clés")
    camera.take(chloe.page, "keys-error")
    stranger = phone("chloe", "#/secours")
    camera.take(stranger.page, "recover")
    stranger.press("Ouvrir avec le code")
    camera.take(stranger.page, "recover-error")
    chloe.go("#/organisation")
    chloe.page.get_by_text("Utiliser la feuille de secours").click()
    camera.take(chloe.page, "organisation-sheet")
    chloe.page.locator('a[href^="#/membre/"]', has_text="Amina").click()
    chloe.press("Préparer son retour")
    link = chloe.page.locator("#return-link").input_value()
    camera.take(chloe.page, "member-return")
    back = phone("amina", link.partition("/app/")[2])
    camera.take(back.page, "join-return")
    back.comes_back()
    chloe.go("#/entrees")
    chloe.press("Regarder à nouveau")
    chloe.page.locator("button.row", has_text="revient comme").click()
    camera.take(chloe.page, "entries-return")
    chloe.press("Réadmettre", exact=True)
    chloe.sees("Clés remplacées")
    amina.go("#/profil")
    amina.press("Échanger maintenant")
    amina.sees("retiré par votre organisation")
    camera.take(amina.page, "profile-revoked")
    amina.go("#/aujourdhui")
    camera.take(amina.page, "today-revoked")


def founding(camera: Camera, town: Town, phone: Phone) -> None:
    """The first ceremony's form. (The sheet itself is photographed by the test of the ceremony.)"""
    founder = phone("gwenaelle", "#found/0123456789abcdef0123456789abcdef")
    camera.take(founder.page, "found")
    gwenaelle = phone("gwenaelle")
    gwenaelle.sign_in()
    camera.take(gwenaelle.page, "today-charter")
    gwenaelle.go("#/personnes")
    camera.take(gwenaelle.page, "people-empty")
    gwenaelle.go("#/orientations")
    camera.take(gwenaelle.page, "orientations-empty")
    gwenaelle.go("#/orientations/envoyees")
    camera.take(gwenaelle.page, "orientations-sent-empty")
    gwenaelle.go("#/corriger")
    camera.take(gwenaelle.page, "to-correct-empty")
    gwenaelle.go("#/organisation")
    camera.take(gwenaelle.page, "organisation-charter")


def lists(camera: Camera, town: Town, phone: Phone) -> None:
    """A worker's lists, full: people, dossiers, orientations, profile."""
    bruno = phone("bruno")
    bruno.sign_in()
    camera.take(bruno.page, "today", keep=True)
    bruno.go("#/personnes")
    camera.take(bruno.page, "people")
    bruno.write("Chercher une personne", "zzzz")
    bruno.sees("Personne de ce nom")
    camera.take(bruno.page, "people-none")
    bruno.write("Chercher une personne", "tra")
    bruno.page.locator("a.row").first.click()
    bruno.tab("Infos").wait_for()
    camera.take(bruno.page, "dossier")
    for tab in ("Suivi", "Accords", "Orientations"):
        bruno.tab(tab).click()
        camera.take(bruno.page, f"dossier-{tab.lower()}")
    bruno.tab("Accords").click()
    bruno.press("Retirer l’accord")
    camera.take(bruno.page, "dossier-withdraw")
    bruno.press("Non, revenir")
    bruno.page.locator('a[href^="#/accord/"]').click()
    bruno.heading("Demander un accord").wait_for()
    camera.take(bruno.page, "consent")
    bruno.go("#/orientations/envoyees")
    camera.take(bruno.page, "orientations-sent")
    bruno.page.locator("a.row", has_text="Rendez-vous").first.click()
    bruno.sees("Suite")
    camera.take(bruno.page, "orientation-sent")
    bruno.go("#/orientations/envoyees")
    bruno.page.locator("summary").click()
    bruno.page.locator("a.row", has_text="Refusée").first.click()
    bruno.sees("Suite")
    camera.take(bruno.page, "orientation-refused")
    bruno.go("#/profil")
    camera.take(bruno.page, "profile")


def visit(camera: Camera, town: Town, phone: Phone) -> None:
    """A home visit without network: dossier, visit, orientation, the turned phone, what waits."""
    bruno = phone("bruno")
    bruno.sign_in()
    bruno.sees_installed()
    town.cut()
    bruno.context.set_offline(True)
    bruno.go("#/nouvelle")
    camera.take(bruno.page, "new-person")
    bruno.press("Ouvrir le dossier")
    camera.take(bruno.page, "new-person-error")
    bruno.write("Prénom ou nom choisi", "Madame Le Floc")
    camera.take(bruno.page, "new-person-duplicate")
    bruno.write("Prénom ou nom choisi", ARABIC)
    bruno.press("Ouvrir le dossier")
    bruno.tab("Infos").wait_for()
    camera.take(bruno.page, "dossier-arabic")
    arabic = bruno.page.url.rpartition("/")[2]
    dossier = bruno.opens_dossier(LONG)
    camera.take(bruno.page, "dossier-long-name")
    bruno.page.get_by_text("Ajouter une information").click()
    camera.take(bruno.page, "dossier-add")
    bruno.page.locator("button.row", has_text="Besoin matériel").click()
    camera.take(bruno.page, "dossier-edit")
    bruno.press("Enregistrer l’information")
    camera.take(bruno.page, "dossier-edit-error")
    bruno.press("Revenir sans changer")
    bruno.adds_item(dossier, "Besoin matériel", {"La demande": "un colis pour trois, sans four"})
    bruno.adds_item(dossier, "Se déplacer", {"À pied": ""})
    bruno.go(f"#/visite/{dossier}")
    camera.take(bruno.page, "visit")
    bruno.press("Enregistrer la visite")
    camera.take(bruno.page, "visit-error")
    bruno.records_visit(dossier, "Frigo vide depuis lundi.")
    orients(camera, bruno, dossier)
    bruno.go("#/aujourdhui")
    camera.take(bruno.page, "today-waiting")
    bruno.go("#/personnes")
    camera.take(bruno.page, "people-waiting")
    bruno.go(f"#/orienter/{arabic}")
    bruno.choose("Manger")
    bruno.go("#/aujourdhui")
    bruno.sees("À finir")
    camera.take(bruno.page, "today-draft")


def orients(camera: Camera, bruno: Person, dossier: str) -> None:
    page = bruno.page
    bruno.go(f"#/orienter/{dossier}")
    camera.take(page, "orient-1-need")
    bruno.press("Choisir le destinataire")
    camera.take(page, "orient-1-need-error")
    bruno.choose("Manger")
    bruno.choose("Aujourd’hui")
    bruno.press("Choisir le destinataire")
    bruno.heading("Vers qui").wait_for()
    page.locator("label.choice", has_text=HALLES).wait_for()
    camera.take(page, "orient-2-where")
    bruno.choose(HALLES)
    bruno.press("Choisir les informations")
    bruno.heading("Quelles informations").wait_for()
    for code in ("C01", "C14", "C11"):
        page.locator(f'.item[data-code="{code}"] > label').click()
    camera.take(page, "orient-3-items", keep=True)
    page.locator("summary", has_text="Ce qui ne peut pas partir").click()
    page.locator('.item[data-refusal="matrix"]').first.scroll_into_view_if_needed()
    camera.take(page, "orient-3-refused")
    bruno.write("Un mot pour l’équipe", "Colis sans cuisson, elle n’a pas de four.")
    bruno.press("Demander l’accord")
    bruno.heading("Avant de demander").wait_for()
    camera.take(page, "orient-4-before")
    bruno.choose("Un mineur seul")
    camera.take(page, "orient-4-minor")
    bruno.choose("Une personne adulte")
    bruno.choose("Oui, seul·e avec la personne")
    turned(camera, bruno)
    camera.take(page, "orient-5-review")
    page.locator("fieldset", has_text="Comment la personne a-t-elle répondu").locator("label").first.click()
    bruno.press("Envoyer l’orientation")
    page.get_by_role("link", name="Voir l’orientation").wait_for()
    camera.take(page, "orient-6-saved", keep=True)
    page.get_by_role("link", name="Voir l’orientation").click()
    bruno.sees("En attente d’envoi")
    camera.take(page, "orientation-waiting")


def turned(camera: Camera, bruno: Person) -> None:
    """The phone in the person's hands, idea by idea."""
    page = bruno.page
    bruno.press("Tourner le téléphone")
    camera.take(page, "turned-1-start", keep=True)
    bruno.press("Commencer")
    camera.take(page, "turned-2-notice")
    bruno.press("Suite")
    camera.take(page, "turned-2-notice-second")
    bruno.press("Aller aux questions")
    camera.take(page, "turned-3-question")
    bruno.press("Oui", exact=True)
    camera.take(page, "turned-3-question-second", keep=True)
    bruno.press("Oui", exact=True)
    bruno.press("Non", exact=True)
    bruno.heading("Voulez-vous garder une trace").wait_for()
    camera.take(page, "turned-4-trace")
    bruno.press("Non", exact=True)
    camera.take(page, "turned-5-answers")
    bruno.press("Je confirme")
    camera.take(page, "turned-6-thanks")
    bruno.press("Téléphone rendu")
    bruno.heading("Relire et confirmer").wait_for()


def counter(camera: Camera, town: Town, phone: Phone) -> None:
    """The food bank's counter: a volunteer's day, a passage, an orientation received and answered."""
    amina = phone("amina")
    amina.sign_in("Partagé")
    camera.take(amina.page, "today-volunteer", keep=True)
    amina.go("#/passage")
    camera.take(amina.page, "passage")
    amina.press("Enregistrer le passage")
    amina.page.locator("#refusal").wait_for()
    camera.take(amina.page, "passage-error")
    amina.press("Un de plus : Enfants")
    amina.choose("Colis")
    camera.take(amina.page, "passage-filled", keep=True)
    amina.press("Enregistrer le passage")
    amina.sees("Passage enregistré")
    camera.take(amina.page, "passage-saved")
    amina.go("#/orientations")
    camera.take(amina.page, "inbox", keep=True)
    amina.page.locator("a.row", has_text="Nouvelle").first.click()
    amina.sees("Ce que la personne a accepté")
    camera.take(amina.page, "orientation-received", keep=True)
    amina.press("Refuser", exact=True)
    camera.take(amina.page, "orientation-refusing")
    amina.press("Refuser", exact=True)
    camera.take(amina.page, "orientation-refusing-error")
    amina.press("Revenir")
    amina.accepts()
    camera.take(amina.page, "orientation-accepted")
    amina.press("Fixer un rendez-vous")
    camera.take(amina.page, "orientation-appointment")
    amina.go("#/profil")
    camera.take(amina.page, "profile-shared")


def refused(camera: Camera, town: Town, phone: Phone) -> None:
    """*À corriger*: an orientation whose agreement was taken back on another device meanwhile (T40)."""
    bruno = phone("bruno")
    bruno.sign_in()
    _, orientation = meanwhile.agreement_withdrawn(town, bruno)
    bruno.go("#/aujourdhui")
    camera.take(bruno.page, "today-to-correct")
    bruno.go("#/corriger")
    bruno.page.locator("article[data-code]").first.wait_for()
    camera.take(bruno.page, "to-correct", keep=True)
    bruno.press("Supprimer")
    camera.take(bruno.page, "to-correct-delete")
    bruno.press("Non, revenir")
    bruno.go(f"#/orientation/{orientation}")
    camera.take(bruno.page, "orientation-to-correct")


def newer(camera: Camera, town: Town, phone: Phone) -> None:
    """A newer release is ready while a form is half filled."""
    bruno = phone("bruno")
    bruno.sign_in()
    bruno.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    bruno.page.reload()
    bruno.unlock_with_phrase()
    publish(town.folder / "static")
    bruno.page.evaluate("navigator.serviceWorker.getRegistration().then((known) => known.update())")
    bruno.sees("Une nouvelle version d’Accord")
    camera.take(bruno.page, "today-update")


def publish(static: Path) -> None:
    """A release that differs by one comment."""
    sheet = static / "css" / "desk.css"
    sheet.write_text(sheet.read_text("utf-8") + "\n/* newer */\n", "utf-8")


def idle(camera: Camera, town: Town, phone: Phone) -> None:
    """Nobody touches the screen any more."""
    bruno = phone("bruno")
    bruno.sign_in()
    bruno.page.clock.install()
    bruno.page.clock.fast_forward("09:40")
    bruno.sees("Accord va se verrouiller")
    camera.take(bruno.page, "lock-warning")


ALL: tuple[Callable[[Camera, Town, Phone], None], ...] = (
    doors, joining, keys, founding, lists, places, visit, counter, refused, newer, idle,
    desk_scenes.desk_directory, desk_scenes.desk_imports,
)  # fmt: skip
