"""models/ledger: what a push costs the database. The number of statements does not grow with the number of events."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from device import acts
from models import feed
from models.database import database
from models.projections import closings
from models.projections.readers import Reader
from tests.models.writing import Story, last

# BEGIN and COMMIT; events, owners of ids, heads, dossiers; events, sections, counters, lines of the streams.
# On PostgreSQL, the rosters are held.
RECEPTIONS = {"sqlite": 10, "postgresql": 11}
# No dossier is named; dossiers of the consents, consents, endings, orientations and their rights. On PostgreSQL, those
# dossiers are looked up and held first.
ORIENTATIONS = {"sqlite": 14, "postgresql": 17}
# The one row of a server; withdrawals that wait, of which the protocol keeps some thousands at most.
SMALL = ('FROM "server"', 'FROM "early_withdrawal"')


@contextmanager
def heard() -> Iterator[list[tuple[str, Any]]]:
    """Every statement sent to the database, with its values."""
    seen: list[tuple[str, Any]] = []

    class Hear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said: Any = record.msg
            seen.append(said if isinstance(said, tuple) else (str(said), ()))

    logger, handler = logging.getLogger("peewee"), Hear()
    level, logger.propagate = logger.level, False
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield seen
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = True


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """How many statements were sent to the database, by their first word."""
    seen: Counter[str] = Counter()
    with heard() as statements:
        yield seen
    seen.update(sql.split()[0] for sql, _ in statements)


def whole_tables_read(statements: list[tuple[str, Any]]) -> set[str]:
    """The plans, among those of these statements on SQLite, that go through a table from one end to the other."""
    plans = set()
    for sql, values in statements:
        if sql.split()[0] in ("SELECT", "UPDATE", "DELETE") and not any(table in sql for table in SMALL):
            lines = database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
            plans |= {f"{line[3]}: {sql}" for line in lines if line[3].startswith("SCAN")}
    return plans


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


def test_no_statement_of_a_push_or_a_page_reads_a_whole_table(story: Story, engine: str) -> None:
    """A million rows must cost what ten thousand do: one scan, and every push pays for the whole history (P13)."""
    if engine != "sqlite":
        pytest.skip("PostgreSQL plans by how much there is; SQLite, without statistics, by the indexes alone")
    with heard() as statements:
        first = story.sent("C01", "C14")
        acts.mark_opened(story.amina, first, story.now)
        acts.answer(story.amina, first, "acceptee", story.now, {"text": "Venez demain."})
        story.amina.deliver()
        acts.refuse_consent(story.bruno, story.nord, story.dossier(), story.bank, ["C03"], story.now)
        story.bruno.deliver()
        story.read()
        second = story.orientation(story.consent(story.dossier()))
        acts.cancel(story.bruno, second, "annulee", story.now)
        acts.withdraw_consent(story.bruno, [story.bruno.known[first]["ground"]["consent"]], story.now)
        story.bruno.deliver()
        closings.close_due(story.now + timedelta(days=31))
    assert len(statements) > 100
    assert whole_tables_read(statements) == set()
