"""An orientation from one phone to another, what may not be sent, what was withdrawn, who came first."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.phones import Phone

if TYPE_CHECKING:
    from playwright.sync_api import Route

PhoneOf = Callable[..., Phone]
FEED = "**/api/feed*"
CANARY = "canari-souchet-4711"


@pytest.fixture
def bruno(phone_of: PhoneOf) -> Phone:
    return phone_of("bruno")


@pytest.fixture
def amina(phone_of: PhoneOf) -> Phone:
    phone = phone_of("amina")
    phone.run("await active('Centre des Halles')")
    return phone


def send(
    phone: Phone,
    to: str = "Centre des Halles",
    items: str = "[called('Zoé'), said('C14', { needs: ['food'] })]",
    **more: Any,
) -> dict[str, str]:
    """Records a dossier and an orientation: {dossier, consent, orientation}. Nothing leaves the phone."""
    made: dict[str, str] = phone.run(
        f"""const dossier = await newDossier("Zoé");
            return {{ dossier, ...await vault.orient(orientationFor(dossier, to, {items}, more)) }}""",
        to=to, more=more,
    )  # fmt: skip
    return made


def view(phone: Phone, orientation: str) -> dict[str, Any]:
    found: dict[str, Any] = phone.run("return vault.orientation(id)", id=orientation)
    return found


def test_what_the_person_agreed_to_arrives_is_accepted_and_the_answer_comes_back(bruno: Phone, amina: Phone) -> None:
    """J1, J3."""
    bruno.context.set_offline(True)
    sent = send(bruno, text="un colis", replyBy="2099-01-01T00:00Z")
    assert view(bruno, sent["orientation"])["sync"] == "pending"
    bruno.context.set_offline(False)
    assert bruno.sync() | {"inbox": 0, "late": 0} == {
        "pending": 0,
        "held": 0,
        "rejected": 0,
        "accepted": 3,
        "inbox": 0,
        "late": 0,
    }
    amina.sync()
    [row] = amina.run("return vault.orientations('inbox')")
    assert (row["label"], row["state"], row["from"]["teamName"], row["replyBy"]) == (
        "Zoé",
        "envoyee",
        "CDAS Nord",
        "2099-01-01T00:00Z",
    )
    received = view(amina, row["id"])
    assert [item["category"] for item in received["items"]] == ["C01", "C14"]
    assert received["request"] == {"kind": "request", "need": "alimentation", "text": "un colis"}
    assert received["moves"] == ["en_attente", "acceptee", "refusee"]
    amina.run(
        "await vault.openOrientation(id); await vault.openOrientation(id); await vault.answer({ "
        "orientation: id, state: 'acceptee', text: 'Venez mardi' })",
        id=row["id"],
    )
    assert amina.sync()["accepted"] == 2
    bruno.sync()
    back = view(bruno, sent["orientation"])
    assert (back["state"], back["opened"], back["sync"]) == ("acceptee", True, "accepted")
    assert back["history"][-1]["text"] == "Venez mardi"
    assert back["dossier"] == sent["dossier"]


def test_the_recipient_learns_neither_the_dossier_nor_the_consent(bruno: Phone, amina: Phone) -> None:
    sent = send(bruno)
    bruno.sync()
    amina.sync()
    assert sent["dossier"] not in amina.everything_stored()
    assert view(amina, sent["orientation"])["dossier"] is None
    assert amina.run("return vault.dossier(id)", id=sent["dossier"]) is None


FORBIDDEN = [  # items, consent, code
    ("[called('Zoé'), said('C11', {})]", "agreement(['C01'])", "consent_missing"),
    ("[called('Zoé'), said('C06', {})]", "agreement(['C01', 'C06'])", "matrix"),
    ("[called('Zoé'), said('C05', {})]", "agreement(['C01', 'C05'])", "matrix"),
    ("[called('Zoé')]", "agreement(['C01'], { purpose: 'coordonner_a_tous' })", "basis"),
    ("[called('Zoé')]", "agreement([])", "basis"),
]


def test_what_the_rules_forbid_is_refused_here_and_nothing_is_saved(bruno: Phone, subtests: pytest.Subtests) -> None:
    """T42, as the phone says it; the server's answer is the law."""
    dossier = bruno.run("return newDossier('Zoé')")
    for items, consent, code in FORBIDDEN:
        with subtests.test(f"{items} {consent}"):
            draft = f"orientationFor(dossier, 'Centre des Halles', {items}, {{ consent: {consent} }})"
            assert bruno.run(f"return vault.checkOrientation({draft}).code", dossier=dossier) == code
            assert bruno.run(f"return refused(() => vault.orient({draft}))", dossier=dossier) == code
            assert bruno.run("return vault.counts().pending") == 1  # the dossier


