"""Judge one statement: who must have signed it, whether they did, and what it changes (docs/protocol.md §2)."""

from __future__ import annotations

from models import signatures
from models.ledger.context import Context
from models.ledger.submission import Submission
from models.problems import Problem
from models.projections.changes import Changes, NewStatement
from models.rules import envelope, roster
from models.rules.roster import Organisation, organisation_of_stream


def judge(submission: Submission, context: Context) -> Changes:
    """What this statement changes. Raises Problem, Held("head") or Duplicate."""
    signed, payload = submission.signed, submission.payload
    assert signed is not None  # noqa: S101 (only entries that were read are judged)
    network = context.chains.network
    id = organisation_of_stream(payload["stream"])
    organisation = context.chains.organisations.get(id) if id is not None else None
    signatures.verify(signed, roster.signer_key(signed, network, organisation, context.today))
    if payload["type"] == "network.founded" and payload["demonstration"] and not context.demonstration:
        raise Problem("production_demonstration")
    state = roster.apply(signed, submission.beside, network, organisation, context.now)
    ids = tuple(roster.new_ids(payload))
    if not context.taken.isdisjoint(ids):
        raise Problem("id_conflict")
    contents = {envelope.digest(text): text for text in submission.beside}
    owner = state.id if isinstance(state, Organisation) else _admitted(payload)
    statement = NewStatement(signed, state, owner, roster.beside_of(payload), contents, ids)
    return Changes(statements=[statement], to_end_log=[{"jws": signed.jws, "beside": submission.beside}])


def _admitted(payload: dict[str, object]) -> str | None:
    """The organisation that a statement of the network is about, if any: its card and its ids are that one's."""
    organisation = payload.get("organisation")
    return str(organisation["id"]) if isinstance(organisation, dict) else None
