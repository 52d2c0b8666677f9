"""What the server refuses of a client that breaks docs/protocol.md, and what a client refuses of a server that does."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from device.demonstration.accounts import BY_NAME

from . import lies
from .client import Stranger
from .connection import Problem, new_id
from .jose import Json, Refused, b64u, digest, loads, new_key, public_of, sign
from .lies import LiedTo
from .people import AGREED, Territory, own, reception, send
from .roster import Roster
from .sealing import expand, stretched

# What the server refuses


def _body(**changes: Any) -> Callable[[Json, Json], None]:
    return lambda body, entry: body.update(changes)


def _section(**changes: Any) -> Callable[[Json, Json], None]:
    return lambda body, entry: body["sections"]["s1"].update(changes)


def _string(**changes: Any) -> Callable[[Json, Json], None]:
    return lambda body, entry: entry["sections"]["s1"].update(changes)


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        (_body(suite="P384-A256GCM"), "unknown_suite"),
        (_body(v=2, colour="blue"), "unknown_suite"),
        (_body(colour="blue"), "unknown_field"),
        (_body(reply_by="2026-01-01T00:00Z"), "unknown_field"),
        (_body(at="2026-01-01T00:00:00Z"), "malformed"),
        (_body(id="019B8D2B-8C00-7000-8000-000000000000"), "malformed"),
        (_body(id="019b8d2b-8c01-7000-8000-000000000000"), "malformed"),
        (_body(id="019b8d2b-8c00-7000-8000-000000000000"), "sections"),
        (_body(n=0), "malformed"),
        (_body(n=1, prev=digest("")), "malformed"),
        (_body(skipped=[99]), "malformed"),
        (_body(sections={}), "malformed"),
        (_body(heads={}), "malformed"),
        (_body(parents=["019b8d2b-8c00-7000-8000-000000000000"]), "parent"),
        (lambda body, entry: body["heads"].update(network=[1, digest("")]), "fork"),
        (lambda body, entry: body["heads"].update(network=[99, digest("")]), "head"),
        (lambda body, entry: body["audience"].update(own=body["audience"]["own"][:-1] + "2"), "sections"),
        (_section(level=2), "level"),
        (_section(level=6), "malformed"),
        (_section(size=1024), "sections"),
        (_section(size=300), "malformed"),
        (_section(category="C01"), "malformed"),
        (_string(core="a.b.c.d"), "sections"),
        (lambda body, entry: entry.update(sections={}), "sections"),
        (lambda body, entry: entry.update(colour="blue"), "unknown_field"),
    ],
    ids=range(25),
)
def test_an_act_that_breaks_the_page_is_refused_by_its_code(
    place: Territory, change: Callable[[Json, Json], None], answer: str
) -> None:
    """T43 among them: a member that is not of the page is refused, never ignored."""
    bruno = place.people.get("bruno") or place.person("bruno")
    name = bruno.record("reception.recorded", own(bruno), place.now, words=[reception("un", place.now)])
    signed, entry = bruno.outbox.pop(name)
    body, entry = copy.deepcopy(signed.payload), copy.deepcopy(entry)
    change(body, entry)
    header = b64u(b'{"alg":"ES256","kid":"%b","typ":"accord.event"}' % bruno.device.encode())
    entry["jws"] = lies.signed_again(header, body, bruno.key)
    verdict = bruno.call("POST", "/api/events", {"entries": [entry]})["verdicts"][0]
    assert verdict["verdict"] in ("rejected", "held") and verdict.get("code", verdict.get("reason")) == answer


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"withdrawal_key": public_of(new_key())}, "consent_missing"),
        ({"purpose": "preparer_un_rendez_vous"}, "consent_missing"),
        ({"ground": {"basis": AGREED["id"], "version": 1}}, "basis"),
        ({"ground": {"basis": AGREED["id"], "version": 1, "consent": AGREED["id"]}}, "unknown_field"),
        ({"deadline": "2020-01-01T00:00Z"}, "dates"),
        ({"until": "2099-01-01T00:00Z"}, "dates"),
        ({"level": 3}, "level"),
        ({"level": 5}, "malformed"),
    ],
    ids=["another key", "another purpose", "a basis alone", "two grounds", "deadline", "until", "level 3", "level 5"],
)
def test_an_orientation_beyond_its_consent_is_refused(place: Territory, changes: Json, code: str) -> None:
    bruno = place.people.get("bruno") or place.person("bruno")
    _, sent = send(bruno, place.now)
    signed, entry = bruno.outbox.pop(sent)
    assert set(bruno.deliver().values()) == {"accepted"}
    again = sign(signed.payload | changes, bruno.device, "accord.event", bruno.key)
    assert bruno.push({sent: (again, entry | {"jws": again.jws})})[0]["code"] == code


def test_a_session_is_for_one_nonce_one_origin_and_one_key(place: Territory) -> None:
    bruno = place.newcomer("bruno")
    for change in ({"origin": "http://localhost"}, {"key": new_key()}):
        other = copy.copy(bruno)
        other.__dict__.update(change)
        with pytest.raises(Problem, match="403 bad_signature"):
            other.open_session(place.now)
    with pytest.raises(Problem, match="401 session_expired"):
        bruno.call("POST", "/api/session/device", {"assertion": lies.assertion(bruno, digest("another nonce"))})


def test_a_wrong_passphrase_an_unknown_account_and_a_bundle_token_open_nothing(place: Territory) -> None:
    guest = Stranger(place.live.origin)
    for account in ("bruno", "nobody"):
        door = guest.call("POST", "/api/session/passphrase", {"account": account})
        proof = b64u(expand(stretched("not the words", door), "accord sign-in 1"))
        with pytest.raises(Problem, match="401 sign_in"):
            guest.call("POST", "/api/session/passphrase", {"account": account, "proof": proof})
    guest.sign_in("bruno", BY_NAME["bruno"].passphrase)
    with pytest.raises(Problem, match="401 session_expired"):
        guest.call("GET", "/api/feed?after=network:0")


# What the stranger refuses


@pytest.mark.parametrize(("lie", "code"), lies.CHAINS, ids=[lie.__name__ for lie, _ in lies.CHAINS])
def test_a_chain_that_was_altered_is_refused_whole(place: Territory, lie: lies.Lie, code: str) -> None:
    if "louise" not in place.people:
        place.person("louise")
    louise = lies.reborn(place.people["louise"])
    louise.lie = lie
    with pytest.raises(Refused) as refused:
        louise.sync()
    assert refused.value.code == code and louise.keyring is None


@pytest.mark.parametrize(("alter", "code"), lies.LINES, ids=[alter.__name__ for alter, _ in lies.LINES])
def test_a_line_that_was_altered_is_refused_alone(place: Territory, alter: Callable[[Json], None], code: str) -> None:
    """T86, T87: strings, wraps and sections swapped by the server; the other lines are read."""
    if "amina" not in place.people:
        place.person("amina")
    altered: list[int] = []

    def lie(path: str, answer: Json) -> None:
        for line in lies.entries(answer, "circle:", "orientation.sent"):
            if {"C01", "X.request"} <= set(line["sections"]) and not altered:
                altered.append(line["position"])
                alter(line)

    amina = lies.reborn(place.people["amina"])
    amina.lie = lie
    amina.sync()
    assert [(position, told) for _, position, told in amina.refused if told != "not_found"] == [(altered[0], code)]
    assert len(amina.all("orientation.sent")) >= 10


def test_the_other_signature_of_the_same_bytes_is_the_same_statement_and_the_same_event(place: Territory) -> None:
    amina = lies.reborn(place.person("amina"))

    def lie(path: str, answer: Json) -> None:
        for line in lies.entries(answer, "", "."):
            line["jws"] = lies.mirrored(line["jws"])

    amina.lie = lie
    amina.sync()
    assert amina.refused == [] and amina.all("orientation.sent")


def test_a_purge_without_its_cause_destroys_nothing(place: Territory) -> None:
    bruno, now = place.person("bruno"), place.now
    _, sent = send(bruno, now)
    bruno.deliver()

    def lie(path: str, answer: Json) -> None:
        for line in lies.entries(answer, "circle:", "orientation.sent"):
            if line["jws"].split(".")[1] == signed.jws.split(".")[1]:
                causes = ["deadline", "until", sent, new_id(now)]
                page = next(page for page in answer["streams"].values() if line in page["entries"])
                page["entries"] += [
                    {"position": 900 + number, "purge": {"cause": cause, "wraps": [[sent, "C01"]]}}
                    for number, cause in enumerate(causes)
                ]
                page["next"] = 904

    signed = bruno.accepted[sent][0]
    amina = lies.reborn(place.person("amina"))
    amina.lie = lie
    amina.sync()
    assert [(position, code) for _, position, code in amina.refused] == [(900 + n, "not_allowed") for n in range(4)]
    assert amina.orientations(now)[sent][0].words["C01"]["fields"] == {"called": "Zoé"}


def test_a_verdict_for_other_bytes_is_not_a_delivery(place: Territory) -> None:
    bruno = place.newcomer("bruno", LiedTo)
    bruno.sync()
    name = bruno.record("reception.recorded", own(bruno), place.now, words=[reception("un", place.now)])
    assert isinstance(bruno, LiedTo)
    bruno.lie = lies.verdicts_of_other_bytes
    with pytest.raises(Refused, match="verdicts"):
        bruno.deliver()
    bruno.lie = lies.the_server_is_busy
    assert bruno.deliver() == {name: "retry"} and name in bruno.outbox
    bruno.lie = lambda path, answer: None
    assert bruno.deliver() == {name: "duplicate"}


def test_a_server_that_went_back_is_refused_and_a_restored_one_is_offered_everything_again(place: Territory) -> None:
    bruno = place.newcomer("bruno", LiedTo)
    bruno.sync()
    assert isinstance(bruno, LiedTo)
    bruno.lie = lambda path, answer: answer.get("heads", {}).update(network=[1, bruno.roster.digests["network"][0]])
    with pytest.raises(Refused, match="went back"):
        bruno.sign_in("bruno", BY_NAME["bruno"].passphrase)
    bruno.lie = lambda path, answer: None
    bruno.open_session(place.now)
    name = bruno.record("reception.recorded", own(bruno), place.now, words=[reception("un", place.now)])
    bruno.deliver()
    bruno.epoch = "the server before its restore"
    with pytest.raises(Refused, match="restored"):
        bruno.sync()
    bruno.start_over()
    bruno.sync()
    assert bruno.deliver() == {name: "duplicate"} and bruno.refused == []
    assert name in {event.id for event in bruno.all("reception.recorded")}


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', '{"a":NaN}', '{"a":Infinity}', "[1]", "{", '"a"'])
def test_json_that_is_not_one_plain_object_is_malformed(text: str) -> None:
    with pytest.raises(Refused, match="malformed"):
        loads(text)


def test_an_author_not_yet_enrolled_or_already_ended_at_the_head_they_name_is_refused(place: Territory) -> None:
    chloe = place.person("chloe")
    ended = {who: n for org in chloe.roster.organisations.values() for who, n in org.ended.items()}
    member, number = next(iter(ended.items()))
    device = next(each for each in chloe.roster.devices.values() if each.member == member)
    stream = f"organisation:{device.organisation}"
    heads = [{stream: [known + 1, each]} for known, each in enumerate(chloe.roster.digests[stream])]
    assert chloe.roster.author(device.id, heads[number - 2]) == chloe.roster.author(device.id, heads[device.since - 1])
    for other in (number - 1, number, device.since - 2):
        with pytest.raises(Refused, match="not_allowed"):
            chloe.roster.author(device.id, heads[other])
    with pytest.raises(Refused, match="unknown_key"):
        Roster(chloe.me["genesis"]).author(device.id, heads[0])
