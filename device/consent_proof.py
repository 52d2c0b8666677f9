"""A consent handed to who must check it: `gather` makes the file, `check` judges it with nothing else than the file.

    {"format": "accord.consent-proof", "v": 1, "at", "genesis", "consent", "notice": text | null,
     "statements": {stream: [{"jws", "received_at"}]},              the network's, and the organisation's that asked
     "events": [{"jws", "received_at", "sections"?: {name: {"core", "key"}}}]}   `key` opens this section and no other

What it proves: who signed, and what; that the content and the text are those signed. What it cannot: that no act was
left out, and the receipt times, which are the server's word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from device import answers, lists, shapes, signed
from device.keys import fingerprint
from device.phone import Phone, received_at
from device.primitives import Json, b64u, digest, instant, read_instant, read_json, unb64u
from device.read import key_ring
from device.refusal import Refusal
from device.roster import NETWORK, Roster, stream_of
from device.sections import content_key, open_with_content_key
from device.signed import Signed
from device.statements import fold
from device.store import Entry
from device.witness import check_event

FORMAT = "accord.consent-proof"
_ACTS = ("consent.given", "consent.refused", "consent.deferred")
_DATED = answers.has(jws=answers.is_text, received_at=answers.is_receipt)
_SECTION = answers.has(core=answers.is_text, key=answers.is_text)
_NOTICE = answers.has(id=answers.is_text, sha256=answers.is_text, language=answers.is_text, variant=answers.is_text)

_FILE = answers.has(
    at=answers.is_text,
    genesis=answers.is_text,
    consent=answers.is_text,
    statements=answers.map_of(answers.list_of(_DATED)),
    events=answers.list_of(_DATED),
)


@dataclass(slots=True)
class Reading:
    """What the file made believable: rosters folded from nothing, and the acts that verify."""

    roster: Roster
    known: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """`told`: what device/consent_record.py tells; `network` and its 20 digits, to be compared with the charter's."""

    told: Json
    network: str
    fingerprint: str
    signer: str


# --- making it


def gather(phone: Phone, consent: str, notice: str | None, at: str) -> Json:
    """The file, from what this phone read and opened. Refusal(not_found | cannot_open)."""
    entry = phone.store.find(consent)
    if entry is None or entry.type not in _ACTS:
        raise Refusal("not_found")
    streams = (NETWORK, stream_of(phone.bundle.organisation))
    return {
        "format": FORMAT,
        "v": 1,
        "at": at,
        "genesis": phone.roster.network.chain.digests[0],
        "consent": consent,
        "notice": notice,
        "statements": {stream: _chain(phone, stream) for stream in streams},
        "events": [_shown(phone, one, one.id == consent) for one in _about(phone, entry)],
    }


def _chain(phone: Phone, stream: str) -> list[Json]:
    """A chain from its first statement: the cards and keys beside are nobody's business here."""
    lines: list[Json] = []
    while True:
        read = phone.api.feed([(stream, len(lines))])["streams"][stream]
        lines += [{"jws": line["jws"], "received_at": line["received_at"]} for line in read["entries"]]
        if not read["more"]:
            return lines


def _about(phone: Phone, entry: Entry) -> list[Entry]:
    """Every act of this dossier and recipient, then the papers and the withdrawals that name one of them."""
    said = entry.signed.payload
    acts = {
        one.id: one
        for one in phone.store.entries(*_ACTS)
        if all(one.signed.payload[name] == said[name] for name in ("dossier", "recipient"))
    }
    naming = phone.store.entries("receipt.issued", "consent.withdrawn")
    acts |= {one.id: one for one in naming if any(consent in acts for consent in one.signed.payload["consents"])}
    return sorted(acts.values(), key=lambda one: (one.type == "consent.withdrawn", one.signed.payload["at"], one.id))


def _shown(phone: Phone, entry: Entry, opened: bool) -> Json:
    line: Json = {"jws": entry.signed.jws, "received_at": entry.received_at.strftime("%Y-%m-%dT%H:%M:%SZ")}
    return line | ({"sections": {name: _open(phone, one) for name, one in entry.sections.items()}} if opened else {})


def _open(phone: Phone, strings: dict[str, str]) -> Json:
    header = read_json(strings["wrap"])["header"]
    for reader in key_ring(phone):
        if reader.header() == header:
            return {"core": strings["core"], "key": b64u(content_key(strings["wrap"], reader))}
    raise Refusal("cannot_open")


