"""Cells of an orientation's moves: every state × every act, by every standing, from every side."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from device.primitives import instant, new_id
from tests.roles.hands import Hand, Json, Ring
from tests.roles.oracle import ANSWERS, CANCELS, WITHDRAWN, Author, Move, judge_move
from tests.roles.reference import AGREEMENT, LEVELS, PURPOSES
from tests.roles.town import BOTH, OPEN, Sender, Town

OPENED, ANSWERED, CANCELLED = "orientation.opened", "orientation.answered", "orientation.cancelled"
SIDES = ("recipient", "sender", "their_other_circle", "third_team")
# How each state is reached from `envoyee`, by answers, then perhaps one act of the sender.
PATHS: dict[str, tuple[str, ...]] = {
    "envoyee": (),
    "en_attente": ("en_attente",),
    "acceptee": ("acceptee",),
    "rdv_fixe": ("acceptee", "rdv_fixe"),
    "non_venue": ("acceptee", "rdv_fixe", "non_venue"),
    "en_cours": ("en_attente", "acceptee", "en_cours"),
    "realisee": ("acceptee", "en_cours", "realisee"),
    "interrompue": ("acceptee", "en_cours", "interrompue"),
    "close_sans_suite": ("acceptee", "rdv_fixe", "non_venue", "close_sans_suite"),
    "refusee": ("en_attente", "refusee"),
    "annulee": ("acceptee", "annulee"),
    "saisie_par_erreur": ("saisie_par_erreur",),
    "expiree": (),
    WITHDRAWN: ("acceptee",),
}
USUAL = Author("worker", "mission")


def moves(sender: Sender) -> Iterator[Move]:
    """The whole table by one author; then every other author, each with what may be and what may not."""
    for state, (type_, to) in itertools.product(PATHS, _acts()):
        for previous, towards in itertools.product(("last", "stale", "unknown"), ("right", "wrong")):
            if previous != "stale" or PATHS[state]:
                mine = "sender" if type_ == CANCELLED else "recipient"
                yield Move(type_, USUAL, mine, state, to, previous, towards)
        for side in SIDES:
            yield Move(type_, USUAL, side, state, to)
    for author, state in itertools.product(sender.authors, PATHS):
        yield Move(OPENED, author, "recipient", state)
        yield Move(ANSWERED, author, "recipient", state, "acceptee")
        yield Move(ANSWERED, author, "recipient", state, "en_cours")
        yield Move(CANCELLED, author, "sender", state, "annulee")


def _acts() -> list[tuple[str, str | None]]:
    answers = sorted({state for states in ANSWERS.values() for state in states})
    cancels = sorted({state for states in CANCELS.values() for state in states})
    return [(OPENED, None), *((ANSWERED, to) for to in answers), *((CANCELLED, to) for to in cancels)]


@dataclass(slots=True)
class Lived:
    """An orientation brought to a state, and its transitions in order. `ours` is the circle on the authors' side."""

    id: str
    ours: Ring
    theirs: Ring
    transitions: list[str]
    ground: str


