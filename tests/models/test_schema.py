"""models/schema.py and the migrations: one way up, said aloud, and a book that can only grow."""

from __future__ import annotations

import peewee
import pytest

from models import database, schema
from models.database import database as bound
from models.problems import Problem
from models.tables import ALL
from tests.databases import Databases
from tests.device.territory import Territory
from tests.models.doors import Doors


def test_the_migrations_make_the_tables_that_the_code_expects(doors: Doors) -> None:
    assert schema.check() == []
    assert {table._meta.table_name for table in ALL} <= set(bound.get_tables())


def test_going_up_twice_changes_nothing_the_second_time(doors: Doors) -> None:
    epoch = schema.epoch()
    assert schema.up() == []
    assert schema.epoch() == epoch
    assert all(step.applied for step in schema.status())


def test_an_empty_database_says_what_is_missing(database_url: str, databases: Databases) -> None:
    databases.blank(database_url)
    database.bind(database_url)
    assert len(schema.check()) == len(list(schema.MIGRATIONS.glob("[0-9]*.py")))
    assert not any(step.applied for step in schema.status())
    database.close()


def test_a_table_that_drifted_is_named(doors: Doors) -> None:
    bound.execute_sql("ALTER TABLE dossier ADD COLUMN name TEXT")
    assert any("dossier" in fault for fault in schema.check())


@pytest.mark.parametrize("table", ["event", "statement"])
@pytest.mark.parametrize("act", ["UPDATE {} SET jws = ''", "DELETE FROM {}"])
def test_what_was_signed_can_be_neither_changed_nor_taken_out(territory: Territory, table: str, act: str) -> None:
    if table == "event":
        bound.execute_sql("INSERT INTO event VALUES ('i', 'd', 't', NULL, NULL, 'r', 'j')")
    with pytest.raises(peewee.IntegrityError, match="append-only"):
        bound.execute_sql(act.format(table))


def test_a_restore_changes_the_epoch(doors: Doors) -> None:
    before = schema.epoch()
    assert schema.renew_epoch() == schema.epoch() != before


def test_the_founding_link_serves_once(doors: Doors, territory: Territory) -> None:
    assert not schema.founding_open()
    with pytest.raises(Problem) as refusal:
        schema.await_founding("another")
    assert refusal.value.code == "founding"


def test_nothing_is_to_be_founded_before_an_id_is_printed(doors: Doors) -> None:
    assert not schema.founding_open()
    schema.await_founding("printed")
    assert schema.founding_open()
