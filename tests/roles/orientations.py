"""Writes a cell of sending for the server: first what its consent is made of, then the orientation itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from device import signed
from device.primitives import instant, new_id
from tests.roles.hands import Hand, Json, Ring
from tests.roles.oracle_sharing import Consent, PersonSaid, Sending
from tests.roles.sending import NOBODY, OTHER_TEAM, Cell
from tests.roles.town import BOTH, BOUND, Town


class Writer:
    """Turns cells into entries: first what the consents are made of, then the orientation itself."""

    def __init__(self, town: Town) -> None:
        self.town, self.scribe = town, town.scribe

    def ground(self, cell: Cell) -> tuple[str, list[Json]]:
        """(consent's id, what must be accepted before)."""
        given = cell.facts.ground
        if not isinstance(given, Consent) or given.known_to == NOBODY:
            return new_id(self.scribe.now), []
        return self._consent(cell, given)

    def _consent(self, cell: Cell, given: Consent) -> tuple[str, list[Json]]:
        place = cell.sender.places[cell.facts.own_classes]
        if given.known_to == OTHER_TEAM:
            place = cell.sender.places[BOTH if place.classes == BOUND else BOUND]
            given = replace(given, recorded="bound")
        home = place.rings.get("open") or place.rings["bound"]
        recipient = cell.recipient.organisation
        named = recipient if given.recipient == "named" else self._elsewhere(recipient)
        clerk, ring = cell.sender.clerk, place.rings[given.recorded]
        dossiers = {about: new_id(self.scribe.now) for about in ("same", "other_dossier")}
        before = [
            self.scribe.event(clerk, "dossier.opened", {"dossier": dossier}, home.name, [(None, 1)])[1]
            for dossier in (dossiers.values() if given.said else [dossiers["same"]])
        ]
        parents = []
        for act in given.said:
            where = dossiers["other_dossier" if act.about == "other_dossier" else "same"]
            whom = self._elsewhere(named) if act.about == "other_recipient" else named
            id, entries = self._person_said(clerk, ring, act, where, whom, given)
            before += entries
            parents += [id] if act.is_named else []
        fields = self._given(given, dossiers["same"], named)
        consent, entry = self._told(clerk, ring, fields, given.days_left, parents)
        return consent, [*before, entry]

    def _person_said(
        self, clerk: Hand, ring: Ring, act: PersonSaid, dossier: str, recipient: str, given: Consent
    ) -> tuple[str, list[Json]]:
        """A refusal; or a withdrawal of an earlier consent, which defeats those that come after without naming it."""
        if act.kind == "refused":
            fields = {"dossier": dossier, "recipient": recipient, "categories": sorted(act.codes or given.codes)}
            refusal, entry = self.scribe.event(
                clerk, "consent.refused", fields, ring.name, [(None, _as_sensitive(ring))]
            )
            return refusal, [entry]
        earlier, first = self._told(clerk, ring, self._given(given, dossier, recipient), 100, [])
        taken_back = self.scribe.withdrawal(clerk.device, clerk.device_key, [earlier], act.codes)
        return str(signed.read(taken_back["jws"], signed.EVENT).payload["id"]), [first, taken_back]

    def _given(self, given: Consent, dossier: str, recipient: str) -> Json:
        fields = {"dossier": dossier, "recipient": recipient, "categories": sorted(given.codes)}
        return fields | {"purpose": given.purpose, "basis": {"id": given.basis, "version": 1}, "duration": "P6M"}

    def _told(self, clerk: Hand, ring: Ring, fields: Json, days_left: int, parents: list[str]) -> tuple[str, Json]:
        at = self.scribe.now - timedelta(days=183 - days_left)
        sections = [(None, _as_sensitive(ring))]
        return self.scribe.event(clerk, "consent.given", fields, ring.name, sections, parents=parents, at=at)

    def _elsewhere(self, organisation: str) -> str:
        """Another organisation, of a kind that tells nothing."""
        mild = (one for one in self.town.recipients if one.facts.kind_level == 1)
        return next(one.organisation for one in mild if one.organisation != organisation)

    def orientation(self, cell: Cell, consent: str) -> Json:
        """The orientation of the cell, which the server is asked to judge."""
        facts = cell.facts
        place = cell.sender.places[facts.own_classes]
        by = cell.sender.authors[facts.author]
        other, their = cell.recipient.name, cell.recipient.organisation
        if facts.to.where == "unknown":
            other = f"{new_id(self.scribe.now)}.1"
        elif facts.to.where == "same_team":
            other, their = place.rings[facts.own].name, cell.sender.id
        sections: list[tuple[str | None, int]] = [("X.request", facts.request_level), *facts.sent.items()]
        sections += [("X.necessity", facts.necessity_level)] if facts.necessity_level else []
        sections += [(None, facts.own_only_level)] if facts.own_only_level else []
        alone = isinstance(facts.ground, str)
        ground: Json = {"basis": facts.ground, "version": 1} if alone else {"consent": consent}
        fields = {"ground": ground, "purpose": facts.purpose, "level": facts.level} | self._dates(facts)
        parents = [] if alone else [consent]
        return self.scribe.event(
            by, "orientation.sent", fields, place.rings[facts.own].name, sections, other, their, parents
        )[1]

    def _dates(self, facts: Sending) -> Json:
        now, days = self.scribe.now, 300
        if isinstance(facts.ground, Consent):
            days = facts.ground.days_left
        until = now + timedelta(days=days + (90 if facts.dates == "until_far" else 0))
        deadline = now + timedelta(days={"deadline_past": -1, "deadline_far": 31}.get(facts.dates, 20))
        return {"until": instant(until), "deadline": instant(deadline)}


def _as_sensitive(ring: Ring) -> int:
    """The least level of an event that may always be recorded here."""
    return 2 if ring.kind == "bound" else 1
