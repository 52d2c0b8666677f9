"""`device/` without its rules, holding keys that are not the right ones: refused with the right code, and in one shape
for what it may not know exists, at one cost."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient

from device import acts, admission, jose
from device.phone import Phone
from device.primitives import new_id
from device.read import pull
from models.database import rows
from models.tables import Event, Held, Statement
from models.vocabulary import EVENT_FIELDS
from tests.device.territory import Territory
from tests.hostile.life import SEEN
from tests.hostile.mutations import at, put
from tests.hostile.town import Recorded, recorded, story_of
from tests.models.test_ledger_cost import counted
from tests.models.writing import Story
from tests.web.conftest import NOW, ask, built, clock, config, territory

__all__ = ["built", "clock", "config", "territory"]

Json = dict[str, Any]


@pytest.fixture
def web(client: FlaskClient, territory: Territory) -> Story:
    return story_of(client, territory)


@pytest.fixture
def messages(web: Story) -> list[Recorded]:
    return recorded(web)


@contextmanager
def nothing_written() -> Iterator[None]:
    def written() -> list[int]:
        return [len(rows(table.select(table.digest))) for table in (Event, Statement)]

    before = written()
    yield
    assert written() == before


def said(web: Story, entry: Json) -> str:
    [verdict] = web.doors.push(entry)
    return str(verdict.get("code") or verdict.get("reason") or verdict["verdict"])


def stranger(phone: Phone) -> Phone:
    """Someone with good manners and no account."""
    other = copy.deepcopy(phone, {id(phone.api): phone.api})
    other.device, other.device_key, other.bundle.member = new_id(NOW), jose.generate_pair(), new_id(NOW)
    other.bundle.signing = jose.generate_pair()
    return other


# What a colleague may do in another's place: take back what the organisation was told, answer what the team received.
MAY = {("david", "consent.withdrawn"), ("gwenaelle", "consent.withdrawn"),
       ("chloe", "orientation.opened"), ("chloe", "orientation.answered")}  # fmt: skip


def test_every_event_under_another_hand_is_refused(web: Story, messages: list[Recorded]) -> None:
    """T88: a volunteer, a colleague of another team, another organisation's supervisor, the charter's administrator and
    a stranger sign, with their own key and name, what someone else wrote: the same bytes, and as a new event."""
    hands = {"amina": web.amina, "david": web.david, "chloe": web.chloe, "gwenaelle": web.gwenaelle}
    events = [one for one in messages if "id" in one.queued.signed.payload]
    assert {one.type for one in events} == set(EVENT_FIELDS)
    with nothing_written():
        for one in events:
            author = one.phone.bundle.organisation
            for name, hand in hands.items():
                is_colleague = hand.bundle.organisation == author
                if hand is one.phone or (is_colleague and (name, one.type) in MAY):
                    continue
                known = said(web, one.again(one.queued.signed.payload, hand))
                assert known in ("id_conflict", "not_allowed"), (one.type, name, known)
                fresh = one.renewed(new_id(NOW))
                told = said(web, fresh.again(fresh.queued.signed.payload, hand))
                assert told in ("not_allowed", "malformed", "role"), (one.type, name, told)
            nobody = stranger(one.phone)
            fresh = one.renewed(new_id(NOW))
            assert said(web, fresh.again(fresh.queued.signed.payload, nobody)) == "unknown_key"
            assert said(web, fresh.again(fresh.queued.signed.payload, nobody, one.phone.device)) == "bad_signature"


def test_every_statement_under_another_hand_is_refused(web: Story, messages: list[Recorded]) -> None:
    """A volunteer, other organisations' supervisors and a stranger sign the next line of a chain that is not theirs."""
    hands = [web.amina, web.bruno, web.helene, web.gwenaelle]
    statements = [one for one in messages if "stream" in one.queued.signed.payload]
    assert len({one.type for one in statements}) >= 6
    for hand in (*hands, web.chloe):
        pull(hand, NOW)
    with nothing_written():
        for one in statements:
            fresh = one.renewed("")
            payload = fresh.queued.signed.payload
            for hand in [*hands, stranger(one.phone)]:
                if hand is one.phone or (hand is web.amina and one.type == "device.revoked"):
                    continue  # one's own device
                assert said(web, fresh.again(payload, hand)) == "not_allowed", one.type
                assert said(web, fresh.again(payload, hand, one.phone.bundle.member)) == "bad_signature", one.type
            for kid in ("authority", one.phone.device, web.bank, "__proto__"):
                assert said(web, fresh.again(payload, kid=kid)) in ("not_allowed", "malformed"), (one.type, kid)


