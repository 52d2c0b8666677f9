"""Statements refused for what they look like, or because a byte of them was touched."""

from __future__ import annotations

from typing import Any

from models.rules.formats import digest
from tests.vectors.roster_cast import ABSENT, HALLES, A, B, amina, created, recovery
from tests.vectors.statements import Script, card, ident, public, sign


def refuse_shapes(script: Script) -> None:
    team = {"team": {"id": HALLES, "name": "Centre des Halles", "structures": []}}
    adding, card_beside = {"member": amina()}, (card("amina"),)
    cases: list[tuple[str, str, str, dict[str, Any]]] = [
        ("a member that is not in the table", "unknown_field", "team.created", team | {"role": "supervisor"}),
        ("a member of a member object that is not", "unknown_field", "member.added", {"member": amina(name="Amina")}),
        ("a required member left out", "malformed", "team.created", team | {"at": ABSENT}),
        ("another suite", "unknown_suite", "team.created", team | {"suite": "P256-AES-CBC"}),
        ("a later version", "unknown_suite", "team.created", team | {"v": 2}),
        ("a version that is a word", "unknown_suite", "team.created", team | {"v": "1"}),
        ("a type nobody knows", "malformed", "team.renamed", team),
        ("an event's type", "malformed", "dossier.opened", {"dossier": ident("dossier")}),
        (
            "an id that is not of version 7",
            "malformed",
            "member.ended",
            {"member": "019ccf3a-1d00-4abc-a123-0123456789ab"},
        ),
        (
            "an id that tells the second",
            "malformed",
            "member.ended",
            {"member": "019ccf3a-1d01-7abc-a123-0123456789ab"},
        ),
        ("seconds in the device's clock", "malformed", "team.created", team | {"at": "2026-03-02T09:00:00Z"}),
        ("31 February", "malformed", "member.added", {"member": amina(ends_on="2026-02-31")}),
        (
            "a recovery key that signs",
            "malformed",
            "member.added",
            {"member": recovery(signing=public("recovery signing"))},
        ),
        ("a recovery key in a team", "malformed", "member.added", {"member": recovery(teams=[HALLES])}),
        ("a volunteer without column", "malformed", "member.added", {"member": amina(profile=None)}),
        (
            "a private key in a statement",
            "malformed",
            "member.added",
            {"member": amina(encryption=public("amina encryption") | {"d": digest("?")})},
        ),
        ("a permission that does not exist", "malformed", "member.added", {"member": amina(permissions=["all"])}),
        ("a number without what it follows", "malformed", "team.created", team | {"number": 7, "prev": None}),
        (
            "a first circle of epoch 2",
            "malformed",
            "circle.created",
            created("halles open", HALLES, "open", "chloe")[0] | {"epoch": 2},
        ),
        ("a network statement in an organisation", "malformed", "charter.ended", {"charter": ident("charter")}),
        (
            "more heads than the network's",
            "unknown_field",
            "team.created",
            team | {"heads": {"network": script.head("network"), B: [1, digest("?")]}},
        ),
        (
            "a control character in a name",
            "malformed",
            "team.created",
            {"team": {"id": HALLES, "name": "Halles\u0000", "structures": []}},
        ),
    ]
    for name, code, statement_type, members in cases:
        script.refused(name, code, "chloe", A, statement_type, members)
    script.refused("a kid that is a device's name", "malformed", "chloe", A, "team.created", team, kid="chloe")
    script.refused(
        "an organisation that was not admitted",
        "not_found",
        "chloe",
        f"organisation:{ident('nobody')}",
        "team.created",
        team,
    )
    script.refused(
        "a network newer than what is known",
        "held",
        "chloe",
        A,
        "team.created",
        team | {"heads": {"network": [99, digest("?")]}},
    )
    script.refused(
        "another history of the network",
        "fork",
        "chloe",
        A,
        "team.created",
        team | {"heads": {"network": [2, digest("?")]}},
    )
    script.refused(
        "an organisation's statement by the authority", "malformed", "authority", A, "member.added", adding, card_beside
    )


def refuse_what_was_touched(script: Script) -> None:
    """The bytes of a right statement, changed."""
    right = script.entry("chloe", A, "member.ended", {"member": ident("amina")})
    header, body, signature = right["jws"].split(".")
    other = sign(script.payload(A, "member.ended", {"member": ident("recovery")}), ident("chloe"), "chloe signing")
    script.refuse(
        "a signature under another payload",
        "bad_signature",
        right | {"jws": f"{header}.{other.split('.')[1]}.{signature}"},
    )
    payload = script.payload(A, "member.ended", {"member": ident("amina")})
    as_event = sign(payload, ident("chloe"), "chloe signing", typ="accord.event")
    script.refuse("an event's typ", "malformed", right | {"jws": as_event}, only="server")
    script.refuse("padding", "malformed", right | {"jws": right["jws"] + "="}, only="server")
    script.refuse("two parts", "malformed", right | {"jws": f"{header}.{body}"}, only="server")
