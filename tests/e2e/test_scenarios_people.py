"""Doors that fail without damage, and words of others that stay words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from device import acts
from models.problems import CATALOGUE
from tests.e2e.authenticator import Authenticator
from tests.e2e.every_field import EveryField
from tests.e2e.person import Person
from tests.e2e.town import Town

if TYPE_CHECKING:
    from playwright.sync_api import Locator

_WITHOUT_VALUE = """
const get = navigator.credentials.get.bind(navigator.credentials);
navigator.credentials.get = async (asked) => {
  delete asked.publicKey.extensions;
  return get(asked);
};
"""
_WATCH_POLICY = """
globalThis.violations = [];
addEventListener("securitypolicyviolation", (event) => {
  globalThis.violations.push(`${event.violatedDirective} ${event.sourceFile}`);
});
"""
SCRIPT = '<img src=x onerror="ran={0}"><script>ran={0}</script><a href="javascript:ran={0}">{0}</a>'
MARKUP = "main img:not(.brand img), main script, main a[href^='javascript'], main [onerror]"


def passkey_refused(person: Person) -> Locator:
    return person.page.locator("#refusal", has_text=CATALOGUE["passkey"].message)


def test_a_reader_without_prf_makes_no_door_and_the_phrase_still_opens(
    town: Town, phone: Callable[..., Person]
) -> None:
    """T73: nothing half-made is kept, on the device or on the server."""
    bruno = phone("bruno")
    Authenticator(bruno.page, has_prf=False)
    bruno.sign_in()
    bruno.tries_passkey()
    passkey_refused(bruno).wait_for()
    assert bruno.page.locator(".card", has_text="Empreinte ou clé").locator(".badge", has_text="Aucune").is_visible()
    bruno.lock()
    assert bruno.page.get_by_role("button", name="Déverrouiller avec l’empreinte").count() == 0
    bruno.unlock_with_phrase()
    bruno.sees_up_to_date()


def test_a_reader_that_stops_giving_its_value_leaves_the_phrase(town: Town, phone: Callable[..., Person]) -> None:
    """T73, T78: the value came at creation and no longer comes; another reader, empty, in its place; all offline."""
    bruno = phone("bruno")
    reader = Authenticator(bruno.page)
    bruno.sign_in()
    bruno.adds_passkey()
    bruno.sees_up_to_date()
    town.cut()
    bruno.context.set_offline(True)
    bruno.leaves_and_comes_back()
    bruno.unlock_with_passkey()

    bruno.page.add_init_script(_WITHOUT_VALUE)
    bruno.leaves_and_comes_back()
    for _ in range(2):
        bruno.press("Déverrouiller avec l’empreinte")
        passkey_refused(bruno).wait_for()
        reader.replace(has_prf=True)
    bruno.unlock_with_phrase()
    assert bruno.opens_dossier("Yuna")


def test_a_script_typed_in_every_field_is_shown_as_text_to_its_reader(town: Town, phone: Callable[..., Person]) -> None:
    """T102: author and recipient, on every screen that shows what was typed. The policy had nothing to stop."""
    typed = EveryField(SCRIPT.format)
    bruno, louise = phone("bruno"), phone("louise")
    for person in (bruno, louise):
        person.page.add_init_script(_WATCH_POLICY)
        person.open()
        person.sign_in()
    dossier = typed.new_person(bruno)
    typed.items(bruno, dossier)
    typed.visit(bruno, dossier)
    typed.note(bruno, dossier)
    typed.consent(bruno, dossier)
    orientation = typed.orientation(bruno, dossier)
    bruno.sees_up_to_date()
    for name in ("Infos", "Suivi", "Accords", "Orientations"):
        bruno.go(f"#/dossier/{dossier}")
        bruno.tab(name).click()
        harmless(bruno)

    louise.syncs()
    louise.go("#/orientations")
    harmless(louise)
    typed.answer(louise, orientation)
    for shown in (typed.words[field] for field in typed.words if field.startswith(("orienter", "réponse"))):
        louise.sees(shown)
    harmless(louise)
    louise.press("Ouvrir un dossier pour la suivre")
    louise.tab("Infos").wait_for()
    harmless(louise)
    for address in ("#/aujourdhui", "#/personnes"):
        louise.go(address)
        harmless(louise)


def harmless(person: Person) -> None:
    """Nothing ran, nothing was stopped on the way, and no element was made of what was typed."""
    assert person.page.locator(MARKUP).count() == 0
    assert person.page.evaluate("typeof ran") == "undefined"
    assert person.page.evaluate("globalThis.violations") == []


def test_odd_contents_of_a_dishonest_author_spoil_nothing(town: Town, phone: Callable[..., Person]) -> None:
    """T86's neighbour: signed and sealed right, of no shape inside. What is left is shown, the rest is said."""
    now = datetime.now(UTC)
    bruno = town.device("bruno", rules=False)
    nord, halles = (bruno.roster.circle(town.circles[name])[1].team for name in ("nord.open", "halles.open"))
    bank = bruno.roster.circle(town.circles["halles.open"])[0].id
    name, odd = acts.item("C01", {"called": "Maël"}, now), {"kind": "item", "category": "C14", "fields": None}
    dossier = acts.open_dossier(bruno, nord, [name, odd], now)
    told = {"notice": {}, "method": "oral_face", "alone": True, "trace": False}
    consent = acts.give_consent(bruno, nord, dossier, bank, ["C01", "C14"], told, now)
    request = {"need": "alimentation", "text": {"bold": "no"}}
    orientation = acts.send_orientation(bruno, nord, consent, halles, request, [name, odd], now)
    bruno.deliver()

    amina = phone("amina")
    amina.sign_in()
    amina.opens_orientation(orientation)
    amina.sees("Une partie ne peut pas être ouverte")
    assert amina.shared_codes() == ["C01"]
    amina.accepts()
    colleague = phone("bruno")
    colleague.sign_in()
    colleague.go(f"#/dossier/{dossier}")
    colleague.heading("Maël").wait_for()
    assert [line for person in (amina, colleague) for line in person.said if line.startswith("error")] == []
