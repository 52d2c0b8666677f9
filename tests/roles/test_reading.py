"""Who is served what, at the read door and by the oracle (T48, T88); what is closed has the shape of what is not."""

from __future__ import annotations

from datetime import timedelta

from tests.roles import oracle_reading
from tests.roles.oracle import Author
from tests.roles.reads import STREAMS, KeptWriter, Readers, kept, refusal, sections_of, what
from tests.roles.town import Town


def test_a_session_opens_for_who_is_here_and_shows_the_streams_they_hold(town: Town) -> None:
    """T48: every standing × every stream. What they do not hold answers, to the last member, as what does not exist."""
    sender = town.senders[0]
    readers = Readers(town, sender)
    differences = []
    for reader, hand in sender.authors.items():
        expected = oracle_reading.session(reader)
        differences += [(reader, expected)] if refusal(readers, hand) != expected else []
        token = "" if expected else readers.token(hand)
        for stream in () if expected else STREAMS:
            found = what(readers.read(token, readers.name(stream, hand)))
            wanted = oracle_reading.stream(reader, stream)
            differences += [(reader, stream, wanted, found)] if found != wanted else []
    assert differences == []


def test_each_side_is_served_what_the_state_leaves_it(town: Town) -> None:
    """T39, T48: every state × its end passed or not × withdrawn, partly, or not, for who sent and who received."""
    sender = town.senders[0]
    readers, writer, cells = Readers(town, sender), KeptWriter(town, sender), kept()
    ids = [writer.live(cell) for cell in cells]
    later = town.scribe.now + timedelta(hours=2)
    sides = {
        "recipient": ("team open", sender.authors[Author("worker", "mission")]),
        "sender": ("away open", sender.clerk),
    }
    for side, (stream, hand) in sides.items():
        page = readers.read(readers.token(hand), readers.names[stream], later)
        for cell, id in zip(cells, ids, strict=True):
            expected = oracle_reading.sections(side, cell.state, cell.until_is_past, cell.withdrawn)
            assert (side, cell, sections_of(page, id)) == (side, cell, expected)
