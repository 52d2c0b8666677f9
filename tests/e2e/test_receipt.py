"""J4: what a person takes away opens on any phone, without an account, and takes back what was agreed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from device import paper
from device.primitives import b64u
from models import translations
from tests.e2e.person import Person
from tests.e2e.town import Town

if TYPE_CHECKING:
    from playwright.sync_api import Page

Phone = Callable[..., Person]
TEAM = "Centre des Halles"


def printed(person: Person) -> str:
    """The seven groups of the paper on the screen."""
    return person.page.locator(".receipt .secret").inner_text()


def link_of(town: Town, groups: str) -> str:
    return f"{town.origin}/carte#{b64u(paper.read(groups, 16))}"


def opens(page: Page, link: str) -> None:
    page.goto("about:blank")
    page.goto(link)
    page.get_by_role("button", name="Montrer").click()


def test_the_person_reads_their_paper_on_any_phone_and_takes_it_all_back(
    town: Town, phone: Phone, stranger: Page
) -> None:
    """J4, T39: worker, recipient and the person's own phone; then nothing is left to read at the recipient."""
    bruno, amina = phone("bruno"), phone("amina")
    bruno.sign_in()
    amina.sign_in()
    dossier = bruno.opens_dossier("Yuna")
    orientation = bruno.orients(dossier, TEAM, {"C01": True}, trace=True)
    groups = printed(bruno)
    bruno.sees_up_to_date()
    amina.syncs()
    amina.opens_orientation(orientation)
    amina.sees("Yuna")
    amina.sees_up_to_date()

    stranger.goto(link_of(town, groups))
    stranger.get_by_role("button", name="Montrer").wait_for()
    assert stranger.title() == "Papier"
    assert "#" not in stranger.url  # the secret does not stay in the address
    shown = stranger.locator("body").inner_text()
    assert not any(word in shown for word in (TEAM, "Comment l’appeler", "Banque"))
    stranger.get_by_role("button", name="Montrer").click()
    card = stranger.locator("article.card")
    card.wait_for()
    told = card.inner_text()
    assert "Comment l’appeler" in told
    assert "Ouvert le" in told
    stranger.get_by_role("button", name="Retirer mon accord").click()
    stranger.get_by_role("heading", name="Voulez-vous retirer votre accord").wait_for()
    stranger.get_by_role("button", name="Retirer mon accord").click()
    stranger.locator("[data-tone=saved]", has_text="Accord retiré").wait_for()
    assert "annulée" in stranger.locator("article.card").inner_text()

    amina.syncs()
    amina.opens_orientation(orientation)
    amina.sees("La personne a retiré son accord")
    assert "Yuna" not in amina.page.locator(".page").inner_text()
    bruno.syncs()
    bruno.go(f"#/dossier/{dossier}")
    bruno.tab("Accords").click()
    bruno.badge("Retiré").wait_for()
    bruno.go(f"#/orientation/{orientation}")
    bruno.sees("ne peut pas être rappelé")


def test_a_paper_in_the_persons_language_turns_to_french_and_back(town: Town, phone: Phone, stranger: Page) -> None:
    """J4: the secret has left the address, so a wrong tap must not need the paper again."""
    translations.offer_all(datetime.now(UTC))
    bruno = phone("bruno")
    bruno.sign_in()
    bruno.begins_orientation(bruno.opens_dossier("Nour"), TEAM)
    bruno.chooses({"C01"})
    bruno.choose("Une personne adulte")
    bruno.choose("Oui, seul·e avec la personne")
    for name in ("Tourner le téléphone", "العربية", "ابدأ", "الذهاب إلى الأسئلة", "نعم", "نعم", "أؤكد", "أُعيد الهاتف"):
        bruno.press(name, exact=True)
    bruno.confirms_and_sends()
    bruno.sees_up_to_date()
    opens(stranger, link_of(town, printed(bruno)))
    stranger.get_by_role("heading", name="ورقتك").wait_for()
    for turned, heading, direction in (("Français", "Votre papier", "ltr"), ("العربية", "ورقتك", "rtl")):
        stranger.get_by_role("button", name=turned).click()
        stranger.get_by_role("heading", name=heading).wait_for()
        assert stranger.evaluate("document.documentElement.dir") == direction


def test_before_the_worker_has_network_the_paper_says_it_is_not_sent_yet(
    town: Town, phone: Phone, stranger: Page
) -> None:
    """T53: made in a flat without network; the page says so, then opens by itself once the phone has sent."""
    bruno = phone("bruno")
    bruno.sign_in()
    dossier = bruno.opens_dossier("Yuna")
    bruno.sees_up_to_date()
    bruno.context.set_offline(True)
    bruno.orients(dossier, TEAM, {"C01": True}, trace=True)
    link = link_of(town, printed(bruno))
    opens(stranger, link)
    stranger.get_by_role("heading", name="Pas encore transmis").wait_for()
    bruno.context.set_offline(False)
    bruno.syncs()
    stranger.get_by_role("button", name="Ouvrir").click()
    stranger.locator("article.card").wait_for()


