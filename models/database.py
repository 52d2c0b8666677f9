"""The one database, bound by URL: SQLite in one file, or PostgreSQL. Every table hangs on it; doors alone write.

A connection belongs to a thread and stays open: opening one per request costs more than most requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import peewee

from models.problems import Problem

BUSY_SECONDS = 10  # how long a writer waits for another one before `unavailable`
ROWS_PER_INSERT = 500  # both databases refuse more than some 32,000 parameters
SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",  # what was acknowledged survives a power cut
    "foreign_keys": 1,
    "secure_delete": 1,  # a wrap withdrawn is overwritten, not left in a free page
    "cache_size": -32 * 1024,  # KiB
}

database = peewee.DatabaseProxy()


class Table(peewee.Model):
    """Base of every table. Rows are read as tuples where it matters: a model costs twenty times a tuple."""

    class Meta:
        database = database
        legacy_table_names = False


def bind(url: str) -> None:
    """Point every table at `sqlite:///path` or `postgresql://…`; opens nothing yet. ValueError for another URL."""
    if url.startswith("sqlite:///"):
        path = url.removeprefix("sqlite:///")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        database.initialize(peewee.SqliteDatabase(path, pragmas=SQLITE_PRAGMAS, timeout=BUSY_SECONDS))
    elif url.startswith("postgresql://"):
        database.initialize(peewee.PostgresqlDatabase(url))
    else:
        raise ValueError("a database URL starts with sqlite:/// or postgresql://")


def is_sqlite() -> bool:
    return isinstance(database.obj, peewee.SqliteDatabase)


@contextmanager
def transaction() -> Iterator[None]:
    """One write transaction: all or nothing. A database that fails is Problem("unavailable"): nothing was acknowledged.

    IntegrityError goes through: it says that another writer was first, and the caller judges again.
    """
    with available(), database.atomic("IMMEDIATE") if is_sqlite() else database.atomic():
        yield


@contextmanager
def available() -> Iterator[None]:
    """Translate a failing database into Problem("unavailable")."""
    try:
        yield
    except (peewee.OperationalError, peewee.InterfaceError, peewee.InternalError) as error:
        raise Problem("unavailable") from error


def rows(query: Any) -> list[tuple[Any, ...]]:
    """Every row of a query as the driver gives it: no model, no conversion."""
    return database.execute(query).fetchall()  # type: ignore[no-any-return]


def insert(table: type[Table], values: Sequence[Sequence[Any]]) -> None:
    """Write rows, each a tuple of the table's columns in order, in as few statements as the parameters allow.

    peewee's own `insert_many` costs three times as much a row, and a push writes hundreds.
    """
    columns = [field.column_name for field in table._meta.sorted_fields]
    group = f"({', '.join([database.param] * len(columns))})"
    head = f'INSERT INTO "{table._meta.table_name}" ({", ".join(columns)}) VALUES '  # noqa: S608 (names of our own tables)
    for start in range(0, len(values), ROWS_PER_INSERT):
        part = values[start : start + ROWS_PER_INSERT]
        database.execute_sql(head + ", ".join([group] * len(part)), [value for row in part for value in row])


def locked(query: Any) -> Any:
    """The same query, its rows locked until the end of the transaction. SQLite's writers are alone already."""
    return query if is_sqlite() else query.for_update()


def close() -> None:
    """Close this thread's connection, if it has one."""
    if database.obj is not None and not database.is_closed():
        database.close()
