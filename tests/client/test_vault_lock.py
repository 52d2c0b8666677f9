"""Profiles and locks: data stays, keys go, and nobody sees anybody else's."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.client.phones import Phone, passphrase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.conftest import Live

PhoneOf = Callable[..., Phone]


@pytest.fixture
def bruno(phone_of: PhoneOf) -> Phone:
    return phone_of("bruno")


def test_a_second_profile_sees_nothing_of_the_first_whose_unsent_work_waits_for_them(bruno: Phone) -> None:
    """T18."""
    bruno.context.set_offline(True)
    bruno.run("for (let at = 0; at < 12; at += 1) await visit({ text: `visite ${at}` }); await newDossier('Zoé')")
    bruno.run("await vault.lock()")
    bruno.context.set_offline(False)
    bruno.page.route("**/api/events", lambda route: route.abort())  # nothing of Bruno's leaves meanwhile
    farid = Phone(bruno.context, bruno.live).sign_in("farid")
    assert farid.run(
        "return [vault.counts().pending, vault.people().length, await vault.toCorrect(), await vault.drafts()]"
    ) == [0, 0, [], []]
    assert farid.run("return vault.me().name") == "Farid Haddadi"
    farid.run("await vault.lock()")
    bruno.unlock("bruno")
    assert bruno.run("return [vault.counts().accepted, vault.people('zoe').length]") == [13, 1]


def test_locked_the_vault_answers_nothing_and_says_so(bruno: Phone) -> None:
    dossier = bruno.run("const dossier = await newDossier('Zoé'); await vault.lock(); return dossier")
    for question in (
        "vault.me()",
        "vault.people()",
        "vault.dossier(dossier)",
        "vault.orientations('inbox')",
        "vault.roster()",
    ):
        assert bruno.run(f"return refused(async () => {question})", dossier=dossier) == "vault_locked"
    for act in (
        "visit({})",
        "vault.saveDraft('x', {})",
        "vault.draft('x')",
        "vault.toCorrect()",
        "vault.setPin('123456')",
    ):
        assert bruno.run(f"return refused(() => {act})", dossier=dossier) == "vault_locked"
    assert bruno.run("return [vault.isOpen(), vault.counts().pending]") == [False, 0]


def test_a_wrong_passphrase_opens_nothing_and_changes_nothing(bruno: Phone, subtests: pytest.Subtests) -> None:
    """T82."""
    bruno.run("await newDossier('Zoé')")
    unlock = "return refused(() => vault.unlock(member, { passphrase: wrong }))"
    for wrong in ("", "cormoran", "sardine clocher fougère mandarine rivet échelle pollen"):
        with subtests.test(wrong):
            bruno.run("await vault.lock()")
            assert bruno.run(unlock, member=bruno.member, wrong=wrong) == "sign_in"
            assert bruno.run("return vault.isOpen()") is False
            bruno.unlock("bruno")
            assert bruno.run("return vault.people('zoe').length") == 1


def test_accents_typed_in_two_ways_are_the_same_passphrase(bruno: Phone) -> None:
    bruno.run("await vault.lock()")
    bruno.run(
        "await vault.unlock(member, { passphrase })",
        member=bruno.member, passphrase=unicodedata.normalize("NFD", passphrase("bruno")),
    )  # fmt: skip
    assert bruno.run("return vault.isOpen()")


def test_an_unknown_name_and_a_wrong_phrase_are_refused_alike(phone_of: PhoneOf) -> None:
    """T82."""
    phone = phone_of()
    for account, phrase in (("bruno", "faux"), ("personne", passphrase("bruno"))):
        answer = phone.run(
            "return refused(() => vault.signIn({ account, passphrase, shared: false }))",
            account=account,
            passphrase=phrase,
        )
        assert answer == "sign_in"
    assert phone.run("return vault.profiles()") == []


def test_locking_in_one_tab_locks_the_other(bruno: Phone) -> None:
    """T55."""
    second = Phone(bruno.context, bruno.live)
    second.member = bruno.member
    second.unlock("bruno")
    bruno.run("await vault.lock()")
    second.until("!vault.isOpen()")


def test_what_one_tab_saves_the_other_shows(bruno: Phone) -> None:
    second = Phone(bruno.context, bruno.live)
    second.member = bruno.member
    second.unlock("bruno")
    bruno.run("await newDossier('Zoé'); await sync.syncNow()")
    second.until("vault.people('zoe').length === 1")


def test_a_shared_tablet_reopens_with_a_pin_until_five_errors(phone_of: PhoneOf) -> None:
    amina = phone_of("amina", shared=True)
    amina.run("await vault.setPin('123456'); await vault.lock()")
    assert amina.run("return (await vault.profiles())[0].pin")
    unlock = "return refused(() => vault.unlock(member, { pin }))"
    for _ in range(4):
        assert amina.run(unlock, member=amina.member, pin="000000") == "sign_in"
    assert amina.run(unlock, member=amina.member, pin="123456") is None
    amina.run("await vault.lock()")
    for _ in range(5):
        assert amina.run(unlock, member=amina.member, pin="000000") == "sign_in"
    assert amina.run(unlock, member=amina.member, pin="123456") == "sign_in"
    assert not amina.run("return (await vault.profiles())[0].pin")
    amina.unlock("amina")
    assert amina.run("return vault.isOpen()")


def test_a_pin_ends_after_four_hours_or_with_the_page(phone_of: PhoneOf) -> None:
    amina = phone_of("amina", shared=True)
    amina.run("await vault.setPin('123456'); await vault.lock()")
    amina.page.evaluate("() => { globalThis.real = Date.now; Date.now = () => real() + 4 * 3600e3 + 1; }")
    assert not amina.run("return (await vault.profiles())[0].pin")
    amina.unlock("amina")
    amina.run("await vault.setPin('123456'); await vault.lock()")
    amina.open()
    assert amina.run("return refused(() => vault.unlock(member, { pin: '123456' }))", member=amina.member) == "sign_in"


def test_a_pin_is_six_digits(phone_of: PhoneOf, subtests: pytest.Subtests) -> None:
    amina = phone_of("amina", shared=True)
    for pin in ("", "12345", "1234567", "abcdef", "12 456"):
        with subtests.test(pin):
            assert amina.run("return refused(() => vault.setPin(pin))", pin=pin) == "malformed"


def test_a_device_of_ones_own_has_no_pin(bruno: Phone) -> None:
    assert bruno.run("return refused(() => vault.setPin('123456'))") == "not_allowed"


def test_a_database_that_vanished_is_said_not_taken_for_a_first_run(bruno: Phone) -> None:
    """T59."""
    assert bruno.run("return (await vault.storageState()).vanished") is False
    bruno.open()
    bruno.page.evaluate(
        """async () => { for (const { name } of await indexedDB.databases()) {
             await new Promise((done) => { indexedDB.deleteDatabase(name).onsuccess = done; }); } }"""
    )
    assert bruno.run("return [(await vault.storageState()).vanished, await vault.profiles()]") == [True, []]
    bruno.sign_in("bruno")
    assert bruno.run("return (await vault.storageState()).vanished") is True  # until somebody read it
    bruno.run("await vault.noteVanishedRead()")
    assert bruno.run("return (await vault.storageState()).vanished") is False


def test_a_browser_that_keeps_nothing_refuses_before_anyone_types(accord: Live, browser: Browser) -> None:
    """T72."""
    context = browser.new_context(locale="fr-FR")
    context.add_init_script(
        "indexedDB.open = () => { throw new DOMException('private', 'SecurityError'); };"
        "IDBFactory.prototype.open = indexedDB.open;"
    )
    phone = Phone(context, accord)
    phrase = passphrase("bruno")
    join = """vault.join({ invitation: "x", secret: "x", genesis: "x", kind: "member", account: "x", name: "x",
                           passphrase, shared: false })"""
    assert (
        phone.run(
            "return refused(() => vault.signIn({ account: 'bruno', passphrase, shared: false }))", passphrase=phrase
        )
        == "storage_missing"
    )
    assert phone.run(f"return refused(() => {join})", passphrase=phrase) == "storage_missing"
    assert phone.run("return refused(() => vault.checkStorage())") == "storage_missing"
    context.close()


def test_a_newer_release_gets_the_database_and_this_one_asks_to_reload(bruno: Phone) -> None:
    """T63."""
    bruno.run("globalThis.topics = []; vault.subscribe((topic) => topics.push(topic))")
    bruno.page.evaluate(
        """(name) => new Promise((done, failed) => { const asked = indexedDB.open(name, 99);
             asked.onsuccess = () => { asked.result.close(); done(); }; asked.onerror = failed; })""",
        f"accord:{bruno.member}",
    )
    assert "version" in bruno.page.evaluate("topics")
    assert bruno.run("return refused(() => visit({ text: 'x' }))") == "storage_missing"


def test_the_team_is_one_of_mine_and_stays_chosen(phone_of: PhoneOf) -> None:
    amina = phone_of("amina")
    amina.run("await active('Centre du Port')")
    assert amina.run("return refused(() => vault.setTeam('019b0000-0000-7000-8000-000000000000'))") == "not_allowed"
    amina.run("await vault.lock()")
    amina.unlock("amina")
    me = amina.run("return vault.me()")
    assert {one["id"]: one["name"] for one in me["teams"]}[me["team"]] == "Centre du Port"
