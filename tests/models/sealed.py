"""Events that look right, for tests of shape: headers and digests are real, the ciphertext is noise nobody opens."""

from __future__ import annotations

import base64
import json
from typing import Any

from models.rules.formats import digest
from tests.vectors.statements import ident, public, sign

OWN = f"{ident('halles open')}.2"
OTHER = f"{ident('nord open')}.1"
AMINA = f"member:{ident('amina')}"
DEVICE = ident("amina phone")
_COMMON: dict[str, Any] = {"v": 1, "suite": "P256-A256GCM", "at": "2026-03-02T10:15Z", "parents": []}
_CLEAR: dict[str, dict[str, Any]] = {
    "dossier.opened": {"dossier": ident("dossier")},
    "dossier.corrected": {"dossier": ident("dossier")},
    "reception.recorded": {},
    "note.recorded": {"dossier": ident("dossier")},
    "consent.given": {
        "dossier": ident("dossier"),
        "recipient": ident("departement"),
        "categories": ["C01", "C05.practical"],
        "purpose": "orienter_vers_un_service",
        "basis": {"id": "person.agreement.orientation", "version": 1},
        "duration": "P6M",
        "withdrawal_key": public("receipt"),
    },
    "consent.refused": {"dossier": ident("dossier"), "recipient": ident("departement"), "categories": ["C05"]},
    "consent.deferred": {"dossier": ident("dossier"), "recipient": ident("departement"), "categories": ["C05"]},
    "consent.withdrawn": {"consents": [ident("consent")], "categories": ["C01"]},
    "receipt.issued": {
        "dossier": ident("dossier"),
        "consents": [ident("consent")],
        "withdrawal_key": public("receipt"),
        "locator": digest("locate"),
        "sealed": "eyJhbGciOiJkaXIifQ..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA",
    },
    "orientation.sent": {
        "ground": {"consent": ident("consent")},
        "purpose": "orienter_vers_un_service",
        "until": "2026-08-01T00:00Z",
        "deadline": "2026-03-30T10:00Z",
        "level": 1,
    },
    "orientation.opened": {"orientation": ident("orientation")},
    "orientation.answered": {
        "orientation": ident("orientation"),
        "state": "acceptee",
        "previous": ident("orientation"),
    },
    "orientation.cancelled": {
        "orientation": ident("orientation"),
        "state": "annulee",
        "previous": ident("orientation"),
    },
}
# Section names of the smallest right event of each type; those of a category are shared.
_SECTIONS: dict[str, tuple[str, ...]] = {
    "dossier.opened": ("s1", "s2"),
    "dossier.corrected": ("s1",),
    "reception.recorded": ("s1",),
    "note.recorded": ("s1",),
    "consent.given": ("s1",),
    "consent.refused": (),
    "consent.deferred": (),
    "receipt.issued": ("s1",),
    "orientation.sent": ("X.request", "C01", "C05.practical", "X.necessity", "s1"),
    "orientation.opened": (),
    "orientation.answered": ("X.answer", "s1"),
    "orientation.cancelled": (),
}
TYPES = tuple(_CLEAR)
WITH_SECTIONS = tuple(name for name, sections in _SECTIONS.items() if sections)


def b64u(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def core(event: str, section: str, size: int = 256, **header: Any) -> str:
    protected = b64u(compact({"enc": "A256GCM", "evt": event, "sec": section} | header).encode())
    return ".".join([protected, b64u(b"i" * 12), b64u(b"c" * size), b64u(b"t" * 16)])


def wrap(kid: str, *, shared_key: bool, **header: Any) -> str:
    alg = {"alg": "A256KW"} if shared_key else {"alg": "ECDH-ES+A256KW", "epk": public("ephemeral")}
    return compact({"header": alg | {"kid": kid} | header, "encrypted_key": b64u(b"k" * 40)})


def audience_of(event_type: str) -> dict[str, str]:
    if event_type == "note.recorded":
        return {"own": AMINA}
    return {"own": OWN, "other": OTHER} if event_type.startswith("orientation.") else {"own": OWN}


def strings(event_type: str, event: str) -> dict[str, Any]:
    """The sealed strings of the smallest right event of this type."""
    audience = audience_of(event_type)
    sealed: dict[str, Any] = {}
    for name in _SECTIONS.get(event_type, ()):
        private = audience["own"] == AMINA
        wraps = {"own": wrap(audience["own"].removeprefix("member:"), shared_key=not private)}
        if not name.startswith("s"):
            wraps["other"] = wrap(audience["other"], shared_key=False)
        sealed[name] = {"core": core(event, name), "wraps": wraps}
    return sealed


def claims(sealed: dict[str, Any]) -> dict[str, Any]:
    """What is signed about these strings."""
    claimed: dict[str, Any] = {}
    for name, each in sealed.items():
        wraps = {side: digest(text) for side, text in each["wraps"].items()}
        claimed[name] = {"core": digest(each["core"]), "wraps": wraps, "size": 256, "level": 1}
        if "other" in wraps:
            claimed[name]["category"] = name
    return claimed


def payload(event_type: str, **members: Any) -> dict[str, Any]:
    """The smallest right payload of this type. `members` replace others; `...` leaves one out."""
    event = ident(f"event {event_type}")
    built = _COMMON | {"id": event, "type": event_type} | _CLEAR[event_type]
    if event_type != "consent.withdrawn":
        streams = ["network", f"organisation:{ident('food bank')}"]
        if "other" in audience_of(event_type):
            streams.append(f"organisation:{ident('departement')}")
        built |= {
            "audience": audience_of(event_type),
            "heads": {stream: [4, digest(stream)] for stream in streams},
            "n": 1,
            "prev": None,
            "skipped": [],
            "sections": claims(strings(event_type, event)),
        }
    return {name: value for name, value in (built | members).items() if value is not ...}


def signed_event(event_type: str, kid: str = DEVICE, **members: Any) -> str:
    return sign(payload(event_type, **members), kid, "amina phone", typ="accord.event")
