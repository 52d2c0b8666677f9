"""The floor: the least honest work a server of signed events can do, as the measure of ours. Not a product.

Flask and raw sqlite3 (WAL, synchronous FULL). For each entry: one ES256 signature verified, two indexed rows read (the
device and its member, the member's right to the circle). One transaction for each push. Reading joins stored bytes.
No rules: no roster chains, consents, sharing, projections, causes, purges, nor any check of what the sections hold.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask, Response, jsonify, request

PAGE = 200
SCHEMA = """
CREATE TABLE device (id TEXT PRIMARY KEY, x TEXT, y TEXT, member TEXT) WITHOUT ROWID;
CREATE TABLE holder (member TEXT, circle TEXT, PRIMARY KEY (member, circle)) WITHOUT ROWID;
CREATE TABLE session (token TEXT PRIMARY KEY, member TEXT) WITHOUT ROWID;
CREATE TABLE entry (circle TEXT, position INTEGER, id TEXT UNIQUE, body BLOB, PRIMARY KEY (circle, position));
"""


def create(path: Path, devices: dict[str, dict[str, Any]], circles: Iterable[str]) -> Flask:
    """A server on a new file. Every device holds every circle; its id is its token."""
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.executescript("PRAGMA journal_mode=wal; PRAGMA synchronous=full; PRAGMA cache_size=-32768;" + SCHEMA)
    for id, key in devices.items():
        database.execute("INSERT INTO device VALUES (?, ?, ?, ?)", (id, key["x"], key["y"], id))
        database.execute("INSERT INTO session VALUES (?, ?)", (id, id))
        database.executemany("INSERT INTO holder VALUES (?, ?)", [(id, circle) for circle in circles])
    app = Flask("floor")

    @app.post("/api/events")
    def push() -> Response:
        body = request.get_data()
        entries = json.loads(gzip.decompress(body) if request.headers.get("Content-Encoding") == "gzip" else body)
        database.execute("BEGIN IMMEDIATE")
        verdicts = [_append(database, entry) for entry in entries["entries"]]
        database.execute("COMMIT")
        return jsonify(verdicts=verdicts)

    @app.get("/api/feed")
    def pull() -> Response:
        asked = database.execute("SELECT member FROM session WHERE token = ?", (_bearer(),)).fetchone()
        parts = [_stream(database, asked[0], *after.rsplit(":", 1)) for after in request.args.getlist("after")]
        return Response(b"{" + b",".join(parts) + b"}", content_type="application/json")

    return app


def _append(database: sqlite3.Connection, entry: dict[str, Any]) -> dict[str, Any]:
    head, payload, signature = entry["jws"].split(".")
    said = json.loads(_bytes(payload))
    kid, circle = json.loads(_bytes(head))["kid"], said.get("audience", {}).get("own", "none").split(".")[0]
    x, y, member = database.execute("SELECT x, y, member FROM device WHERE id = ?", (kid,)).fetchone()
    held = database.execute("SELECT 1 FROM holder WHERE member = ? AND circle = ?", (member, circle)).fetchone()
    raw = _bytes(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        _key(x, y).verify(der, f"{head}.{payload}".encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return {"id": said["id"], "verdict": "rejected"}
    if held is None:
        return {"id": said["id"], "verdict": "rejected"}
    [newest] = database.execute("SELECT coalesce(max(position), 0) FROM entry WHERE circle = ?", (circle,)).fetchone()
    row = (circle, newest + 1, said["id"], json.dumps(entry).encode())
    database.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", row)
    return {"id": said["id"], "verdict": "accepted", "position": newest + 1}


def _stream(database: sqlite3.Connection, member: str, circle: str, after: str) -> bytes:
    name = circle.partition(":")[2]
    rows: list[Any] = []
    if database.execute("SELECT 1 FROM holder WHERE member = ? AND circle = ?", (member, name)).fetchone():
        sql = "SELECT position, body FROM entry WHERE circle = ? AND position > ? ORDER BY position LIMIT ?"
        rows = database.execute(sql, (name, int(after), PAGE)).fetchall()
    reached = rows[-1][0] if rows else int(after)
    more = b"true" if len(rows) == PAGE else b"false"
    entries = b",".join(body for _, body in rows)
    return b'"%s":{"entries":[%s],"next":%d,"more":%s}' % (circle.encode(), entries, reached, more)


def _bearer() -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@lru_cache(maxsize=1024)
def _key(x: str, y: str) -> ec.EllipticCurvePublicKey:
    numbers = (int.from_bytes(_bytes(part), "big") for part in (x, y))
    return ec.EllipticCurvePublicNumbers(*numbers, ec.SECP256R1()).public_key()