def test_a_place_whose_kind_reveals_takes_the_level_of_what_it_reveals(bruno: Phone) -> None:
    """A referral to an addiction centre is health data even if empty; the team has no circle that may hold it."""
    dossier = bruno.run("return newDossier('Zoé')")
    places = [
        {"id": "essai--soins", "nom": "Lieu de soins", "kind": "csapa_caarud"},
        {"id": "essai--colis", "nom": "Lieu de colis", "kind": "banque_alimentaire"},
    ]
    found = bruno.run(
        """await vault.keepDirectory({ version: "1", territory: [], places }, Date.now());
        await vault.directoryState(); // reads it into memory, as the search does
        const draft = (place) => ({ ...orientationFor(dossier, "Centre des Halles", [called("Zoé")]), place });
        const check = (place) => vault.checkOrientation(draft(place))?.code ?? null;
        return [check("essai--soins"), check("essai--colis"), check("essai--ailleurs"), check(undefined),
                await refused(() => vault.orient(draft("essai--soins")))];""",
        dossier=dossier,
        places=places,
    )
    assert found == ["level", None, None, None, "level"]
    assert bruno.run("return vault.counts().pending") == 1  # the dossier


def test_each_category_says_whether_that_team_may_receive_it(bruno: Phone) -> None:
    listed = bruno.run("return vault.shareable({ recipient: team('Centre des Halles') })")
    by_code = {one["code"]: (one["allowed"], one["refusal"]) for one in listed}
    assert by_code["C01"] == (True, None)
    assert by_code["C05"] == (False, "matrix")
    assert by_code["C05.practical"] == (True, None)
    assert by_code["C06"] == (False, "matrix")
    assert "C19" not in by_code
    ccas = {one["code"]: one["allowed"] for one in bruno.run("return vault.shareable({ recipient: team('Accueil') })")}
    assert ccas["C05"] is True


def test_a_sensitive_orientation_goes_to_those_bound_and_a_volunteer_of_the_team_sees_none_of_it(
    bruno: Phone, phone_of: PhoneOf
) -> None:
    farid, louise = phone_of("farid"), phone_of("louise")
    sent = send(bruno, "Accueil", "[called('Zoé'), said('C05', { situation: 'street' })]")
    bruno.sync()
    farid.sync()
    louise.sync()
    assert farid.run("return vault.orientations('inbox')") == []
    assert sent["orientation"] not in farid.everything_stored()
    assert [item["category"] for item in view(louise, sent["orientation"])["items"]] == ["C01", "C05"]


def test_a_volunteer_cannot_record_what_only_the_bound_may_hold(phone_of: PhoneOf) -> None:
    farid = phone_of("farid")
    assert farid.run("return refused(() => newDossier('Zoé', [said('C09', {})]))") == "level"
    assert farid.run("return refused(() => newDossier('Zoé'))") is None


def test_a_narrative_goes_to_the_bound_circle_or_to_a_private_note(bruno: Phone, amina: Phone) -> None:
    record = """const dossier = await newDossier('Zoé'); await visit({ dossier, narrative: 'le récit' });
      const found = (await rows(member, 'outbox')).map((row) => row.payload);
      return found.filter((one) => one.sections.s1.level === 5).map((one) => one.type)"""
    assert bruno.run(record, member=bruno.member) == ["reception.recorded"]
    assert amina.run(record, member=amina.member) == ["note.recorded"]
    for phone in (bruno, amina):
        counts = phone.sync()
        assert (counts["accepted"], counts["rejected"]) == (3, 0)


