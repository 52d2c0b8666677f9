"""A consent handed to who checks it: all that is signed holds, and nothing that was touched passes."""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from device import acts, consent_proof, consent_record, jose, lists, receipts
from device.__main__ import main
from device.phone import Phone
from device.primitives import b64u, digest, instant, new_id
from device.refusal import Refusal
from device.roster import stream_of
from device.sections import Addressee, content_key, seal
from device.signed import sign
from tests.device.relay import Relay
from tests.device.territory import ORIGIN, TOLD, Territory

Json = dict[str, Any]
READ = {"id": "orientation.2", "language": "fr", "variant": "standard", "read_aloud": True}
TEXT = lists.notice_text(lists.notice_digest("orientation.2", "fr", "standard"))


def consented(territory: Territory, now: datetime, key: jose.Jwk | None = None) -> str:
    """Bruno's, for the food bank, read by all."""
    bruno, nord = territory.bruno, territory.nord
    told = TOLD | {"notice": READ | {"sha256": lists.notice_digest("orientation.2", "fr", "standard")}}
    dossier = acts.open_dossier(bruno, nord, [acts.item("C01", {"called": "Zoé"}, now)], now)
    bank = territory.chloe.bundle.organisation
    given = acts.give_consent(bruno, nord, dossier, bank, ["C01", "C14"], told, now, withdrawal_key=key)
    territory.sync(now)
    return given


def proof_of(phone: Phone, consent: str, now: datetime) -> Json:
    """As it travels: by text, and not by what Python shares."""
    read: Json = json.loads(json.dumps(consent_proof.gather(phone, consent, TEXT, instant(now))))
    return read


def status(proof: Json) -> str:
    return consent_record.status_of(consent_proof.check(proof).told)


def test_what_was_agreed_is_proved_with_nothing_but_the_file(territory: Territory, now: datetime) -> None:
    consent = consented(territory, now)
    checked = consent_proof.check(proof_of(territory.helene, consent, now))
    assert checked.signer == territory.bruno.device
    assert checked.told["content"]["method"] == "oral_face" and checked.told["notice"] == TEXT
    sheet = dict(map(tuple, consent_record.to_sheet(checked.told)))  # type: ignore[arg-type]
    assert (sheet["État"], sheet["Demandé par"]) == ("en vigueur", "Département d’Armorique")
    assert (sheet["Pour"], sheet["Texte exact"]) == ("Banque alimentaire du Littoral", TEXT)


def test_a_withdrawal_by_the_team_or_by_any_paper_of_the_person_is_in_the_proof(
    territory: Territory, relay: Relay, now: datetime
) -> None:
    """One paper at the consent, another given again when the first was lost: each takes back, for any reader."""
    first, second = jose.generate_pair(), jose.generate_pair()
    consent = consented(territory, now, jose.public_of(first))
    receipts.issue(territory.bruno, [consent], second, secrets.token_bytes(16), {"language": "fr"}, now)
    territory.sync(now)
    before = proof_of(territory.bruno, consent, now)
    later = now + timedelta(days=2)
    for key in (first, second):
        line = {"jws": receipts.take_back(key, [consent], later).jws, "received_at": "2026-03-06T09:41:37Z"}
        assert status(before | {"at": instant(later), "events": [*before["events"], line]}) == "withdrawn"
    theirs = acts.withdraw_consent(territory.bruno, [consent], later)
    queued = next(one for one in territory.bruno.outbox if one.id == theirs)
    relay.append(f"circle:{territory.circles['nord.open']}", {"jws": queued.signed.jws, "sections": {}})
    territory.sync(later)
    assert status(before) == "given"
    assert status(proof_of(territory.bruno, consent, later)) == "withdrawn"


def test_the_proof_opens_this_consent_and_nothing_else(territory: Territory, now: datetime) -> None:
    """No key of a circle, no card with names, no act about another recipient of the dossier leaves the phone."""
    consent = consented(territory, now)
    bruno = territory.bruno
    dossier = bruno.known[consent]["dossier"]
    other = acts.refuse_consent(bruno, territory.nord, dossier, territory.david.bundle.organisation, ["C01"], now)
    territory.sync(now)
    text = json.dumps(proof_of(bruno, consent, now), ensure_ascii=False)
    keys = [b64u(epoch.key) for circle in bruno.keys.values() for epoch in circle.values()]
    assert keys and not any(key in text for key in keys)
    assert other not in text and "beside" not in text and "Zoé" not in text
    assert [len(line.get("sections", {})) for line in json.loads(text)["events"]] == [1]


def line_of(proof: Json) -> Json:
    line: Json = proof["events"][0]
    return line


def section(proof: Json) -> Json:
    strings: Json = line_of(proof)["sections"]["s1"]
    return strings


def turned(text: str) -> str:
    """Another character in the middle."""
    at = len(text) // 2
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


LIES: dict[str, Callable[[Json], object]] = {
    "the text that was read": lambda p: p.update(notice=p["notice"] + " "),
    "a text, and nothing opened that names one": lambda p: line_of(p).pop("sections"),
    "a signature": lambda p: line_of(p).update(jws=turned_signature(line_of(p)["jws"])),
    "sealed bytes": lambda p: section(p).update(core=turned(section(p)["core"])),
    "the key": lambda p: section(p).update(key=b64u(b"\1" * 32)),
    "a key that is no key": lambda p: section(p).update(key="é"),
    "a section nobody signed": lambda p: line_of(p).update(sections={"s2": section(p)}),
    "another network": lambda p: p.update(genesis=digest("another")),
    "a statement less": lambda p: p["statements"]["network"].pop(1),
    "no statement of the network": lambda p: p["statements"].pop("network"),
    "a statement in another's chain": lambda p: p["statements"]["network"].extend(list(p["statements"].values())[1]),
    "the act itself left out": lambda p: p["events"].clear(),
    "the act twice": lambda p: p["events"].append(copy.deepcopy(line_of(p))),
    "an id of nothing": lambda p: p.update(consent="x"),
    "another form": lambda p: p.update(v=2),
    "no instant": lambda p: p.update(at="hier"),
    "events that are none": lambda p: p.update(events=[{"jws": 3}]),
    "a line that is no line": lambda p: p.update(events=[None]),
}


