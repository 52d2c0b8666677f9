"""Databases of many rows for the growth figures: real events, then copies of their rows under other ids.

A copy's signed text and ciphertext are cut short, so that a million of them fit a disk: what grows is the number of
rows, in every table and index that a push or a page looks at. Organisations are really admitted, by the protocol.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.serving import Direct
from bench.workload import Workload
from device import jose, signed
from device.admission import member_object
from device.demonstration.territory import CHARTER
from device.primitives import SUITE, VERSION, compact_json, digest, instant, new_id
from device.signed import Signed

# table → its columns that hold an id of the workload, to be renamed in each copy
COPIED = {
    "event": ("id",),
    "section": ("event",),
    "entry": ("event",),
    "dossier": ("id",),
    "consent": ("id", "dossier"),
    "orientation": ("id", "consent", "last"),
    "reading_grant": ("event",),
}
SHORT = 120  # characters kept of a copy's long strings
ID_TIME = 13  # characters of an id that hold its time: a copy is of another minute


def multiply(path: Path, copies: int) -> None:
    """Make `copies` of every event in the file, with all their rows, as if written in earlier minutes."""
    database = _opened(path)
    for table in COPIED:
        database.execute(f"CREATE TEMP TABLE seed_{table} AS SELECT * FROM {table}")  # noqa: S608
    streams = dict(database.execute("SELECT id, position FROM stream WHERE head IS NULL"))
    for number in range(1, copies + 1):
        for table, renamed in COPIED.items():
            database.execute(_copy(database, table, renamed), {"prefix": _earlier(number), "shift": number})
    for id, position in streams.items():
        database.execute("UPDATE stream SET position = ? WHERE id = ?", (position * (copies + 1), id))
    _close(database)


def multiply_consents(path: Path, copies: int) -> None:
    """The same for consents alone, each of a dossier and of an organisation of its own."""
    database = _opened(path)
    database.execute("CREATE TEMP TABLE seed_consent AS SELECT * FROM consent")
    for number in range(1, copies + 1):
        sql = _copy(database, "consent", COPIED["consent"])
        database.execute(sql, {"prefix": _earlier(number), "shift": number})
    _close(database)


def _opened(path: Path) -> sqlite3.Connection:
    """One long transaction that no power cut needs to survive."""
    database = sqlite3.connect(path, isolation_level=None)
    for sql in ("PRAGMA synchronous=off", "PRAGMA cache_size=-262144", "BEGIN"):
        database.execute(sql)
    return database


def _close(database: sqlite3.Connection) -> None:
    for sql in ("COMMIT", "PRAGMA wal_checkpoint(TRUNCATE)"):
        database.execute(sql)
    database.close()


def _copy(database: sqlite3.Connection, table: str, renamed: tuple[str, ...]) -> str:
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    picked = ", ".join(_picked(table, column, renamed) for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {picked} FROM seed_{table}"  # noqa: S608


def _picked(table: str, column: str, renamed: tuple[str, ...]) -> str:
    if column in renamed:
        return f":prefix || substr({column}, {ID_TIME + 1})"
    if (table, column) == ("entry", "position"):
        return "position + :shift * (SELECT position FROM stream WHERE stream.id = seed_entry.stream)"
    return f"substr({column}, 1, {SHORT})" if column in ("jws", "core") else column


def _earlier(number: int) -> str:
    """The 48-bit time of an id, `number` minutes after the first one of 2020."""
    text = f"{1_577_836_800_000 + number * 60_000:012x}"
    return f"{text[:8]}-{text[8:]}"


def admit_organisations(server: Direct, work: Workload, count: int, now: datetime) -> None:
    """`count` more signatories: admitted by the authority, each having signed the charter. Real statements."""
    chain = network_head(work.database)
    for start in range(0, count, 25):
        made: list[Any] = []
        for _ in range(min(25, count - start)):
            made += _admission(chain, work.about["authority"], now)
        server.push(compact_json({"entries": made}).encode())


def _admission(chain: list[Any], authority: dict[str, str], now: datetime) -> list[dict[str, Any]]:
    """[organisation.admitted, charter.signed]; `chain` is [number, digest], moved on."""
    organisation, signing, encryption = new_id(now), jose.generate_pair(), jose.generate_pair()
    asked = {"id": new_id(now), "signing": jose.public_of(signing), "encryption": jose.public_of(encryption)}
    administrator, card = member_object(asked, "Responsable", "supervisor", "B", "function", [], False)
    said = {"organisation": {"id": organisation, "name": "Association", "kind": "association"}}
    said |= {"administrator": administrator}
    admitted = _stated(
        "organisation.admitted", "network", chain[0] + 1, chain[1], {}, said, ("authority", authority), now
    )
    chain[:] = [chain[0] + 1, admitted.digest]
    said = {"charter": CHARTER, "version": 1, "covers_branches": False}
    heads = {"network": list(chain)}
    entered = _stated(
        "charter.signed", f"organisation:{organisation}", 1, None, heads, said, (asked["id"], signing), now
    )
    return [{"jws": admitted.jws, "beside": [card]}, {"jws": entered.jws, "beside": []}]


def _stated(
    kind: str, stream: str, number: int, prev: str | None, heads: Any, said: Any, by: tuple[str, Any], now: datetime
) -> Signed:
    payload = {"v": VERSION, "suite": SUITE, "type": kind, "stream": stream, "number": number, "prev": prev}
    payload |= {"at": instant(now), "heads": heads} | said
    return signed.sign(signed.STATEMENT, by[0], payload, by[1])


def network_head(path: Path) -> list[Any]:
    """[number, digest] of the newest network statement in a file."""
    database = sqlite3.connect(path)
    found = database.execute(
        "SELECT number, jws FROM statement WHERE stream = 'network' ORDER BY number DESC"
    ).fetchone()
    database.close()
    return [found[0], digest(found[1].rpartition(".")[0])]
