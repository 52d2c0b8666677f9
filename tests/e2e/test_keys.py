"""Phones lost, phrases forgotten, people who come back: on the screens, in the words people read."""

from __future__ import annotations

from collections.abc import Callable

from device.demonstration.accounts import BY_NAME
from tests.e2e import looks
from tests.e2e.person import FIRST_READING_MS, Person

Phone = Callable[..., Person]


def test_a_sheet_opens_everything_again_and_the_lost_phone_is_taken_out(phone: Phone) -> None:
    """T79, T80, J5: Chloé prints her sheet, loses phone and phrase, comes back on another, and removes the first."""
    lost = phone("chloe")
    lost.sign_in()
    lost.opens_dossier("Zoé du Port")
    lost.go("#/organisation")
    lost.sees("Vous êtes la seule personne responsable")
    lost.go("#/profil")
    lost.write("Phrase secrète, pour la feuille", BY_NAME["chloe"].passphrase)
    lost.press("Faire ma feuille de secours")
    lost.sees("Ma feuille de secours Accord")
    code = lost.page.locator(".sheet .secret").inner_text()
    lost.press("Elle est imprimée et rangée")
    lost.press("Échanger maintenant")
    lost.sees_up_to_date()

    here = phone("chloe")
    here.page.get_by_role("link", name="J’ai perdu ma phrase ou mon téléphone").click()
    here.heading("Phrase ou téléphone perdu").wait_for()
    assert looks.faults(here.page) == []
    typed = here.page.locator("#recovery-code")  # neither the browser's own files nor a spelling service gets it
    assert (typed.get_attribute("autocomplete"), typed.get_attribute("spellcheck")) == ("off", "false")
    here.write("Nom de compte", "chloe")
    here.write("Code de secours", code[:-1])
    phrase = here.takes_proposed_phrase()
    here.choose("À moi")
    here.press("Ouvrir avec le code")
    here.sees("Ce code de secours comporte une faute de frappe")
    here.write("Code de secours", code.lower().replace("-", " "))
    here.press("Ouvrir avec le code")
    here.heading("Aujourd’hui").wait_for(timeout=FIRST_READING_MS)
    here.sees_up_to_date()
    here.go("#/personnes")
    here.write("Chercher une personne", "zoe du port")
    here.sees("Zoé du Port")

    here.go("#/profil")
    here.page.get_by_role("link", name="Perdu ou volé").first.click()
    here.heading("Téléphone perdu ou volé").wait_for()
    here.write("Phrase actuelle", phrase)
    here.takes_proposed_phrase()
    here.press("Remplacer mes clés")
    here.page.locator("dialog").get_by_role("button", name="Remplacer mes clés").click()
    here.sees("Voici la nouvelle")
    assert here.page.locator(".sheet .secret").inner_text() != code
    here.press("Elle est imprimée et rangée")
    here.press("Échanger maintenant")
    here.sees_up_to_date()

    lost.press("Échanger maintenant")
    lost.sees("retiré par votre organisation")


def test_who_lost_everything_comes_back_and_is_told_what_is_gone(phone: Phone) -> None:
    """T83: the link, the code read aloud, the same place in the team; private notes are not promised."""
    chloe = phone("chloe")
    chloe.sign_in()
    chloe.go("#/organisation")
    chloe.page.locator('a[href^="#/membre/"]', has_text="Amina").click()
    chloe.press("Préparer son retour")
    link = chloe.page.locator("#return-link").input_value()
    amina = phone("amina")
    amina.page.goto("about:blank")
    amina.open(link.partition("/app/")[2])
    amina.sees("notes privées ne pourront pas être retrouvées")
    amina.comes_back()
    shown = amina.page.locator(".digits").inner_text()
    chloe.go("#/entrees")
    chloe.press("Regarder à nouveau")
    chloe.page.locator("button.row", has_text="revient comme Amina Ouali").click()
    assert chloe.page.locator(".digits").inner_text() == shown
    chloe.sees("Ses notes privées sont perdues")
    chloe.press("Réadmettre", exact=True)
    chloe.sees("la personne retrouve ses équipes")
    amina.heading("Aujourd’hui").wait_for(timeout=FIRST_READING_MS)
    amina.sees_up_to_date()
    amina.go("#/orientations")
    amina.page.locator("a.row").first.wait_for()
    amina.records_passages(1)
