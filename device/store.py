"""What a phone keeps of what it read: entries per stream, cursors, and the alarms raised on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from device.refusal import Refusal
from device.signed import Signed


@dataclass(slots=True)
class Entry:
    """One event as one stream gave it. `sections` holds {name: {"core", "wrap"}} of what may still be opened."""

    stream: str
    position: int
    received_at: datetime
    signed: Signed
    sections: dict[str, dict[str, str]]

    @property
    def id(self) -> str:
        return str(self.signed.payload["id"])

    @property
    def type(self) -> str:
        return str(self.signed.payload["type"])


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something a phone must tell its owner: which stream and event, and the code of what is wrong."""

    stream: str
    event: str
    code: str


@dataclass(slots=True)
class Store:
    """`closed` are events whose access is closed although nothing was destroyed: a purge without a valid cause.

    `doubts` says from where a stream is read again, since something in it did not verify or did not come.
    """

    epoch: str | None = None
    cursors: dict[str, int] = field(default_factory=dict)
    streams: dict[str, dict[str, Entry]] = field(default_factory=dict)
    closed: set[tuple[str, str]] = field(default_factory=set)
    alarms: list[Alarm] = field(default_factory=list)
    doubts: dict[str, int] = field(default_factory=dict)

    def keep(self, entry: Entry) -> None:
        """An event read again brings the sections that had not come. Refusal(id_conflict) for another of its name."""
        known = self.streams.setdefault(entry.stream, {}).setdefault(entry.id, entry)
        if known.signed.digest != entry.signed.digest:
            raise Refusal("id_conflict")
        known.sections |= entry.sections

    def doubt(self, position: int, alarm: Alarm) -> None:
        """Tell, once, of a line that was refused, and have its page read again: the honest one may come yet."""
        self.doubts[alarm.stream] = min(position, self.doubts.get(alarm.stream, position))
        if alarm not in self.alarms:
            self.alarms.append(alarm)

    def find(self, event: str) -> Entry | None:
        """The event in any stream, the first that gave it."""
        return next((entries[event] for entries in self.streams.values() if event in entries), None)

    def entries(self, *types: str) -> Iterator[Entry]:
        """Every entry of these types (of all, when none is named), stream by stream, in order."""
        for entries in self.streams.values():
            for entry in sorted(entries.values(), key=lambda entry: entry.position):
                if not types or entry.type in types:
                    yield entry
