"""Keys that are real and may not do this: an organisation's printed key, the authority's, those of a lost phone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from device import acts, admission, jose, paper, recovery, rekeying, signed
from device.keys import RECOVERY_SIGN_IN, derive
from device.phone import Phone
from device.primitives import b64u, digest, instant, new_id, unb64u
from device.push import Queued
from device.read import pull
from models.database import rows
from models.tables import Held
from models.vocabulary import EVENT_FIELDS, STATEMENT_FIELDS
from tests.device.territory import Territory
from tests.hostile.life import SEEN
from tests.hostile.test_impostors import compared, nothing_written, said
from tests.hostile.town import Recorded, jws_of, recorded, story_of
from tests.models.writing import Story
from tests.web.conftest import NOW, ask, built, clock, config, territory

__all__ = ["built", "clock", "config", "territory"]

Json = dict[str, Any]
# What a volunteer may sign of herself: only the signature says that her keys are not these any more.
HERS = {"member.rekeyed", "device.revoked", "circle.granted"}
PHRASE = "sept mots français faciles à retenir ensemble"


@pytest.fixture
def web(client: FlaskClient, territory: Territory) -> Story:
    return story_of(client, territory)


@dataclass(frozen=True)
class Sheet:
    """A printed key that someone else than its keeper holds."""

    id: str
    key: jose.Jwk


@pytest.fixture
def sheet(web: Story) -> Sheet:
    """It holds the circle of the food bank's team, as the paper in the president's drawer does."""
    id, key = admission.add_recovery_key(web.chloe, "La trésorière", NOW)
    admission.grant_circle(web.chloe, web.circles["halles.open"], id, NOW)
    web.chloe.deliver()
    return Sheet(id, key)


def every_statement(web: Story) -> list[Recorded]:
    """One statement of each type, next in its chain, well signed by who may sign it; sent to nobody."""
    chloe, gwenaelle, amina = web.chloe, web.gwenaelle, web.amina.bundle.member
    for phone in (chloe, gwenaelle):
        pull(phone, NOW)
    public = jose.public_of(jose.generate_pair())
    described, card = admission.member_object(
        {"id": new_id(NOW), "signing": public, "encryption": public}, "X", "volunteer", "F", None, [], False
    )
    admitted = {"id": new_id(NOW), "name": "Autre", "kind": "ccas"}
    charter = next(iter(gwenaelle.roster.network.charters))
    published = {"charter": new_id(NOW), "version": 1, "title": "x", "text": "y", "flows": [], "purposes": [],
                 "bases": [], "transition_days": 0}  # fmt: skip
    mine: dict[str, tuple[Json, list[str]]] = {
        "charter.signed": ({"charter": charter, "version": 1, "covers_branches": True}, []),
        "team.created": ({"team": {"id": new_id(NOW), "name": "Épicerie", "structures": []}}, []),
        "member.added": ({"member": described}, [card]),
        "member.ended": ({"member": amina}, []),
        "member.rekeyed": ({"member": amina, "signing": public, "encryption": public}, []),
        "device.enrolled": ({"device": new_id(NOW), "member": chloe.bundle.member, "signing": public}, []),
        "device.revoked": ({"device": web.amina.device}, []),
    }
    theirs: dict[str, tuple[Json, list[str]]] = {
        "network.founded": ({"founding": new_id(NOW), "name": "x", "demonstration": True, "authority": public}, []),
        "authority.rotated": ({"authority": public}, []),
        "charter.published": (published, []),
        "charter.ended": ({"charter": charter}, []),
        "organisation.admitted": (
            {"organisation": admitted, "administrator": described | {"role": "supervisor"}}, [card]),
    }  # fmt: skip
    chloe.rules = gwenaelle.rules = False
    for kind, (fields, strings) in mine.items():
        chloe.state(kind, fields, NOW, strings)
    holders = [chloe.bundle.member, amina]
    admission.set_member(chloe, amina, NOW, chloe.strings[chloe.organisation.members[amina].card], role="worker")
    admission.create_circle(chloe, web.halles, "bound", holders, NOW)
    admission.rotate_circle(chloe, web.circles["halles.open"], NOW)
    admission.grant_circle(chloe, web.circles["halles.open"], amina, NOW)
    for kind, (fields, strings) in theirs.items():
        gwenaelle.state_as_authority(kind, fields, NOW, strings)
    chloe.rules = gwenaelle.rules = True
    made = [Recorded(phone, queued) for phone in (chloe, gwenaelle) for queued in phone.outbox]
    chloe.outbox.clear()
    gwenaelle.outbox.clear()
    assert {one.type for one in made} == set(STATEMENT_FIELDS)
    return made


def every_event(web: Story) -> list[Recorded]:
    """One event of each type, fresh."""
    found = {one.type: one.renewed(new_id(NOW)) for one in recorded(web) if "id" in one.queued.signed.payload}
    assert set(found) == set(EVENT_FIELDS)
    return list(found.values())


def under(one: Recorded, kid: str, key: jose.Jwk) -> Json:
    return one.queued.entry | {"jws": jws_of(one.queued.signed.typ, kid, one.queued.signed.payload, key)}


def broken(one: Recorded) -> str:
    """What is said of this message under a signature that is not its signer's. Nothing is founded twice."""
    return "malformed" if one.type == "network.founded" else "bad_signature"


