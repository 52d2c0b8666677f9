"""A person with a phone: what they do on the screens, in the French words they read there."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from device.demonstration.accounts import BY_NAME

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

PATIENCE_MS = 15_000  # a machine shared by many is slow, not wrong
FIRST_READING_MS = 30_000
_GO = """(address) => {
  document.activeElement?.blur();
  if (location.hash === address) dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = address;
}"""


class Person:
    """One member and one page. Each act waits for what the screen says of it."""

    def __init__(self, context: BrowserContext, origin: str, account: str, page: Page | None = None) -> None:
        self.context, self.origin, self.account = context, origin, account
        self.page = page or context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))

    # --- coming in

    def open(self, address: str = "") -> None:
        self.page.goto(f"{self.origin}/app/{address}")
        self.page.locator("h1").first.wait_for(timeout=FIRST_READING_MS)  # a first visit installs before it shows

    def sign_in(self, device: str = "À moi") -> None:
        """The first time on this browser, by account and phrase."""
        self.types_credentials(device)
        self.press("Se connecter")
        self.heading("Aujourd’hui").wait_for(timeout=FIRST_READING_MS)
        self.sees_up_to_date()

    def types_credentials(self, device: str = "À moi") -> None:
        self.write("Nom de compte", self.account)
        self.types_phrase()
        self.choose(device)

    def types_phrase(self) -> None:
        self.write("Phrase secrète", BY_NAME[self.account].passphrase)

    def takes_proposed_phrase(self) -> str:
        """Copies the seven words that the screen proposes."""
        words = " ".join(self.page.locator(".phrase li").all_inner_texts())
        self.write("Recopiez les sept mots", words)
        return words

    def comes_back(self) -> None:
        """On a link made for who lost everything: asks, and waits to be let in again."""
        self.write("Votre nom", self.account.title())
        self.write("Nom de compte", self.account)
        self.takes_proposed_phrase()
        self.choose("À moi")
        self.press("Demander à revenir")
        self.heading("En attente d’admission").wait_for(timeout=FIRST_READING_MS)

    def unlock_with_phrase(self) -> None:
        self.types_phrase()
        self.press("Déverrouiller", exact=True)
        self.page.locator(".topbar").wait_for(timeout=FIRST_READING_MS)

    def unlock_with_passkey(self) -> None:
        self.press("Déverrouiller avec l’empreinte")
        self.page.locator(".topbar").wait_for(timeout=FIRST_READING_MS)

    def lock(self, several: bool = False) -> None:
        """Closes the profile; `several` people use this device."""
        self.press("Verrouiller", exact=True)
        self.heading("Qui êtes-vous" if several else "Bonjour").wait_for()

    def picks_profile(self) -> None:
        """One's own name, among those of a shared device."""
        self.page.locator("button.row", has_text=self.account).click()
        self.heading(f"Bonjour {self.account}").wait_for()

    def hands_over_to(self, account: str) -> Person:
        """Another person takes the same device, on which they are not known yet."""
        self.page.get_by_role("link", name="Autre compte").click()
        self.heading("Se connecter").wait_for()
        return Person(self.context, self.origin, account, self.page)

    def tries_passkey(self) -> None:
        """Asks for a second door, confirmed with the phrase."""
        self.go("#/profil")
        self.write("Phrase secrète, pour confirmer", BY_NAME[self.account].passphrase)
        self.press("Ajouter mon empreinte")

    def adds_passkey(self) -> None:
        self.tries_passkey()
        self.page.locator(".badge", has_text="Active").wait_for()

    def leaves_and_comes_back(self) -> None:
        """The same tab, another document: nothing in memory is left, the worker has to start again."""
        self.page.goto("about:blank")
        session = self.context.new_cdp_session(self.page)
        session.send("ServiceWorker.enable")
        session.send("ServiceWorker.stopAllWorkers")  # the session stays: detaching it would unplug the authenticator
        self.open()

    # --- recording

    def opens_dossier(self, called: str, items: Mapping[str, Mapping[str, str]] | None = None) -> str:
        """A new dossier; `items` are {code: {label of a field: text}}. Returns its id, from the address."""
        self.go("#/nouvelle")
        self.write("Prénom ou nom choisi", called)
        for summary, fields in (items or {}).items():
            self.page.locator("details", has_text=summary).locator("summary").click()
            for label, text in fields.items():
                self.write(label, text)
        self.press("Ouvrir le dossier")
        self.page.wait_for_url(re.compile(r"#/dossier/"))
        return self.page.url.rpartition("/")[2]

    def adds_item(self, dossier: str, category: str, fields: Mapping[str, str]) -> None:
        """More about the person. `fields`: {label: text to write}, or {label: ""} for a choice to touch."""
        self.go(f"#/dossier/{dossier}")
        self.page.get_by_text("Ajouter une information").click()
        self.page.locator("button.row", has_text=category).click()
        for label, text in fields.items():
            self.write(label, text) if text else self.choose(label)
        self.press("Enregistrer l’information")
        self.tab("Infos").wait_for()

    def records_passages(self, number: int) -> None:
        """At the counter: three taps each."""
        self.go("#/passage")
        for _ in range(number):
            self.choose("Colis")
            self.press("Enregistrer le passage")
            self.page.locator(".message[data-tone=saved]").wait_for()
            self.page.locator("label.tile input:checked").first.wait_for(state="detached")

    def begins_visit(self, dossier: str, text: str) -> None:
        self.go(f"#/visite/{dossier}")
        self.choose("Visite à domicile")
        self.choose("Manger")
        self.write("Faits utiles", text)

    def saves_and_dies(self, after_ms: int) -> bool:
        """Taps to save; the tab is closed so long after. Whether the screen had said it was saved."""
        self.press("Enregistrer la visite")
        self.page.wait_for_timeout(after_ms)
        said = self.page.locator(".toast", has_text="enregistrée").count() > 0
        self.page.close()
        return said

    def reopens(self) -> None:
        """A new tab, after the first one died."""
        self.__init__(self.context, self.origin, self.account)  # type: ignore[misc]
        self.open()

    def has_visit(self, dossier: str, text: str) -> bool:
        self.go(f"#/dossier/{dossier}")
        self.tab("Suivi").click()
        self.page.locator("ol.timeline").wait_for()
        return self.page.locator("ol.timeline", has_text=text).count() > 0

    def draft_of_visit(self, dossier: str) -> str:
        """What the form shows when it is opened again."""
        self.go(f"#/visite/{dossier}")
        return self.page.get_by_label("Faits utiles").input_value()

    def records_visit(self, dossier: str, text: str, narrative: str = "") -> None:
        self.begins_visit(dossier, text)
        if narrative:
            self.page.locator("summary", has_text="Récit de la visite").click()
            self.page.locator("#narrative").fill(narrative)
        self.press("Enregistrer la visite")
        self.page.wait_for_url(re.compile(r"#/dossier/"))

    # --- orienting

    def begins_orientation(self, dossier: str, team: str, need: str = "Manger") -> None:
        """Need and recipient; stops where the informations are chosen."""
        self.go(f"#/orienter/{dossier}")
        self.choose(need)
        self.press("Choisir le destinataire")
        self.choose(team)
        self.press("Choisir les informations")
        self.heading("Quelles informations transmettre ?").wait_for()

    def chooses(self, codes: Collection[str], text: str = "") -> None:
        for code in codes:
            self.page.locator(f'.item[data-code="{code}"] > label').click()
        if text:
            self.write("Un mot pour l’équipe", text)
        self.press("Demander l’accord")
        self.heading("Avant de demander").wait_for()

    def turns_phone(self, answers: Mapping[str, bool], trace: bool = False) -> None:
        """The person answers each question on the turned phone, in the order of `answers`, then gives it back."""
        self.choose("Une personne adulte")
        self.choose("Oui, seul·e avec la personne")
        self.press("Tourner le téléphone")
        self.answers(answers, trace)
        self.heading("Relire et confirmer").wait_for()

    def answers(self, answers: Mapping[str, bool], trace: bool = False) -> None:
        """What the person touches, until the phone is given back. `trace`: they want a paper."""
        self.press("Commencer")
        self.press("Aller aux questions")
        for _ in answers:
            self.heading("Peut-on dire ceci").wait_for()
            code = self._asked(answers)
            self.press("Oui" if answers[code] else "Non", exact=True)
        self.heading("Voulez-vous garder une trace").wait_for()
        self.press("Oui" if trace else "Non", exact=True)
        self.press("Je confirme")
        self.press("Téléphone rendu")

    def _asked(self, answers: Mapping[str, bool]) -> str:
        """Which item the turned phone shows: the questions come in the order they were chosen."""
        told = self.page.locator(".turned", has_text="Question").inner_text() if len(answers) > 1 else "Question 1 sur"
        number = re.search(r"Question (\d+) sur", told)
        assert number, told
        return list(answers)[int(number.group(1)) - 1]

    def confirms_and_sends(self) -> str:
        """Says how the person answered, and seals. Returns the orientation's id."""
        self.page.locator("fieldset", has_text="Comment la personne a-t-elle répondu").locator("label").first.click()
        self.press("Envoyer l’orientation")
        link = self.page.get_by_role("link", name="Voir l’orientation")
        link.wait_for()
        return str(link.get_attribute("href")).rpartition("/")[2]

    def orients(self, dossier: str, team: str, answers: Mapping[str, bool], text: str = "", trace: bool = False) -> str:
        """The whole journey, from the dossier to the sealed orientation."""
        self.begins_orientation(dossier, team)
        self.chooses(answers, text)
        self.turns_phone(answers, trace)
        return self.confirms_and_sends()

    def withdraws_consent(self, dossier: str) -> None:
        self.go(f"#/dossier/{dossier}")
        self.tab("Accords").click()
        self.press("Retirer l’accord")
        self.page.locator("dialog").get_by_role("button", name="Retirer l’accord").click()
        self.page.get_by_text("Retiré", exact=True).first.wait_for()

    # --- receiving

    def opens_orientation(self, orientation: str) -> None:
        self.go(f"#/orientation/{orientation}")
        self.page.locator("h1").wait_for()

    def accepts(self) -> None:
        self.press("Accepter", exact=True)
        self.badge("Acceptée").wait_for()

    def shared_codes(self) -> list[str]:
        """The categories that can be read on the orientation's screen."""
        return [str(row.get_attribute("data-code")) for row in self.page.locator(".row[data-code]").all()]

    def refusal(self, code: str) -> Locator:
        """What the screen says of an information that cannot go."""
        told = self.page.locator(f'.item[data-state="refused"][data-code="{code}"]')
        if not told.is_visible():
            self.page.locator("summary", has_text="Ce qui ne peut pas partir").click()
        return told

    # --- syncing

    def sync_line(self) -> str:
        return self.page.locator(".syncline").first.inner_text()

    def sees_up_to_date(self) -> None:
        """Everything is sent and read, by itself."""
        self.page.locator(".syncline", has_text="À jour").first.wait_for(timeout=FIRST_READING_MS)

    def sees_installed(self) -> None:
        """The phone says that the application opens without network."""
        self.go("#/profil")
        self.page.get_by_text("il est entier sur cet appareil").wait_for(timeout=FIRST_READING_MS)

    def syncs(self) -> None:
        """Comes back to the application: that is enough for it to exchange with the server."""
        self.go("#/profil")
        self.press("Échanger maintenant")
        self.page.get_by_text("Échange avec le serveur").wait_for(state="detached", timeout=FIRST_READING_MS)

    # --- the hand

    def go(self, address: str) -> None:
        """Another screen: it is there once its heading has the focus."""
        self.page.evaluate(_GO, address)
        self.page.locator("h1:focus").wait_for()

    def press(self, name: str, exact: bool = False) -> None:
        self.page.get_by_role("button", name=name, exact=exact).first.click()

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=False).first.fill(text)

    def choose(self, label: str) -> None:
        """Touches a radio, a box or a tile by the words it begins with."""
        begins = re.compile(rf"^\s*{re.escape(label)}")
        self.page.locator("label.choice, label.tile").filter(has_text=begins).first.click()

    def sees(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()

    def heading(self, text: str) -> Locator:
        return self.page.locator("h1", has_text=text)

    def tab(self, name: str) -> Locator:
        return self.page.get_by_role("tab", name=name)

    def badge(self, text: str) -> Locator:
        return self.page.locator(".badge", has_text=text).first
