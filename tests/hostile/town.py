"""The cast on the real routes, and everything they ever signed, for who bends it: no rule of the phone is asked."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from device import acts, admission, jose, receipts, signed
from device.phone import Phone
from device.primitives import b64u, compact_json, digest
from device.push import Queued
from device.refusal import Refusal
from tests.device.territory import TOLD, Territory
from tests.hostile.life import SEEN
from tests.models.writing import REQUEST, Story, item
from tests.web.conftest import NOW

Json = dict[str, Any]


class Routes:
    """What a `Story` pushes to, over HTTP."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def push(self, *entries: Any) -> list[Json]:
        answer = self.client.post("/api/events", json={"entries": list(entries)})
        assert answer.status_code == 200, answer.data
        verdicts: list[Json] = answer.get_json()["verdicts"]
        return verdicts


@dataclass(frozen=True)
class Recorded:
    """One valid message: who signed it, with which of their keys, and what travels."""

    phone: Phone
    queued: Queued

    @property
    def type(self) -> str:
        return str(self.queued.signed.payload["type"])

    def renewed(self, id: str) -> Recorded:
        """The same as a new event of this id, its sections moved with it; a statement, as the next of its chain."""
        payload, entry = dict(self.queued.signed.payload), copy.deepcopy(self.queued.entry)
        if "stream" in payload:
            number, prev = self.phone.roster.chain(payload["stream"]).head()
            payload |= {"number": int(str(number)) + 1, "prev": prev}
        elif "id" in payload:
            payload |= {"id": id, "sections": copy.deepcopy(payload.get("sections", {}))}
            for name, section in entry.get("sections", {}).items():
                protected = compact_json({"enc": "A256GCM", "evt": id, "sec": name}).encode()
                section["core"] = ".".join([b64u(protected), *section["core"].split(".")[1:]])
                payload["sections"][name]["core"] = digest(section["core"])
            if "sections" not in self.queued.signed.payload:
                del payload["sections"]
        made = dataclasses.replace(self.queued.signed, payload=payload)
        return Recorded(self.phone, Queued(made, entry))

    def again(self, payload: Json | str, phone: Phone | None = None, kid: str | None = None) -> Json:
        """These words (JSON text, or an object) instead, signed by this phone with the key of that kind of message."""
        who, made = phone or self.phone, self.queued.signed
        is_event = made.typ == signed.EVENT
        named = kid or (who.device if is_event else "authority" if made.kid == "authority" else who.bundle.member)
        key = who.device_key if is_event else who.bundle.signing
        if made.kid == "authority":
            key = who.bundle.authority or key
        return self.queued.entry | {"jws": jws_of(made.typ, named, payload, key)}


def jws_of(typ: str, kid: str, payload: Json | str, key: Any) -> str:
    text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return jose.sign({"alg": "ES256", "kid": kid, "typ": typ}, text.encode("utf-8", "surrogatepass"), key)


def story_of(client: FlaskClient, territory: Territory) -> Story:
    return Story(Routes(client), territory, NOW)  # type: ignore[arg-type]


def recorded(story: Story) -> list[Recorded]:
    """One message of nearly every type, by who may sign it; all but the last two accepted by the server."""
    found: list[Recorded] = []

    def keep(phone: Phone) -> None:
        found.extend(Recorded(phone, queued) for queued in phone.outbox)
        with contextlib.suppress(Refusal):
            phone.deliver()
        phone.outbox.clear()

    bruno, amina, chloe = story.bruno, story.amina, story.chloe
    dossier = acts.open_dossier(bruno, story.nord, [item("C01", NOW), item("C05", NOW)], NOW)
    acts.record_reception(bruno, story.nord, SEEN | {"narrative": "x"}, NOW, dossier)
    acts.record_note(bruno, "Rappeler.", NOW, dossier)
    consent = acts.give_consent(bruno, story.nord, dossier, story.bank, ["C01", "C14"], TOLD, NOW)
    acts.refuse_consent(bruno, story.nord, dossier, story.bank, ["C11"], NOW)
    acts.defer_consent(bruno, story.nord, dossier, story.bank, ["C11"], NOW)
    receipts.issue(bruno, [consent], jose.generate_pair(), bytes(16), {}, NOW)
    bruno.rules = False
    sent = [acts.send_orientation(bruno, story.nord, consent, story.halles, REQUEST, [item("C01", NOW)], NOW)
            for _ in range(3)]  # fmt: skip
    bruno.rules = True
    keep(bruno)
    story.read()
    acts.mark_opened(amina, sent[0], NOW)
    acts.answer(amina, sent[0], "acceptee", NOW)
    keep(amina)
    acts.cancel(bruno, sent[1], "annulee", NOW)
    acts.withdraw_consent(bruno, [consent], NOW)
    keep(bruno)
    admission.create_team(chloe, "Épicerie", NOW)
    admission.add_recovery_key(chloe, "Le président", NOW)
    admission.set_member(chloe, amina.bundle.member, NOW, chloe.strings[chloe.organisation.members[
        amina.bundle.member].card], role="worker")  # fmt: skip
    admission.rotate_circle(chloe, story.circles["halles.open"], NOW)
    keep(chloe)
    for kind, fields in (
        ("member.ended", {"member": amina.bundle.member}),
        ("device.revoked", {"device": amina.device}),
    ):
        chloe.rules = False
        chloe.state(kind, fields, NOW)
        found.append(Recorded(chloe, chloe.outbox.pop()))
    return found
