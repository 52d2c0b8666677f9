"""Who may sign which statement about whom, at the write door and by the oracle (T48)."""

from __future__ import annotations

from tests.roles.hands import Scribe, said_of
from tests.roles.oracle_roster import TYPES, judge_statement
from tests.roles.statements import StatementPlayer, statements


def test_a_statement_is_signed_by_whom_the_oracle_says(network: Scribe) -> None:
    """T48, T88, T92: every type by every role, deputies, those who left, strangers; of oneself and of others."""
    player, cells = StatementPlayer(network), list(statements())
    found = [said_of(player.play(cell)) for cell in cells]
    expected = [judge_statement(cell) for cell in cells]
    assert [each for each in zip(cells, expected, found, strict=True) if each[1] != each[2]] == []
    assert {cell.type for cell in cells} == set(TYPES)
    assert expected.count("accepted") > 200


def test_a_charter_administrator_begins_an_organisation_and_stops_at_its_first_supervisor(network: Scribe) -> None:
    """T48: each cell in an organisation of its own, where nobody is supervisor yet."""
    for cell in statements(has_supervisor=False):
        found = said_of(StatementPlayer(network, has_supervisor=False).play(cell))
        assert (cell, found) == (cell, judge_statement(cell))
