"""Every edge of an orientation, legal or not, from every side and by every standing (T38, T48)."""

from __future__ import annotations

from datetime import timedelta

from tests.roles.hands import said_of
from tests.roles.moves import MoveWriter, moves
from tests.roles.oracle import STATES, WITHDRAWN, judge_move
from tests.roles.town import Town


def test_an_orientation_moves_as_the_oracle_says_and_no_other_way(town: Town) -> None:
    """T38, T48: cancelled when done, done before accepted, answered after its time, by whoever sent it."""
    writer, cells = MoveWriter(town, town.senders[0]), list(moves(town.senders[0]))
    entries = [writer.entry(cell) for cell in cells]
    town.scribe.now += timedelta(hours=2)  # past the deadline of those that expire
    found = [said_of(verdict) for verdict in town.scribe.push(entries)]
    expected = [judge_move(cell) for cell in cells]
    assert [each for each in zip(cells, expected, found, strict=True) if each[1] != each[2]] == []
    assert {cell.state for cell in cells} == {*STATES, WITHDRAWN}
    assert {"accepted", "illegal_move", "stale_state", "not_found", "no_recipient", "held:parent"} <= set(expected)
    assert expected.count("accepted") > 300
