"""What tests write: an honest story of acts, and the same acts bent and signed again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from device import acts, jose, signed
from device.jose import Jwk
from device.phone import Phone
from device.primitives import new_id
from device.push import Queued
from device.read import pull
from tests.device.territory import TOLD, Territory
from tests.models.doors import Doors

Json = dict[str, Any]
FIRST_NAME = {"first_name": "Yasmine"}
REQUEST = {"need": "alimentation", "text": "Un colis pour deux."}


def item(code: str, now: datetime, fields: Json | None = None) -> Json:
    return acts.item(code, fields or FIRST_NAME, now)


def last(phone: Phone) -> Queued:
    """The newest entry of the outbox, taken out of it: the test pushes it itself."""
    return phone.outbox.pop()


def only(verdicts: list[Json]) -> Json:
    """The verdict of a push of one."""
    [verdict] = verdicts
    return verdict


def bent(phone: Phone, queued: Queued, *without: str, **changes: object) -> Json:
    """The same event with members of its payload changed or left out, signed again by the phone's device."""
    payload = {name: value for name, value in (queued.signed.payload | changes).items() if name not in without}
    made = signed.sign(queued.signed.typ, queued.signed.kid, payload, phone.device_key)
    return queued.entry | {"jws": made.jws}


def signed_by(queued: Queued, kid: str, key: Jwk, **changes: object) -> Json:
    """The same payload, signed by whoever has `key` under the name `kid`."""
    made = signed.sign(queued.signed.typ, kid, queued.signed.payload | changes, key)
    return queued.entry | {"jws": made.jws}


def stranger(now: datetime) -> tuple[str, Jwk]:
    """A device nobody admitted."""
    return new_id(now), jose.generate_pair()


class Story:
    """Bruno meets someone: a dossier, a consent for the food bank, an orientation to its Centre des Halles."""

    def __init__(self, doors: Doors, territory: Territory, now: datetime) -> None:
        self.doors, self.now = doors, now
        self.bruno, self.amina, self.chloe = territory.bruno, territory.amina, territory.chloe
        self.david, self.helene, self.gwenaelle = territory.david, territory.helene, territory.gwenaelle
        self.nord, self.sud, self.halles = territory.nord, territory.sud, territory.halles
        self.circles = territory.circles
        self.bank = territory.chloe.bundle.organisation
        self.departement = territory.bruno.bundle.organisation

    def dossier(self) -> str:
        dossier = acts.open_dossier(self.bruno, self.nord, [item("C01", self.now)], self.now)
        self.bruno.deliver()
        return dossier

    def consent(self, dossier: str, *codes: str, **changes: Any) -> str:
        consent = acts.give_consent(
            self.bruno, self.nord, dossier, self.bank, list(codes or ("C01", "C14")), TOLD, self.now, **changes
        )
        self.bruno.deliver()
        return consent

    def draft(self, consent: str, *codes: str, **changes: Any) -> Queued:
        """An orientation in no outbox, as a hostile phone would make it: no rule was checked."""
        self.bruno.rules = False
        items = [item(code, self.now) for code in codes]
        acts.send_orientation(self.bruno, self.nord, consent, self.halles, REQUEST, items, self.now, **changes)
        self.bruno.rules = True
        return last(self.bruno)

    def orientation(self, consent: str, *codes: str) -> str:
        """An orientation accepted by the server."""
        queued = self.draft(consent, *(codes or ("C01", "C14")))
        [verdict] = self.doors.push(queued.entry)
        assert verdict["verdict"] == "accepted", verdict
        return queued.id

    def sent(self, *codes: str) -> str:
        """The whole story, everyone having read it."""
        id = self.orientation(self.consent(self.dossier(), *codes), *codes)
        self.read()
        return id

    def read(self) -> None:
        for phone in (self.bruno, self.amina, self.chloe, self.helene, self.david):
            pull(phone, self.now)
