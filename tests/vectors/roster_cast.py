"""Who and what the roster vectors are about: the food bank A of Chloé and Amina, the Département B of Bruno."""

from __future__ import annotations

from typing import Any, Final

from models.rules.formats import digest
from tests.vectors.statements import ident, member, public

A: Final = f"organisation:{ident('food bank')}"
B: Final = f"organisation:{ident('departement')}"
HALLES: Final = ident("halles")
NORD: Final = ident("cdas nord")
ABSENT: Final = "ABSENT"


def charter(name: str, version: int, categories: list[str], **further: Any) -> dict[str, Any]:
    return {
        "charter": ident(name),
        "version": version,
        "title": "Charte du partage",
        "text": "Les signataires partagent\nce que la personne accepte.",
        "flows": [{"from": ["*"], "to": ["banque_alimentaire", "departement_cdas"], "categories": categories}],
        "purposes": ["orienter_vers_un_service"],
        "bases": [{"id": "person.agreement.orientation", "version": 1, "floor": "prior_consent"}],
        "transition_days": 90,
        **further,
    }


def epoch(circle: str, number: int, *names: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The members of a circle statement for these holders, and the strings beside it."""
    wraps = {ident(name): f"wrap of {circle}.{number} to {name}" for name in names}
    blob = f"blob of {circle}.{number}"
    members = {
        "circle": ident(circle),
        "epoch": number,
        "public": public(f"{circle}.{number}"),
        "holders": {holder: digest(wrap) for holder, wrap in wraps.items()},
        "blob": digest(blob),
    }
    return members, (*wraps.values(), blob)


def created(circle: str, team: str, circle_class: str, *names: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    members, beside = epoch(circle, 1, *names)
    return members | {"team": team, "class": circle_class}, beside


def granted(circle: str, number: int, name: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    wrap = f"wrap of {circle}.{number} to {name}"
    return {"circle": ident(circle), "epoch": number, "member": ident(name), "wrap": digest(wrap)}, (wrap,)


def amina(**further: Any) -> dict[str, Any]:
    return member("amina", "volunteer", "F", **{"teams": [HALLES]} | further)


def chloe(**further: Any) -> dict[str, Any]:
    return member("chloe", "supervisor", "F", **{"teams": [HALLES]} | further)


def bruno(**further: Any) -> dict[str, Any]:
    return member("bruno", "worker", "A", **{"teams": [NORD], "permissions": ["member.admit"]} | further)


def recovery(**further: Any) -> dict[str, Any]:
    return member("recovery", "recovery", None, **{"signing": None} | further)
