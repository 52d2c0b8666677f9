"""The food bank: Chloé admits Amina and a printed key; Marc comes and goes; Amina changes her keys."""

from __future__ import annotations

from models.rules.formats import digest
from tests.vectors.roster_cast import HALLES, A, amina, chloe, created, epoch, granted, recovery
from tests.vectors.statements import Script, card, ident, member, public


def tell_the_food_bank(script: Script) -> None:
    signing = {"charter": ident("charter"), "version": 1, "covers_branches": False}
    script.refused(
        "a version that is not published", "not_found", "chloe", A, "charter.signed", signing | {"version": 2}
    )
    script.refused(
        "a charter that ended", "not_found", "chloe", A, "charter.signed", signing | {"charter": ident("old")}
    )
    script.says("chloe", A, "charter.signed", signing)
    team = {"team": {"id": HALLES, "name": "Centre des Halles", "structures": ["soliguide-1"]}}
    script.says("chloe", A, "team.created", team)
    script.refused(
        "a statement signed before it was known that another came",
        "stale_head",
        "chloe",
        A,
        "team.created",
        team | {"number": 2, "prev": script.chains[A][0]},
    )
    script.refused(
        "a known number that follows what nobody saw",
        "fork",
        "chloe",
        A,
        "team.created",
        team | {"number": 2, "prev": digest("?")},
    )
    script.refused(
        "the next number that follows what nobody saw", "fork", "chloe", A, "team.created", team | {"prev": digest("?")}
    )
    script.refused("a number beyond the next", "held", "chloe", A, "team.created", team | {"number": 9})
    script.refused(
        "a supervisor who declares herself bound",
        "not_allowed",
        "chloe",
        A,
        "member.role_set",
        {"member": chloe(ground="mission")},
        (card("chloe"),),
    )
    script.says("chloe", A, "member.role_set", {"member": chloe()}, (card("chloe"),))
    adding = {"member": amina()}
    script.refused(
        "a team that does not exist",
        "not_found",
        "chloe",
        A,
        "member.added",
        {"member": amina(teams=[ident("nowhere")])},
        (card("amina"),),
    )
    script.refused(
        "a card that is not the one signed",
        "beside",
        "chloe",
        A,
        "member.added",
        adding,
        (card("Amina"),),
        only="server",
    )
    script.refused(
        "one string too many beside",
        "beside",
        "chloe",
        A,
        "member.added",
        adding,
        (card("amina"), "more"),
        only="server",
    )
    script.refused("someone who is not a member", "not_allowed", "david", A, "member.added", adding, (card("amina"),))
    script.refused(
        "another key than the signer's",
        "bad_signature",
        "chloe",
        A,
        "member.added",
        adding,
        (card("amina"),),
        signer="david signing",
    )
    script.says("chloe", A, "member.added", adding, (card("amina"),))
    script.refused(
        "a member's id used again",
        "id_conflict",
        "chloe",
        A,
        "member.added",
        {"member": member("david", "volunteer", "F", id=ident("amina"))},
        (card("david"),),
    )
    script.refused(
        "a volunteer who admits",
        "not_allowed",
        "amina",
        A,
        "member.added",
        {"member": member("david", "volunteer", "F")},
        (card("david"),),
    )
    script.refused(
        "a role set with other keys",
        "not_allowed",
        "chloe",
        A,
        "member.role_set",
        {"member": amina(signing=public("david signing"))},
        (card("amina"),),
    )
    script.says("chloe", A, "member.added", {"member": recovery()}, (card("recovery"),))
    script.refused(
        "a printed key that is rekeyed",
        "not_allowed",
        "chloe",
        A,
        "member.rekeyed",
        {"member": ident("recovery"), "signing": public("x"), "encryption": public("y")},
    )
    device = {"device": ident("amina phone"), "member": ident("amina"), "signing": public("amina phone")}
    script.refused("a device enrolled for another", "not_allowed", "chloe", A, "device.enrolled", device)
    script.refused(
        "a device with a member's id", "id_conflict", "amina", A, "device.enrolled", device | {"device": ident("chloe")}
    )
    script.says("amina", A, "device.enrolled", device)
    script.says(
        "chloe",
        A,
        "device.enrolled",
        {"device": ident("chloe phone"), "member": ident("chloe"), "signing": public("chloe phone")},
    )
    script.refused(
        "a volunteer who revokes another's device",
        "not_allowed",
        "amina",
        A,
        "device.revoked",
        {"device": ident("chloe phone")},
    )
    script.refused("a device nobody enrolled", "not_found", "chloe", A, "device.revoked", {"device": ident("nowhere")})
    script.refused(
        "the last supervisor ended", "last_supervisor", "chloe", A, "member.ended", {"member": ident("chloe")}
    )
    script.refused(
        "the last supervisor demoted",
        "last_supervisor",
        "chloe",
        A,
        "member.role_set",
        {"member": chloe(role="volunteer")},
        (card("chloe"),),
    )
    tell_the_circle(script)