def opened(client: FlaskClient, device: str, key: jose.Jwk) -> tuple[int, str]:
    """A device session asked with this key, under this name: status and code."""
    asked = ask(client, "POST", "/api/session/device", None, {"device": device})
    if asked.status_code != 200:
        return asked.status_code, asked.get_json(force=True)["code"]
    payload = {"v": 1, "suite": "P256-A256GCM", "device": device, "nonce": asked.get_json()["nonce"]}
    payload |= {"origin": "http://localhost:8000", "at": instant(NOW)}
    answer = ask(client, "POST", "/api/session/device", None,
                 {"assertion": signed.sign(signed.SESSION, device, payload, key).jws})  # fmt: skip
    return answer.status_code, answer.get_json(force=True).get("code", "")


# --- the printed key -------------------------------------------------------------------------------------------------


def test_a_printed_key_signs_nothing_under_any_name(web: Story, sheet: Sheet) -> None:
    """T88. It opens circles for a supervisor; whoever copied the sheet writes no event and no statement with it."""
    messages = [*every_event(web), *every_statement(web)]
    with nothing_written():
        for one in messages:
            is_event = one.queued.signed.typ == signed.EVENT
            stream, honest = one.queued.signed.payload.get("stream"), one.queued.signed.kid
            expected = "unknown_key" if is_event else "malformed" if stream == "network" else "not_allowed"
            assert said(web, under(one, sheet.id, sheet.key)) == expected, one.type
            assert said(web, under(one, honest, sheet.key)) == broken(one), one.type


def test_a_printed_key_is_no_phone_and_gets_none(web: Story, sheet: Sheet, client: FlaskClient) -> None:
    """No session, no device, no account, no new keys, no role: a session for it would be one for nobody."""
    assert opened(client, sheet.id, sheet.key) == (403, "unknown_key")
    proof = b64u(b"x" * 32)
    assert ask(client, "POST", "/api/session/recovery", None,
               {"account": sheet.id, "proof": proof}).get_json(force=True)["code"] == "sign_in"  # fmt: skip
    public, chloe = jose.public_of(jose.generate_pair()), web.chloe
    pull(chloe, NOW)
    known = chloe.organisation.members[sheet.id]
    card = chloe.strings[known.card]
    grown = {"id": sheet.id, "encryption": known.encryption, "card": known.card, "permissions": [], "teams": []}
    acts_of = [
        ("device.enrolled", {"device": new_id(NOW), "member": sheet.id, "signing": public}, [], "not_allowed"),
        ("member.rekeyed", {"member": sheet.id, "signing": public, "encryption": public}, [], "not_allowed"),
        ("member.role_set", {"member": grown | {"role": "supervisor", "profile": "F", "signing": public}}, [card],
         "not_allowed"),
        ("member.role_set", {"member": grown | {"role": "recovery", "teams": [web.halles]}}, [card], "malformed"),
        ("member.role_set", {"member": grown | {"role": "recovery", "permissions": ["member.admit"]}}, [card],
         "malformed"),
    ]  # fmt: skip
    chloe.rules = False
    with nothing_written():
        for kind, fields, strings, expected in acts_of:
            chloe.state(kind, fields, NOW, strings)  # type: ignore[arg-type]
            entry = chloe.outbox.pop()
            assert said(web, entry.entry) == expected, kind
            assert said(web, under(Recorded(chloe, entry), sheet.id, sheet.key)) in ("not_allowed", "malformed"), kind


def test_the_wrap_of_a_printed_key_goes_to_supervisors_and_to_no_one_else(web: Story, sheet: Sheet) -> None:
    """What is for the sheet is served, since it has no session: to who may hold the sheet, not to volunteers."""
    stream = f"organisation:{web.bank}"
    granted = {}
    for phone in (web.chloe, web.amina, web.bruno, web.gwenaelle):
        answer = phone.api.call("GET", f"/api/feed?after={stream}:0")
        strings = {text for line in answer["streams"][stream]["entries"] for text in line["beside"]}
        granted[phone.bundle.account] = [text for text in strings if f'"kid":"{sheet.id}"' in _header(text)]
    assert {name: len(found) for name, found in granted.items()} == {"chloe": 1, "amina": 0, "bruno": 0, "gwenaelle": 0}


