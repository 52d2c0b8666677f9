"""Moments in the life of a phone at which a server may begin to lie, and what a phone knows at a moment."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from device import acts, admission
from device.phone import Phone
from device.read import pull
from device.roster import Roster
from device.store import Store
from device.transport import Transport
from tests.models.writing import Story

SEEN = {"mode": "passage", "needs": ["alimentation"], "first_help": ["colis"]}


def over(phone: Phone, transport: Transport) -> Phone:
    """The same phone, which speaks through another transport."""
    return copy.deepcopy(phone, {id(phone.api.transport): transport})


def emptied(phone: Phone) -> Phone:
    """The phone with its keys and what waits in it, on which nothing was read yet."""
    phone.roster, phone.store = Roster(phone.bundle.genesis), Store()
    phone.keys, phone.strings, phone.known = {}, {}, {}
    return phone


def busy(story: Story) -> None:
    """What happened meanwhile: received, recorded, answered, taken back, a team, a new key, a note."""
    sent = [story.orientation(story.consent(story.dossier(), "C01", "C14"), "C01", "C14") for _ in range(3)]
    kept = story.consent(story.dossier(), "C01", "C14")
    taken = story.orientation(kept, "C01", "C14")
    story.read()
    acts.answer(story.amina, sent[1], "acceptee", story.now)
    acts.record_note(story.amina, "Rappeler mardi.", story.now)
    acts.record_reception(story.amina, story.halles, SEEN, story.now)
    story.amina.deliver()
    for _ in range(3):
        acts.record_reception(story.chloe, story.halles, SEEN, story.now)
    story.chloe.deliver()
    acts.withdraw_consent(story.bruno, [kept], story.now)
    story.bruno.deliver()
    assert taken
    admission.create_team(story.chloe, "Épicerie", story.now)
    admission.rotate_circle(story.chloe, story.circles["halles.open"], story.now)
    story.chloe.deliver()
    acts.record_reception(story.chloe, story.halles, SEEN, story.now)
    story.chloe.deliver()


def newcomer(story: Story) -> Phone:
    """A volunteer's phone that has read nothing: everything passes at once."""
    busy(story)
    return emptied(over(story.amina, story.doors))


def returning(story: Story) -> Phone:
    """A volunteer's phone up to date this morning, with everything of the day before it."""
    before = over(story.amina, story.doors)
    busy(story)
    return before


def sending(story: Story) -> Phone:
    """A worker's phone up to date, with three things that nobody received yet."""
    busy(story)
    phone = over(story.bruno, story.doors)
    pull(phone, story.now)
    for _ in range(2):
        acts.record_reception(phone, story.nord, SEEN, story.now)
    acts.record_note(phone, "Rappeler mardi.", story.now)
    return phone


MOMENTS: dict[str, Callable[[Story], Phone]] = {each.__name__: each for each in (newcomer, returning, sending)}


@dataclass(frozen=True, slots=True)
class Known:
    """Everything a phone believes, in a form that can be compared."""

    chains: dict[str, list[str]]
    events: dict[tuple[str, str], str]
    sections: dict[tuple[str, str, str], tuple[str, str]]
    keys: dict[tuple[str, int], Any] = field(default_factory=dict)

    def is_part_of(self, other: Known) -> bool:
        """Whether it believes nothing that the other does not: it may only know less."""
        chains = all(other.chains.get(name, [])[: len(chain)] == chain for name, chain in self.chains.items())
        return chains and all(
            mine.items() <= theirs.items()
            for mine, theirs in (
                (self.events, other.events), (self.sections, other.sections), (self.keys, other.keys),
            )
        )  # fmt: skip


def known_of(phone: Phone) -> Known:
    roster = phone.roster
    chains = {name: list(roster.chain(f"organisation:{name}").digests) for name in roster.organisations}
    chains["network"] = list(roster.network.chain.digests)
    events: dict[tuple[str, str], str] = {}
    sections: dict[tuple[str, str, str], tuple[str, str]] = {}
    for entry in phone.store.entries():
        events[entry.stream, entry.id] = entry.signed.digest
        for name, strings in entry.sections.items():
            sections[entry.stream, entry.id, name] = strings["core"], strings["wrap"]
    keys = {(circle, epoch): key.key for circle, epochs in phone.keys.items() for epoch, key in epochs.items()}
    return Known(chains, events, sections, keys)
