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

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from models.rules.beside import Beside, beside_of, check_beside, new_ids
from models.rules.chain import check_place, judge_heads
from models.rules.charters import CharterInForce, charters_in_force
from models.rules.circles import (
    author,
    awaits_rotation,
    circle_of_team,
    circles_of_member,
    holders,
    profiles,
    superseded_by_removal,
)
from models.rules.network_fold import fold_network
from models.rules.organisation_fold import fold_organisation
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
from models.rules.signed import Signed
from models.rules.signers import signer_key


def apply(
    signed: Signed, beside: Sequence[str], network: Network, organisation: Organisation | None, received_at: datetime
) -> Network | Organisation:
    """The new state of the statement's stream, once its signature was verified.

    `beside` are the strings that travel with it, `received_at` the server's aware instant of receipt.
    Raises Problem(beside | id_conflict | not_found | holder | one_holder | not_allowed | stale_epoch |
    last_supervisor), and whatever `signer_key` raises about its place in the chain.
    """
    check_place(signed, network, organisation)
    check_beside(signed.payload, beside)
    if organisation is None or signed.payload["stream"] == NETWORK:
        grown = fold_network(network, signed.payload, received_at)
        return replace(grown, digests=(*network.digests, signed.digest))
    today = received_at.astimezone(UTC).date()
    folded = fold_organisation(organisation, network, signed.payload, signed.kid, today)
    return replace(folded, digests=(*organisation.digests, signed.digest))


__all__ = [
    "NETWORK", "Admitted", "Basis", "Beside", "Charter", "CharterInForce", "CharterSignature", "CharterVersion",
    "Circle", "Device", "Epoch", "Flow", "Jwk", "Member", "Network", "Organisation", "Team", "apply", "author",
    "awaits_rotation", "beside_of", "charters_in_force", "circle_of_team", "circles_of_member", "holders",
    "judge_heads", "new_ids", "organisation_of_stream", "profiles", "signer_key", "stream_of", "superseded_by_removal",
]  # fmt: skip