def test_who_was_removed_or_lost_the_phone_writes_nothing_more(web: Story) -> None:
    """T88, T20: facts of their own team are held for a supervisor; everything else is refused."""
    amina, consent = web.amina, web.consent(web.dossier(), "C01")
    sent = web.orientation(consent, "C01")
    pull(amina, NOW)
    amina.rules = False
    acts.record_reception(amina, web.halles, SEEN, NOW)
    acts.answer(amina, sent, "acceptee", NOW)
    acts.mark_opened(amina, sent, NOW)
    acts.withdraw_consent(amina, [consent], NOW)
    admission.end_member(web.chloe, amina.bundle.member, NOW)
    web.chloe.deliver()
    with nothing_written():
        told = [said(web, queued.entry) for queued in amina.outbox]
    assert told == ["ended_member", "not_allowed", "not_allowed", "not_allowed"]
    assert len(rows(Held.select(Held.event))) == 1
    amina.state("device.enrolled", {"device": new_id(NOW), "member": amina.bundle.member,
                                    "signing": jose.public_of(jose.generate_pair())}, NOW)  # fmt: skip
    amina.roster = copy.deepcopy(web.chloe.roster)
    amina.outbox.clear()
    fields = {"device": new_id(NOW), "member": amina.bundle.member, "signing": jose.public_of(jose.generate_pair())}
    amina.state("device.enrolled", fields, NOW)
    assert said(web, amina.outbox.pop().entry) == "not_allowed"


def test_a_message_signed_twice_or_turned_round_is_one_message(web: Story, messages: list[Recorded]) -> None:
    """T91, T1: ES256 signs the same words differently each time."""
    from tests.hostile.feed_lies import turned_round

    with nothing_written():
        for one in messages[:-2]:
            first = said(web, one.queued.entry)
            again = one.again(json.dumps(one.queued.signed.payload, ensure_ascii=False, separators=(",", ":")))
            turned = dict(one.queued.entry)
            turned_round(turned)
            assert again["jws"] != one.queued.entry["jws"] != turned["jws"]
            assert [said(web, again), said(web, turned)] == [first, first] == ["duplicate"] * 2


# --- what one may not know exists ------------------------------------------------------------------------------------


def compared(web: Story, entries: list[Json]) -> list[tuple[Json, dict[str, int]]]:
    """What is told about each, less its names, and what it cost the database."""
    found = []
    for entry in entries:
        with counted() as queries:
            [verdict] = web.doors.push(entry)
        found.append(({name: verdict[name] for name in verdict if name not in ("id", "digest")}, dict(queries)))
    return found


