"""The Département: a charter administrator bootstraps it; Bruno loses his ground; David has a last day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.vectors.roster_cast import NORD, A, B, bruno, charter, created, epoch, granted, recovery
from tests.vectors.statements import Script, card, ident, member, public


def tell_the_departement(script: Script) -> None:
    script.refused(
        "a bound ground that does not exist",
        "malformed",
        "gwenaelle",
        B,
        "member.added",
        {"member": bruno(ground="friendship")},
        (card("bruno"),),
    )
    script.says("gwenaelle", B, "team.created", {"team": {"id": NORD, "name": "CDAS Nord", "structures": []}})
    helene = member("helene", "supervisor", "B", teams=[NORD], ground="function")
    script.says("gwenaelle", B, "member.added", {"member": helene}, (card("helene"),))
    refuse_the_administrator(script)
    script.says("helene", B, "member.added", {"member": bruno(ground="profession")}, (card("bruno"),))
    script.says(
        "bruno",
        B,
        "device.enrolled",
        {"device": ident("bruno phone"), "member": ident("bruno"), "signing": public("bruno phone")},
    )
    script.refused(
        "a charter signed by a deputy",
        "not_allowed",
        "bruno",
        B,
        "charter.signed",
        {"charter": ident("charter"), "version": 1, "covers_branches": False},
    )
    script.says("gwenaelle", B, "charter.signed", {"charter": ident("charter"), "version": 1, "covers_branches": True})
    script.says("bruno", B, "circle.created", *created("nord bound", NORD, "bound", "bruno", "helene"))
    script.refused(
        "a grant outside the team", "holder", "bruno", B, "circle.granted", *granted("nord bound", 1, "gwenaelle")
    )
    david = member("david", "worker", "B", teams=[NORD], ends_on=f"{script.now:%Y-%m-%d}")
    refuse_the_deputy(script)
    script.says("bruno", B, "member.added", {"member": david}, (card("david"),))
    script.says("bruno", B, "circle.created", *created("nord open", NORD, "open", "bruno", "helene", "david"))
    script.says("helene", B, "member.role_set", {"member": bruno()}, (card("bruno"),))
    protocol = {"charter": ident("protocol"), "version": 1, "covers_branches": False}
    script.says("helene", B, "charter.signed", protocol)
    script.says("chloe", A, "charter.signed", protocol)
    script.now += timedelta(days=1)
    script.refused(
        "a member past the last day",
        "not_allowed",
        "david",
        B,
        "device.enrolled",
        {"device": ident("david phone"), "member": ident("david"), "signing": public("david phone")},
    )
    script.refused(
        "a holder past the last day", "holder", "bruno", B, "circle.rotated", *epoch("nord open", 2, "bruno", "david")
    )
    script.says("authority", "network", "charter.published", charter("charter", 2, ["C01"]), signer="authority 2")
    script.says("helene", B, "charter.signed", {"charter": ident("charter"), "version": 2, "covers_branches": True})
    tell_the_deputies(script)


def refuse_the_administrator(script: Script) -> None:
    """A charter administrator bootstraps the organisation, and goes no further: not for herself, nor to end one."""
    herself = member("gwenaelle", "supervisor", "A", permissions=["member.admit"])
    for name, statement in {
        "a charter administrator who makes herself supervisor": (
            "member.role_set",
            {"member": herself},
            (card("gwenaelle"),),
        ),
        "a charter administrator who ends a supervisor": ("member.ended", {"member": ident("helene")}),
        "a charter administrator who ends herself": ("member.ended", {"member": ident("gwenaelle")}),
    }.items():
        script.refused(name, "not_allowed", "gwenaelle", B, *statement)


def refuse_the_deputy(script: Script) -> None:
    """Bruno is a worker with `member.admit`: he gives no more than he has."""
    someone = "david"
    for name, added in {
        "a deputy who adds a supervisor": member(someone, "supervisor", "B"),
        "a deputy who adds a charter administrator": member(someone, "charter_admin", "B"),
        "a deputy who adds a printed key": recovery(),
        "a deputy who adds another deputy": member(someone, "volunteer", "F", permissions=["member.admit"]),
    }.items():
        beside = (card("recovery" if added["role"] == "recovery" else someone),)
        script.refused(name, "not_allowed", "bruno", B, "member.added", {"member": added}, beside)
    for name, about, changed in (
        (
            "a deputy who sets a supervisor",
            "helene",
            member("helene", "supervisor", "B", teams=[NORD], ground="function"),
        ),
        (
            "a deputy who demotes a supervisor",
            "helene",
            member("helene", "worker", "B", teams=[NORD], ground="function"),
        ),
        ("a deputy who sets a charter administrator", "gwenaelle", member("gwenaelle", "worker", "A")),
        ("a deputy who sets his own entry", "bruno", bruno(ground="profession", permissions=[])),
        ("a deputy who makes himself supervisor", "bruno", bruno(ground="profession", role="supervisor")),
    ):
        script.refused(name, "not_allowed", "bruno", B, "member.role_set", {"member": changed}, (card(about),))
    for name, about in (
        ("a deputy who ends a supervisor", "helene"),
        ("a deputy who ends a charter administrator", "gwenaelle"),
        ("a deputy who ends himself", "bruno"),
    ):
        script.refused(name, "not_allowed", "bruno", B, "member.ended", {"member": ident(about)})
    script.refused("a deputy who ends a stranger", "not_found", "bruno", B, "member.ended", {"member": ident("amina")})


def tell_the_deputies(script: Script) -> None:
    """What they may do: admit, change and end a volunteer; and, for the administrator, add a printed key."""
    elise = member("elise", "volunteer", "F", teams=[NORD])
    script.says("bruno", B, "member.added", {"member": elise}, (card("elise"),))
    for name, changed in {
        "a deputy who makes a supervisor of a volunteer": {"role": "supervisor"},
        "a deputy who makes a deputy of a volunteer": {"permissions": ["member.admit"]},
    }.items():
        entry = member("elise", "volunteer", "F", **{"teams": [NORD]} | changed)
        script.refused(name, "not_allowed", "bruno", B, "member.role_set", {"member": entry}, (card("elise"),))
    worker = member("elise", "worker", "B", teams=[NORD])
    script.says("bruno", B, "member.role_set", {"member": worker}, (card("elise"),))
    supervisor = member("elise", "supervisor", "B", teams=[NORD], permissions=["member.admit"])
    refuse_a_second_supervisor(script, supervisor)
    script.says("helene", B, "member.role_set", {"member": supervisor}, (card("elise"),))
    script.refused(
        "a supervisor ended by a deputy who had admitted her",
        "not_allowed", "bruno", B, "member.ended", {"member": ident("elise")},
    )  # fmt: skip
    script.says("helene", B, "member.role_set", {"member": elise}, (card("elise"),))
    script.says("bruno", B, "member.ended", {"member": ident("elise")})
    printed = member("keeper", "recovery", None, signing=None)
    script.says("gwenaelle", B, "member.added", {"member": printed}, (card("keeper"),))


def refuse_a_second_supervisor(script: Script, elise: dict[str, Any]) -> None:
    """Once someone supervises, the administrator neither makes nor unmakes a supervisor."""
    demoted = member("helene", "worker", "B", teams=[NORD], ground="function")
    moved = member("helene", "supervisor", "B", ground="function")
    for name, kind, changed in (
        ("a charter administrator who adds a second supervisor", "member.added", member("keeper", "supervisor", "B")),
        ("a charter administrator who makes a second supervisor", "member.role_set", elise),
        ("a charter administrator who demotes a supervisor", "member.role_set", demoted),
        ("a charter administrator who takes a supervisor out of a team", "member.role_set", moved),
    ):
        about = next(one for one in ("keeper", "elise", "helene") if ident(one) == changed["id"])
        script.refused(name, "not_allowed", "gwenaelle", B, kind, {"member": changed}, (card(about),))
