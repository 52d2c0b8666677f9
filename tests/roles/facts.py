"""Cells of own facts and withdrawals: a full product, each written for the server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from device import jose
from device.primitives import digest, new_id
from tests.roles.hands import Hand, Json
from tests.roles.oracle import MEMBERSHIPS, OWN_FACTS, Author, Fact, Withdrawal
from tests.roles.reference import AGREEMENT, PURPOSES
from tests.roles.town import BOTH, CLASS_SETS, Sender, Town

SEALED = "eyJhbGciOiJkaXIifQ..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA"  # noise nobody opens
DOSSIERS = ("none", "new", "open", "bound", "other_team", "unknown")
CODE_SETS = tuple(map(frozenset, (("C01",), ("C05", "C05.practical"), ("C06",), ("C15.practical",), ("C01", "C15"))))


def authors(sender: Sender) -> list[Author]:
    """Every standing: a current member of each rank and ground, and those nobody hears."""
    return [one for one in sender.authors if one.membership in MEMBERSHIPS]


def facts(sender: Sender) -> Iterator[Fact]:
    """Every own fact, author, circle, level and dossier; for consents every set of categories and kind of fault."""
    plain = [type_ for type_ in OWN_FACTS if not type_.startswith("consent.")]
    homes = [(classes, circle) for classes in CLASS_SETS for circle in sorted(classes)]
    for type_, author, (classes, circle), level in itertools.product(plain, authors(sender), homes, range(1, 6)):
        if type_ == "note.recorded" and (classes, circle) != homes[0]:
            continue  # it has no circle
        base = Fact(type_, author, circle, classes, level)
        for dossier in _dossiers(type_, author, classes):
            yield replace(base, dossier=dossier)
    for type_, author, (classes, circle) in itertools.product(OWN_FACTS[4:], authors(sender), homes):
        for codes in CODE_SETS:
            base = Fact(type_, author, circle, classes, 1, codes=codes)
            yield from _consents(base)


def _dossiers(type_: str, author: Author, classes: frozenset[str]) -> list[str]:
    """Which dossiers to name: every one for one author, the usual one for the others."""
    if type_ == "note.recorded":
        return ["none"]
    usual = "new" if type_ == "dossier.opened" else "open" if "open" in classes else "bound"
    if author != Author("worker", "mission"):
        return [usual]
    possible = {"open": "open" in classes, "bound": "bound" in classes, "none": type_ == "reception.recorded"}
    possible |= {"new": type_ == "dossier.opened", "unknown": type_ != "dossier.opened"}
    return [one for one in DOSSIERS if possible.get(one, True)]


def _consents(base: Fact) -> Iterator[Fact]:
    dossier = "open" if "open" in base.classes else "bound"
    yield replace(base, dossier=dossier)
    if base.author != Author("worker", "mission"):
        return
    for dossier_ in ("bound", "other_team", "unknown"):
        if dossier_ != "bound" or "bound" in base.classes:
            yield replace(base, dossier=dossier_)
    for recipient_level, level in itertools.product((1, 2, 3, 4), (1, 2, 4, 5)):
        yield replace(base, dossier=dossier, recipient_level=recipient_level, level=level)
    yield replace(base, dossier=dossier, recipient="unknown")
    if base.type == "consent.given":
        for basis in ("unknown", "other_version", "unknown_purpose"):
            yield replace(base, dossier=dossier, basis=basis)


class FactWriter:
    """Writes each cell; `dossiers` are opened once, by the clerk, in every circle of every team."""

    def __init__(self, town: Town, sender: Sender) -> None:
        self.scribe, self.sender = town.scribe, sender
        self.entries: list[Json] = []
        self.dossiers = {
            (classes, kind): self._open(place.rings[kind].name)
            for classes, place in sender.places.items()
            for kind in sorted(classes)
        }
        assert sender.elsewhere
        self.foreign = self._open(sender.elsewhere.rings["open"].name)
        self.by_level = {one.facts.kind_level: one.organisation for one in reversed(town.recipients)}

    def _open(self, ring: str) -> str:
        dossier = new_id(self.scribe.now)
        level = 2 if ring.startswith(tuple(self._bound_ids())) else 1
        self.entries.append(
            self.scribe.event(self.sender.clerk, "dossier.opened", {"dossier": dossier}, ring, [(None, level)])[1]
        )
        return dossier

    def _bound_ids(self) -> list[str]:
        return [place.rings["bound"].id for place in self.sender.places.values() if "bound" in place.rings]

    def fact(self, cell: Fact) -> Json:
        hand = self.sender.authors[cell.author]
        own = self.sender.places[cell.classes].rings[cell.circle].name
        dossier = self._dossier(cell)
        fields: Json = {"dossier": dossier} if dossier else {}
        if cell.type == "note.recorded":
            return self.scribe.event(hand, cell.type, fields, f"member:{hand.id}", [(None, cell.level)])[1]
        if cell.type.startswith("consent."):
            fields |= {"recipient": self._recipient(cell), "categories": sorted(cell.codes)}
        if cell.type == "consent.given":
            basis = {"id": "person.unknown" if cell.basis == "unknown" else AGREEMENT, "version": 1}
            basis |= {"version": 7} if cell.basis == "other_version" else {}
            purpose = "noter_les_agents" if cell.basis == "unknown_purpose" else PURPOSES[0]
            fields |= {"purpose": purpose, "basis": basis, "duration": "P6M"}
        return self.scribe.event(hand, cell.type, fields, own, [(None, cell.level)])[1]

    def _dossier(self, cell: Fact) -> str | None:
        if cell.dossier == "none":
            return None
        if cell.dossier in ("new", "unknown"):
            return new_id(self.scribe.now)
        return self.foreign if cell.dossier == "other_team" else self.dossiers[cell.classes, cell.dossier]

    def _recipient(self, cell: Fact) -> str:
        return new_id(self.scribe.now) if cell.recipient == "unknown" else self.by_level[cell.recipient_level]


# --- withdrawals ---------------------------------------------------------------------------------------------------


def withdrawals(sender: Sender) -> Iterator[Withdrawal]:
    for author, consent in itertools.product(authors(sender), ("known", "unknown")):
        yield Withdrawal("member", author, consent)
    signers = ("receipt", "issued_again", "other_receipt", "stranger")
    for signer, consent in itertools.product(signers, ("known", "unknown")):
        yield Withdrawal(signer, Author(), consent)


class WithdrawalWriter:
    """One consent with a receipt for each cell, recorded by the clerk."""

    def __init__(self, town: Town, sender: Sender) -> None:
        self.town, self.scribe, self.sender = town, town.scribe, sender
        self.other_receipt = jose.generate_pair()
        self.issued_again = jose.generate_pair()

    def consent(self, receipt: dict[str, str]) -> tuple[str, list[Json]]:
        """(its id, what must be accepted before)."""
        ring, clerk = self.sender.places[BOTH].rings["open"].name, self.sender.clerk
        dossier = new_id(self.scribe.now)
        fields = {"dossier": dossier, "recipient": self.town.recipients[0].organisation, "categories": ["C01"]}
        fields |= {"purpose": PURPOSES[0], "basis": {"id": AGREEMENT, "version": 1}, "duration": "P6M"}
        fields |= {"withdrawal_key": jose.public_of(receipt)}
        _, opened = self.scribe.event(clerk, "dossier.opened", {"dossier": dossier}, ring, [(None, 1)])
        consent, given = self.scribe.event(clerk, "consent.given", fields, ring, [(None, 1)])
        paper = {"dossier": dossier, "consents": [consent], "withdrawal_key": jose.public_of(self.issued_again)}
        paper |= {"locator": digest(consent), "sealed": SEALED}
        _, issued = self.scribe.event(clerk, "receipt.issued", paper, ring, [(None, 1)])
        return consent, [opened, given, issued]

    def cell(self, cell: Withdrawal) -> tuple[list[Json], Json]:
        """(what comes before, the withdrawal)."""
        receipt = jose.generate_pair()
        consent, before = self.consent(receipt)
        _, others = self.consent(self.other_receipt)
        if cell.consent == "unknown":
            consent, before = new_id(self.scribe.now), []
        kid, key = self._signer(cell, receipt)
        return [*before, *others], self.scribe.withdrawal(kid, key, [consent])

    def _signer(self, cell: Withdrawal, receipt: dict[str, str]) -> tuple[str, dict[str, str]]:
        if cell.signer == "member":
            hand: Hand = self.sender.authors[cell.author]
            return hand.device, hand.device_key
        mine = {"receipt": receipt, "issued_again": self.issued_again, "other_receipt": self.other_receipt}
        key = mine.get(cell.signer) or jose.generate_pair()
        return jose.thumbprint(key), key