def turned_signature(jws: str) -> str:
    head, _, signature = jws.rpartition(".")
    return f"{head}.{turned(signature)}"


@pytest.mark.parametrize("lie", LIES)
def test_nothing_that_was_touched_passes(territory: Territory, now: datetime, lie: str) -> None:
    proof = proof_of(territory.bruno, consented(territory, now), now)
    assert consent_proof.check(copy.deepcopy(proof)).told["content"]
    LIES[lie](proof)
    with pytest.raises(Refusal):
        consent_proof.check(proof)


@pytest.mark.parametrize("value", [None, [], "x", {}, {"format": consent_proof.FORMAT, "v": 1}])
def test_what_is_no_proof_is_refused(value: Any) -> None:
    with pytest.raises(Refusal, match="malformed"):
        consent_proof.check(value)


def test_nobody_else_takes_back_wherever_the_act_stands_in_the_file(territory: Territory, now: datetime) -> None:
    """By a key nobody knows, by a device of another organisation, before the consent or after it."""
    consent = consented(territory, now)
    proof = proof_of(territory.bruno, consent, now)
    amina = territory.amina
    said = {"v": 1, "suite": "P256-A256GCM", "id": new_id(now), "type": "consent.withdrawn"}
    said |= {"at": instant(now), "parents": [], "consents": [consent]}
    bank = consent_proof.gather(territory.bruno, consent, TEXT, instant(now))["statements"]
    stream = stream_of(amina.bundle.organisation)
    bank[stream] = amina.api.feed([(stream, 0)])["streams"][stream]["entries"]
    proof["statements"] = bank  # so that the key is known, of a device that exists: it has no right all the same
    theirs = sign("accord.event", amina.device, said, amina.device_key).jws
    for jws in (receipts.take_back(jose.generate_pair(), [consent], now).jws, theirs):
        line = {"jws": jws, "received_at": "2026-03-06T09:41:37Z"}
        for events in ([*proof["events"], line], [line, *proof["events"]]):
            with pytest.raises(Refusal):
                consent_proof.check(proof | {"events": events})


def test_another_content_well_sealed_is_not_what_was_signed(territory: Territory, now: datetime) -> None:
    """Sealed anew with a key of one's own: it opens, it has the right form, and nobody signed it."""
    consent = consented(territory, now)
    proof = proof_of(territory.bruno, consent, now)
    reader = Addressee("x.1", secrets.token_bytes(32))
    content = {"kind": "consent", "notice": READ | {"sha256": digest(str(TEXT))}, "method": "drawn_signature"}
    forged = seal(consent, "s1", content, 1, reader)
    key = b64u(content_key(forged.wraps["own"], reader))
    line_of(proof)["sections"] = {"s1": {"core": forged.core, "key": key}}
    with pytest.raises(Refusal, match="sections"):
        consent_proof.check(proof)


def test_an_act_about_another_dossier_has_no_place_in_the_proof(territory: Territory, now: datetime) -> None:
    one, other = consented(territory, now), consented(territory, now)
    proof, more = (proof_of(territory.bruno, consent, now) for consent in (one, other))
    with pytest.raises(Refusal, match="not_found"):
        consent_proof.check(proof | {"events": proof["events"] + more["events"]})


def test_the_command_says_what_holds_and_refuses_what_does_not(
    territory: Territory, now: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proof = proof_of(territory.bruno, consented(territory, now), now)
    file = tmp_path / "accord.json"
    file.write_text(json.dumps(proof), "utf-8")
    assert main(["verify", str(file)]) == 0
    said = capsys.readouterr().out
    assert "Signatures : exactes" in said and "Contenu : celui qui a été signé" in said and str(TEXT) in said
    for way, name in (("dpv", "dpv:ConsentRecord"), ("fhir-r5", "Consent"), ("fhir-r4", "Consent")):
        assert main(["verify", str(file), "--as", way]) == 0
        told = json.loads(capsys.readouterr().out)
        assert name in (told.get("@type"), told.get("resourceType"))
    file.write_text(json.dumps(proof | {"notice": "autre"}), "utf-8")
    assert main(["verify", str(file)]) == 1
    assert capsys.readouterr().err == "refusé : notice\n"
    file.write_bytes(b"\xff")
    assert main(["verify", str(file)]) == 1


def test_the_command_makes_on_a_new_device_the_proof_that_it_verifies(
    territory: Territory, relay: Relay, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signed in with the passphrase alone; only the wire is replaced, by the relay of these tests."""
    phrase = "sept mots tirés au sort pour Bruno"
    consent, file = consented(territory, now), tmp_path / "accord.json"
    territory.bruno.add_passphrase(phrase, now)
    monkeypatch.setattr("device.__main__.HttpTransport", lambda origin: relay)
    monkeypatch.setattr("getpass.getpass", lambda prompt: phrase)
    assert main(["consent-export", ORIGIN, "bruno", consent, "--out", str(file)]) == 0
    told = consent_proof.check(json.loads(file.read_text("utf-8"))).told
    assert told["notice"] == TEXT and told["content"]["method"] == "oral_face"
    assert main(["consent-export", ORIGIN, "bruno", new_id(now), "--out", str(file)]) == 1
