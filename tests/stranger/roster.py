"""The chains of docs/protocol.md §2: every statement verified from the genesis, and what they add up to.

A statement that breaks a rule is refused with the page's code and changes nothing.
"""

from __future__ import annotations

from .jose import Json, Refused, Signed, digest, load_public
from .rules import (
    Circle,
    Device,
    Organisation,
    check_member,
    check_shape,
    chiefs,
    current,
    deputy_may,
    fits,
    named_strings,
)

Head = list[int | str]


class Roster:
    """All chains, each extended by `add` one statement at a time."""

    def __init__(self, genesis: str) -> None:
        self.genesis = genesis
        self.digests: dict[str, list[str]] = {}
        self.authority: Json = {}
        self.charters: dict[str, list[Json]] = {}
        self.organisations: dict[str, Organisation] = {}
        self.devices: dict[str, Device] = {}
        self.circles: dict[str, Circle] = {}
        self.beside: dict[str, str] = {}

    def head(self, stream: str) -> Head:
        known = self.digests[stream]
        return [len(known), known[-1]]

    def knows(self, stream: str, head: object) -> bool:
        """Whether this head is of our chain; `fork` when it is of another, `held` when it is newer than ours."""
        known = self.digests.get(stream, [])
        if not isinstance(head, list) or len(head) != 2 or not isinstance(head[0], int) or head[0] < 1:
            raise Refused("malformed", "head")
        if head[0] > len(known):
            raise Refused("held", "head")
        if known[head[0] - 1] != head[1]:
            raise Refused("fork", stream)
        return True

    def add(self, stream: str, jws: str, beside: list[str], today: str) -> None:
        """Verifies the statement at the next position of `stream`, then applies it. `today`: date of its receipt."""
        signed = Signed(jws, "accord.statement")
        body = signed.payload
        check_shape(body, stream)
        known = self.digests.get(stream, [])
        if (body["number"], body["prev"]) != (len(known) + 1, known[-1] if known else None):
            raise Refused("fork", f"{stream}#{body['number']}")
        if stream == "network":
            self._network(signed)
        else:
            self._organisation(signed, stream.partition(":")[2], today)
        self._keep(body, beside)
        self.digests.setdefault(stream, []).append(signed.digest)

    def again(self, stream: str, jws: str, beside: list[str]) -> None:
        """A statement already known, read for its strings."""
        signed = Signed(jws, "accord.statement")
        self.knows(stream, [signed.payload["number"], signed.digest])
        self._keep(signed.payload, beside)

    def _keep(self, body: Json, beside: list[str]) -> None:
        named = named_strings(body)
        for text in beside:
            if digest(text) not in named:
                raise Refused("beside", f"{body['stream']}#{body['number']}")
            self.beside[digest(text)] = text

    def lacking(self, member: str) -> bool:
        """Whether a string that this member may have as a holder has not reached us yet."""
        held = [circle for circle in self.circles.values() if member in circle.holders]
        named = {circle.wraps[circle.epoch, member] for circle in held}
        return not named.union(*(circle.blobs.values() for circle in held)) <= set(self.beside)

    def _network(self, signed: Signed) -> None:
        body = signed.payload
        first = body["type"] == "network.founded"
        if signed.kid != "authority" or first != (body["number"] == 1) or body["heads"] != {}:
            raise Refused("not_allowed", body["type"])
        if first and signed.digest != self.genesis:
            raise Refused("fork", "another genesis than the bundle's")
        signed.verify(body["authority"] if first else self.authority)
        self._govern(body)

    def _govern(self, body: Json) -> None:
        """Applies what the authority signed."""
        match body["type"]:
            case "network.founded" | "authority.rotated":
                load_public(body["authority"])
                self.authority = body["authority"]
            case "charter.published":
                versions = self.charters.setdefault(body["charter"], [])
                if body["version"] != len(versions) + 1:
                    raise Refused("id_conflict", "charter")
                versions.append(body)
            case "charter.ended":
                if body["charter"] not in self.charters:
                    raise Refused("not_found", "charter")
                del self.charters[body["charter"]]
            case "organisation.admitted":
                told, first = body["organisation"], body["administrator"]
                if told["id"] in self.organisations or first["role"] not in ("supervisor", "charter_admin"):
                    raise Refused("id_conflict", "organisation")
                check_member(first)
                self.organisations[told["id"]] = Organisation(**told, members={first["id"]: first})

    def _organisation(self, signed: Signed, org_id: str, today: str) -> None:
        body = signed.payload
        org = self.organisations.get(org_id)
        if org is None:
            raise Refused("not_found", org_id)
        if set(body["heads"]) != {"network"}:
            raise Refused("malformed", "heads")
        self.knows("network", body["heads"]["network"])
        signer = org.members.get(signed.kid)
        if signer is None or "signing" not in signer or not current(org, signed.kid, today):
            raise Refused("not_allowed", "signer")
        if not self._may(org, signer, body):
            raise Refused("not_allowed", body["type"])
        signed.verify(signer["signing"])
        match body["type"].partition(".")[0]:
            case "member":
                self._people(org, body)
            case "circle":
                self._circle(org, signer["id"], body)
            case _:
                self._things(org, body)

    def _may(self, org: Organisation, signer: Json, body: Json) -> bool:
        chief: bool = signer["role"] == "supervisor"
        admits: bool = chief or "member.admit" in signer["permissions"]
        match body["type"]:
            case "charter.signed":
                return chief or signer["role"] == "charter_admin"
            case "device.enrolled":
                return bool(body["member"] == signer["id"])
            case "device.revoked":
                device = self.devices.get(body["device"])
                if device is None or device.organisation != org.id or device.until is not None:
                    raise Refused("not_found", "device")
                return chief or device.member == signer["id"]
            case "member.rekeyed":
                return chief or bool(body["member"] == signer["id"])
            case "circle.granted":
                circle = self.circles.get(body["circle"])
                return circle is not None and signer["id"] in circle.holders
            case "team.created" | "circle.created" | "circle.rotated":
                return admits
            case "member.role_set" if body["member"]["id"] == signer["id"] and _binds(signer, body["member"]):
                return False
            case _:
                return admits and (chief or deputy_may(org, signer, body))

    def _people(self, org: Organisation, body: Json) -> None:
        kind = body["type"].partition(".")[2]
        told = body["member"] if isinstance(body["member"], dict) else {"id": body["member"]}
        before = org.members.get(told["id"])
        if (kind == "added") != (before is None) or told["id"] in org.ended:
            raise Refused("id_conflict" if kind == "added" else "not_found", "member")
        demoted = kind == "ended" or (kind == "role_set" and told["role"] != "supervisor")
        if demoted and chiefs(org) == {told["id"]}:
            raise Refused("last_supervisor")
        if kind in ("added", "role_set"):
            check_member(told)
            if not set(told["teams"]) <= set(org.teams):
                raise Refused("not_found", "team")
            if before and any(before.get(key) != told.get(key) for key in ("signing", "encryption")):
                raise Refused("not_allowed", "keys")
            org.members[told["id"]] = told
        elif kind == "rekeyed":
            if before is None or before["role"] == "recovery":
                raise Refused("not_allowed", "recovery")
            org.members[told["id"]] = {**before, "signing": body["signing"], "encryption": body["encryption"]}
        else:
            org.ended[told["id"]] = body["number"]
        for circle in self.circles.values():
            kept = told["id"] not in org.ended and kind != "rekeyed" and fits(org, circle, told["id"])
            if told["id"] in circle.holders and not kept:
                circle.holders.remove(told["id"])
                circle.lost.add(told["id"])

    def _things(self, org: Organisation, body: Json) -> None:
        match body["type"]:
            case "charter.signed":
                if body["charter"] not in self.charters or body["version"] > len(self.charters[body["charter"]]):
                    raise Refused("not_found", "charter")
                org.signed[body["charter"]] = body["version"]
            case "team.created":
                if body["team"]["id"] in org.teams:
                    raise Refused("id_conflict", "team")
                org.teams[body["team"]["id"]] = body["team"]
            case "device.enrolled":
                if body["device"] in self.devices:
                    raise Refused("id_conflict", "device")
                load_public(body["signing"])
                self.devices[body["device"]] = Device(
                    body["device"], body["member"], org.id, body["signing"], body["number"]
                )
            case "device.revoked":
                self.devices[body["device"]].until = body["number"]

    def _circle(self, org: Organisation, signer: str, body: Json) -> None:
        circle = self.circles.get(body["circle"])
        if (circle is None) != (body["type"] == "circle.created") or (circle and circle.organisation != org.id):
            raise Refused("not_found" if circle is None else "id_conflict", "circle")
        expected = 1 if circle is None else circle.epoch + (body["type"] == "circle.rotated")
        if body["epoch"] != expected:
            raise Refused("stale_epoch")
        if circle is None:
            if body["class"] not in ("open", "bound") or body["team"] not in org.teams:
                raise Refused("not_found", "team")
            circle = Circle(body["circle"], org.id, body["team"], body["class"], 1, {}, set())
        if body["type"] == "circle.granted":
            holders = {body["member"]: body["wrap"]}
        else:
            holders = body["holders"]
            if len(holders) < 2 or signer not in holders:
                raise Refused("one_holder" if len(holders) < 2 else "not_allowed")
            load_public(body["public"])
        if not all(fits(org, circle, member) for member in holders):
            raise Refused("holder")
        self.circles[circle.id] = circle
        for member, wrap in holders.items():
            circle.wraps.setdefault((body["epoch"], member), wrap)
        if body["type"] == "circle.granted":
            circle.holders |= set(holders) - circle.lost
        else:
            circle.epoch, circle.holders, circle.lost = body["epoch"], set(holders), set()
            circle.publics[body["epoch"]], circle.blobs[body["epoch"]] = body["public"], body["blob"]

    def author(self, device_id: str, heads: Json) -> Device:
        """The device that signs an event, enrolled and not ended at the head of its organisation the event names."""
        device = self.devices.get(device_id)
        if device is None:
            raise Refused("unknown_key")
        stream = f"organisation:{device.organisation}"
        if stream not in heads:
            raise Refused("malformed", "heads")
        self.knows(stream, heads[stream])
        number = heads[stream][0]
        ended = self.organisations[device.organisation].ended.get(device.member)
        if number < device.since or any(end is not None and number >= end for end in (device.until, ended)):
            raise Refused("not_allowed", "device")
        return device


def _binds(before: Json, after: Json) -> bool:
    """Nobody declares themselves bound by secrecy."""
    return "ground" in after and after["ground"] != before.get("ground")
