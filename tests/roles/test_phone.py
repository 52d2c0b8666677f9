"""The phone's own answer to "may this be sent?", over ten thousand cells, by the same oracle as the server's (T48)."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

import pytest

from tests.client.conftest import page_modules, static_tree  # noqa: F401 (fixtures)
from tests.client.harness import Modules
from tests.conftest import SEED
from tests.roles.oracle_sharing import Charter, Consent, Sending, Version, judge_content
from tests.roles.sending import draw
from tests.roles.town import Town

pytestmark = pytest.mark.browser
CELLS, BATCH = 10_000, 2_500
DAY_MS = 86_400_000
Json = dict[str, Any]


def test_a_phone_answers_ten_thousand_times_as_the_oracle(
    town: Town,
    page_modules: Modules,  # noqa: F811
) -> None:
    """T48: what can be judged before sending, in the order a phone judges it; the author's standing is the server's."""
    luck, drawn = random.Random(f"{SEED} phone"), []
    while len(drawn) < CELLS:
        facts = draw(town, luck).facts
        if is_for_a_phone(facts):
            drawn.append(facts)
    found: list[Any] = []
    for start in range(0, CELLS, BATCH):
        found += page_modules.run(
            """const { checkOrientation } = await load("app/rules/sharing.js");
            const { REFERENCE } = await load("app/reference.js");
            return JSON.parse(cells).map((cell) => checkOrientation(REFERENCE, cell)?.code ?? "accepted");""",
            cells=json.dumps([disclosure(facts) for facts in drawn[start : start + BATCH]]),
        )
    expected = [judge_content(facts) for facts in drawn]
    assert [each for each in zip(drawn, expected, found, strict=True) if each[1] != each[2]] == []
    seen = Counter(expected)
    assert all(seen[code] >= 50 for code in ("role", "charter", "matrix", "basis", "consent_missing", "level"))
    assert seen["accepted"] >= 1000


def is_for_a_phone(facts: Sending) -> bool:
    """It knows the recipient and the consent, and looks at the circle of each side, not at where a consent was kept."""
    given = facts.ground
    if facts.to.where in ("unknown", "same_team"):
        return False
    if not isinstance(given, Consent):
        return True
    return given.known_to == "own_team" and (given.recorded, facts.own) != ("bound", "open")


def disclosure(facts: Sending) -> Json:
    """The same facts, as static/app/rules/sharing.js is told them."""
    sections: list[tuple[str | None, int | None]] = [("X.request", facts.request_level), *facts.sent.items()]
    sections += [("X.necessity", facts.necessity_level), (None, facts.own_only_level)]
    alone = isinstance(facts.ground, str)
    return {
        "charters": [_charter(one) for one in facts.charters if one.ruling()],
        "sameOrganisation": facts.to.where == "same_organisation",
        "fromKind": facts.from_kind,
        "toKind": facts.to.kind,
        "role": facts.author.role,
        "permissions": [],
        "authorGround": facts.author.ground,
        "recipients": [{"profile": profile, "ground": ground} for profile, ground in facts.to.holders],
        "recipient": "named",
        "sections": [{"category": code, "level": level} for code, level in sections if level is not None],
        "hasNecessity": facts.has_necessity,
        "purpose": facts.purpose,
        "level": facts.level,
        "own": _side(facts.own, facts.own_classes),
        "other": _side(facts.to.circle, facts.to.classes),
        "t": 0,
        "consent": None if alone else _consent(facts.ground),
        "endings": [] if alone else _endings(facts.ground),
        "basis": {"id": facts.ground, "version": 1} if alone else None,
    }


def _side(circle: str, classes: frozenset[str]) -> Json:
    return {"circleClass": circle, "hasOpen": "open" in classes, "hasBound": "bound" in classes}


def _charter(charter: Charter) -> list[Json]:
    return [_version(version) for version in charter.ruling()]


def _version(version: Version) -> Json:
    flow = {"from": sorted(version.from_kinds), "to": sorted(version.to_kinds), "categories": sorted(version.codes)}
    bases = [{"id": id, "version": 1} | ({"floor": floor} if floor else {}) for id, floor in version.bases.items()]
    return {"flows": [flow], "purposes": sorted(version.purposes), "bases": bases}


def _consent(given: Consent | str) -> Json:
    assert isinstance(given, Consent)
    named = [str(number) for number, act in enumerate(given.said) if act.is_named]
    told = {"id": "consent", "dossier": "same", "recipient": given.recipient, "categories": sorted(given.codes)}
    told |= {"purpose": given.purpose, "basis": {"id": given.basis, "version": 1}}
    return told | {"endsAt": given.days_left * DAY_MS - 1, "parents": named}


def _endings(given: Consent | str) -> list[Json]:
    assert isinstance(given, Consent)
    return [
        {
            "id": str(number),
            "dossier": "other" if act.about == "other_dossier" else "same",
            "recipient": "yet another" if act.about == "other_recipient" else given.recipient,
            "categories": None if act.codes is None else sorted(act.codes),
        }
        for number, act in enumerate(given.said)
    ]
