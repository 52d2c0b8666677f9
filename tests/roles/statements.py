"""Cells of statements: every type × every signer × what is said of whom, played in turn on a living chain."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from device import jose
from device.circles import wrap_for
from device.primitives import digest, new_id
from tests.roles.hands import Hand, Json, Ring, Scribe
from tests.roles.oracle_roster import CIRCLES, NETWORK, SIGNERS, UNHEARD, Holding, Person, Statement
from tests.roles.situations import ALL

PEOPLE = [Person(role, may_admit) for role in ("volunteer", "worker", "supervisor", "charter_admin")
          for may_admit in (False, True)]  # fmt: skip
PRINTED = Person("recovery")
EVERYONE = (*SIGNERS, *UNHEARD)
GRANTEES = ("right", "other_team", "no_ground", "ended", "unknown", "recovery", "recovery_ground")
SPARE_TEAMS = 40


def statements(has_supervisor: bool = True) -> Iterator[Statement]:
    """Every cell; without a supervisor, those of the charter administrator who begins an organisation."""
    signers = EVERYONE if has_supervisor else ("charter_admin deputy",)
    for signer, after in itertools.product(signers, (*PEOPLE, PRINTED)):
        yield Statement("member.added", signer, after=after, has_supervisor=has_supervisor)
        if has_supervisor or after.role != "supervisor":
            yield Statement("member.ended", signer, before=after, has_supervisor=has_supervisor)
    for signer, before, after in itertools.product(signers, PEOPLE, PEOPLE):
        if not has_supervisor and before.role == "supervisor":
            continue
        yield Statement("member.role_set", signer, before, after, has_supervisor=has_supervisor)
    if has_supervisor:
        yield from _others()
        yield from _of_oneself()
        yield from _circles()


def _others() -> Iterator[Statement]:
    for type_, signer in itertools.product(NETWORK, ("authority", *EVERYONE)):
        yield Statement(type_, signer)
    for type_, signer in itertools.product(("charter.signed", "team.created"), ("authority", *EVERYONE)):
        yield Statement(type_, signer)
    for type_, signer in itertools.product(("device.enrolled", "device.revoked"), EVERYONE):
        yield Statement(type_, signer)
    for signer, before in itertools.product(EVERYONE, (*PEOPLE, PRINTED)):
        yield Statement("member.rekeyed", signer, before)


def _of_oneself() -> Iterator[Statement]:
    for signer, (role, may_admit) in SIGNERS.items():
        me = Person(role, may_admit)
        yield from (Statement(type_, signer, me, on_self=True) for type_ in ("device.enrolled", "device.revoked"))
        yield from (Statement(type_, signer, me, on_self=True) for type_ in ("member.ended", "member.rekeyed"))
        for after, gains_ground in itertools.product(PEOPLE, (False, True)):
            yield Statement("member.role_set", signer, me, after, on_self=True, gains_ground=gains_ground)


def _circles() -> Iterator[Statement]:
    for type_, signer, kind in itertools.product(CIRCLES, EVERYONE, ("open", "bound")):
        for grantee, holds in itertools.product(GRANTEES, (True, False)):
            yield Statement(type_, signer, holding=Holding(kind, grantee, holds))
        for holds in (True, False):
            yield Statement(type_, signer, holding=Holding(kind, alone=True, signer_holds=holds))
            if type_ != "circle.created":
                yield Statement(type_, signer, holding=Holding(kind, signer_holds=holds, epoch="later"))


class StatementPlayer:
    """One organisation, every signer in it, and members made afresh when a cell used one up."""

    def __init__(self, scribe: Scribe, has_supervisor: bool = True) -> None:
        self.scribe = scribe
        self.organisation = new_id(scribe.now)
        role = "supervisor" if has_supervisor else "charter_admin"
        self.first = scribe.new_hand(self.organisation, role, "B", "mission", may_admit=True)
        self._admit_organisation(self.organisation, self.first)
        self.teams = [self._team(self.first) for _ in range(SPARE_TEAMS if has_supervisor else 1)]
        self.spare = list(self.teams)
        self.away = self._team(self.first)
        self.ready: dict[Person, list[Hand]] = {}
        self.signers = {} if has_supervisor else {"charter_admin deputy": self.first}
        if has_supervisor:
            self._signers()
            self._rings()

    # --- setting up

    def _admit_organisation(self, id: str, first: Hand) -> None:
        fields = {"organisation": {"id": id, "name": "Organisation", "kind": "ccas"}, "administrator": first.described}
        self.scribe.decree("organisation.admitted", fields, [first.card])

    def _team(self, by: Hand) -> str:
        team = new_id(self.scribe.now)
        self.scribe.declare(by, "team.created", {"team": {"id": team, "name": "Équipe", "structures": []}})
        return team

    def _member(self, role: str, may_admit: bool = False, ground: str | None = "mission", away: bool = False) -> Hand:
        if role == "recovery":
            hand = self.scribe.recovery(self.organisation, ground)
        else:
            teams = [self.away] if away else self.teams
            hand = self.scribe.new_hand(self.organisation, role, "B", ground, teams, may_admit)
        self.scribe.declare(self.first, "member.added", {"member": hand.described}, [hand.card])
        return hand

    def _signers(self) -> None:
        self.signers = {name: self._member(role, may_admit) for name, (role, may_admit) in SIGNERS.items()}
        ended, dated = self._member("supervisor"), self._member("supervisor")
        self.scribe.declare(self.first, "member.ended", {"member": ended.id})
        past = {"member": dated.described | {"ends_on": "2026-01-01"}}
        self.scribe.declare(self.first, "member.role_set", past, [dated.card])
        elsewhere = new_id(self.scribe.now)
        other = self.scribe.new_hand(elsewhere, "supervisor", "B", "mission")
        self._admit_organisation(elsewhere, other)
        stranger = self.scribe.new_hand(self.organisation, "supervisor", "B", "mission", self.teams)
        printed = self._member("recovery")
        printed.signing = jose.generate_pair()
        self.signers |= dict(zip(UNHEARD, (ended, dated, other, stranger, printed), strict=True))

    def _rings(self) -> None:
        self.grantees = {
            "other_team": self._member("worker", away=True),
            "no_ground": self._member("worker", ground=None),
            "ended": self.signers["ended supervisor"],
            "unknown": self.scribe.new_hand(self.organisation, "worker", "B", "mission", self.teams),
            "recovery": self._member("recovery", ground=None),
            "recovery_ground": self.signers["recovery"],
        }
        self.founder, self.second = self._member("supervisor"), self._member("worker")
        heard = [self.signers[name] for name in SIGNERS]
        # One circle that every signer holds, one that none does.
        self.rings = {
            (kind, held): self.scribe.create(
                self.founder, self._own_team(), kind, [self.second, *(heard if held else ())]
            )
            for kind in ("open", "bound")
            for held in (True, False)
        }

    def _own_team(self) -> str:
        """A team where nobody made a circle yet."""
        return self.spare.pop()

    # --- playing a cell

    def play(self, cell: Statement) -> Json:
        """The server's verdict."""
        if cell.type in NETWORK:
            return self._network(cell)
        signer = self._signer(cell)
        if cell.holding:
            return self._circle(cell, cell.holding, signer)
        fields, beside, about = self._said(cell, signer)
        verdict = self._state(cell.type, fields, signer, beside)
        if about and verdict["verdict"] != "accepted" and cell.before:
            self.ready.setdefault(cell.before, []).append(about)
        return verdict

    def _state(self, type_: str, fields: Json, signer: Hand, beside: list[str] | None = None) -> Json:
        return self.scribe.state(
            f"organisation:{self.organisation}", type_, fields, signer.id, signer.signing, beside or ()
        )

    def _signer(self, cell: Statement) -> Hand:
        """Whoever speaks of themselves does so once: what they said may have changed them."""
        if cell.on_self:
            role, may_admit = SIGNERS[cell.signer]
            return self._member(role, may_admit)
        if cell.signer == "authority":
            return Hand(self.organisation, {"id": "authority"}, self.scribe.authority, "")
        return self.signers[cell.signer]

    def _network(self, cell: Statement) -> Json:
        key = self.scribe.authority if cell.signer == "authority" else self.signers[cell.signer].signing
        kid = "authority"
        if cell.type == "organisation.admitted":
            id = new_id(self.scribe.now)
            first = self.scribe.new_hand(id, "supervisor", "B")
            fields: Json = {"organisation": {"id": id, "name": "Organisation", "kind": "ccas"}}
            return self._decree(cell, fields | {"administrator": first.described}, kid, key, [first.card])
        if cell.type == "authority.rotated":
            return self._rotate_authority(cell, kid, key)
        fields = {"charter": new_id(self.scribe.now)} | _charter()
        if cell.type == "charter.ended":
            self.scribe.decree("charter.published", fields)
            fields = {"charter": fields["charter"]}
        if cell.type == "network.founded":
            fields = {"founding": new_id(self.scribe.now), "name": "Territoire", "demonstration": True}
            return self._found_again(cell, fields | {"authority": self.scribe.described_authority()}, kid, key)
        return self._decree(cell, fields, kid, key)

    def _found_again(self, cell: Statement, fields: Json, kid: str, key: jose.Jwk) -> Json:
        """As a first statement: of another number it would not even have the shape."""
        head = self.scribe.heads.pop("network")
        verdict = self._decree(cell, fields, kid, key)
        self.scribe.heads["network"] = head
        return verdict

    def _decree(self, cell: Statement, fields: Json, kid: str, key: jose.Jwk, beside: list[str] | None = None) -> Json:
        return self.scribe.state("network", cell.type, fields, kid, key, beside or ())

    def _rotate_authority(self, cell: Statement, kid: str, key: jose.Jwk) -> Json:
        new = jose.generate_pair()
        verdict = self._decree(cell, {"authority": jose.public_of(new)}, kid, key)
        if verdict["verdict"] == "accepted":
            self.scribe.authority = new
        return verdict

    def _said(self, cell: Statement, signer: Hand) -> tuple[Json, list[str], Hand | None]:
        """(fields, strings beside, the member it is about)."""
        if cell.type == "charter.signed":
            charter = new_id(self.scribe.now)
            self.scribe.decree("charter.published", {"charter": charter} | _charter())
            return {"charter": charter, "version": 1, "covers_branches": False}, [], None
        if cell.type == "team.created":
            return {"team": {"id": new_id(self.scribe.now), "name": "Équipe", "structures": []}}, [], None
        about = signer if cell.on_self else self._about(cell)
        if cell.type == "member.added":
            return {"member": about.described}, [about.card], None
        if cell.type == "member.role_set":
            return {"member": self._described(cell, about)}, [about.card], about
        if cell.type == "member.ended":
            return {"member": about.id}, [], about
        if cell.type == "member.rekeyed":
            keys = (jose.public_of(jose.generate_pair()) for _ in range(2))
            return {"member": about.id} | dict(zip(("signing", "encryption"), keys, strict=True)), [], about
        return self._device(cell, about)

    def _about(self, cell: Statement) -> Hand:
        if cell.type == "member.added":
            assert cell.after
            if cell.after == PRINTED:
                return self.scribe.recovery(self.organisation, None)
            return self.scribe.new_hand(self.organisation, cell.after.role, "B", None, self.teams, cell.after.may_admit)
        before = cell.before or Person("worker")
        waiting = self.ready.get(before)
        return waiting.pop() if waiting else self._member(before.role, before.may_admit)

    def _described(self, cell: Statement, about: Hand) -> Json:
        assert cell.after
        permissions = ["member.admit"] if cell.after.may_admit else []
        ground = {"ground": "profession"} if cell.gains_ground else {}
        return about.described | {"role": cell.after.role, "permissions": permissions} | ground

    def _device(self, cell: Statement, about: Hand) -> tuple[Json, list[str], Hand | None]:
        if cell.type == "device.revoked":
            self.scribe.enrol(about)
            return {"device": about.device}, [], None
        return {"device": about.device, "member": about.id, "signing": jose.public_of(about.device_key)}, [], None

    # --- circles

    def _circle(self, cell: Statement, holding: Holding, signer: Hand) -> Json:
        if cell.type == "circle.granted":
            return self._grant(holding, signer)
        ring = self.rings[holding.kind, True]
        if cell.type == "circle.created":
            ring = Ring(new_id(self.scribe.now), self.organisation, self.spare[-1], holding.kind, [])
        holders = [signer] if holding.signer_holds else [self.second]
        if not holding.alone:
            holders.append(self._grantee(holding))
        fields, beside, key = self.scribe.epoch(ring, holders)
        if cell.type == "circle.created":
            fields |= {"team": ring.team, "class": ring.kind}
        fields |= {"epoch": fields["epoch"] + 1} if holding.epoch != "right" else {}
        verdict = self._state(cell.type, fields, signer, beside)
        if verdict["verdict"] == "accepted":
            self._adopt(cell, ring, key)
        return verdict

    def _adopt(self, cell: Statement, ring: Ring, key: object) -> None:
        if cell.type == "circle.created":
            self.spare.pop()
            return
        ring.keys.append(key)  # type: ignore[arg-type]
        # Everyone holds it again, so that the next cell finds what it says.
        self.scribe.rotate(self.founder, ring, [self.founder, self.second, *(self.signers[name] for name in SIGNERS)])

    def _grantee(self, holding: Holding) -> Hand:
        return self.founder if holding.grantee == "right" else self.grantees[holding.grantee]

    def _grant(self, holding: Holding, signer: Hand) -> Json:
        ring = self.rings[holding.kind, holding.signer_holds]
        grantee = self._member("worker") if holding.grantee == "right" else self.grantees[holding.grantee]
        wrap = wrap_for(ring.keys[-1], grantee.id, grantee.described["encryption"])
        epoch = len(ring.keys) + (holding.epoch != "right")
        fields = {"circle": ring.id, "epoch": epoch, "member": grantee.id, "wrap": digest(wrap)}
        return self._state("circle.granted", fields, signer, [wrap])


def _charter() -> Json:
    fields: Json = {"version": 1, "title": "Charte", "text": "Texte", "purposes": sorted(ALL.purposes)}
    fields |= {"flows": [{"from": ["*"], "to": ["*"], "categories": ["*"]}], "transition_days": 90}
    return fields | {"bases": [{"id": id, "version": 1} for id in ALL.bases]}
