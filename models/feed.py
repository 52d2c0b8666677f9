"""THE read door for devices: pages of several streams in one answer (docs/protocol.md §8).

Stored strings are joined, never parsed: a page costs little more than reading its bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from models.database import available, database, rows
from models.problems import Problem
from models.projections import closings, instants
from models.projections.readers import Reader, Rights, rights_of
from models.tables import Server, Stream
from models.vocabulary import MAX_FEED_BYTES, MAX_FEED_ENTRIES, MAX_FEED_STREAMS

CLOSING_EVERY = timedelta(minutes=1)

_STATEMENTS = """
SELECT number, received_at, jws FROM statement WHERE stream = {0} AND number > {0} AND number <= {0} ORDER BY number
"""
_BESIDE = """
SELECT number, content FROM beside WHERE stream = {0} AND number > {0} AND number <= {0}
AND ((kind = 'wrap' AND member IN ({1})) OR (kind = 'card' AND organisation = {0})
     OR (kind = 'blob' AND circle IN ({2})))
ORDER BY number, digest
"""
# A wrap for another team is served only while its right is open: looked at here, whatever closed it. Positions have no
# gaps, so a range is a limit, and rows come in order without being sorted.
_LINES = """
SELECT entry.position, entry.purge, event.received_at, event.jws, section.name, section.core,
       CASE entry.side
            WHEN 'own' THEN section.own_wrap
            WHEN 'other' THEN CASE WHEN NOT reading_grant.closed
                 AND (reading_grant.ends_at IS NULL OR reading_grant.ends_at >= {0}) THEN section.other_wrap END
       END
FROM entry
LEFT JOIN event ON event.id = entry.event
LEFT JOIN section ON section.event = entry.event
LEFT JOIN reading_grant ON reading_grant.event = entry.event AND reading_grant.circle = {0}
WHERE entry.stream = {0} AND entry.position > {0} AND entry.position <= {0}
ORDER BY entry.position
"""

_last_closing: datetime | None = None


class _Page:
    """One page's budget, over all its streams. The first entry always fits: reading must progress."""

    def __init__(self) -> None:
        self.entries = MAX_FEED_ENTRIES
        self.bytes = MAX_FEED_BYTES

    def take(self, entry: str) -> bool:
        is_first = self.entries == MAX_FEED_ENTRIES
        if self.entries == 0 or (len(entry) > self.bytes and not is_first):
            self.entries = 0
            return False
        self.entries -= 1
        self.bytes -= len(entry)
        return True


def read(reader: Reader, after: Sequence[tuple[str, int]], now: datetime) -> bytes:
    """The JSON answer to `after`, (stream, position) pairs: the next entries of each stream that `reader` may see.

    A stream that is unknown and one that is someone else's have the same answer, at the same cost.
    Raises Problem(malformed | session_expired | unavailable).
    """
    asked = dict(after)
    if not after or len(after) > MAX_FEED_STREAMS or len(asked) < len(after) or min(asked.values()) < 0:
        raise Problem("malformed")
    with available():
        _close_due(now)
        rights = rights_of(reader, now.date())
        counters = _counters(list(asked))
        page = _Page()
        parts = [
            f"{json.dumps(stream)}:{_stream(stream, position, counters.get(stream), rights, page, now)}"
            for stream, position in asked.items()
        ]
        epoch = rows(Server.select(Server.epoch))[0][0]
    return f'{{"epoch":{json.dumps(epoch)},"streams":{{{",".join(parts)}}}}}'.encode()


def _close_due(now: datetime) -> None:
    """Signed dates pass without anyone's act; serving looks at them anyway, this tells the devices and cleans up."""
    global _last_closing
    if _last_closing is None or abs(now - _last_closing) >= CLOSING_EVERY:
        _last_closing = now
        with suppress(Problem):  # a writer that lasts keeps nobody from reading: the next minute tries again
            closings.close_due(now)


def _counters(names: list[str]) -> dict[str, tuple[int, int]]:
    found = rows(Stream.select(Stream.name, Stream.id, Stream.position).where(Stream.name.in_(names)))
    return {name: (id, position) for name, id, position in found}


def _stream(name: str, asked: int, counter: tuple[int, int] | None, rights: Rights, page: _Page, now: datetime) -> str:
    is_roster = not name.startswith(("circle:", "member:"))
    if not rights.allow(name) or (is_roster and counter is None):
        return f'{{"entries":[],"next":{asked},"more":false,"closed":true}}'
    id, newest = counter if counter is not None else (0, 0)
    entries: list[str] = []
    reached = asked
    if newest > asked and page.entries:
        last = min(newest, asked + page.entries)
        found = _statements(name, asked, last, rights) if is_roster else _lines(name, id, asked, last, now)
        for position, entry in found:
            if not page.take(entry):
                break
            entries.append(entry)
            reached = position
    more = "true" if newest > reached else "false"
    return f'{{"entries":[{",".join(entries)}],"next":{reached},"more":{more}}}'


def _statements(stream: str, after: int, last: int, rights: Rights) -> Iterator[tuple[int, str]]:
    """`last` was counted before: what a writer adds between the two reads would come without what travels beside it."""
    beside = _beside(stream, after, last, rights)
    for number, received_at, jws in _select(_STATEMENTS, (stream, after, last)):
        strings = json.dumps(beside.get(number, []))
        yield number, f'{{"position":{number},"received_at":"{received_at}","jws":"{jws}","beside":{strings}}}'


def _beside(stream: str, after: int, last: int, rights: Rights) -> dict[int, list[str]]:
    """The strings this reader may have: their own wraps, the blobs of circles they hold, their organisation's cards."""
    wraps, blobs = sorted(rights.wraps_of), sorted(rights.blobs_of) or [""]
    values = (stream, after, last, *wraps, rights.reader.organisation, *blobs)
    found: dict[int, list[str]] = {}
    for number, content in _select(_BESIDE, values, _marks(wraps), _marks(blobs)):
        found.setdefault(number, []).append(content)
    return found


def _lines(stream: str, id: int, after: int, last: int, now: datetime) -> Iterator[tuple[int, str]]:
    values = (instants.written(now), stream.partition(":")[2], id, after, last)
    for position, found in groupby(_select(_LINES, values), itemgetter(0)):
        parts = list(found)
        _, purge, received_at, jws, *_ = parts[0]
        if purge is not None:
            yield position, f'{{"position":{position},"purge":{purge}}}'
            continue
        sections = ",".join(
            f'{json.dumps(name)}:{{"core":"{core}","wrap":{json.dumps(wrap)}}}'
            for *_, name, core, wrap in parts
            if core is not None and wrap is not None
        )
        yield (
            position,
            f'{{"position":{position},"received_at":"{received_at}","jws":"{jws}","sections":{{{sections}}}}}',
        )


def _marks(values: Sequence[str]) -> str:
    return ", ".join([database.param] * len(values))


def _select(sql: str, values: Sequence[Any], *lists: str) -> Iterator[tuple[Any, ...]]:
    """Rows as they come: the page may be full before the last."""
    yield from database.execute_sql(sql.format(database.param, *lists), values)
