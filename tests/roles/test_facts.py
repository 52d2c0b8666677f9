"""Own facts and withdrawals: every standing, circle, level and dossier, at the write door and by the oracle (T48)."""

from __future__ import annotations

import pytest

from tests.roles.facts import FactWriter, WithdrawalWriter, facts, withdrawals
from tests.roles.hands import said_of
from tests.roles.oracle import OWN_FACTS, judge_fact, judge_withdrawal
from tests.roles.town import Town


@pytest.mark.parametrize("types", [OWN_FACTS[:2], OWN_FACTS[2:4], OWN_FACTS[4:]], ids=" ".join)
def test_a_fact_is_recorded_by_whom_and_where_the_oracle_says(town: Town, types: tuple[str, ...]) -> None:
    """T48, T20, T88: also that what someone who left had recorded is kept for the supervisor."""
    sender = town.senders[0]
    writer = FactWriter(town, sender)
    assert {said_of(verdict) for verdict in town.scribe.push(writer.entries)} == {"accepted"}
    cells = [cell for cell in facts(sender) if cell.type in types]
    found = [said_of(verdict) for verdict in town.scribe.push([writer.fact(cell) for cell in cells])]
    expected = [judge_fact(cell) for cell in cells]
    assert [each for each in zip(cells, expected, found, strict=True) if each[1] != each[2]] == []
    assert {"accepted", "held:ended_member", "unknown_key", "not_allowed", "role"} <= set(expected)


def test_taking_back_asks_for_no_rank(town: Town) -> None:
    """T39, T48: any device of the organisation, or the key of the receipt; nobody else's."""
    sender = town.senders[0]
    writer, cells = WithdrawalWriter(town, sender), list(withdrawals(sender))
    written = [writer.cell(cell) for cell in cells]
    assert {said_of(one) for one in town.scribe.push([e for before, _ in written for e in before])} == {"accepted"}
    found = [said_of(verdict) for verdict in town.scribe.push([entry for _, entry in written])]
    expected = [judge_withdrawal(cell) for cell in cells]
    assert [each for each in zip(cells, expected, found, strict=True) if each[1] != each[2]] == []
    assert {"accepted", "held:parent", "not_allowed", "unknown_key"} == set(expected)