def test_what_another_team_has_is_like_what_nobody_has(web: Story) -> None:
    """One answer and one number of queries, for a parent, a dossier or an orientation of others, and for none."""
    dossier = web.dossier()
    consent = web.consent(dossier, "C01")
    sent = web.orientation(consent, "C01")
    web.read()
    acts.record_reception(web.david, web.sud, SEEN, NOW)
    reception = Recorded(web.david, web.david.outbox.pop())
    acts.answer(web.amina, sent, "acceptee", NOW)
    moved = Recorded(web.amina, web.amina.outbox.pop())
    cases: list[tuple[Recorded, Callable[[str], Json], str]] = [
        (reception, lambda id: {"parents": [id]}, dossier),
        (reception, lambda id: {"parents": [id]}, consent),
        (reception, lambda id: {"dossier": id}, dossier),
    ]
    for one, changed, theirs in cases:
        entries = []
        for id in (theirs, new_id(NOW)):
            fresh = one.renewed(new_id(NOW))
            entries.append(fresh.again(fresh.queued.signed.payload | changed(id)))
        known, unknown = compared(web, entries)
        assert known == unknown, changed(theirs)
    david, answers = web.david, []
    for id in (sent, new_id(NOW)):
        audience = {"own": f"{web.circles['sud.open']}.1", "other": moved.queued.signed.payload["audience"]["own"]}
        fresh = moved.renewed(new_id(NOW))
        payload = fresh.queued.signed.payload | {"orientation": id, "previous": id, "parents": [], "audience": audience}
        answers.append(fresh.again(payload | {"heads": david.heads(web.departement, web.bank)}, david))
    known, unknown = compared(web, answers)
    assert known[0] == unknown[0] and "held" in known[0].values()


def test_routes_say_the_same_of_what_is_anothers_and_of_what_is_not(web: Story, client: FlaskClient) -> None:
    """Invitations, accounts, devices and streams: the status, the body and the queries of one that does not exist."""
    invitation = admission.invite(web.chloe, "member", 1, NOW)
    web.amina.add_passphrase("sept mots français faciles à retenir ensemble", NOW)
    unknown = new_id(NOW)
    pairs: list[tuple[str, str, Any, list[Any]]] = [
        ("GET", "/api/invitations/{}", web.helene, [invitation.id, unknown]),
        ("GET", "/api/invitations/{}?member=" + unknown, None, [invitation.id, unknown]),
        ("POST", "/api/session/passphrase", None, [{"account": "amina", "proof": "A" * 43},
                                                   {"account": "nobody", "proof": "A" * 43}]),
        ("GET", "/api/feed?after=circle:{}:0", web.david, [web.circles["nord.open"], unknown]),
        ("GET", "/api/feed?after=member:{}:0", web.david, [web.bruno.bundle.member, unknown]),
        ("POST", "/api/session/device", None, [{"device": web.amina.device}, {"device": unknown}]),
    ]  # fmt: skip
    for method, path, who, names in pairs:
        told = []
        ask(client, method, path.format(unknown), who)  # the first time a roster is read
        for name in names:
            body = name if isinstance(name, dict) else None
            with counted() as queries:
                answer = ask(client, method, path.format(name), who, body)
            text = answer.data.decode().replace(str(name), "it")
            nonce = answer.get_json(force=True).get("nonce") if answer.status_code == 200 else None
            told.append((answer.status_code, text.replace(str(nonce), "n"), dict(queries)))
        assert told[0] == told[1], path


def test_no_byte_of_an_entry_can_be_another(web: Story) -> None:
    """T87, exhaustive over one orientation, as the server reads it: each character of its words, cores and wraps."""
    consent = web.consent(web.dossier(), "C01")
    entry = web.draft(consent, "C01").entry
    texts: list[tuple[Any, ...]] = [("jws",)]
    for name, section in entry["sections"].items():
        texts += [("sections", name, "core"), *(("sections", name, "wraps", side) for side in section["wraps"])]
    flips = [(path, place) for path in texts for place in range(len(at(entry, path)))]
    changed = []
    for path, place in flips:
        text = at(entry, path)
        other = "A" if text[place] != "A" else "B"
        changed.append(put(copy.deepcopy(entry), path, text[:place] + other + text[place + 1 :]))
    with nothing_written():
        for start in range(0, len(changed), 50):
            verdicts = web.doors.push(*changed[start : start + 50])
            assert {verdict["verdict"] for verdict in verdicts} == {"rejected"}
    assert len(changed) > 3000
    assert said(web, entry) == "accepted"
