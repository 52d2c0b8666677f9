"""Saving: once, whole, sealed, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.canaries import sightings
from tests.client.phones import Phone

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.conftest import Live

PhoneOf = Callable[..., Phone]
CANARY = "canari-souchet-4711"
# The n-th call of the browser's cryptography or storage never comes back: the application is killed there.
_DIE_AT = """(limit) => {
  let calls = 0;
  globalThis.died = new Promise((resolve) => { globalThis.die = resolve; });
  const step = (real) => function (...given) {
    calls += 1;
    if (calls === limit) { globalThis.die(true); throw new DOMException("killed", "AbortError"); }
    return calls > limit ? new Promise(() => {}) : real.apply(this, given);
  };
  for (const name of ["encrypt", "wrapKey", "sign", "digest", "importKey", "deriveBits", "generateKey"]) {
    SubtleCrypto.prototype[name] = step(SubtleCrypto.prototype[name]);
  }
  IDBDatabase.prototype.transaction = step(IDBDatabase.prototype.transaction);
  for (const name of ["add", "put", "delete"]) IDBObjectStore.prototype[name] = step(IDBObjectStore.prototype[name]);
  globalThis.steps = () => calls;
}"""


@pytest.fixture
def bruno(phone_of: PhoneOf) -> Phone:
    return phone_of("bruno")


def outbox(phone: Phone) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = phone.run("return rows(member, 'outbox')", member=phone.member)
    return found


def test_ten_taps_on_save_record_one_event(bruno: Phone) -> None:
    """T13."""
    results = bruno.run(
        "return Promise.all(Array.from({ length: 10 }, () => visit({ text: 'une visite', draftId: 'visite 1' })))"
    )
    assert len({result["reception"] for result in results}) == 1
    assert len(outbox(bruno)) == 1
    assert bruno.sync()["accepted"] == 1


def test_the_same_draft_saved_in_two_tabs_is_one_event(bruno: Phone) -> None:
    """T13."""
    second = Phone(bruno.context, bruno.live)
    second.member = bruno.member
    second.unlock("bruno")
    act = "return (await visit({ text: 'une visite', draftId: 'visite 1' })).reception"
    assert bruno.run(act) == second.run(act)
    assert len(outbox(second)) == 1


def test_two_receptions_with_the_same_words_are_two(bruno: Phone) -> None:
    """T14."""
    bruno.run("await visit({ text: 'un colis' }); await visit({ text: 'un colis' })")
    assert len(outbox(bruno)) == 2
    assert bruno.sync()["accepted"] == 2


def test_another_visit_under_the_same_draft_key_is_another_event(bruno: Phone) -> None:
    """T14. Screens use one key for each kind of form."""
    bruno.run("await visit({ text: 'une visite', draftId: 'visite' })")
    bruno.run("await visit({ text: 'une autre', draftId: 'visite' })")
    assert len(outbox(bruno)) == 2


def test_the_same_words_under_the_same_key_much_later_are_another_event(bruno: Phone) -> None:
    """T14."""
    bruno.run("await visit({ text: 'une visite', draftId: 'visite' })")
    bruno.page.evaluate("() => { const now = Date.now; Date.now = () => now() + 61_000; }")
    bruno.run("await visit({ text: 'une visite', draftId: 'visite' })")
    assert len(outbox(bruno)) == 2


def test_saving_ends_the_draft_in_the_same_act(bruno: Phone) -> None:
    bruno.run("await vault.saveDraft('visite 1', { text: 'en cours' })")
    assert bruno.run("return (await vault.drafts()).map((draft) => draft.key)") == ["visite 1"]
    bruno.run("await visit({ text: 'fini', draftId: 'visite 1' })")
    assert bruno.run("return vault.draft('visite 1')") is None


def test_killed_at_any_step_of_a_save_the_draft_or_the_event_is_there_never_neither(
    accord: Live, browser: Browser
) -> None:
    """T21. Each step is a call to the browser's cryptography or to its storage."""
    context = browser.new_context(locale="fr-FR")
    phone = Phone(context, accord).sign_in("bruno")
    outcomes: dict[str, int] = {"draft": 0, "event": 0}
    for step in range(1, 200):
        phone.run("await vault.saveDraft('visite', { text: 'une visite' })")
        before = len(outbox(phone))
        phone.page.evaluate(_DIE_AT, step)
        saved = phone.run(
            """return Promise.race([
                 visit({ text: `visite ${step}`, draftId: "visite" }).then(() => "saved", () => "refused"),
                 globalThis.died.then(() => new Promise((resolve) => { setTimeout(resolve, 30, "killed"); })),
               ])""",
            step=step,
        )
        phone.open()
        drafts = phone.run("return (await rows(member, 'drafts')).length", member=phone.member)
        events = len(outbox(phone)) - before
        assert (drafts, events) in ((1, 0), (0, 1)), f"step {step}: {drafts} draft, {events} event"
        assert saved != "saved" or events == 1
        outcomes["event" if events else "draft"] += 1
        if saved == "saved":
            break
        phone.unlock("bruno")
        phone.run("await vault.dropDraft('visite')")
    context.close()
    assert outcomes["draft"] > 10
    assert outcomes["event"] >= 1


