"""What one may ask at the end of the story, with the answers a reader of docs/protocol.md finds by hand.

A question is `{"ask", "args", "answer"}`; an organisation is named by its id, a refusal is its code.
"""

from __future__ import annotations

from typing import Any

from models.rules.formats import digest
from tests.vectors.statements import Script, ident, public

FOOD_BANK = ident("food bank")
DEPARTEMENT = ident("departement")
NETWORK = "network"
DAY_1, DAY_2 = "2026-03-02", "2026-03-03"


def wraps(circle: str, epoch: int, *names: str) -> dict[str, str]:
    return {ident(name): digest(f"wrap of {circle}.{epoch} to {name}") for name in names}


def questions(script: Script) -> list[dict[str, Any]]:
    asked = [*_circles(), *_devices(), *_charters(), *_heads(script)]
    return [{"ask": ask, "args": args, "answer": answer} for ask, args, answer in asked]


def _circles() -> list[tuple[str, list[Any], Any]]:
    halles, bound, opened = ident("halles open"), ident("nord bound"), ident("nord open")
    return [
        # Amina has new keys, Marc left: both lost the circle.
        ("holders", [FOOD_BANK, halles, DAY_1], wraps("halles open", 2, "chloe", "recovery")),
        ("awaitsRotation", [FOOD_BANK, halles, DAY_1], True),
        ("supersededByRemoval", [FOOD_BANK, halles, 1], True),
        ("supersededByRemoval", [FOOD_BANK, halles, 2], False),
        ("profiles", [FOOD_BANK, halles, DAY_1], [["F", None]]),
        ("circlesOfMember", [FOOD_BANK, ident("amina"), DAY_1], []),
        ("circlesOfMember", [FOOD_BANK, ident("chloe"), DAY_1], [halles]),
        ("circlePublicKey", [FOOD_BANK, halles, 1], public("halles open.1")),
        ("circlePublicKey", [FOOD_BANK, halles, 3], None),
        ("circleOfTeam", [FOOD_BANK, ident("halles"), "open"], halles),
        ("circleOfTeam", [FOOD_BANK, ident("halles"), "bound"], None),
        # Bruno lost his ground: the bound circle, not the open one.
        ("holders", [DEPARTEMENT, bound, DAY_1], wraps("nord bound", 1, "helene")),
        ("awaitsRotation", [DEPARTEMENT, bound, DAY_1], True),
        ("profiles", [DEPARTEMENT, bound, DAY_1], [["B", "function"]]),
        # David's last day is the first.
        ("holders", [DEPARTEMENT, opened, DAY_1], wraps("nord open", 1, "bruno", "helene", "david")),
        ("awaitsRotation", [DEPARTEMENT, opened, DAY_1], False),
        ("holders", [DEPARTEMENT, opened, DAY_2], wraps("nord open", 1, "bruno", "helene")),
        ("awaitsRotation", [DEPARTEMENT, opened, DAY_2], True),
        ("profiles", [DEPARTEMENT, opened, DAY_2], [["A", None], ["B", "function"]]),
        # A circle of another organisation.
        ("holders", [DEPARTEMENT, halles, DAY_1], {}),
        ("awaitsRotation", [DEPARTEMENT, halles, DAY_1], False),
        ("profiles", [DEPARTEMENT, halles, DAY_1], []),
    ]


def _devices() -> list[tuple[str, list[Any], Any]]:
    """Amina's first phone was enrolled by statement 6 of the food bank and revoked by 15."""
    return [
        ("author", [FOOD_BANK, ident("amina phone"), 5], None),
        ("author", [FOOD_BANK, ident("amina phone"), 6], ident("amina")),
        ("author", [FOOD_BANK, ident("amina phone"), 14], ident("amina")),
        ("author", [FOOD_BANK, ident("amina phone"), 15], None),
        ("author", [FOOD_BANK, ident("amina phone")], None),
        ("author", [FOOD_BANK, ident("chloe phone")], ident("chloe")),
        ("author", [FOOD_BANK, ident("bruno phone")], None),
        ("author", [FOOD_BANK, ident("chloe")], None),
    ]


def _charters() -> list[tuple[str, list[Any], Any]]:
    """Version 2 was received on 3 March: whoever signed version 1 alone is covered for 90 days, until 1 June."""
    both, last, over = [FOOD_BANK, DEPARTEMENT], "2026-06-01T09:00:00Z", "2026-06-01T12:00:00Z"
    charter, protocol = ident("charter"), ident("protocol")
    return [
        ("chartersInForce", [*both, "2026-03-04T00:00Z"], [[charter, [1, 2]], [protocol, [1]]]),
        ("chartersInForce", [*reversed(both), last], [[charter, [1, 2]], [protocol, [1]]]),
        ("chartersInForce", [*both, over], [[protocol, [1]]]),
        ("chartersInForce", [DEPARTEMENT, DEPARTEMENT, over], [[charter, [2]], [protocol, [1]]]),
        ("chartersInForce", [FOOD_BANK, FOOD_BANK, over], [[protocol, [1]]]),
    ]


def _heads(script: Script) -> list[tuple[str, list[Any], Any]]:
    food_bank, departement = f"organisation:{FOOD_BANK}", f"organisation:{DEPARTEMENT}"
    known = {NETWORK: script.head(NETWORK), food_bank: script.head(food_bank)}
    past = {NETWORK: [1, script.chains[NETWORK][0]], departement: script.head(departement)}
    ahead = {departement: [99, digest("not yet")]}
    elsewhere = {food_bank: [2, digest("another history")]}
    return [
        ("judgeHeads", [known], None),
        ("judgeHeads", [past], None),
        ("judgeHeads", [known | ahead], "held"),
        ("judgeHeads", [known | {f"organisation:{ident('nobody')}": [1, digest("?")]}], "held"),
        ("judgeHeads", [past | elsewhere], "fork"),
        ("judgeHeads", [ahead | elsewhere], "fork"),
    ]
