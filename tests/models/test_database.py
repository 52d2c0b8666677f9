"""models/database.py: what is promised of SQLite, and of a database that fails."""

from __future__ import annotations

import threading
from functools import partial

import peewee
import pytest

from models import database
from models.database import database as bound
from models.database import insert, rows, transaction
from models.problems import Problem
from models.tables import Dossier
from tests.models.doors import Doors
from tests.models.racing import PATIENCE_SECONDS, Writer

PROMISES = {
    "sqlite": {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1},
    "postgresql": {
        "synchronous_commit": "on",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "1min",
        "statement_timeout": "1min",
    },
}


def test_what_is_acknowledged_survives_a_power_cut_and_nobody_waits_for_ever(doors: Doors, engine: str) -> None:
    """SQLite overwrites what is destroyed; PostgreSQL frees what a frozen worker locked."""
    ask = "PRAGMA {}" if engine == "sqlite" else "SHOW {}"
    promised = PROMISES[engine]
    assert {name: bound.execute_sql(ask.format(name)).fetchone()[0] for name in promised} == promised


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite:accord.db", "", "postgres"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="database URL"):
        database.bind(url)


def test_postgresql_is_bound_by_its_url_without_being_reached(doors: Doors) -> None:
    before = bound.obj
    database.bind("postgresql://someone@nowhere/accord")
    assert isinstance(bound.obj, peewee.PostgresqlDatabase)
    assert not database.is_sqlite()
    bound.initialize(before)


def test_a_transaction_is_all_or_nothing(doors: Doors) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        insert(Dossier, [("a", "t", "open")])
        raise ZeroDivisionError
    assert rows(Dossier.select()) == []


def test_more_rows_than_one_statement_takes_are_all_written(doors: Doors) -> None:
    with transaction():
        insert(Dossier, [(str(number), "t", "open") for number in range(1201)])
    assert len(rows(Dossier.select())) == 1201


FAILING = {
    "sqlite": ["SELECT * FROM nowhere"],
    "postgresql": ["SET LOCAL statement_timeout = 1", "SELECT pg_sleep(1)"],
}


def test_a_failing_database_is_unavailable_and_says_nothing_else(doors: Doors, engine: str) -> None:
    with pytest.raises(Problem) as refusal, transaction():
        for statement in FAILING[engine]:
            bound.execute_sql(statement)
    assert refusal.value.code == "unavailable"


def test_a_row_that_is_there_already_is_for_the_caller_to_judge(doors: Doors) -> None:
    with pytest.raises(peewee.IntegrityError), transaction():
        insert(Dossier, [("a", "t", "open"), ("a", "t", "open")])


# --- PostgreSQL alone


def cut() -> None:
    """What a restart of the server does to this thread's connection."""
    [(pid,)] = bound.execute_sql("SELECT pg_backend_pid()").fetchall()

    def terminate() -> None:
        bound.execute_sql("SELECT pg_terminate_backend(%s)", (pid,))

    Writer(terminate).done()


@pytest.mark.postgresql
def test_a_connection_that_was_cut_is_left_and_the_next_request_opens_another(doors: Doors) -> None:
    """T107"""
    cut()
    with pytest.raises(Problem) as refusal, database.available():
        rows(Dossier.select())
    assert (refusal.value.code, refusal.value.retry) == ("unavailable", True)
    with database.available():
        assert rows(Dossier.select()) == []


@pytest.mark.postgresql
def test_a_connection_cut_in_the_middle_of_a_transaction_leaves_nothing_and_is_opened_again(doors: Doors) -> None:
    """T107"""
    with pytest.raises(Problem) as refusal, transaction():
        insert(Dossier, [("a", "t", "open")])
        cut()
        insert(Dossier, [("b", "t", "open")])
    assert refusal.value.code == "unavailable"
    with transaction():
        insert(Dossier, [("c", "t", "open")])
    assert [row[0] for row in rows(Dossier.select(Dossier.id))] == ["c"]


@pytest.mark.postgresql
def test_two_who_wait_for_each_other_are_told_apart_and_one_comes_back(doors: Doors) -> None:
    meeting = threading.Barrier(2)

    def take(first: str, second: str) -> str:
        try:
            with transaction():
                database.hold({first: True})
                meeting.wait()
                database.hold({second: True})
        except Problem as problem:
            return problem.code
        return "done"

    writers = [Writer(partial(take, *names)) for names in (("a", "b"), ("b", "a"))]
    assert sorted(writer.done() for writer in writers) == ["done", "unavailable"]


@pytest.mark.postgresql
def test_what_is_held_together_is_not_waited_for_and_what_is_held_alone_is(doors: Doors) -> None:
    def held(name: str, alone: bool) -> Writer:
        def act() -> None:
            with transaction():
                database.hold({name: alone})

        writer = Writer(act)
        writer.join(PATIENCE_SECONDS)
        return writer

    with transaction():
        database.hold({"roster": False, "consent": True})
        writers = [held("roster", False), held("roster", True), held("consent", False), held("other", True)]
        assert [writer.is_alive() for writer in writers] == [False, True, True, False]
    for writer in writers:
        writer.done()


@pytest.mark.postgresql
def test_text_that_the_database_cannot_keep_is_malformed(doors: Doors) -> None:
    with pytest.raises(Problem) as refusal, transaction():
        insert(Dossier, [("a\0b", "t", "open")])
    assert refusal.value.code == "malformed"
