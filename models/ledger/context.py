"""All that a push is judged by: read once, then kept up to date in memory as its entries are accepted.

The number of reads depends on the kinds of entries, never on how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from models.ledger import holds
from models.ledger.submission import Submission
from models.projections import chains, reading
from models.projections.chains import Chains
from models.projections.changes import Changes, NewEntry
from models.projections.facts import ConsentFact, DossierFact, EarlyFact, EventFact, OrientationFact, ReceiptFact
from models.rules import roster
from models.rules.consent import Ending
from models.rules.envelope import audience_circle
from models.rules.roster import Device, Member, Organisation, organisation_of_stream

CLOSING = ("orientation.answered", "orientation.cancelled")


@dataclass(slots=True)
class Context:
    """`shared` holds, for each orientation at hand, the sections whose wrap to the other team lives, by category.

    `restoring`: what is judged comes back from the log of ends.
    """

    now: datetime
    demonstration: bool
    chains: Chains
    owner: dict[str, str]
    taken: set[str]
    events: dict[str, EventFact] = field(default_factory=dict)
    dossiers: dict[str, DossierFact] = field(default_factory=dict)
    consents: dict[str, ConsentFact] = field(default_factory=dict)
    endings: dict[str, list[Ending]] = field(default_factory=dict)
    receipts: list[ReceiptFact] = field(default_factory=list)
    orientations: dict[str, OrientationFact] = field(default_factory=dict)
    shared: dict[str, dict[str, str | None]] = field(default_factory=dict)
    early: list[EarlyFact] = field(default_factory=list)
    early_rooms: dict[str, int] = field(default_factory=dict)
    places: dict[str, set[str]] = field(default_factory=dict)
    held: dict[str, dict[str, str]] = field(default_factory=dict)
    place_kinds: dict[str, str | None] = field(default_factory=dict)
    restoring: bool = False

    @property
    def today(self) -> date:
        return self.now.date()

    def organisation_of(self, id: str) -> Organisation | None:
        """The organisation of a device, member, team or circle."""
        owner = self.owner.get(id)
        return self.chains.organisations.get(owner) if owner is not None else None

    def where_received(self, circle: str) -> tuple[str, ...]:
        """The places for which the team of this circle receives, as its roster says."""
        organisation = self.organisation_of(circle)
        found = organisation.circles.get(circle) if organisation is not None else None
        if organisation is None or found is None:
            return ()
        return organisation.teams[found.team].structures

    def kinds_where_received(self, circle: str) -> list[str | None]:
        """The kinds of these places; None for one that the directory has not, or of no kind."""
        return [self.place_kinds.get(place) for place in self.where_received(circle)]

    def adopt(self, changes: Changes) -> None:
        """Make an accepted entry known to those that follow it in the push."""
        for statement in changes.statements:
            self.chains = _with_admitted(self.chains.after(statement.state))
            self.taken.update(statement.ids)
            if statement.organisation is not None:
                self.owner.update(dict.fromkeys(statement.ids, statement.organisation))
        self.events.update({event.fact.id: event.fact for event in changes.events})
        self.dossiers.update({dossier.id: dossier for dossier in changes.dossiers})
        self.consents.update({consent.consent.id: consent for consent in changes.consents})
        self.orientations.update({orientation.id: orientation for orientation in changes.orientations})
        for ending in changes.endings:
            self.endings.setdefault(ending.dossier, []).append(ending)
        self.receipts += changes.receipts
        self._adopt_sections(changes)
        self.early = [each for each in (*self.early, *changes.early) if each not in changes.no_longer_early]
        for each, more in [(one, 1) for one in changes.early] + [(one, -1) for one in changes.no_longer_early]:
            self.early_rooms[each.signer] = self.early_rooms.get(each.signer, 0) + more
        for entry in changes.entries:
            if entry.event is not None:
                self.places.setdefault(entry.event, set()).add(entry.stream)
        for kept in changes.kept:
            self.held.setdefault(kept.member, {})[kept.fact.id] = kept.fact.digest

    def not_yet_shown(self, entries: Iterable[NewEntry]) -> list[NewEntry]:
        """These lines, each once, less those their stream has already: a withdrawal may apply in several times."""
        unique = dict.fromkeys(entries)
        return [each for each in unique if each.stream not in self.places.get(each.event or "", ())]

    def _adopt_sections(self, changes: Changes) -> None:
        for event in changes.events:
            claims = event.signed.payload.get("sections", {})
            self.shared[event.fact.id] = {
                name: claim.get("category") for name, claim in claims.items() if "other" in claim["wraps"]
            }
        for cut in changes.cuts:
            alive = self.shared.get(cut.event, {})
            self.shared[cut.event] = {name: code for name, code in alive.items() if name not in cut.sections}


def load(submissions: Iterable[Submission], now: datetime, demonstration: bool) -> Context:
    """Read what these entries will be judged by, held so that it stays so until they are written."""
    readable = [each for each in submissions if each.signed is not None and each.refusal is None]
    statements = [each.payload for each in readable if each.is_statement]
    events = [each.payload for each in readable if not each.is_statement]
    kids = {each.signed.kid for each in readable if each.signed is not None}
    named = _named_in_rosters(events) | {id for each in statements for id in roster.new_ids(each)} | kids
    found = chains.owners(named)
    streams = (organisation_of_stream(each["stream"]) for each in statements)
    organisations = {id for id in (*found.values(), *streams) if id is not None}
    holds.take(statements, events, organisations)
    context = Context(now, demonstration, chains.load(organisations), *_known(found))
    if events:
        ended = _ended(context)
        holds.take_scopes(events, ended, _signers(context, readable))
        _load_events(context, events)
        context.held = reading.held(ended)
    return context


def _known(found: dict[str, str | None]) -> tuple[dict[str, str], set[str]]:
    return {id: owner for id, owner in found.items() if owner is not None}, set(found)


def _load_events(context: Context, events: list[dict[str, Any]]) -> None:
    context.events = reading.events({id for each in events for id in (each["id"], *each["parents"])})
    dossiers = {each["dossier"] for each in events if "dossier" in each}
    context.dossiers = reading.dossiers(dossiers)
    withdrawn = {id for each in events if each["type"] == "consent.withdrawn" for id in each["consents"]}
    if any(each["type"] in ("consent.given", "consent.withdrawn") for each in events):
        _load_early(context, events)
    _load_consents(context, events, withdrawn)
    _load_orientations(context, events, bool(withdrawn or context.early))


def _load_early(context: Context, events: list[dict[str, Any]]) -> None:
    """Withdrawals that wait, and where those that wait for a second consent were shown already."""
    given = [each["id"] for each in events if each["type"] == "consent.given"]
    withdrawn = [each["id"] for each in events if each["type"] == "consent.withdrawn"]
    context.early = reading.early_withdrawals(given, withdrawn)
    context.early_rooms = reading.early_rooms() if withdrawn else {}
    waiting = {each.event for each in context.early}
    context.places = {event: set(places) for event, places in reading.positions(waiting).items()}
    context.events |= reading.events(waiting - context.events.keys())


def _load_consents(context: Context, events: list[dict[str, Any]], withdrawn: set[str]) -> None:
    """The consents named; all those of a dossier where one is withdrawn, or where one arrives after its withdrawal."""
    named = {each["ground"]["consent"] for each in events if "consent" in each.get("ground", {})} | withdrawn
    named |= {id for each in events if each["type"] == "receipt.issued" for id in each["consents"]}
    late = withdrawn | {each.consent for each in context.early}
    dossiers = {each["dossier"] for each in events if each["type"] == "consent.given" and each["id"] in late}
    context.consents = reading.consents(named, dossiers)
    if context.consents or any(each["type"].startswith("consent.") for each in events):
        concerned = {each["dossier"] for each in events if each["type"] in ("consent.given", "consent.refused")}
        context.endings = reading.endings(concerned | {each.consent.dossier for each in context.consents.values()})
    if withdrawn or context.early:
        context.receipts = reading.receipts(withdrawn | {each.consent for each in context.early})


def _load_orientations(context: Context, events: list[dict[str, Any]], is_withdrawing: bool) -> None:
    ids = {each[name] for each in events for name in ("orientation", "follows") if name in each}
    context.orientations = reading.orientations(ids, list(context.consents) if is_withdrawing else [])
    if is_withdrawing or any(each["type"] in CLOSING for each in events):
        # Those named too: an orientation that does not exist costs what one of others costs.
        context.shared = reading.shared_sections(ids | context.orientations.keys())
    sent = [audience_circle(each["audience"]["other"]) for each in events if each["type"] == "orientation.sent"]
    context.place_kinds = reading.place_kinds({id for each in sent if each for id in context.where_received(each[0])})


def _ended(context: Context) -> set[str]:
    """Those who have left, among the members whose devices are at hand."""
    owned = [found for id in context.owner if (found := _member_of(id, context)) is not None]
    return {member.id for device, member in owned if not chains.is_current(device, member, context.today)}


def _signers(context: Context, readable: Iterable[Submission]) -> dict[str, str]:
    """{event: member whose device signed it}; strangers are left out."""
    signed = [(each.payload["id"], each.signed.kid) for each in readable if each.signed and not each.is_statement]
    return {id: owned[1].id for id, kid in signed if (owned := _member_of(kid, context)) is not None}


def _member_of(device: str, context: Context) -> tuple[Device, Member] | None:
    organisation = context.organisation_of(device)
    return chains.device_owner(organisation, device) if organisation is not None else None


def _named_in_rosters(events: list[dict[str, Any]]) -> set[str]:
    """The circles and organisations these events name."""
    audiences = [circle for each in events for circle in each.get("audience", {}).values()]
    circles = {found[0] for found in map(audience_circle, audiences) if found is not None}
    return circles | {each["recipient"] for each in events if "recipient" in each}


def _with_admitted(known: Chains) -> Chains:
    """Organisations that a statement of this very push admitted."""
    admitted = {id: one for id, one in known.network.organisations.items() if id not in known.organisations}
    fresh = {id: Organisation.empty(one) for id, one in admitted.items() if one.number == known.network.number}
    return Chains(known.network, {**known.organisations, **fresh})