class MoveWriter:
    """Orientations between two teams of one organisation: `elsewhere`, held by the clerk alone, and the authors' team.

    For what a recipient does the authors' team received; for what a sender does it sent.
    """

    def __init__(self, town: Town, sender: Sender) -> None:
        assert sender.elsewhere
        self.scribe, self.sender = town.scribe, sender
        self.clerk, self.away = sender.clerk, sender.elsewhere.rings["open"]
        self.home = sender.places[BOTH]
        self.kept: dict[tuple[str, str], Lived] = {}
        self.grounds: dict[str, str] = {}
        self.until = timedelta(days=100)

    def entry(self, cell: Move) -> Json:
        """The cell's event. One that will pass has its own orientation; the others, which change nothing, share one."""
        ours = "sends" if self._sends(cell) else "receives"
        passes = judge_move(cell) == "accepted" and cell.type != OPENED
        if passes or (cell.state, ours) not in self.kept:
            lived = self._live(cell.state, ours)
            if not passes:
                self.kept[cell.state, ours] = lived
        return self._move(cell, lived if passes else self.kept[cell.state, ours])

    def _sends(self, cell: Move) -> bool:
        """Whether the authors' team sent: to cancel, and to answer by the side that sent, which may not."""
        return cell.side == "sender" or (cell.type == CANCELLED and cell.side != "recipient")

    def _live(self, state: str, ours: str, shares: tuple[str, ...] = ("C01",), alone: bool = False) -> Lived:
        """`alone`: under a consent of its own, as one that is withdrawn must be."""
        home = self.home.rings["open"]
        sent_from, sent_to = (home, self.away) if ours == "sends" else (self.away, home)
        consent = self._consent(sent_from) if alone or state == WITHDRAWN else self._ground(sent_from)
        now = self.scribe.now
        deadline = now + timedelta(minutes=30) if state == "expiree" else now + timedelta(days=20)
        fields = {"ground": {"consent": consent}, "purpose": PURPOSES[0], "level": 1}
        fields |= {"deadline": instant(deadline), "until": instant(now + self.until)}
        sections = [("X.request", 1), *((code, LEVELS[code]) for code in shares), (None, 1)]
        id, entry = self.scribe.event(
            self.clerk, "orientation.sent", fields, sent_from.name, sections, sent_to.name, self.sender.id, [consent]
        )
        lived = Lived(id, home, self.away, [id], consent)
        entries = [entry]
        for to in PATHS[state]:
            cancels = to in ("annulee", "saisie_par_erreur")
            by, towards = (sent_from, sent_to) if cancels else (sent_to, sent_from)
            kind = CANCELLED if cancels else ANSWERED
            entries.append(self._transition(self.clerk, kind, by, towards, lived, to))
        self._must(entries)
        if state == WITHDRAWN:
            self._must([self.scribe.withdrawal(self.clerk.device, self.clerk.device_key, [consent])])
        return lived

    def _transition(self, hand: Hand, kind: str, by: Ring, towards: Ring, lived: Lived, to: str) -> Json:
        fields = {"orientation": lived.id, "state": to, "previous": lived.transitions[-1]}
        id, entry = self.scribe.event(hand, kind, fields, by.name, (), towards.name, self.sender.id, [lived.id])
        lived.transitions.append(id)
        return entry

    def _must(self, entries: list[Json]) -> None:
        for verdict in self.scribe.push(entries):
            assert verdict["verdict"] == "accepted", verdict

    def _ground(self, ring: Ring) -> str:
        """One consent serves many orientations."""
        if ring.id not in self.grounds:
            self.grounds[ring.id] = self._consent(ring)
        return self.grounds[ring.id]

    def _consent(self, ring: Ring) -> str:
        dossier = new_id(self.scribe.now)
        _, opened = self.scribe.event(self.clerk, "dossier.opened", {"dossier": dossier}, ring.name, [(None, 1)])
        fields = {"dossier": dossier, "recipient": self.sender.id, "categories": ["C01", "C03"], "purpose": PURPOSES[0]}
        fields |= {"basis": {"id": AGREEMENT, "version": 1}, "duration": "P6M"}
        consent, given = self.scribe.event(self.clerk, "consent.given", fields, ring.name, [(None, 1)])
        self._must([opened, given])
        return consent

    def _move(self, cell: Move, lived: Lived) -> Json:
        hand = self.sender.authors[cell.author]
        own = {
            "their_other_circle": self.home.rings["bound"],
            "third_team": self.sender.places[OPEN].rings["open"],
        }.get(cell.side, lived.ours)
        other = lived.theirs if cell.towards == "right" else self.sender.places[OPEN].rings["open"]
        fields: Json = {"orientation": lived.id}
        if cell.type != OPENED:
            previous = {
                "last": lived.transitions[-1],
                "stale": lived.transitions[0],
                "unknown": new_id(self.scribe.now),
            }
            fields |= {"state": cell.to, "previous": previous[cell.previous]}
        return self.scribe.event(hand, cell.type, fields, own.name, (), other.name, self.sender.id, [lived.id])[1]
