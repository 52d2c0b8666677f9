"""The one database, bound by URL: SQLite in one file, or PostgreSQL. Every table hangs on it; doors alone write.

A connection belongs to a thread and stays open: opening one per request costs more than most requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

import peewee

from models.problems import Problem

BUSY_SECONDS = 10  # how long a writer waits for another one before `unavailable`
STATEMENT_SECONDS = 60  # longer than any of ours: a statement that lasts is cut, and so is a transaction left open
ROWS_PER_INSERT = 500  # both databases refuse more than some 32,000 parameters
SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",  # what was acknowledged survives a power cut
    "foreign_keys": 1,
    "secure_delete": 1,  # a wrap withdrawn is overwritten, not left in a free page
    "cache_size": -4 * 1024,  # KiB, for each of eight threads: with twice that the server passed 200 MB (P14)
}
POSTGRESQL_SETTINGS = {
    "synchronous_commit": "on",  # what was acknowledged survives a power cut, whatever the server's own default
    "lock_timeout": f"{BUSY_SECONDS}s",
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "idle_in_transaction_session_timeout": f"{STATEMENT_SECONDS}s",  # a worker that froze frees what it locked
}
CONNECT_SECONDS = 5
# How PostgreSQL calls the kinds of columns there are; a new kind is added here.
COLUMN_TYPES = {
    "TEXT": "text", "INT": "integer", "BIGINT": "bigint", "BOOL": "boolean", "AUTO": "integer", "BIGAUTO": "bigint",
}  # fmt: skip
# Each statement sees what is committed when it starts. What must not change between a check and its write is held
# (`hold`, `locked`); nothing here relies on a stricter isolation, which would refuse pushes that do not conflict.
ISOLATION = "READ COMMITTED"

Values = Sequence[Sequence[Any]]

database = peewee.DatabaseProxy()


class Table(peewee.Model):
    """Base of every table. Rows are read as tuples where it matters: a model costs twenty times a tuple."""

    class Meta:
        database = database
        legacy_table_names = False


class _Postgresql(peewee.PostgresqlDatabase):
    def _initialize_connection(self, connection: Any) -> None:
        """In one statement, and not as connection options: poolers refuse those."""
        settings = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in POSTGRESQL_SETTINGS.items())
        connection.execute(f"SELECT {settings}")


def bind(url: str) -> None:
    """Point every table at `sqlite:///path` or `postgresql://…`; opens nothing yet. ValueError for another URL."""
    if url.startswith("sqlite:///"):
        path = url.removeprefix("sqlite:///")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        database.initialize(peewee.SqliteDatabase(path, pragmas=SQLITE_PRAGMAS, timeout=BUSY_SECONDS))
    elif url.startswith("postgresql://"):
        known: dict[str, Any] = {"isolation_level": ISOLATION, "connect_timeout": CONNECT_SECONDS}
        database.initialize(_Postgresql(url, prefer_psycopg3=True, **known))
    else:
        raise ValueError("a database URL starts with sqlite:/// or postgresql://")


def is_sqlite() -> bool:
    return isinstance(database.obj, peewee.SqliteDatabase)


@contextmanager
def transaction() -> Iterator[None]:
    """One write transaction: all or nothing. A database that fails is Problem("unavailable"): nothing was acknowledged.

    So is a wait for other writers that lasts too long, or that the database breaks off (a deadlock).
    IntegrityError goes through: it says that another writer was first, and the caller judges again.
    """
    with available(), database.atomic("IMMEDIATE") if is_sqlite() else database.atomic():
        yield


@contextmanager
def available() -> Iterator[None]:
    """Translate a failing database into Problem("unavailable"), and text that no database keeps into "malformed"."""
    try:
        yield
    except peewee.DataError as error:
        raise Problem("malformed") from error
    except (peewee.OperationalError, peewee.InterfaceError, peewee.InternalError) as error:
        _leave_broken()
        raise Problem("unavailable") from error


def _leave_broken() -> None:
    """A connection that the server closed is left, so that the next request opens another one."""
    if not is_sqlite() and not database.in_transaction() and not database.is_connection_usable():
        close()


@contextmanager
def unhurried() -> Iterator[None]:
    """Inside, a statement may last: a migration of a large table."""
    if is_sqlite():
        yield
        return
    database.execute_sql("SET statement_timeout = 0")
    yield
    database.execute_sql(f"SET statement_timeout = '{STATEMENT_SECONDS}s'")


def rows(query: Any) -> list[tuple[Any, ...]]:
    """Every row of a query as the driver gives it: no model, no conversion."""
    return database.execute(query).fetchall()  # type: ignore[no-any-return]


def insert(table: type[Table], values: Values, columns: Sequence[str] = (), replacing: Sequence[str] = ()) -> None:
    """Write rows, each a tuple of the table's columns in order (or of `columns`, when some are the database's to give),
    in as few statements as the parameters allow. A row that has the same `replacing` columns is replaced.

    peewee's own `insert_many` costs three times as much a row, and a push writes hundreds.
    """
    columns = columns or [field.column_name for field in table._meta.sorted_fields]
    head = f'INSERT INTO "{table._meta.table_name}" ({", ".join(columns)}) '
    rows_of, tail = _rows_of(table, columns), _replacing(columns, replacing)
    for start in range(0, len(values), ROWS_PER_INSERT):
        source, given = rows_of(values[start : start + ROWS_PER_INSERT])
        database.execute_sql(head + source + tail, given)


def _rows_of(table: type[Table], columns: Sequence[str]) -> Callable[[Values], tuple[str, list[Any]]]:
    """What gives an INSERT its rows, with the parameters.

    To PostgreSQL, each column is one array, sent in binary: the statement is the same whatever the number of rows, so
    that it is parsed once, and a row costs 40 % of what it does with a parameter for each value.
    """
    if is_sqlite():
        group = f"({', '.join([database.param] * len(columns))})"
        return lambda part: ("VALUES " + ", ".join([group] * len(part)), [value for row in part for value in row])
    kinds = {field.column_name: COLUMN_TYPES[field.field_type] for field in table._meta.sorted_fields}
    arrays = ", ".join(f"%b::{kinds[name]}[]" for name in columns)
    return lambda part: (f"SELECT * FROM unnest({arrays})", [list(each) for each in zip(*part, strict=True)])  # noqa: S608


def _replacing(columns: Sequence[str], keys: Sequence[str]) -> str:
    if not keys:
        return ""
    changed = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns if name not in keys)
    return f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changed}"


def locked(query: Any) -> Any:
    """The same query, its rows locked until the end of the transaction. SQLite's writers are alone already."""
    return query if is_sqlite() else query.for_update()


def hold(wanted: Mapping[str, bool]) -> None:
    """Keep these names for this transaction: True alone, False together with others that say False.

    Waits for whoever has them otherwise; what is read afterwards is what they committed. Names are taken in their
    order, in one statement: two transactions that each hold once never wait for each other. SQLite's writers are alone
    already. A name needs no row: what is not there yet can be held too.
    """
    if wanted and not is_sqlite():
        calls = [
            f"pg_advisory_xact_lock{'' if alone else '_shared'}({_number_of(name)})"
            for name, alone in sorted(wanted.items())
        ]
        database.execute_sql(f"SELECT {', '.join(calls)}")


def _number_of(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(errors="backslashreplace"), digest_size=8).digest(), signed=True)


def close() -> None:
    """Close this thread's connection, if it has one."""
    if database.obj is not None and not database.is_closed():
        database.close()