# --- withdrawal and purge ------------------------------------------------------------------------------------------


def stored_sections(phone: Phone, event: str) -> list[str]:
    found: list[str] = phone.run(
        "return (await rows(member, 'entries')).filter((row) => row.id === id).flatMap((row) => "
        "Object.keys(row.sections))",
        member=phone.member, id=event,
    )  # fmt: skip
    return found


def test_after_a_withdrawal_and_one_sync_nothing_of_it_is_left_on_the_recipients_device(
    bruno: Phone, amina: Phone
) -> None:
    """I6, T57."""
    sent = send(bruno, items=f"[called('{CANARY}'), said('C14', {{ needs: ['food'] }})]")
    bruno.sync()
    amina.sync()
    before = amina.run(
        "return (await rows(member, 'entries')).find((row) => row.id === id).sections",
        member=amina.member,
        id=sent["orientation"],
    )
    secrets = [
        text for section in before.values() for text in (section["core"], json.loads(section["wrap"])["encrypted_key"])
    ]
    amina.run("await visit({ text: 'un colis' })")  # unsent work must survive
    bruno.run("await vault.withdrawConsent({ consents: [consent] }); await sync.syncNow()", consent=sent["consent"])
    assert amina.sync()["accepted"] == 1
    stored = amina.everything_stored()
    assert [secret for secret in [*secrets, CANARY] if secret in stored] == []
    gone = view(amina, sent["orientation"])
    assert (gone["state"], gone["readable"], gone["items"], gone["request"]) == ("annulee", False, [], None)
    assert gone["why"]
    assert bruno.run("return vault.dossier(id).consents.map((one) => one.status)", id=sent["dossier"]) == ["withdrawn"]


def test_a_partial_withdrawal_takes_back_its_categories_alone(bruno: Phone, amina: Phone) -> None:
    sent = send(bruno)
    bruno.run(
        "await vault.withdrawConsent({ consents: [consent], categories: ['C14'] }); await sync.syncNow()",
        consent=sent["consent"],
    )
    amina.sync()
    left = view(amina, sent["orientation"])
    assert ([item["category"] for item in left["items"]], left["state"]) == (["C01"], "envoyee")


def test_taking_back_an_older_agreement_names_the_newer_ones_that_end_with_it(bruno: Phone, amina: Phone) -> None:
    """One recipient organisation, two agreements: whichever is withdrawn, what both had sent is purged."""
    first = send(bruno)
    again = "return vault.orient(orientationFor(dossier, 'Centre des Halles', [called('Zoé')]))"
    second = bruno.run(again, dossier=first["dossier"])
    bruno.sync()
    amina.sync()
    bruno.run("await vault.withdrawConsent({ consents: [consent] }); await sync.syncNow()", consent=first["consent"])
    amina.sync()
    for sent in (first, second):
        assert stored_sections(amina, sent["orientation"]) == []
        assert view(amina, sent["orientation"])["state"] == "annulee"


def test_a_purge_without_a_cause_that_verifies_closes_and_destroys_nothing(bruno: Phone, amina: Phone) -> None:
    sent = send(bruno)
    bruno.sync()
    amina.sync()
    before = stored_sections(amina, sent["orientation"])

    def lie(route: Route) -> None:
        page = route.fetch().json()
        for name, stream in page["streams"].items():
            if name.startswith("circle:"):
                for cause in ("until", sent["orientation"], "019b0000-0000-7000-8000-000000000000"):
                    stream["next"] += 1
                    purge = {"cause": cause, "wraps": [[sent["orientation"], "C01"]]}
                    stream["entries"].append({"position": stream["next"], "purge": purge})
        route.fulfill(status=200, content_type="application/json", body=json.dumps(page))

    amina.page.route(FEED, lie)
    amina.sync()
    assert stored_sections(amina, sent["orientation"]) == before
    closed = view(amina, sent["orientation"])
    assert (closed["readable"], closed["items"]) == (False, [])
    assert "preuve" in closed["why"]


