"""The phone: a member's keys on one device, what it knows, what it wrote and has yet to deliver.

`rules=False` makes it hostile: nothing is checked before it is signed. Every act is in acts.py, statements.py's writers
in admission.py; this file holds the state they share, signs, and syncs. `now` is always given.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from device import bundle as bundles
from device import jose, signed
from device.api import Api
from device.bundle import Bundle
from device.circles import EpochKey
from device.jose import Jwk
from device.primitives import SUITE, VERSION, Json, digest, instant, new_id, read_instant
from device.push import NOT_DELIVERED, SETTLED, Queued, push
from device.refusal import Refusal
from device.roster import NETWORK, Circle, Member, Organisation, Roster, stream_of
from device.sections import Addressee
from device.signed import Signed
from device.statements import fold
from device.store import Store


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an audience: how the event names it, whose roster vouches for it, and the key to seal to."""

    name: str
    organisation: str
    addressee: Addressee


@dataclass(slots=True)
class Phone:
    api: Api
    origin: str
    bundle: Bundle
    roster: Roster
    device: str
    device_key: Jwk
    bundle_key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    bundle_version: int = 0
    slots: list[Json] = field(default_factory=list)
    rules: bool = True
    keys: dict[str, dict[int, EpochKey]] = field(default_factory=dict)
    strings: dict[str, str] = field(default_factory=dict)
    store: Store = field(default_factory=Store)
    known: dict[str, Json] = field(default_factory=dict)
    outbox: list[Queued] = field(default_factory=list)
    settled: list[Queued] = field(default_factory=list)
    counters: dict[tuple[str, str | None], tuple[int, str | None]] = field(default_factory=dict)

    @property
    def organisation(self) -> Organisation:
        return self.roster.organisation(self.bundle.organisation)

    @property
    def me(self) -> Member:
        return self.organisation.members[self.bundle.member]

    # --- sides of an audience

    def own(self, circle: Circle) -> Side:
        """A circle this phone holds, at the newest epoch whose key reached it. Refusal(not_allowed) without any."""
        keys = self.keys.get(circle.id)
        if not keys:
            raise Refusal("not_allowed", circle=circle.id)
        key = keys[max(keys)]
        return Side(key.name, self.bundle.organisation, key.own())

    def other(self, circle: Circle) -> Side:
        """Another team's circle, by its public key in the roster: no key that the roster lacks is ever sealed to."""
        organisation, _ = self.roster.circle(circle.id)
        return Side(circle.name, organisation.id, Addressee(circle.name, circle.public))

    def private(self) -> Side:
        """The author alone."""
        addressee = Addressee(self.bundle.member, jose.public_of(self.bundle.encryption[0]))
        return Side(f"member:{self.bundle.member}", self.bundle.organisation, addressee)

    def heads(self, *organisations: str) -> Json:
        """The newest heads known of the network and these organisations."""
        streams = [NETWORK, *(stream_of(organisation) for organisation in dict.fromkeys(organisations))]
        return {stream: self.roster.chain(stream).head() for stream in streams}

    # --- signing

    def queue(self, made: Signed, beside: Json) -> Queued:
        """Put a signed object in the outbox, with what travels beside it."""
        queued = Queued(made, {"jws": made.jws} | beside)
        self.outbox.append(queued)
        return queued

    def state(self, kind: str, fields: Json, now: datetime, beside: list[str] | None = None) -> Queued:
        """Sign a statement of the own organisation with the member's key, and take it as said."""
        stream = stream_of(self.bundle.organisation)
        payload = self.said(kind, stream, now) | {"heads": self.heads()} | fields
        return self._stated(signed.sign(signed.STATEMENT, self.bundle.member, payload, self._signing()), beside, now)

    def state_as_authority(self, kind: str, fields: Json, now: datetime, beside: list[str] | None = None) -> Queued:
        """Sign a statement of the network with the authority key. Refusal(not_allowed) for who does not have it."""
        if self.bundle.authority is None:
            raise Refusal("not_allowed")
        payload = self.said(kind, NETWORK, now) | fields
        return self._stated(signed.sign(signed.STATEMENT, "authority", payload, self.bundle.authority), beside, now)

    def _signing(self) -> Jwk:
        known = self.roster.organisations.get(self.bundle.organisation)
        me = known.members.get(self.bundle.member) if known else None
        return self.bundle.signing_for(me.signing if me else None)

    def said(self, kind: str, stream: str, now: datetime) -> Json:
        """The members common to all statements, next in their chain."""
        chain = self.roster.chain(stream)
        return {
            "v": VERSION,
            "suite": SUITE,
            "type": kind,
            "stream": stream,
            "number": chain.number + 1,
            "prev": chain.digests[-1] if chain.digests else None,
            "at": instant(now),
            "heads": {},
        }

    def _stated(self, made: Signed, beside: list[str] | None, now: datetime) -> Queued:
        strings = beside or []
        if self.rules:
            fold(self.roster, made, strings, now, whole=True)
        self.strings |= {digest(text): text for text in strings}
        return self.queue(made, {"beside": strings})

    # --- syncing

    def open_session(self, now: datetime) -> None:
        """A 12-hour token, by signing the server's nonce with the device key."""
        nonce = self.api.call("POST", "/api/session/device", {"device": self.device})["nonce"]
        payload = {"v": VERSION, "suite": SUITE, "device": self.device, "nonce": nonce}
        payload |= {"origin": self.origin, "at": instant(now)}
        assertion = signed.sign(signed.SESSION, self.device, payload, self.device_key)
        self.api.token = self.api.call("POST", "/api/session/device", {"assertion": assertion.jws})["token"]

    def push(self) -> list[Queued]:
        """Offer the whole outbox once; what is settled leaves it. Returns what did not settle, with its verdict."""
        offered = self.outbox
        epoch = push(self.api, offered)
        self.outbox = []
        if epoch is not None:
            self.meet(epoch)
        self.settled += [queued for queued in offered if queued.verdict in SETTLED]
        self.outbox += [queued for queued in offered if queued.verdict not in SETTLED]
        return list(self.outbox)

    def meet(self, epoch: str) -> bool:
        """Whether the server was restored since: then what it had accepted is offered again, all is read from zero.

        A push tells it too: a device that the backup does not know cannot open a session before it has offered itself.
        """
        is_restored = self.store.epoch not in (None, epoch)
        self.store.epoch = epoch
        if is_restored:
            self.store.cursors.clear()
            for queued in self.settled:
                queued.verdict = NOT_DELIVERED
            self.outbox, self.settled = self.settled + self.outbox, []
        return is_restored

    def deliver(self) -> None:
        """Push, and take nothing less than accepted. Refusal(code of the first that was not)."""
        for queued in self.push():
            raise Refusal(queued.code or queued.verdict, id=queued.id, verdict=queued.verdict)

    # --- the bundle

    def add_passphrase(self, passphrase: str, now: datetime) -> None:
        """One run of Argon2id; slot and sign-in part replaced in one request. Refusal(stale_bundle | account_taken)."""
        slot, sign_in = bundles.passphrase_slot(self.bundle_key, passphrase, now)
        self._put([one for one in self.slots if one["kind"] != "passphrase"] + [slot], sign_in)

    def replace_bundle_key(self, passphrase: str, now: datetime) -> None:
        """A fresh bundle key, opened by this passphrase alone: every other door is closed, and must be made again."""
        self.bundle_key = secrets.token_bytes(32)
        slot, sign_in = bundles.passphrase_slot(self.bundle_key, passphrase, now)
        self._put([slot], sign_in)

    def _put(self, slots: list[Json], sign_in: Json) -> None:
        body = {"previous": self.bundle_version, "account": self.bundle.account, "sign_in": sign_in}
        body |= {"bundle": self.bundle.seal(self.bundle_key), "slots": slots}
        self.bundle_version = self.api.call("PUT", "/api/bundle", body)["version"]
        self.slots = slots


