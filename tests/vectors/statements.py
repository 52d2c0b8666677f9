"""Writes signed statements for the vectors: real keys, real signatures, ids and times that never change.

The signatures differ from one run to the next (ES256 is random); nothing else does, digests included.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.jwk import ECKey

from models.rules.formats import digest

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_EPOCH_MS: Final = 1_772_409_600_000  # 2026-03-02T00:00Z


def key(name: str) -> dict[str, str]:
    """A private P-256 JWK made of a name: for vectors only."""
    scalar = int.from_bytes(hashlib.sha256(f"accord vector key {name}".encode()).digest()) % _ORDER
    found = ECKey.import_key(ec.derive_private_key(scalar, ec.SECP256R1())).as_dict(private=True)
    return {member: str(found[member]) for member in ("kty", "crv", "x", "y", "d")}


def public(name: str) -> dict[str, str]:
    return {member: value for member, value in key(name).items() if member != "d"}


def ident(name: str) -> str:
    """A UUID version 7 made of a name."""
    tail = hashlib.sha256(f"accord vector id {name}".encode()).hexdigest()
    time = f"{_EPOCH_MS:012x}"
    return f"{time[:8]}-{time[8:]}-7{tail[:3]}-a{tail[3:6]}-{tail[6:18]}"


def card(name: str) -> str:
    return json.dumps({"salt": "AAAAAAAAAAAAAAAAAAAAAA", "name": name}, ensure_ascii=False)


def member(name: str, role: str, profile: str | None, /, **further: Any) -> dict[str, Any]:
    """A member object. `further` replaces or adds members; those set to None are left out."""
    entry: dict[str, Any] = {
        "id": ident(name),
        "signing": public(f"{name} signing"),
        "encryption": public(f"{name} encryption"),
        "role": role,
        "profile": profile,
        "permissions": [],
        "teams": [],
        "card": digest(card(name)),
    }
    return {field: value for field, value in (entry | further).items() if value is not None}


def sign(payload: object, kid: str, signer: str, typ: str = "accord.statement", alg: str = "ES256") -> str:
    header = {"alg": alg, "kid": kid, "typ": typ}
    octets = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact(header, octets, ECKey.import_key(key(signer)), algorithms=["ES256"])


class Script:
    """Grows chains statement by statement, and notes beside them the statements that must be refused at that point."""

    def __init__(self, start: datetime) -> None:
        self.now = start
        self.chains: dict[str, list[str]] = {"network": []}
        self.valid: list[dict[str, Any]] = []
        self.invalid: list[dict[str, Any]] = []

    def head(self, stream: str) -> list[Any]:
        return [len(self.chains[stream]), self.chains[stream][-1]]

    def payload(self, stream: str, statement_type: str, members: dict[str, Any]) -> dict[str, Any]:
        chain = self.chains.get(stream, [])
        common = {
            "v": 1,
            "suite": "P256-A256GCM",
            "type": statement_type,
            "stream": stream,
            "number": len(chain) + 1,
            "prev": chain[-1] if chain else None,
            "at": f"{self.now:%Y-%m-%dT%H:%M}Z",
            "heads": {} if stream == "network" else {"network": self.head("network")},
        }
        return {name: value for name, value in (common | members).items() if value != "ABSENT"}

    def entry(
        self,
        by: str,
        stream: str,
        statement_type: str,
        members: dict[str, Any],
        beside: tuple[str, ...] = (),
        signer: str | None = None,
        kid: str | None = None,
    ) -> dict[str, Any]:
        """A signed statement. `by` is a member's name (or `authority`); `signer` another key than theirs."""
        payload = self.payload(stream, statement_type, members)
        kid = kid or ("authority" if by == "authority" else ident(by))
        signed = sign(payload, kid, signer or (by if by == "authority" else f"{by} signing"))
        return {
            "stream": stream,
            "type": statement_type,
            "jws": signed,
            "beside": list(beside),
            "received_at": f"{self.now:%Y-%m-%dT%H:%M:%S}Z",
        }

    def says(self, *statement: Any, **how: Any) -> dict[str, Any]:
        """One more statement of the valid chains, a minute later."""
        entry = self.entry(*statement, **how)
        self.chains.setdefault(entry["stream"], []).append(digest(entry["jws"].rpartition(".")[0]))
        self.valid.append(entry)
        self.now += timedelta(minutes=1)
        return entry

    def refused(self, name: str, code: str, *statement: Any, only: str | None = None, **how: Any) -> None:
        """A statement refused with `code` at this point. `only` = "server": what a phone does not ask."""
        self.refuse(name, code, self.entry(*statement, **how), only)

    def refuse(self, name: str, code: str, entry: dict[str, Any], only: str | None = None) -> None:
        case = {"name": name, "after": len(self.valid), "code": code, **entry}
        self.invalid.append(case if only is None else case | {"only": only})
