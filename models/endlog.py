"""The log of ends: withdrawals and removals, kept outside the database and its backups.

A restored database brings back what people took back since: whoever restores replays this log before serving. A removal
follows the statements before it, and means nothing without them: so every statement is here, with what travels beside.
Each line is on the disk before its act is acknowledged. Lines are JSON: the entry as it was pushed, `at`, and for a
withdrawal the `consents` it was judged to take back.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from models.problems import Problem

_path: Path | None = None


def bind(path: Path | None) -> None:
    """Say where the log is. Its folder is made; without a log nothing can be withdrawn."""
    global _path
    _path = path
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)


def append(acts: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Add entries, on the disk when this returns. Raises Problem("unavailable") when they cannot be written."""
    if not acts:
        return
    if _path is None:
        raise Problem("unavailable")
    lines = [json.dumps({"at": now.isoformat(timespec="seconds")} | dict(entry)) for entry in acts]
    try:
        descriptor = os.open(_path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _write(descriptor, "".join(line + "\n" for line in lines).encode())
        finally:
            os.close(descriptor)
    except OSError as error:
        raise Problem("unavailable") from error


def _write(descriptor: int, lines: bytes) -> None:
    """A disk that fills up takes the beginning of a line and says so by a number alone; the next line begins anew."""
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        lines = b"\n" + lines
    if os.write(descriptor, lines) < len(lines):
        raise OSError(errno.ENOSPC, "cut short")
    os.fsync(descriptor)


def acts() -> Iterator[tuple[datetime, dict[str, Any]]]:
    """(when it was received, entry), oldest first. A line cut short was never acknowledged: it is left out."""
    if _path is None or not _path.exists():
        return
    with _path.open(encoding="utf-8") as lines:
        for line in lines:
            entry = _entry(line)
            if entry is not None:
                yield datetime.fromisoformat(entry.pop("at")), entry


def _entry(line: str) -> dict[str, Any] | None:
    try:
        entry: dict[str, Any] | None = json.loads(line) if line.endswith("\n") else None
    except ValueError:
        return None
    return entry
