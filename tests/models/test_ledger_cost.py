"""models/ledger: what a push costs the database. The number of statements does not grow with the number of events."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from device import acts
from models import feed
from models.projections.readers import Reader
from tests.models.writing import Story, last

# BEGIN and COMMIT; events, owners of ids, heads, dossiers; events, sections, counters, lines of the streams.
# On PostgreSQL, the rosters are held.
RECEPTIONS = {"sqlite": 10, "postgresql": 11}
# No dossier is named; consents, endings, orientations and their rights. On PostgreSQL, the dossiers of the consents are
# looked up and held too.
ORIENTATIONS = {"sqlite": 13, "postgresql": 16}


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Every statement sent to the database, by its first word."""
    seen: Counter[str] = Counter()

    class Count(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            sql: Any = record.msg
            seen[str(sql[0] if isinstance(sql, tuple) else sql).split()[0]] += 1

    logger, handler = logging.getLogger("peewee"), Count()
    level, logger.propagate = logger.level, False
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield seen
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = True


def receptions(story: Story, count: int) -> list[object]:
    dossier = story.dossier()
    made = []
    for _ in range(count):
        told = {"mode": "phone", "needs": [], "first_help": []}
        acts.record_reception(story.bruno, story.nord, told, story.now, dossier)
        made.append(last(story.bruno).entry)
    return made


def orientations(story: Story, count: int) -> list[object]:
    consent = story.consent(story.dossier(), "C01", "C14")
    return [story.draft(consent, "C01", "C14").entry for _ in range(count)]


def cost(story: Story, entries: list[object]) -> int:
    with counted() as seen:
        verdicts = story.doors.push(*entries)
    assert {verdict["verdict"] for verdict in verdicts} == {"accepted"}
    return seen.total() + 2  # BEGIN and COMMIT are not logged


def test_a_push_of_fifty_facts_costs_as_many_statements_as_a_push_of_one(story: Story, engine: str) -> None:
    assert cost(story, receptions(story, 1)) == cost(story, receptions(story, 50)) == RECEPTIONS[engine]


def test_a_push_of_fifty_orientations_costs_as_many_statements_as_a_push_of_one(story: Story, engine: str) -> None:
    assert cost(story, orientations(story, 1)) == cost(story, orientations(story, 50)) == ORIENTATIONS[engine]


def test_reading_when_nothing_is_new_costs_three_statements_however_many_streams(story: Story) -> None:
    reader = Reader(story.bruno.bundle.member, story.departement)
    feed.read(reader, [("network", 0)], story.now)
    streams = [("network", 99), *((f"circle:{story.circles[f'nord.{kind}']}", 99) for kind in ("open", "bound"))]
    for asked in (streams[:1], streams):
        with counted() as seen:
            feed.read(reader, asked, story.now)
        assert dict(seen) == {"SELECT": 3}  # heads of the reader's rosters, counters, epoch
