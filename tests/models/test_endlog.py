"""models/endlog.py: what ended is written down outside the database, before anyone is told that it ended."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from models import endlog
from models.problems import Problem


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    endlog.bind(tmp_path / "folder" / "ends.log")
    yield tmp_path / "folder" / "ends.log"
    endlog.bind(None)


def test_acts_are_read_back_in_order(log: Path, now: datetime) -> None:
    entries = [{"jws": "a.b.c", "sections": {}}, {"jws": "d.e.f", "beside": ["card"]}, {"jws": "g.h.i", "beside": []}]
    endlog.append(entries[:1], now)
    endlog.append(entries[1:], now)
    assert list(endlog.acts()) == [(now, entry) for entry in entries]
    assert log.stat().st_mode & 0o077 == 0


def test_nothing_to_write_makes_no_file(log: Path, now: datetime) -> None:
    endlog.append([], now)
    assert not log.exists()
    assert list(endlog.acts()) == []


def test_a_line_cut_short_was_never_acknowledged(log: Path, now: datetime) -> None:
    endlog.append([{"jws": "a.b.c"}], now)
    with log.open("a") as file:
        file.write('{"at": "2026", "jws": "d.e')
    assert list(endlog.acts()) == [(now, {"jws": "a.b.c"})]


def test_a_disk_that_fills_in_the_middle_of_a_line_refuses_it_and_spoils_no_other(log: Path, now: datetime) -> None:
    """The system says how much it wrote, and no more: an act told as ended would not end again after a restore."""
    endlog.append([{"jws": "a.b.c"}], now)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 20, hard))
    try:
        with pytest.raises(Problem) as refusal:
            endlog.append([{"jws": "d.e.f"}], now)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refusal.value.code == "unavailable"
    endlog.append([{"jws": "g.h.i"}], now)
    assert list(endlog.acts()) == [(now, {"jws": "a.b.c"}), (now, {"jws": "g.h.i"})]


def test_without_a_log_nothing_can_end(now: datetime) -> None:
    endlog.bind(None)
    with pytest.raises(Problem) as refusal:
        endlog.append([{"jws": "a.b.c"}], now)
    assert refusal.value.code == "unavailable"


def test_a_log_that_cannot_be_written_stops_the_act(log: Path, now: datetime) -> None:
    log.mkdir()
    with pytest.raises(Problem) as refusal:
        endlog.append([{"jws": "a.b.c"}], now)
    assert refusal.value.code == "unavailable"