def test_a_purge_cut_in_the_middle_is_finished_at_the_next_occasion(bruno: Phone, amina: Phone) -> None:
    """T52."""
    sent = send(bruno)
    bruno.sync()
    amina.sync()
    bruno.run("await vault.withdrawConsent({ consents: [consent] }); await sync.syncNow()", consent=sent["consent"])
    amina.page.evaluate(
        """() => { const put = IDBObjectStore.prototype.put; let puts = 0;
          IDBObjectStore.prototype.put = function (row, ...more) {
            if (this.name === "entries" && row.sections && (puts += 1) === 2) throw new DOMException("killed",
              "AbortError");
            return put.call(this, row, ...more);
          }; }"""
    )
    amina.run("await refused(() => sync.syncNow())")
    amina.open()
    amina.unlock("amina")
    amina.sync()
    assert stored_sections(amina, sent["orientation"]) == []
    assert amina.run("return rows(member, 'purges')", member=amina.member) == []


def test_a_device_silent_for_fourteen_days_closes_what_others_shared_and_still_records(
    bruno: Phone, amina: Phone
) -> None:
    """T56."""
    sent = send(bruno)
    bruno.sync()
    amina.sync()
    amina.context.set_offline(True)
    amina.page.evaluate("() => { const now = Date.now; Date.now = () => now() + 15 * 86400e3; }")
    closed = view(amina, sent["orientation"])
    assert (closed["readable"], closed["items"]) == (False, [])
    assert "14 jours" in closed["why"]
    assert amina.run("return refused(() => visit({ text: 'un colis' }))") is None
    amina.context.set_offline(False)
    amina.sync()
    assert view(amina, sent["orientation"])["readable"] is True


# --- who came first ------------------------------------------------------------------------------------------------


def test_two_answers_given_offline_the_first_received_wins_the_other_is_to_be_corrected(
    bruno: Phone, amina: Phone, phone_of: PhoneOf
) -> None:
    """T36, T37."""
    chloe = phone_of("chloe")
    chloe.run("await active('Centre des Halles')")
    sent = send(bruno)
    bruno.sync()
    amina.sync()
    chloe.sync()
    chloe.context.set_offline(True)
    chloe.run("await vault.answer({ orientation: id, state: 'refusee', reason: 'complet' })", id=sent["orientation"])
    assert view(chloe, sent["orientation"])["state"] == "refusee"
    amina.run(
        "await vault.answer({ orientation: id, state: 'acceptee' }); await sync.syncNow()", id=sent["orientation"]
    )
    chloe.context.set_offline(False)
    counts = chloe.sync()
    assert counts["rejected"] == 1
    [refused] = chloe.run("return vault.toCorrect()")
    assert (refused["code"], refused["orientation"]) == ("stale_state", sent["orientation"])
    assert view(chloe, sent["orientation"])["state"] == "acceptee"


def test_a_move_that_is_not_in_the_table_is_refused_here(bruno: Phone, amina: Phone, subtests: pytest.Subtests) -> None:
    """T38."""
    sent = send(bruno)
    bruno.sync()
    amina.sync()
    act = "return refused(() => vault.answer({ orientation: id, state }))"
    for state in ("realisee", "rdv_fixe", "annulee", "envoyee", "inventee"):
        with subtests.test(state):
            assert amina.run(act, id=sent["orientation"], state=state) == "illegal_move"


def test_a_disclosure_that_meets_a_withdrawal_on_the_way_is_refused_whole_and_the_facts_pass(
    bruno: Phone, phone_of: PhoneOf
) -> None:
    """T40."""
    colleague = Phone(bruno.context.browser.new_context(), bruno.live).sign_in("bruno")
    sent = send(bruno)
    bruno.sync()
    colleague.sync()
    bruno.context.set_offline(True)
    bruno.run(
        """await visit({ dossier, text: 'un fait' });
           globalThis.late = await vault.orient(orientationFor(dossier, "Centre du Port", [called("Zoé")]))""",
        dossier=sent["dossier"],
    )
    consent = bruno.run("return late.consent")
    withdrawal = "await vault.withdrawConsent({ consents: [consent] }); await sync.syncNow()"
    colleague.run(withdrawal, consent=sent["consent"])
    bruno.context.set_offline(False)
    # The second consent did not name the withdrawal of the first, which covered the same organisation.
    counts = bruno.sync()
    assert counts["rejected"] == 1
    [refused] = bruno.run("return vault.toCorrect()")
    assert (refused["type"], refused["code"]) == ("orientation.sent", "consent_missing")
    assert (
        bruno.run(
            "return vault.dossier(id).consents.find((one) => one.id === consent).status",
            id=sent["dossier"],
            consent=consent,
        )
        == "withdrawn"
    )
    colleague.context.close()


