"""The strings that travel beside a statement, named in it by their digests, and the ids it brings into the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.problems import Problem
from models.rules.formats import digest


@dataclass(frozen=True, slots=True)
class Beside:
    """Who may have a string: a `wrap` its addressee `member`, a `blob` the holders of `circle`, a `card` the whole
    organisation."""

    kind: str
    member: str | None = None
    circle: str | None = None


def named_strings(payload: Mapping[str, Any]) -> list[tuple[str, Beside]]:
    """Each digest a statement names, with who may have its string."""
    named: list[tuple[str, Beside]] = []
    carded = payload.get("administrator", payload.get("member"))
    if isinstance(carded, dict):
        named.append((carded["card"], Beside("card", carded["id"])))
    if "blob" in payload:
        named.append((payload["blob"], Beside("blob", circle=payload["circle"])))
    for member, wrap in payload.get("holders", {}).items():
        named.append((wrap, Beside("wrap", member, payload["circle"])))
    if "wrap" in payload:
        named.append((payload["wrap"], Beside("wrap", payload["member"], payload["circle"])))
    return named


def beside_of(payload: Mapping[str, Any]) -> dict[str, Beside]:
    """{digest: who may have its string} of a statement that was applied."""
    return dict(named_strings(payload))


def check_beside(payload: Mapping[str, Any], beside: Sequence[str]) -> None:
    """Every digest named has its string, and there is no other. Raises Problem("beside").

    One string named twice is refused too: it would go to two people as if it were sealed to both.
    """
    named = sorted(name for name, _ in named_strings(payload))
    if len(set(named)) != len(named) or sorted(digest(text) for text in beside) != named:
        raise Problem("beside")


def new_ids(payload: Mapping[str, Any]) -> list[str]:
    """The ids this statement brings: organisation and administrator, member, device, team, circle, new charter."""
    match payload["type"]:
        case "organisation.admitted":
            return [payload["organisation"]["id"], payload["administrator"]["id"]]
        case "charter.published":
            return [payload["charter"]] if payload["version"] == 1 else []
        case "team.created":
            return [payload["team"]["id"]]
        case "member.added":
            return [payload["member"]["id"]]
        case "device.enrolled":
            return [payload["device"]]
        case "circle.created":
            return [payload["circle"]]
    return []
