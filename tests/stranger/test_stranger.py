"""A client written from docs/protocol.md alone, against the real server on a port, in the demonstration territory.

The product is used here to serve and to fill the territory, and as the other side; never by the client.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator

import pytest

from device import acts
from device.demonstration.accounts import ACCOUNTS, BY_NAME
from device.read import contents, pull

from .client import Stranger
from .connection import Problem, days, new_id
from .events import Words
from .jose import Json, b64u, digest, dumps, loads, new_key, public_of, sign, thumbprint
from .people import Territory, item, move, own, reception, send
from .rules import Circle
from .sealing import seal_wrap

PRESENT = [account.account for account in ACCOUNTS if account.account != "marc"]

# Reading


@pytest.mark.parametrize("account", PRESENT)
def test_who_has_the_page_and_a_passphrase_opens_everything_they_are_served(place: Territory, account: str) -> None:
    person = place.newcomer(account)
    heads = person.told
    person.sync()
    assert person.refused == []
    for events in person.events.values():
        for event in events:
            assert set(event.words) <= set(event.body.get("sections", {}))
    assert all(person.roster.head(stream)[0] >= head[0] for stream, head in heads.items())
    if account == "bruno":
        assert {"C01", "C14"} <= {code for items in person.dossiers().values() for code in items}
        assert len([event for event in person.all("note.recorded") if event.words["s1"]["text"]]) >= 2


def test_the_stranger_and_the_product_agree_on_the_state_of_every_orientation(place: Territory) -> None:
    strangers = [place.person(name) for name in ("bruno", "louise", "helene", "chloe")]
    compared = 0
    for story in place.stories:
        phone = place.built.phones[story.writer]
        for sent in story.sent:
            expected = acts.state_of(phone, sent, place.now)
            for told in [person.orientations(place.now) for person in strangers]:
                if sent in told:
                    assert told[sent][1] == expected
                    compared += 1
    assert compared >= 50


def test_who_was_removed_is_told_so_with_the_signed_cause(place: Territory) -> None:
    with pytest.raises(Problem, match="403 member_ended") as told:
        Stranger(place.live.origin).sign_in("marc", BY_NAME["marc"].passphrase)
    assert told.value.body["cause"].count(".") == 2


def test_who_is_granted_a_circle_later_reads_the_chain_again_for_its_strings(place: Territory) -> None:
    circle = own(place.person("bruno"))
    david, helene = place.person("david"), place.person("helene")
    organisation = helene.roster.organisations[helene.me["organisation"]]
    told = organisation.members[david.me["member"]]
    assert f"circle:{circle.id}" not in david.events
    for kind, members, beside in _joins(helene, told, circle):
        heads = {name: helene.roster.head(name) for name in ("network", f"organisation:{organisation.id}")}
        assert helene.state(kind, place.now, heads, members, beside)["verdict"] == "accepted"
        helene.sync()
        david.sync()
    assert david.refused == [] and len(david.events[f"circle:{circle.id}"]) > 20


def _joins(helene: Stranger, told: Json, circle: Circle) -> Iterator[tuple[str, Json, list[str]]]:
    assert helene.keyring
    card = helene.roster.beside[told["card"]]
    yield "member.role_set", {"member": {**told, "teams": sorted({*told["teams"], circle.team})}}, [card]
    wrap = seal_wrap(helene.keyring.keys[circle.at_epoch], circle.at_epoch, told["id"], told["encryption"])
    members = {"circle": circle.id, "epoch": circle.epoch, "member": told["id"], "wrap": digest(wrap)}
    yield "circle.granted", members, [wrap]


def test_a_newcomer_asks_by_a_link_is_admitted_and_comes_back_with_a_passphrase(place: Territory) -> None:
    """T83: the secret of the link reaches the inviter and the joiner only; the server sees what they made of it."""
    helene, now, invitation, secret = place.person("helene"), place.now, new_id(place.now), os.urandom(16)
    organisation = helene.me["organisation"]
    terms = {"kind": "member", "uses": 1, "expires_at": days(now, 3)}
    assert helene.call("PUT", f"/api/invitations/{invitation}", terms) == {}
    joiner = Stranger(place.live.origin)
    member, keys = new_id(now), {"signing": new_key(), "encryption": new_key()}
    joiner.device, joiner.me["genesis"] = new_id(now), helene.me["genesis"]
    request = dumps(_request(joiner, invitation, member, keys))
    mac = b64u(hmac.new(secret, request.encode(), "sha256").digest())
    joiner.call("POST", f"/api/invitations/{invitation}", {"request": request, "mac": mac})
    asked = helene.call("GET", f"/api/invitations/{invitation}")["requests"][0]
    assert hmac.compare_digest(b64u(hmac.new(secret, asked["request"].encode(), "sha256").digest()), asked["mac"])
    card, told = dumps({"salt": b64u(os.urandom(16)), "name": "Zoé"}), loads(asked["request"])
    added = {**told["member"], "role": "worker", "profile": "A", "permissions": [], "teams": [], "card": digest(card)}
    heads = {name: helene.roster.head(name) for name in ("network", f"organisation:{organisation}")}
    assert helene.state("member.added", now, heads, {"member": added}, [card])["verdict"] == "accepted"
    answer = joiner.call("GET", f"/api/invitations/{invitation}?member={member}")
    assert (answer["state"], answer["organisation"]) == ("admitted", organisation)
    mine = {"v": 1, "account": "zoe", "member": member, "organisation": organisation}
    joiner.me |= mine | {"signing": keys["signing"], "encryption": [keys["encryption"]], "index": digest("")}
    joiner.roster.genesis = joiner.me["genesis"]
    joiner.enrol(answer["heads"], now)
    assert joiner.device == told["device"]["id"]
    assert joiner.keep_bundle("sept mots pour revenir ici sans rien", 0, now) == 1
    again = Stranger(place.live.origin)
    again.enrol(again.sign_in("zoe", "sept mots pour revenir ici sans rien")["heads"], now)
    again.sync()
    assert again.me == joiner.me and again.refused == [] and again.keyring and again.keyring.circles == []


def _request(joiner: Stranger, invitation: str, member: str, keys: dict[str, Json]) -> Json:
    return {
        "v": 1,
        "invitation": invitation,
        "genesis": joiner.me["genesis"],
        "kind": "member",
        "account": "zoe",
        "name": "Zoé",
        "member": {"id": member, **{name: public_of(key) for name, key in keys.items()}},
        "device": {"id": joiner.device, "signing": public_of(joiner.key)},
    }


# Acting


def test_receptions_are_sealed_counted_and_delivered_once(place: Territory) -> None:
    bruno = place.newcomer("bruno")
    bruno.sync()
    first = bruno.record("reception.recorded", own(bruno), place.now, words=[reception("un", place.now)])
    second = bruno.record("reception.recorded", own(bruno), place.now, words=[reception("x" * 999, place.now)])
    narrative = [reception("deux", place.now, 2), Words({"kind": "narrative", "text": "calme"}, 5)]
    third = bruno.record("reception.recorded", own(bruno, 2), place.now, words=narrative)
    note = Words({"kind": "note", "text": "rappeler"}, 5)
    fourth = bruno.record("note.recorded", f"member:{bruno.me['member']}", place.now, words=[note])
    sent = dict(bruno.outbox)
    assert bruno.deliver() == dict.fromkeys((first, second, third, fourth), "accepted") and not bruno.outbox
    counted = [(sent[name][0].payload["n"], sent[name][0].payload["prev"]) for name in (first, second, third, fourth)]
    assert counted == [(1, None), (2, sent[first][0].digest), (1, None), (1, None)]
    assert {verdict["verdict"] for verdict in bruno.push(sent)} == {"duplicate"}
    bruno.sync()
    read = {event.id: event.words for event in bruno.all("reception.recorded", "note.recorded")}
    assert read[first]["s1"]["text"] == "un" and read[third]["s2"]["kind"] == "narrative"
    assert read[fourth]["s1"]["text"] == "rappeler" and bruno.refused == []


def test_what_the_stranger_records_the_product_opens(place: Territory) -> None:
    bruno, phone = place.person("bruno"), place.built.phones["bruno"]
    event = bruno.record("reception.recorded", own(bruno), place.now, words=[reception("écrit ailleurs", place.now)])
    assert bruno.deliver() == {event: "accepted"}
    pull(phone, place.now)
    opened = [str(contents(phone, entry)) for entry in phone.store.entries()]
    assert phone.store.alarms == [] and any("écrit ailleurs" in words for words in opened)


def test_an_act_whose_parent_has_not_come_is_held_and_passes_later(place: Territory) -> None:
    bruno, dossier = place.person("bruno"), new_id(place.now)
    words = [Words(item("C03", contact="06 00 00 00 00"))]
    opened = bruno.record("dossier.opened", own(bruno), place.now, clear={"dossier": dossier}, words=words)
    late = bruno.outbox.pop(opened)
    corrected = bruno.record("dossier.corrected", own(bruno), place.now, clear={"dossier": dossier}, words=words)
    assert bruno.deliver() == {corrected: "held"} and corrected in bruno.outbox
    bruno.outbox = {opened: late, **bruno.outbox}
    assert bruno.deliver() == {opened: "accepted", corrected: "accepted"}


def test_an_orientation_is_sent_answered_and_withdrawn_between_two_organisations(place: Territory) -> None:
    bruno, amina, now = place.person("bruno"), place.person("amina"), place.now
    consent, sent = send(bruno, now)
    assert set(bruno.deliver().values()) == {"accepted"}
    amina.sync()
    event, state, last, received = amina.orientations(now)[sent]
    assert (state, last, received) == ("envoyee", sent, True)
    assert event.words["C01"]["fields"] == {"called": "Zoé"} and set(event.words) == {"X.request", "C01", "C14"}
    move(amina, sent, "orientation.opened", now)
    words = [Words({"kind": "answer", "text": "venez mardi"}, category="X.answer")]
    yes = move(amina, sent, "orientation.answered", now, words, state="acceptee", previous=sent)
    again = move(amina, sent, "orientation.answered", now, state="refusee", previous=sent)
    leap = move(amina, sent, "orientation.answered", now, state="realisee", previous=yes)
    told = amina.deliver()
    assert (told[yes], told[again], told[leap]) == ("accepted", "rejected", "rejected")
    assert (amina.to_correct[again]["code"], amina.to_correct[again]["current"]) == ("stale_state", "acceptee")
    assert amina.to_correct[leap]["code"] == "illegal_move"
    bruno.sync()
    assert bruno.orientations(now)[sent][1:3] == ("acceptee", yes)
    withdrawn = bruno.withdraw([consent], now)
    assert bruno.deliver() == {withdrawn: "accepted"}
    amina.sync()
    bruno.sync()
    assert {each.orientations(now)[sent][1] for each in (amina, bruno)} == {"annulee"}
    assert amina.orientations(now)[sent][0].words == {} and (sent, "C01") in amina.purged
    assert bruno.orientations(now)[sent][0].words["C01"]["fields"] == {"called": "Zoé"}
    assert amina.refused == bruno.refused == []


def test_the_person_withdraws_alone_with_the_key_of_the_receipt(place: Territory) -> None:
    bruno, amina, now, key = place.person("bruno"), place.person("amina"), place.now, new_key()
    consent, sent = send(bruno, now, key)
    bruno.deliver()
    amina.sync()
    body = {"v": 1, "suite": "P256-A256GCM", "id": new_id(now), "type": "consent.withdrawn", "at": days(now, 0)}
    for categories, state in ((["C14"], "envoyee"), (["C01"], "annulee")):
        told = body | {"id": new_id(now), "parents": [], "consents": [consent], "categories": categories}
        signed = sign(told, thumbprint(key), "accord.event", key)
        entry = (signed, {"jws": signed.jws, "sections": {}})
        assert amina.push({signed.payload["id"]: entry})[0]["verdict"] == "accepted"
        amina.sync()
        bruno.sync()
        assert amina.orientations(now)[sent][1] == bruno.orientations(now)[sent][1] == state
    assert {name for event, name in amina.purged if event == sent} == {"X.request", "C01", "C14"}
    assert amina.refused == bruno.refused == []


def test_a_sender_takes_an_orientation_back(place: Territory) -> None:
    bruno, chloe, now = place.person("bruno"), place.person("chloe"), place.now
    _, sent = send(bruno, now)
    bruno.deliver()
    bruno.sync()
    move(bruno, sent, "orientation.cancelled", now, state="saisie_par_erreur", previous=sent)
    bruno.deliver()
    chloe.sync()
    assert chloe.orientations(now)[sent][1] == "saisie_par_erreur" and chloe.orientations(now)[sent][0].words == {}
    late = move(chloe, sent, "orientation.answered", now, state="acceptee", previous=sent)
    assert chloe.deliver() == {late: "rejected"} and chloe.to_correct[late]["code"] == "stale_state"