# --- judging it


def check(proof: Any) -> Checked:
    """Refusal(code) with the first thing that does not hold: malformed, bad_signature, fork, sections, notice…"""
    if not _FILE(proof) or (proof.get("format"), proof.get("v")) != (FORMAT, 1):
        raise Refusal("malformed")
    reading = Reading(_fold(proof["genesis"], proof["statements"]))
    acts, content = _read_acts(reading, proof)
    act = reading.known.get(proof["consent"])
    if act is None or act["type"] not in _ACTS:
        raise Refusal("not_found")
    text = proof.get("notice")
    if text is not None and not (isinstance(text, str) and digest(text) == _hash_read(content)):
        raise Refusal("notice")
    author = reading.roster.circle(act["audience"]["own"].rpartition(".")[0])[0]
    authority = reading.roster.network.authority
    told = {
        "at": instant(read_instant(proof["at"])),
        "consent": proof["consent"],
        "acts": acts,
        "content": content,
        "notice": text,
        "controller": {"id": author.id, "name": author.name},
        "recipient": {"id": act["recipient"], "name": reading.roster.organisation(act["recipient"]).name},
        "labels": lists.labels(),
    }
    signer = next(one.kid for one in map(_read, proof["events"]) if one.payload["id"] == proof["consent"])
    return Checked(told, reading.roster.network.name, fingerprint(authority) if authority else "", signer)


def _hash_read(content: Json | None) -> str | None:
    return str(content["notice"]["sha256"]) if content and "notice" in content else None


def _fold(genesis: str, statements: Json) -> Roster:
    """The network first: the organisation's statements name its heads."""
    roster = Roster(genesis)
    for stream in sorted(statements, key=lambda one: one != NETWORK):
        for line in statements[stream]:
            made = signed.read(line["jws"], signed.STATEMENT)
            if made.payload.get("stream") != stream:
                raise Refusal("malformed")
            fold(roster, made, [], received_at(line))
    return roster


def _read(line: Json) -> Signed:
    return signed.read(line["jws"], signed.EVENT)


def _read_acts(reading: Reading, proof: Json) -> tuple[list[Json], Json | None]:
    """The consent acts that verify, in order, and what the consent's section holds."""
    acts: list[Json] = []
    content = None
    withdrawn = False
    for line in proof["events"]:
        made = _read(line)
        shapes.check_event(made.payload)
        # Who may take back is judged by what is known: a withdrawal that came first would be believed from anyone.
        if withdrawn and made.payload["type"] != "consent.withdrawn":
            raise Refusal("malformed")
        withdrawn = made.payload["type"] == "consent.withdrawn"
        own = made.payload.get("audience", {}).get("own", "")
        check_event(reading, made, f"circle:{own.rpartition('.')[0]}")
        if made.payload["id"] in reading.known:
            raise Refusal("id_conflict")
        reading.known[made.payload["id"]] = made.payload
        if made.payload["type"].startswith("consent."):
            acts.append(made.payload | {"received_at": line["received_at"]})
        if made.payload["id"] == proof["consent"]:
            content = _content(made, line.get("sections", {}))
    _check_scope(reading, proof["consent"])
    return acts, content


def _check_scope(reading: Reading, consent: str) -> None:
    """An act about or to someone else has no place in the file: it would pass for an ending of this one."""
    about = [reading.known.get(consent, {}).get(name) for name in ("dossier", "recipient")]
    for said in reading.known.values():
        named = [one for one in said.get("consents", []) if one in reading.known]
        is_theirs = bool(named) if "consents" in said else [said.get("dossier"), said.get("recipient")] == about
        if not is_theirs:
            raise Refusal("not_found")


def _is_content(content: Json) -> bool:
    """A refusal may say nothing of a text; what says one says which."""
    return "notice" not in content or _NOTICE(content["notice"])


def _content(made: Signed, sections: Any) -> Json | None:
    """Opened with the key shown; None when none is. Refusal(sections) for other bytes than were signed."""
    if not answers.map_of(_SECTION)(sections):
        raise Refusal("malformed")
    for name, shown in sections.items():
        claim = made.payload["sections"].get(name)
        if claim is None or digest(shown["core"]) != claim["core"]:
            raise Refusal("sections")
        content = open_with_content_key(made.payload["id"], name, shown["core"], unb64u(shown["key"]))
        if not _is_content(content):
            raise Refusal("malformed")
        return content
    return None
