"""What each statement of the `network` stream changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from models.problems import Problem
from models.rules.roster_state import Admitted, Basis, Charter, CharterVersion, Flow, Member, Network

_Payload = Mapping[str, Any]


def member_of(entry: _Payload, added: int) -> Member:
    """The member a member object describes, added by statement `added`."""
    ends_on = entry.get("ends_on")
    return Member(
        id=entry["id"],
        signing=entry.get("signing"),
        encryption=entry["encryption"],
        role=entry["role"],
        profile=entry.get("profile"),
        ground=entry.get("ground"),
        permissions=tuple(entry["permissions"]),
        teams=tuple(entry["teams"]),
        ends_on=None if ends_on is None else date.fromisoformat(ends_on),
        card=entry["card"],
        added=added,
    )


def fold_network(network: Network, payload: _Payload, received_at: datetime) -> Network:
    """The network after this statement, its chain aside. Raises Problem(id_conflict | not_found)."""
    return _FOLDS[payload["type"]](network, payload, received_at)


def _founded(network: Network, payload: _Payload, received_at: datetime) -> Network:
    return replace(
        network,
        founding=payload["founding"],
        name=payload["name"],
        demonstration=payload["demonstration"],
        authority=payload["authority"],
    )


def _rotated(network: Network, payload: _Payload, received_at: datetime) -> Network:
    return replace(network, authority=payload["authority"])


def _published(network: Network, payload: _Payload, received_at: datetime) -> Network:
    """A charter's versions follow each other; an ended charter has no further one."""
    charter = network.charters.get(payload["charter"], Charter(payload["charter"], ()))
    if charter.ended is not None or payload["version"] != len(charter.versions) + 1:
        raise Problem("id_conflict")
    grown = replace(charter, versions=(*charter.versions, _charter_version(payload, received_at)))
    return replace(network, charters={**network.charters, charter.id: grown})


def _charter_version(payload: _Payload, received_at: datetime) -> CharterVersion:
    parties = payload.get("parties")
    return CharterVersion(
        charter=payload["charter"],
        version=payload["version"],
        title=payload["title"],
        flows=tuple(
            Flow(tuple(flow["from"]), tuple(flow["to"]), tuple(flow["categories"])) for flow in payload["flows"]
        ),
        purposes=tuple(payload["purposes"]),
        bases=tuple(Basis(basis["id"], basis["version"], basis.get("floor")) for basis in payload["bases"]),
        transition_days=payload["transition_days"],
        parties=None if parties is None else tuple(parties),
        number=payload["number"],
        received_at=received_at,
    )


def _ended(network: Network, payload: _Payload, received_at: datetime) -> Network:
    charter = network.charters.get(payload["charter"])
    if charter is None or charter.ended is not None:
        raise Problem("not_found")
    ended = replace(charter, ended=payload["number"])
    return replace(network, charters={**network.charters, charter.id: ended})


def _admitted(network: Network, payload: _Payload, received_at: datetime) -> Network:
    organisation, administrator = payload["organisation"], payload["administrator"]
    known = network.organisations.keys() | {admitted.administrator.id for admitted in network.organisations.values()}
    if {organisation["id"], administrator["id"]} & known or organisation["id"] == administrator["id"]:
        raise Problem("id_conflict")
    admitted = Admitted(
        organisation["id"],
        organisation["name"],
        organisation["kind"],
        member_of(administrator, added=0),
        payload["number"],
    )
    return replace(network, organisations={**network.organisations, admitted.id: admitted})


_FOLDS: Final[dict[str, Callable[[Network, _Payload, datetime], Network]]] = {
    "network.founded": _founded,
    "authority.rotated": _rotated,
    "charter.published": _published,
    "charter.ended": _ended,
    "organisation.admitted": _admitted,
}