def tell_the_circle(script: Script) -> None:
    one = created("halles open", HALLES, "open", "chloe")
    script.refused("a circle of one holder", "one_holder", "chloe", A, "circle.created", *one)
    both = created("halles open", HALLES, "open", "chloe", "recovery")
    script.refused("a circle made by a volunteer", "not_allowed", "amina", A, "circle.created", *both)
    script.refused(
        "a circle its signer will not hold",
        "not_allowed",
        "chloe",
        A,
        "circle.created",
        *created("halles open", HALLES, "open", "amina", "recovery"),
    )
    script.refused(
        "a bound circle for members without ground",
        "holder",
        "chloe",
        A,
        "circle.created",
        *created("halles bound", HALLES, "bound", "chloe", "recovery"),
    )
    script.refused(
        "a holder who is not a member",
        "not_found",
        "chloe",
        A,
        "circle.created",
        *created("halles open", HALLES, "open", "chloe", "david"),
    )
    script.refused(
        "a circle of no team",
        "not_found",
        "chloe",
        A,
        "circle.created",
        *created("halles open", ident("nowhere"), "open", "chloe", "recovery"),
    )
    script.says("chloe", A, "circle.created", *both)
    script.refused(
        "a second open circle of the team",
        "id_conflict",
        "chloe",
        A,
        "circle.created",
        *created("halles open again", HALLES, "open", "chloe", "recovery"),
    )
    script.refused(
        "a grant by someone who holds nothing",
        "not_allowed",
        "amina",
        A,
        "circle.granted",
        *granted("halles open", 1, "amina"),
    )
    script.refused(
        "a grant of an epoch to come", "stale_epoch", "chloe", A, "circle.granted", *granted("halles open", 2, "amina")
    )
    script.says("chloe", A, "circle.granted", *granted("halles open", 1, "amina"))
    script.says(
        "chloe", A, "member.added", {"member": member("marc", "volunteer", "F", teams=[HALLES])}, (card("marc"),)
    )
    script.says("amina", A, "circle.granted", *granted("halles open", 1, "marc"))
    script.says("chloe", A, "member.ended", {"member": ident("marc")})
    script.refused(
        "a member who ended",
        "not_allowed",
        "marc",
        A,
        "device.enrolled",
        {"device": ident("marc phone"), "member": ident("marc"), "signing": public("marc phone")},
    )
    script.refused("a member ended twice", "not_found", "chloe", A, "member.ended", {"member": ident("marc")})
    script.refused(
        "a grant to someone who ended", "holder", "chloe", A, "circle.granted", *granted("halles open", 1, "marc")
    )
    script.refused(
        "a rotation that skips an epoch",
        "stale_epoch",
        "chloe",
        A,
        "circle.rotated",
        *epoch("halles open", 3, "chloe", "amina", "recovery"),
    )
    script.refused(
        "a rotation that keeps who left",
        "holder",
        "chloe",
        A,
        "circle.rotated",
        *epoch("halles open", 2, "chloe", "marc", "recovery"),
    )
    script.says("chloe", A, "circle.rotated", *epoch("halles open", 2, "chloe", "amina", "recovery"))
    script.refused(
        "a grant of a past epoch", "stale_epoch", "chloe", A, "circle.granted", *granted("halles open", 1, "amina")
    )
    rekeying = {"signing": public("amina new signing"), "encryption": public("amina new encryption")}
    script.refused(
        "another's keys changed by a volunteer",
        "not_allowed",
        "amina",
        A,
        "member.rekeyed",
        rekeying | {"member": ident("chloe")},
    )
    script.says("chloe", A, "member.rekeyed", rekeying | {"member": ident("amina")})
    script.refused(
        "the key before a rekeying", "bad_signature", "amina", A, "device.revoked", {"device": ident("amina phone")}
    )
    script.says("amina", A, "device.revoked", {"device": ident("amina phone")}, signer="amina new signing")
    script.refused(
        "a device revoked twice", "not_found", "chloe", A, "device.revoked", {"device": ident("amina phone")}
    )
