"""The Département: a charter administrator bootstraps it; Bruno loses his ground; David has a last day."""

from __future__ import annotations

from datetime import timedelta

from tests.vectors.roster_cast import NORD, A, B, bruno, charter, created, epoch, granted
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
