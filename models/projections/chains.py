"""The charter and the rosters as they stand, folded once per process and recognised by the digest of their head.

A push or a page costs one read of heads; statements are read only when a head is not the one remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from models.database import rows
from models.projections import instants
from models.rules import envelope, roster
from models.rules.roster import NETWORK, Device, Member, Network, Organisation, stream_of
from models.tables import Beside, RosterId, Server, Statement, Stream

State = Network | Organisation

NOT_PRINTED = ""  # no founding id: no `network.founded` is awaited

_remembered: dict[str, State] = {}


@dataclass(frozen=True, slots=True)
class Chains:
    """The network, and the organisations that were asked for and exist."""

    network: Network
    organisations: Mapping[str, Organisation]

    def digests(self) -> dict[str, tuple[str, ...]]:
        """{stream: digests of its statements, in order}."""
        known = {stream_of(id): organisation.digests for id, organisation in self.organisations.items()}
        return {NETWORK: self.network.digests, **known}

    def heads(self) -> dict[str, list[object]]:
        """{stream: [number, digest]} of the newest statements, as a signer names them; empty streams left out."""
        return {stream: [len(known), known[-1]] for stream, known in self.digests().items() if known}

    def after(self, state: State) -> Chains:
        """The same chains, one of them a statement further."""
        if isinstance(state, Network):
            return replace(self, network=state)
        return replace(self, organisations={**self.organisations, state.id: state})


def load(organisation_ids: Iterable[str]) -> Chains:
    """The network and these organisations as they are committed now. Unknown ones are left out."""
    ids = sorted(set(organisation_ids))
    heads = _heads([NETWORK, *map(stream_of, ids)])
    network = _network(heads.get(NETWORK))
    admitted = [network.organisations[id] for id in ids if id in network.organisations]
    states = {one.id: _current(stream_of(one.id), Organisation.empty(one), network, heads) for one in admitted}
    return Chains(network, states)  # type: ignore[arg-type]


def remember(states: Iterable[State]) -> None:
    """Keep the states of a committed transaction. Never before the commit: a rolled-back head would be served."""
    _remembered.update({state.stream: state for state in states})


def forget() -> None:
    """Drop everything remembered: another database is bound."""
    _remembered.clear()


def owners(ids: Iterable[str]) -> dict[str, str | None]:
    """{id: organisation} of the organisations, teams, members, devices and circles among these; None for a charter."""
    return dict(rows(RosterId.select(RosterId.id, RosterId.organisation).where(RosterId.id.in_(sorted(set(ids))))))


def device_owner(organisation: Organisation, device_id: str) -> tuple[Device, Member] | None:
    """A device this organisation enrolled, and its member; whether they still may act is `is_current`'s to say."""
    device = organisation.devices.get(device_id)
    return (device, organisation.members[device.member]) if device is not None else None


def is_current(device: Device, member: Member, today: date) -> bool:
    return device.revoked is None and member.is_current(today)


def _heads(names: list[str]) -> dict[str, tuple[int, str]]:
    found = rows(Stream.select(Stream.name, Stream.position, Stream.head).where(Stream.name.in_(names)))
    return {name: (number, head) for name, number, head in found if head is not None}


def _network(head: tuple[int, str] | None) -> Network:
    if head is None:
        return Network.empty(rows(Server.select(Server.founding))[0][0] or NOT_PRINTED)
    state = _current(NETWORK, Network.empty(), None, {NETWORK: head})
    assert isinstance(state, Network)  # noqa: S101 (a network stream folds to a network)
    return state


def _current(stream: str, empty: State, network: Network | None, heads: dict[str, tuple[int, str]]) -> State:
    """The state at this head or, where nothing is held, at a newer one: the remembered one, or it and what was written
    since by another process."""
    if stream not in heads:
        return empty
    number, head = heads[stream]
    state = _remembered.get(stream, empty)
    if _tells(state, number, head):
        return state
    state = _fold(state, network, number)
    if not _tells(state, number, head):  # another history: the database was restored, or replaced
        state = _fold(empty, network, number)
    remember([state])
    return state


def _tells(state: State, number: int, head: str) -> bool:
    """Whether this state is of the history that has `head` at `number`, and as far. A thread may have read the heads
    just before another one committed and remembered the next."""
    return state.digests[number - 1 : number] == (head,)


def _fold(state: State, network: Network | None, until: int) -> State:
    """Add the statements written since, as far as the head that was read: one written meanwhile may name a network
    that was not. They were judged when they were received: only their sum is made here.

    Stops at the first that does not follow, which means that `state` is of another history.
    """
    beside = _beside(state, until)
    for number, jws, received_at in rows(
        Statement.select(Statement.number, Statement.jws, Statement.received_at)
        .where(Statement.stream == state.stream, Statement.number > state.number, Statement.number <= until)
        .order_by(Statement.number)
    ):
        signed = envelope.read(jws, envelope.TYP_STATEMENT)
        if signed.payload["prev"] != (state.digests[-1] if state.digests else None):
            break
        known = state if isinstance(state, Network) else network
        assert known is not None  # noqa: S101 (an organisation is folded after the network that admits it)
        organisation = None if isinstance(state, Network) else state
        state = roster.apply(signed, beside.get(number, []), known, organisation, instants.read(received_at))
    return state


def _beside(state: State, until: int) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    query = Beside.select(Beside.number, Beside.content)
    since = (Beside.number > state.number) & (Beside.number <= until)
    for number, content in rows(query.where(Beside.stream == state.stream, since)):
        found.setdefault(number, []).append(content)
    return found
