"""Founding, inviting, joining, admitting; teams, circles and keys: what supervisors and deputies sign."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from device import jose
from device.api import Api
from device.bundle import Bundle
from device.circles import NewEpoch, create_epoch, wrap_for
from device.jose import Jwk
from device.keys import authentication_code, digits20, is_same
from device.phone import Phone, enrol
from device.primitives import Json, b64u, compact_json, digest, instant, new_id, read_json, unb64u
from device.refusal import Refusal
from device.roster import Roster

INVITATION_DAYS = 7


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the link carries; the secret never reaches the server."""

    id: str
    secret: str
    genesis: str
    kind: str

    def link(self, returning: str = "") -> str:
        """`returning` is the member who lost everything and is let in again."""
        return f"/app/#join/{self.id}/{self.secret}/{self.genesis}" + (f"/return/{returning}" if returning else "")


@dataclass(slots=True)
class Joining:
    """A phone that asked to join: its keys, and the exact request people may read out as 20 digits."""

    phone: Phone
    invitation: Invitation
    request: str

    def digits(self) -> str:
        return digits20(self.request)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the inviter reads it. `verified`: its code is right, nobody changed it on the way."""

    content: Json
    verified: bool
    digits: str


def found(api: Api, origin: str, founding: str, name: str, organisation: Json, person: Json, now: datetime) -> Phone:
    """Found the network and its first organisation; `person` is {account, name}. The phone holds the authority key."""
    authority = jose.generate_pair()
    phone = _new_phone(api, origin, person["account"], organisation["id"], "", now, authority)
    phone.roster.genesis = None
    fields = {"founding": founding, "name": name, "demonstration": True, "authority": jose.public_of(authority)}
    queued = phone.state_as_authority("network.founded", fields, now)
    phone.bundle.genesis = phone.roster.genesis = queued.signed.digest
    described, card = member_object(_public_member(phone), person["name"], "charter_admin", "B", "function", [], True)
    fields = {"organisation": organisation, "administrator": described}
    phone.state_as_authority("organisation.admitted", fields, now, [card])
    device = {"device": phone.device, "member": phone.bundle.member, "signing": jose.public_of(phone.device_key)}
    phone.state("device.enrolled", device, now)
    phone.deliver()
    phone.open_session(now)
    return phone


def invite(phone: Phone, kind: str, uses: int, now: datetime) -> Invitation:
    """An invitation of 7 days, for `uses` people (kind `member`) or organisations (kind `organisation`)."""
    made = Invitation(new_id(now), b64u(secrets.token_bytes(16)), phone.bundle.genesis, kind)
    body = {"kind": kind, "uses": uses, "expires_at": instant(now + timedelta(days=INVITATION_DAYS))}
    phone.api.call("PUT", f"/api/invitations/{made.id}", body)
    return made


def join(api: Api, origin: str, invitation: Invitation, person: Json, now: datetime, organisation: Json | None = None,
         secret: str | None = None, returning: str | None = None) -> Joining:  # fmt: skip
    """Make the member's and the device's keys and ask to join; `person` is {account, name}.

    `returning` is the id of the member one was: the answer is then `member.rekeyed` (rekeying.readmit).
    """
    phone = _new_phone(api, origin, person["account"], (organisation or {}).get("id", ""), invitation.genesis, now)
    phone.bundle.member = returning or phone.bundle.member
    content: Json = {"v": 1, "invitation": invitation.id, "genesis": invitation.genesis, "kind": invitation.kind}
    content |= {"account": person["account"], "name": person["name"], "member": _public_member(phone)}
    content["device"] = {"id": phone.device, "signing": jose.public_of(phone.device_key)}
    content |= {"organisation": organisation} if organisation else {}
    request = compact_json(content)
    mac = authentication_code(unb64u(secret or invitation.secret), request)
    api.call("POST", f"/api/invitations/{invitation.id}", {"request": request, "mac": mac})
    return Joining(phone, invitation, request)


def requests(phone: Phone, invitation: Invitation) -> list[Request]:
    """What was asked under an invitation, each checked under its secret and its genesis."""
    answer = phone.api.call("GET", f"/api/invitations/{invitation.id}")
    return [_checked(one, invitation) for one in answer["requests"]]


def _checked(posted: Json, invitation: Invitation) -> Request:
    text = posted["request"]
    content = read_json(text)
    named = (content.get("invitation"), content.get("genesis"), content.get("kind"))
    is_ours = named == (invitation.id, invitation.genesis, invitation.kind)
    code = authentication_code(unb64u(invitation.secret), text)
    return Request(content, is_ours and is_same(code, posted["mac"]), digits20(text))


def admit_member(phone: Phone, request: Request, role: str, profile: str, teams: list[str], now: datetime,
                 ground: str | None = None, may_admit: bool = False, ends_on: str | None = None) -> str:  # fmt: skip
    """Sign `member.added`. Refusal(bad_signature) for a request whose code does not match."""
    if not request.verified and phone.rules:
        raise Refusal("bad_signature")
    name = request.content["name"]
    described, card = member_object(request.content["member"], name, role, profile, ground, teams, may_admit)
    described |= {"ends_on": ends_on} if ends_on else {}
    phone.state("member.added", {"member": described}, now, [card])
    return str(described["id"])


def admit_organisation(phone: Phone, request: Request, profile: str, now: datetime, ground: str | None = None) -> str:
    """Sign `organisation.admitted`, the asker as its first supervisor."""
    if not request.verified and phone.rules:
        raise Refusal("bad_signature")
    content = request.content
    described, card = member_object(content["member"], content["name"], "supervisor", profile, ground, [], False)
    fields = {"organisation": content["organisation"], "administrator": described}
    phone.state_as_authority("organisation.admitted", fields, now, [card])
    return str(content["organisation"]["id"])


def complete(joining: Joining, now: datetime) -> Phone:
    """Once admitted: enrol the device and open a session. Refusal(not_found) while waiting."""
    phone = joining.phone
    path = f"/api/invitations/{joining.invitation.id}?member={phone.bundle.member}"
    answer = phone.api.call("GET", path)
    if answer["state"] != "admitted":
        raise Refusal("not_found")
    phone.bundle.organisation = answer["organisation"]
    enrol(phone, answer["heads"], now)
    return phone


def create_team(phone: Phone, name: str, now: datetime, structures: list[str] | None = None) -> str:
    team = {"id": new_id(now), "name": name, "structures": structures or []}
    phone.state("team.created", {"team": team}, now)
    return str(team["id"])


def set_member(phone: Phone, member: str, now: datetime, card: str, **changes: object) -> None:
    """Sign `member.role_set`: the member object as it is, with these changes. `card` is the string kept beside it."""
    known = phone.organisation.members[member]
    described: Json = {"id": known.id, "signing": known.signing, "encryption": known.encryption, "role": known.role}
    described |= {"profile": known.profile, "permissions": known.permissions, "teams": known.teams}
    described |= {"ground": known.ground} if known.ground else {}
    described |= {"ends_on": known.ends_on.isoformat()} if known.ends_on else {}
    described |= {"card": digest(card)} | changes
    phone.state("member.role_set", {"member": {k: v for k, v in described.items() if v is not None}}, now, [card])


def end_member(phone: Phone, member: str, now: datetime) -> None:
    """Sign `member.ended`. Their circles then await a rotation, which `rotate_circle` does: one act, two statements."""
    phone.state("member.ended", {"member": member}, now)


def add_recovery_key(phone: Phone, keeper: str, now: datetime, ground: str | None = None) -> tuple[str, Jwk]:
    """A printed key: (member id, private key, to be printed and kept by `keeper`). It signs nothing."""
    private = jose.generate_pair()
    described, card = _described({"id": new_id(now), "encryption": jose.public_of(private)}, keeper, ground)
    described |= {"role": "recovery", "permissions": [], "teams": []}
    phone.state("member.added", {"member": described}, now, [card])
    return str(described["id"]), private


def create_circle(phone: Phone, team: str, kind: str, members: list[str], now: datetime) -> str:
    """A first epoch, wrapped to these members, of whom the signer is one."""
    circle = new_id(now)
    made = create_epoch(circle, 1, _encryption(phone, members))
    fields = {"circle": circle, "team": team, "class": kind} | _announced(made)
    phone.state("circle.created", fields, now, made.beside)
    phone.keys[circle] = {1: made.key}
    return circle


def rotate_circle(phone: Phone, circle: str, now: datetime, members: list[str] | None = None) -> None:
    """The next epoch, for those who still hold the circle (or `members`)."""
    known = phone.organisation.circles[circle]
    kept = members or [member.id for member in phone.organisation.holders(known, now.date())]
    before = phone.keys[circle][known.epoch]
    made = create_epoch(circle, known.epoch + 1, _encryption(phone, kept), before)
    phone.state("circle.rotated", {"circle": circle} | _announced(made), now, made.beside)
    phone.keys[circle][made.key.epoch] = made.key


def grant_circle(phone: Phone, circle: str, member: str, now: datetime) -> None:
    """Wrap the newest epoch to one more member."""
    known = phone.organisation.circles[circle]
    wrap = wrap_for(phone.keys[circle][known.epoch], member, phone.organisation.members[member].encryption)
    fields = {"circle": circle, "epoch": known.epoch, "member": member, "wrap": digest(wrap)}
    phone.state("circle.granted", fields, now, [wrap])


def member_object(
    keys: Json, name: str, role: str, profile: str, ground: str | None, teams: list[str], may_admit: bool
) -> tuple[Json, str]:
    """(member object, card): the name stays on the card, which only the same organisation is given."""
    described, card = _described(keys, name, ground)
    described |= {"role": role, "profile": profile, "teams": teams}
    described["permissions"] = ["member.admit"] if may_admit else []
    return described, card


_GROUND_TEXTS = {
    "profession": "Assistant·e de service social, diplôme vu.",
    "function": "Agent d’un service d’aide sociale, fiche de poste vue.",
    "mission": "Mission confiée par écrit.",
    "state": "Tenu·e au secret par état.",
}


def _described(keys: Json, name: str, ground: str | None) -> tuple[Json, str]:
    content = {"salt": b64u(secrets.token_bytes(16)), "name": name}
    content |= {"ground_text": _GROUND_TEXTS[ground]} if ground else {}
    card = compact_json(content)
    return keys | {"card": digest(card)} | ({"ground": ground} if ground else {}), card


def _new_phone(
    api: Api, origin: str, account: str, organisation: str, genesis: str, now: datetime, authority: Jwk | None = None
) -> Phone:
    keys = Bundle(account, new_id(now), organisation, genesis, jose.generate_pair(), [jose.generate_pair()])
    keys.authority = authority
    return Phone(api, origin, keys, Roster(genesis or None), new_id(now), jose.generate_pair())


def _public_member(phone: Phone) -> Json:
    signing, encryption = jose.public_of(phone.bundle.signing), jose.public_of(phone.bundle.encryption[0])
    return {"id": phone.bundle.member, "signing": signing, "encryption": encryption}


def _encryption(phone: Phone, members: list[str]) -> dict[str, Jwk]:
    return {member: phone.organisation.members[member].encryption for member in members}


def _announced(made: NewEpoch) -> Json:
    return {"epoch": made.key.epoch, "public": made.public, "holders": made.holders, "blob": made.blob}