def test_a_paper_typed_by_hand_opens_and_a_mistyped_one_says_so(town: Town, phone: Phone, stranger: Page) -> None:
    bruno = phone("bruno")
    bruno.sign_in()
    bruno.orients(bruno.opens_dossier("Yuna"), TEAM, {"C01": True}, trace=True)
    groups = printed(bruno)
    bruno.sees_up_to_date()
    stranger.goto(f"{town.origin}/carte")
    stranger.get_by_label("Écrivez le code").fill(groups[:-1] + ("0" if groups[-1] != "0" else "1"))
    stranger.get_by_role("button", name="Ouvrir").click()
    stranger.get_by_role("alert").wait_for()
    stranger.get_by_label("Écrivez le code").fill(groups.lower().replace("-", " "))
    stranger.get_by_role("button", name="Ouvrir").click()
    stranger.get_by_role("button", name="Montrer").click()
    stranger.locator("article.card").wait_for()


def test_who_lost_their_paper_is_given_another_and_the_lost_one_closes(
    town: Town, phone: Phone, stranger: Page
) -> None:
    """T52: by any worker who recognised them; what the new paper takes back is destroyed at the recipient."""
    bruno, amina, helene = phone("bruno"), phone("amina"), phone("helene")
    for person in (bruno, amina, helene):
        person.sign_in()
    dossier = bruno.opens_dossier("Yuna")
    orientation = bruno.orients(dossier, TEAM, {"C01": True}, trace=True)
    lost = link_of(town, printed(bruno))
    bruno.sees_up_to_date()
    helene.syncs()
    helene.go(f"#/dossier/{dossier}")
    helene.tab("Accords").click()
    helene.page.get_by_role("link", name="Redonner un papier").click()
    helene.press("Faire un papier")
    again = link_of(town, printed(helene))
    assert again != lost
    helene.sees_up_to_date()
    opens(stranger, lost)
    stranger.get_by_role("heading", name="Pas encore transmis").wait_for()
    opens(stranger, again)
    stranger.get_by_role("button", name="Retirer mon accord").click()
    stranger.get_by_role("button", name="Retirer mon accord").click()
    stranger.locator("[data-tone=saved]", has_text="Accord retiré").wait_for()

    bruno.syncs()  # its phone says the same in its own name: the recipient never had the new paper's key
    bruno.sees_up_to_date()
    amina.syncs()
    amina.opens_orientation(orientation)
    amina.sees("La personne a retiré son accord")
    kept = amina.page.evaluate(_KEPT, orientation)
    assert kept == [], kept


_KEPT = """async (id) => {
  const answered = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const names = (await indexedDB.databases()).map(({ name }) => name);
  const found = [];
  for (const name of names) {
    const db = await answered(indexedDB.open(name));
    if (db.objectStoreNames.contains("entries")) {
      const rows = await answered(db.transaction("entries").objectStore("entries").getAll());
      for (const row of rows) if (row.id === id || row.event === id) found.push(...Object.keys(row.sections ?? {}));
    }
    db.close();
  }
  return found;
}"""


def test_a_card_printed_beforehand_is_typed_at_consent(town: Town, phone: Phone, stranger: Page) -> None:
    """In a flat without printer or network: the card is in the worker's bag."""
    groups = paper.write(bytes(range(16)))
    bruno = phone("bruno")
    bruno.sign_in()
    dossier = bruno.opens_dossier("Yuna")
    bruno.begins_orientation(dossier, TEAM)
    bruno.chooses({"C01": True})
    bruno.turns_phone({"C01": True}, trace=True)
    bruno.page.get_by_text("Utiliser une carte déjà imprimée").click()
    bruno.write("Code de la carte", "ABCD")
    bruno.press("Prendre cette carte")
    bruno.sees("Recopiez les sept groupes")
    bruno.write("Code de la carte", groups)
    bruno.press("Prendre cette carte")
    bruno.page.locator(".message", has_text=re.compile("La carte [0-9A-Z]{4}-[0-9A-Z]{4}")).wait_for()
    bruno.confirms_and_sends()
    assert printed(bruno) == groups
    bruno.sees_up_to_date()
    opens(stranger, link_of(town, groups))
    stranger.locator("article.card").wait_for()


def test_neither_the_secret_nor_what_finds_it_is_kept_by_the_server_or_the_worker(
    town: Town, phone: Phone, stranger: Page
) -> None:
    """T39, I9: the database, the log of ends, everything that crossed the wire, and the worker's own storage."""
    bruno = phone("bruno")
    bruno.sign_in()
    bruno.orients(bruno.opens_dossier("Yuna"), TEAM, {"C01": True}, trace=True)
    groups = printed(bruno)
    secret = paper.read(groups, 16)
    bruno.sees_up_to_date()
    opens(stranger, link_of(town, groups))
    stranger.locator("article.card").wait_for()
    hidden = [b64u(secret).encode(), secret, groups.encode(), groups.replace("-", "").encode(), secret.hex().encode()]
    kept = [path.read_bytes() for path in town.files()] + [each.whole() for each in town.wire.exchanges]
    assert len(town.wire.exchanges) > 3
    assert [word for word in hidden for body in kept if word in body] == []
