"""Folds entries the way a ledger does: shape, place, signer, signature, meaning."""

from __future__ import annotations

from typing import Any

from models import signatures
from models.problems import Duplicate, Held, Problem
from models.rules import envelope, roster


class Fold:
    """The network and its organisations after the entries accepted so far."""

    def __init__(self, founding: str | None = None) -> None:
        self.network = roster.Network.empty(founding)
        self.organisations: dict[str, roster.Organisation] = {}

    def accept(self, entry: dict[str, Any]) -> None:
        """Raises Problem, Held or Duplicate, and then nothing has changed."""
        state = self._judge(entry)
        if isinstance(state, roster.Network):
            self.network = state
        else:
            self.organisations[state.id] = state

    def code(self, entry: dict[str, Any]) -> str:
        """What would be answered: `accepted`, `held`, `duplicate` or the code of the problem. Nothing changes."""
        try:
            self._judge(entry)
        except Problem as problem:
            return problem.code
        except Held:
            return "held"
        except Duplicate:
            return "duplicate"
        return "accepted"

    def organisation(self, organisation_id: str) -> roster.Organisation | None:
        known = self.organisations.get(organisation_id)
        admitted = self.network.organisations.get(organisation_id)
        return known or (None if admitted is None else roster.Organisation.empty(admitted))

    def _judge(self, entry: dict[str, Any]) -> roster.Network | roster.Organisation:
        signed = envelope.read(entry["jws"], envelope.TYP_STATEMENT)
        envelope.check_statement(signed)
        received_at = envelope.parse_instant(entry["received_at"])
        organisation_id = roster.organisation_of_stream(signed.payload["stream"])
        organisation = None if organisation_id is None else self.organisation(organisation_id)
        key = roster.signer_key(signed, self.network, organisation, received_at.date())
        signatures.verify(signed, key)
        return roster.apply(signed, entry["beside"], self.network, organisation, received_at)