def test_a_full_disk_refuses_the_save_keeps_the_draft_and_what_was_there(bruno: Phone) -> None:
    """T60."""
    bruno.run("await visit({ text: 'avant' }); await vault.saveDraft('visite', { text: 'après' })")
    bruno.page.evaluate(
        """() => { globalThis.whole = IDBObjectStore.prototype.add;
          IDBObjectStore.prototype.add = () => { throw new DOMException("full", "QuotaExceededError"); }; }"""
    )
    assert bruno.run("return refused(() => visit({ text: 'après', draftId: 'visite' }))") == "storage_full"
    bruno.page.evaluate("() => { IDBObjectStore.prototype.add = globalThis.whole; }")
    assert bruno.run("return vault.draft('visite')") == {"text": "après"}
    assert bruno.sync()["accepted"] == 1
    bruno.run("await visit({ text: 'après', draftId: 'visite' })")
    assert bruno.sync()["accepted"] == 2


def test_a_social_security_number_is_refused_in_any_text(bruno: Phone, subtests: pytest.Subtests) -> None:
    for text in (
        "2 84 05 35 238 012 38",
        "284053523801238",
        "2840535238012",
        "1.91.12.2A.004.123.45",
        "son NIR : 184-05-99-138-012",
    ):
        for act in (
            "visit({ text })",
            "vault.recordNote({ text })",
            "visit({ narrative: `il dit ${text}` })",
            "newDossier('Zoé', [said('C07', { in_progress: text })])",
        ):
            with subtests.test(f"{act} {text}"):
                assert bruno.run(f"return refused(() => {act})", text=text) == "nir"
                assert outbox(bruno) == []


def test_other_numbers_pass(bruno: Phone, subtests: pytest.Subtests) -> None:
    for text in ("06 12 34 56 78", "SIRET 552 081 317 66522", "FR76 3000 6000 0112 3456 7890 189", "1984"):
        with subtests.test(text):
            before = len(outbox(bruno))
            bruno.run("await visit({ text })", text=text)
            assert len(outbox(bruno)) == before + 1


def test_nothing_about_people_or_colleagues_lies_in_clear_on_the_disk(bruno: Phone) -> None:
    """I9."""
    bruno.run(
        """const dossier = await newDossier(canary, [said("C02", { family_name: canary })]);
           await visit({ dossier, text: canary, narrative: canary });
           await vault.recordNote({ dossier, text: canary });
           await vault.saveDraft("ébauche", { text: canary });
           await vault.orient(orientationFor(dossier, "Centre des Halles", [called(canary)], { text: canary }));
           await sync.syncNow();
           await vault.saveDraft("ébauche 2", { text: canary });""",
        canary=CANARY,
    )
    stored = bruno.everything_stored()
    assert "orientation.sent" in stored
    canaries = [CANARY, "Bruno Le Cam", "Hélène Tanguy", "assistant de service social"]
    assert sightings([one for one in canaries if one.isascii()], stored.encode()) == []
    assert [one for one in canaries if one in stored] == []
    assert "eyJ" in stored  # sealed and signed strings are there


def test_digits_of_ids_and_digests_are_not_taken_for_a_number(bruno: Phone) -> None:
    bruno.run(
        """const dossier = await newDossier("Zoé");
           const more = { place: "source--2840535238012", consent: agreement(["C01"]) };
           more.consent.notice.sha256 = "284053523801238";
           await vault.orient(orientationFor(dossier, "Centre des Halles", [called("Zoé")], more));"""
    )
    assert bruno.sync()["accepted"] == 3


def test_what_was_saved_offline_reads_back_after_the_application_was_closed(bruno: Phone) -> None:
    """T68."""
    bruno.context.set_offline(True)
    dossier = bruno.run("return newDossier('Zoé')")
    bruno.context.set_offline(False)  # only so that the page itself loads: no worker here
    bruno.open()
    bruno.context.set_offline(True)
    bruno.unlock("bruno")
    assert bruno.run("return vault.dossier(dossier).label", dossier=dossier) == "Zoé"
    assert bruno.run("return vault.people('zoe').length") == 1
    assert bruno.run("return vault.counts().pending") == 1