def _header(text: str) -> str:
    return "" if text.startswith("{") else unb64u(text.split(".")[0]).decode()


def test_a_printed_code_signs_in_alone_and_one_answer_says_all_that_is_wrong(web: Story, client: FlaskClient) -> None:
    """Unknown account, known account without a code, a wrong code: one status, one body, one cost; a 10-minute token
    opens the bundle and no other door."""
    pull(web.amina, NOW)
    typed = recovery.print_code(web.amina, PHRASE, NOW)
    web.chloe.add_passphrase(f"{PHRASE} aussi", NOW)
    wrong = b64u(b"x" * 32)
    told = []
    for account in ("nobody", "amina", "chloe"):
        answer = ask(client, "POST", "/api/session/recovery", None, {"account": account, "proof": wrong})
        told.append((answer.status_code, answer.get_json(force=True)))
    assert told[0] == told[1] == told[2] and told[0][0] == 401
    code = paper.read(typed, recovery.CODE_BYTES)
    proof = b64u(derive(code, RECOVERY_SIGN_IN))
    for account, sent in (("Amina", proof), ("chloe", proof), ("amina", digest(proof)), ("amina", b64u(code))):
        answer = ask(client, "POST", "/api/session/recovery", None, {"account": account, "proof": sent})
        assert (answer.status_code, answer.get_json(force=True)) == told[0], account
    token = ask(client, "POST", "/api/session/recovery", None, {"account": "amina", "proof": proof}).get_json()["token"]
    assert ask(client, "GET", "/api/bundle", token).status_code == 200
    assert doors(client, token, except_for=("GET", "/api/bundle")) == {(401, "session_expired")}


# --- the authority's key ---------------------------------------------------------------------------------------------


def test_the_authority_writes_in_no_organisations_name_and_no_event(web: Story, client: FlaskClient) -> None:
    """T88. It admits organisations; it is nobody's supervisor, and what it signs elsewhere is nothing."""
    authority = web.gwenaelle.bundle.authority
    assert authority is not None
    assert opened(client, "authority", authority) == (400, "malformed")
    assert opened(client, web.gwenaelle.device, authority) == (403, "bad_signature")
    messages = [*every_event(web), *every_statement(web)]
    with nothing_written():
        for one in messages:
            if one.queued.signed.payload.get("stream") == "network":
                continue
            assert said(web, under(one, "authority", authority)) == "malformed", one.type
            assert said(web, under(one, one.queued.signed.kid, authority)) == "bad_signature", one.type


def test_who_holds_the_authority_of_before_signs_for_the_network_no_more(web: Story) -> None:
    """After `authority.rotated` the printed sheet of before is paper; and no key of a member was ever the authority."""
    gwenaelle, before = web.gwenaelle, web.gwenaelle.bundle.authority
    assert before is not None
    fresh = jose.generate_pair()
    gwenaelle.state_as_authority("authority.rotated", {"authority": jose.public_of(fresh)}, NOW)
    gwenaelle.deliver()
    gwenaelle.bundle.authority = fresh
    network = [one for one in every_statement(web) if one.queued.signed.payload["stream"] == "network"]
    with nothing_written():
        for one in network:
            for key in (before, gwenaelle.bundle.signing, gwenaelle.device_key, web.chloe.bundle.signing):
                assert said(web, under(one, "authority", key)) == broken(one), one.type
            for kid in (gwenaelle.bundle.member, gwenaelle.device, web.bank):
                assert said(web, under(one, kid, fresh)) == "malformed", one.type
    told = [said(web, one.queued.entry) for one in network]
    assert told == ["malformed", "accepted", *["stale_head"] * (len(told) - 2)]


# --- a lost phone ----------------------------------------------------------------------------------------------------


@pytest.fixture
def stolen(web: Story) -> tuple[Phone, list[Queued]]:
    """Amina's phone in a thief's hand, its keys open, and one event of hers of each kind that she had not sent.

    A supervisor has revoked it and renewed her keys meanwhile."""
    amina, consent = web.amina, web.consent(web.dossier(), "C01")
    sent = web.orientation(consent, "C01")
    pull(amina, NOW)
    amina.rules = False
    acts.record_reception(amina, web.halles, SEEN, NOW)
    acts.open_dossier(amina, web.halles, [acts.item("C01", {"first_name": "X"}, NOW)], NOW)
    acts.record_note(amina, "x", NOW)
    own = len(amina.outbox)
    acts.answer(amina, sent, "acceptee", NOW)
    acts.mark_opened(amina, sent, NOW)
    acts.withdraw_consent(amina, [consent], NOW)
    queued, amina.outbox = amina.outbox, []
    pair = jose.public_of(jose.generate_pair())
    web.chloe.state("device.revoked", {"device": amina.device}, NOW)
    web.chloe.state("member.rekeyed", {"member": amina.bundle.member, "signing": pair, "encryption": pair}, NOW)
    rekeying.rotate_awaiting(web.chloe, NOW)
    web.chloe.deliver()
    assert own == 3
    return amina, queued