def sign_in(api: Api, origin: str, account: str, passphrase: str, now: datetime) -> Phone:
    """A new device of a known member: fetch the bundle, open it, enrol. Refusal(sign_in | cannot_open)."""
    costs = api.call("POST", "/api/session/passphrase", {"account": account})
    proof = bundles.sign_in_proof(passphrase, costs)
    token = api.call("POST", "/api/session/passphrase", {"account": account, "proof": proof})["token"]
    return arrive(api, origin, token, "passphrase", passphrase, now)


def arrive(api: Api, origin: str, token: str, kind: str, secret: str | bytes, now: datetime) -> Phone:
    """With a token for the bundle: open it by the slot of this kind, enrol. Refusal(cannot_open)."""
    kept = api.call("GET", "/api/bundle", token=token)
    slots = [slot for slot in kept["slots"] if slot["kind"] == kind]
    if not slots:
        raise Refusal("cannot_open")
    bundle_key = bundles.open_slot(slots[0], secret)
    opened = bundles.open_bundle(kept["bundle"], bundle_key)
    phone = Phone(api, origin, opened, Roster(opened.genesis), new_id(now), jose.generate_pair(), bundle_key)
    phone.bundle_version, phone.slots = kept["version"], kept["slots"]
    enrol(phone, kept["heads"], now)
    return phone


def enrol(phone: Phone, heads: Json, now: datetime) -> None:
    """Enrol this device on heads the server gave, before any stream could be read, then open a session.

    No roster tells yet which of two signing keys is the member's: the newer is tried first.
    """
    if phone.bundle.next is not None:
        queued = phone.queue(_enrolment(phone, heads, phone.bundle.next, now), {"beside": []})
        phone.push()
        if queued.code != "bad_signature":
            phone.deliver()
            return phone.open_session(now)
        phone.outbox.remove(queued)
    phone.queue(_enrolment(phone, heads, phone.bundle.signing, now), {"beside": []})
    phone.deliver()
    return phone.open_session(now)


def _enrolment(phone: Phone, heads: Json, signing: Jwk, now: datetime) -> Signed:
    stream = stream_of(phone.bundle.organisation)
    number, prev = heads.get(stream) or (0, None)
    payload = {
        "v": VERSION,
        "suite": SUITE,
        "type": "device.enrolled",
        "stream": stream,
        "number": number + 1,
        "prev": prev,
        "at": instant(now),
        "heads": {NETWORK: heads[NETWORK]},
        "device": phone.device,
        "member": phone.bundle.member,
        "signing": jose.public_of(phone.device_key),
    }
    return signed.sign(signed.STATEMENT, phone.bundle.member, payload, signing)


def received_at(entry: Json) -> datetime:
    """The server's receipt time of a feed entry."""
    return read_instant(entry["received_at"])