def test_a_rejected_act_is_retried_exported_or_discarded_by_a_person_twice_asked(
    bruno: Phone, amina: Phone, phone_of: PhoneOf
) -> None:
    sent = send(bruno)
    bruno.sync()
    amina.sync()
    bruno.run("await vault.cancel({ orientation: id, state: 'annulee' })", id=sent["orientation"])
    amina.run(
        "await vault.answer({ orientation: id, state: 'refusee', reason: 'complet' }); await sync.syncNow()",
        id=sent["orientation"],
    )
    assert bruno.sync()["rejected"] == 1
    [refused] = bruno.run("return vault.toCorrect()")
    exported = bruno.run("return JSON.parse(await (await vault.exportSealed(id)).text())", id=refused["id"])
    assert exported["entry"]["jws"].count(".") == 2
    bruno.run("await vault.retry(id)", id=refused["id"])
    assert bruno.run("return vault.counts().pending") == 1
    assert bruno.sync()["rejected"] == 1
    for confirmed in (False, None, 1):
        assert (
            bruno.run("return refused(() => vault.discard(id, confirmed))", id=refused["id"], confirmed=confirmed)
            == "not_allowed"
        )
    assert bruno.run("return refused(() => vault.discard(other, true))", other=sent["orientation"]) == "not_allowed"
    bruno.run("await vault.discard(id, true)", id=refused["id"])
    assert bruno.run("return [vault.counts().rejected, await vault.toCorrect()]") == [0, []]
    skipped = "const [row] = (await rows(member, 'counters')).filter((one) => one.skipped.length); return row.skipped"
    assert bruno.run(skipped, member=bruno.member) == [2]


def test_an_orientation_sealed_before_a_rotation_is_sealed_anew_and_arrives(
    bruno: Phone, amina: Phone, phone_of: PhoneOf
) -> None:
    """T98."""
    chloe = phone_of("chloe")
    bruno.context.set_offline(True)
    sent = send(bruno)
    chloe.run(
        """const gone = vault.roster().members.find((one) => one.name === "Amina Ouali");
           await vault.endMember(gone.id); await sync.syncNow()"""
    )
    assert chloe.run("return vault.toCorrect()") == []
    bruno.context.set_offline(False)
    counts = bruno.sync()
    assert (counts["pending"], counts["rejected"], counts["accepted"]) == (0, 0, 3)
    chloe.run("await active('Centre des Halles'); await sync.syncNow()")
    [row] = chloe.run("return vault.orientations('inbox')")
    assert row["label"] == "Zoé"
    assert row["id"] != sent["orientation"]
    states = bruno.run("return (await rows(member, 'outbox')).map((row) => row.state).sort()", member=bruno.member)
    assert states == ["kept", "kept", "kept", "replaced"]


def test_what_waits_to_be_sent_is_listed_as_the_newest(bruno: Phone) -> None:
    """What the server gave has a time of receipt, and what waits has none: it comes after, as it was recorded."""
    first = send(bruno)
    bruno.sync()
    bruno.context.set_offline(True)
    second = bruno.run(
        "return vault.orient(orientationFor(dossier, 'Centre des Halles', [called('Zoé')]))", dossier=first["dossier"]
    )
    shown = bruno.run("return vault.dossier(dossier)", dossier=first["dossier"])
    assert [row["id"] for row in shown["orientations"]] == [second["orientation"], first["orientation"]]
    assert [row["id"] for row in shown["consents"]] == [second["consent"], first["consent"]]