def test_a_revoked_phone_writes_nothing_and_its_owners_own_facts_wait(
    web: Story, stolen: tuple[Phone, list[Queued]]
) -> None:
    """T88, T20."""
    _, queued = stolen
    with nothing_written():
        assert [said(web, one.entry) for one in queued] == ["ended_member"] * 3 + ["not_allowed"] * 3
    assert len(rows(Held.select(Held.event))) == 3


def test_a_revoked_phones_old_keys_sign_for_no_chain(web: Story, stolen: tuple[Phone, list[Queued]]) -> None:
    """Neither its member's old key nor its own: not even a new device of the same member."""
    phone, _ = stolen
    made = every_statement(web)
    with nothing_written():
        for one in made:
            is_chain = one.queued.signed.payload["stream"] != "network"
            for kid, key in ((phone.device, phone.device_key), (phone.device, phone.bundle.signing)):
                assert said(web, under(one, kid, key)) == ("not_allowed" if is_chain else "malformed"), one.type
            told = said(web, under(one, phone.bundle.member, phone.bundle.signing))
            is_hers = one.type in HERS
            assert told == ("bad_signature" if is_hers else "not_allowed" if is_chain else "malformed"), one.type
        fields = {"device": new_id(NOW), "member": phone.bundle.member, "signing": jose.public_of(phone.device_key)}
        web.chloe.rules = False
        web.chloe.state("device.enrolled", fields, NOW)
        enrolment = Recorded(web.chloe, web.chloe.outbox.pop())
        assert said(web, under(enrolment, phone.bundle.member, phone.bundle.signing)) == "bad_signature"
        assert said(web, enrolment.queued.entry) == "not_allowed"


def test_a_revoked_phone_is_told_why_at_each_door_and_reads_nothing(
    web: Story, stolen: tuple[Phone, list[Queued]], client: FlaskClient
) -> None:
    """I5: the token it still has, and a new one asked for: `member_ended` with the act that says so, whatever the
    route and whatever it names."""
    phone, _ = stolen
    assert doors(client, str(phone.api.token)) == {(403, "member_ended")}
    assert opened(client, phone.device, phone.device_key) == (403, "member_ended")
    assert opened(client, phone.device, jose.generate_pair()) == (403, "bad_signature")
    cause = ask(client, "GET", "/api/bundle", phone).get_json(force=True)["cause"]
    assert json.loads(signed_payload(cause))["device"] == phone.device


def signed_payload(jws: str) -> str:
    return unb64u(jws.split(".")[1]).decode()


def doors(client: FlaskClient, token: str, except_for: tuple[str, str] = ("", "")) -> set[tuple[int, str]]:
    """What every route that asks who calls says to this token."""
    app, found = client.application, set()
    for rule in app.url_map.iter_rules():
        guard = getattr(app.view_functions[rule.endpoint], "guard", {})
        path = re.sub(r"<[^>]*>", new_id(NOW), rule.rule)
        for method in rule.methods or ():
            is_asked = "permission" in guard or (method, path.split("/")[2:3]) == ("GET", ["invitations"])
            if not is_asked or method in ("HEAD", "OPTIONS") or (method, path) == except_for:
                continue
            if rule.rule.startswith("/desk") and rule.rule != "/desk/session":
                continue  # behind a cookie: tests/web/test_desk.py
            body: Json | None = None if method == "GET" else {}
            query = f"?after=circle:{new_id(NOW)}:0" if path == "/api/feed" else ""
            answer = ask(client, method, path + query, token, body)
            found.add((answer.status_code, answer.get_json(force=True)["code"]))
    return found


def test_a_lost_key_learns_nothing_from_a_refusal(web: Story, stolen: tuple[Phone, list[Queued]]) -> None:
    """What exists and what does not are answered alike to who left, at one cost."""
    phone, [*_, answered, _, _] = stolen
    one = Recorded(phone, answered)
    entries = []
    for id in (answered.signed.payload["orientation"], new_id(NOW + timedelta(minutes=1))):
        fresh = one.renewed(new_id(NOW))
        entries.append(fresh.again(fresh.queued.signed.payload | {"orientation": id, "previous": id}))
    said(web, entries[1])  # the first time a roster is read
    known, unknown = compared(web, entries)
    assert known == unknown
