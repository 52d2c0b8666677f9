"""The door to the rosters: fold statements into them, and ask them who may, who holds, what was agreed.

Pure: the caller gives the day, the instant of receipt and, between `signer_key` and `apply`, verifies the signature.
A statement is judged so (docs/protocol.md §2, in this order):

    signed = envelope.read(jws, TYP_STATEMENT); envelope.check_statement(signed)
    key = roster.signer_key(signed, network, organisation, today)     # Held, Duplicate, Problem
    signatures.verify(signed, key)                                    # Problem("bad_signature")
    state = roster.apply(signed, beside, network, organisation, received_at)

`organisation` is the state of the statement's own stream, or None where the stream is `network` or not admitted; before
an organisation's first statement it is `Organisation.empty(network.organisations[id])`. Ids are compared within one
organisation; `new_ids` gives the ids a statement brings, for the ledger to compare with every other organisation's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.rules.envelope import Signed
from models.rules.roster_state import (
    NETWORK,
    Admitted,
    Basis,
    Charter,
    CharterSignature,
    CharterVersion,
    Circle,
    Device,
    Epoch,
    Flow,
    Jwk,
    Member,
    Network,
    Organisation,
    Team,
    organisation_of_stream,
    stream_of,
)


def signer_key(signed: Signed, network: Network, organisation: Organisation | None, today: date) -> Jwk:
    """The key that must have signed this statement.

    Raises Problem(founding | not_found | stale_head | fork | not_allowed), Held("head"), or Duplicate for a statement
    already in its chain. The statement's shape was checked before.
    """
    raise NotImplementedError


def apply(
    signed: Signed, beside: Sequence[str], network: Network, organisation: Organisation | None, received_at: datetime
) -> Network | Organisation:
    """The new state of the statement's stream, once its signature was verified.

    `beside` are the strings that travel with it, `received_at` the server's aware instant of receipt.
    Raises Problem(beside | id_conflict | not_found | holder | one_holder | not_allowed | stale_epoch | last_supervisor).
    """
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Beside:
    """Who may have a string that travels beside: `wrap` its addressee `member`, `blob` the holders of `circle`, `card` the organisation."""

    kind: str
    member: str | None = None
    circle: str | None = None


def beside_of(payload: Mapping[str, object]) -> dict[str, Beside]:
    """The digests a statement names, each with who may have its string."""
    raise NotImplementedError


def new_ids(payload: Mapping[str, object]) -> list[str]:
    """The ids this statement brings into the world: organisation, member, device, team, circle, charter at version 1."""
    raise NotImplementedError


def judge_heads(heads: Mapping[str, Sequence[object]], chains: Mapping[str, Sequence[str]]) -> None:
    """Compare the heads an author knew with known chains ({stream: digests of its statements, in order}).

    Raises Held("head") for a stream or number not known here, Problem("fork") for a known number with another digest.
    """
    raise NotImplementedError


def holders(organisation: Organisation, circle_id: str, today: date) -> dict[str, str]:
    """{member id: digest of their wrap} of who holds the circle's newest epoch today; {} for an unknown circle."""
    raise NotImplementedError


def awaits_rotation(organisation: Organisation, circle_id: str, today: date) -> bool:
    """Whether someone lost the circle since its newest epoch: it receives no new disclosure until it is rotated."""
    raise NotImplementedError


def superseded_by_removal(organisation: Organisation, circle_id: str, epoch: int) -> bool:
    """Whether `epoch` is past and someone lost the circle between it and the newest one."""
    raise NotImplementedError


def profiles(organisation: Organisation, circle_id: str, today: date) -> list[tuple[str, str | None]]:
    """(profile, ground) of each holder that counts in the circle's column: all but recovery keys."""
    raise NotImplementedError


def circles_of_member(organisation: Organisation, member_id: str, today: date) -> list[str]:
    """Ids of the circles this member holds today."""
    raise NotImplementedError


def circle_of_team(organisation: Organisation, team_id: str, circle_class: str) -> Circle | None:
    """The team's circle of that class; a team has at most one of each."""
    raise NotImplementedError


def author(organisation: Organisation, device_id: str, number: int | None = None) -> Member | None:
    """The member whose device it is, if enrolled and neither revoked nor ended at statement `number` (None: the newest)."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class CharterInForce:
    """A charter in force between two organisations. Every one of `versions` must allow a thing: the first is the version
    that rules (the lower signed), the others came later and already forbid what they no longer allow."""

    id: str
    versions: tuple[CharterVersion, ...]


def charters_in_force(network: Network, sender: Organisation, recipient: Organisation, now: datetime) -> list[CharterInForce]:
    """The charters in force between two organisations at the server's instant `now`, in the order they were first
    published. With `sender` also as `recipient`: the charters it signed, still in force."""
    raise NotImplementedError


__all__ = [
    "NETWORK", "Admitted", "Basis", "Beside", "Charter", "CharterInForce", "CharterSignature", "CharterVersion", "Circle",
    "Device", "Epoch", "Flow", "Jwk", "Member", "Network", "Organisation", "Team", "apply", "author", "awaits_rotation",
    "beside_of", "charters_in_force", "circle_of_team", "circles_of_member", "holders", "judge_heads", "new_ids",
    "organisation_of_stream", "profiles", "signer_key", "stream_of", "superseded_by_removal",
]  # fmt: skip
