"""What the ledger holds, read by god from its rows, and what follows from it by docs/protocol.md: judged apart.

Nothing here asks the server's own rules: rights and states are worked out again from the signed events alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from device import signed
from device.lists import CONSENT_DAYS
from device.primitives import Json, read_instant
from device.roster import NETWORK, Roster
from device.statements import fold
from models.database import database

# docs/protocol.md §3, States.
ANSWERS = {
    "envoyee": ("en_attente", "acceptee", "refusee"),
    "en_attente": ("acceptee", "refusee"),
    "acceptee": ("rdv_fixe", "en_cours"),
    "rdv_fixe": ("en_cours", "non_venue"),
    "non_venue": ("rdv_fixe", "close_sans_suite"),
    "en_cours": ("realisee", "interrompue"),
}
CANCELS = dict.fromkeys(("acceptee", "rdv_fixe", "non_venue", "en_cours"), ("annulee",)) | dict.fromkeys(
    ("envoyee", "en_attente"), ("annulee", "saisie_par_erreur")
)
EXPIRING = ("envoyee", "en_attente")
READ_UNTIL = ("realisee", "interrompue", "close_sans_suite")
UNREADABLE = ("refusee", "annulee", "saisie_par_erreur", "expiree")


@dataclass(frozen=True, slots=True)
class Row:
    """One accepted event."""

    id: str
    digest: str
    own: str | None
    other: str | None
    received_at: datetime
    device: str
    payload: Json


@dataclass(slots=True)
class View:
    """`fresh` are the events that the last refresh found. `statements`: {`<stream>#<number>`: digest}.

    `taken_back`: the withdrawals of a ledger that an old copy replaced since. They hold, whatever it says.
    """

    roster: Roster
    events: dict[str, Row] = field(default_factory=dict)
    statements: dict[str, str] = field(default_factory=dict)
    kept_aside: dict[str, str] = field(default_factory=dict)
    fresh: list[Row] = field(default_factory=list)
    taken_back: dict[str, Row] = field(default_factory=dict)

    def refresh(self) -> None:
        """Read what was added. A row that was there never changes (a trigger says so; `check_whole` looks again)."""
        known = set(self.events)
        ids = [id for (id,) in rows("SELECT id FROM event")]
        if known - set(ids):
            self.events.clear()
            known = set()
        self.fresh = self._read_events([id for id in ids if id not in known])
        self.events |= {row.id: row for row in self.fresh}
        self._read_statements()
        self.kept_aside = dict(rows("SELECT event, digest FROM held UNION SELECT event, digest FROM early_withdrawal"))

    def _read_events(self, ids: list[str]) -> list[Row]:
        if not ids:
            return []
        marks = ", ".join([database.param] * len(ids))
        found = rows(f"SELECT id, digest, own, other, received_at, jws FROM event WHERE id IN ({marks})", ids)  # noqa: S608
        read = [(*columns, signed.read(jws, signed.EVENT)) for *columns, jws in found]
        return [
            Row(id, stored, own, other, read_instant(at), made.kid, made.payload)
            for id, stored, own, other, at, made in read
        ]

    def _read_statements(self) -> None:
        found = {f"{stream}#{number}": stored for stream, number, stored in
                 rows("SELECT stream, number, digest FROM statement")}  # fmt: skip
        fresh = [name for name in found if name not in self.statements]
        self.statements = found
        for name in sorted(fresh, key=lambda name: (not name.startswith(NETWORK), int(name.rpartition("#")[2]))):
            stream, _, number = name.rpartition("#")
            mark = database.param
            [(jws, at)] = rows(
                f"SELECT jws, received_at FROM statement WHERE stream = {mark} AND number = {mark}",  # noqa: S608
                [stream, int(number)],
            )
            fold(self.roster, signed.read(jws, signed.STATEMENT), [], read_instant(at))

    # --- what follows

    def withdrawals(self) -> dict[str, Row]:
        return {id: row for id, row in self.events.items() if row.payload["type"] == "consent.withdrawn"}

    def withdrawn(self, ground: str) -> set[str]:
        """The categories of a consent that withdrawals took back, by their scope, whatever the order of arrival."""
        consent = self.events[ground].payload
        taken: set[str] = set()
        for row in (self.taken_back | self.withdrawals()).values():
            act = row.payload
            if row.id in consent["parents"]:
                continue
            named = [self.events[id].payload for id in act["consents"] if id in self.events]
            if any(_is_same_scope(one, consent) for one in named):
                taken |= set(act.get("categories", consent["categories"]))
        return taken & set(consent["categories"])

    def refused(self, ground: str) -> set[str]:
        consent = self.events[ground].payload
        return {
            code
            for row in self.events.values()
            if row.payload["type"] == "consent.refused" and row.id not in consent["parents"]
            and _is_same_scope(row.payload, consent)
            for code in row.payload["categories"]
        }  # fmt: skip

    def moves(self, orientation: str) -> list[Row]:
        """Its accepted transitions, each after the one it names."""
        by_previous = {row.payload["previous"]: row for row in self.events.values()
                       if row.payload.get("orientation") == orientation and "previous" in row.payload}  # fmt: skip
        found, last = [], orientation
        while last in by_previous:
            found.append(by_previous[last])
            last = found[-1].id
        return found

    def state(self, orientation: str, now: datetime) -> str:
        """By the moves, a withdrawal of all that was sent, and the signed deadline."""
        moves, sent = self.moves(orientation), self.events[orientation].payload
        state = str(moves[-1].payload["state"]) if moves else "envoyee"
        if state in ANSWERS and self.is_all_withdrawn(orientation):
            return "annulee"
        return "expiree" if state in EXPIRING and read_instant(sent["deadline"]) < now else state

    def is_all_withdrawn(self, orientation: str) -> bool:
        sent = self.events[orientation].payload
        ground = sent["ground"].get("consent")
        if ground not in self.events:
            return False
        codes = self.codes(orientation) or set(self.events[str(ground)].payload["categories"])
        return codes <= self.withdrawn(str(ground))

    def codes(self, orientation: str) -> set[str]:
        claims = self.events[orientation].payload["sections"].values()
        return {one["category"] for one in claims if "category" in one and not one["category"].startswith("X.")}

    def readable(self, orientation: str, now: datetime) -> set[str]:
        """The sections that the recipient may still read at `now`."""
        sent = self.events[orientation].payload
        state = self.state(orientation, now)
        if state in UNREADABLE or self.is_all_withdrawn(orientation):
            return set()
        if state in READ_UNTIL and read_instant(sent["until"]) < now:
            return set()
        taken = self.withdrawn(sent["ground"]["consent"])
        return {
            name for name, claim in sent["sections"].items() if "category" in claim and claim["category"] not in taken
        }

    def end_of(self, consent: Row) -> datetime:
        """min(device time, receipt) + duration."""
        start = min(read_instant(consent.payload["at"]), consent.received_at)
        return start + timedelta(days=CONSENT_DAYS[consent.payload["duration"]])


def _is_same_scope(one: Json, other: Json) -> bool:
    return (one["dossier"], one["recipient"]) == (other["dossier"], other["recipient"])


def rows(sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    return database.execute_sql(sql, values or []).fetchall()  # type: ignore[no-any-return]
