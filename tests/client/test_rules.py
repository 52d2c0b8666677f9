"""The rules a phone needs, over the vectors the server runs (tests/models/): the same answers, to the code."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from models.problems import Problem
from models.reference import REFERENCE
from models.rules.basis import basis_allows, consent_mode
from models.rules.matrix import mark
from models.rules.permission import ACTIONS, may
from models.rules.sharing import check_orientation
from models.vocabulary import Role
from tests.client.harness import Modules
from tests.models.test_sharing import disclosure

pytestmark = pytest.mark.browser
VECTORS = Path(__file__).parent.parent / "vectors"
INSTANTS = ("t", "endsAt", "until", "deadline", "at", "receivedAt", "end")


def vectors(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    return content


# Instants of the vectors become milliseconds, as the client's rules want them.
REVIVE = f"""
const revive = (value) => JSON.parse(JSON.stringify(value), (key, inner) =>
  {json.dumps(INSTANTS)}.includes(key) && typeof inner === "string" ? Date.parse(inner) : inner);
"""


def names(cases: Iterable[dict[str, Any]]) -> list[str]:
    return [case.get("name", str(case)) for case in cases]


def differing(cases: list[dict[str, Any]], found: list[Any], expected: list[Any]) -> list[tuple[str, Any, Any]]:
    return [each for each in zip(names(cases), found, expected, strict=True) if each[1] != each[2]]


def test_a_phone_refuses_what_the_server_refuses_with_the_same_code(page_modules: Modules) -> None:
    """T42, and the shown refusals of the spine: C11 for want of consent, C06 by the matrix."""
    given = vectors("sharing")
    found = page_modules.run(
        REVIVE
        + """
        const { checkOrientation } = await load("app/rules/sharing.js");
        const { REFERENCE } = await load("app/reference.js");
        return cases.map(({ change }) => checkOrientation(REFERENCE, revive({ ...base_, ...change })));""",
        cases=given["cases"],
        base_=given["base"],
    )
    expected = [
        None if case["refused"] is None else {"code": case["refused"], "category": case["category"]}
        for case in given["cases"]
    ]
    assert differing(given["cases"], found, expected) == []


def test_a_phone_and_the_server_agree_on_disclosures_nobody_thought_of(
    page_modules: Modules, seeded: random.Random
) -> None:
    """Each is the base with a few facts borrowed at random from all the cases (SEED plays them again)."""
    given = vectors("sharing")
    facts: dict[str, list[Any]] = {}
    for case in given["cases"]:
        for name, value in case["change"].items():
            facts.setdefault(name, []).append(value)
    changes = []
    for _ in range(3000):
        names = seeded.sample(sorted(facts), seeded.randint(1, 5))
        changes.append({name: seeded.choice(facts[name]) for name in names})
    found = page_modules.run(
        REVIVE
        + """
        const { checkOrientation } = await load("app/rules/sharing.js");
        const { REFERENCE } = await load("app/reference.js");
        return changes.map((change) => checkOrientation(REFERENCE, revive({ ...base_, ...change })));""",
        changes=changes,
        base_=given["base"],
    )
    expected = [refusal_of(change) for change in changes]
    assert [each for each in zip(changes, found, expected, strict=True) if each[1] != each[2]] == []
    assert len({str(each) for each in expected}) > 20


def refusal_of(change: dict[str, Any]) -> dict[str, Any] | None:
    try:
        check_orientation(REFERENCE, disclosure(change))
    except Problem as refusal:
        return {"code": refusal.code, "category": refusal.details.get("category")}
    return None


def test_marks_levels_and_circles_are_those_of_the_server(page_modules: Modules) -> None:
    given = vectors("sharing")
    found = page_modules.run(
        """const { mark, classFor, leastLevel, levelOfPlaces } = await load("app/rules/matrix.js");
        const { REFERENCE } = await load("app/reference.js");
        return [marks.map(({ profiles, code }) => mark(REFERENCE, profiles, code)),
                classes.map(({ level, hasBound, hasOpen }) => classFor(level, hasBound, hasOpen)),
                levels.map(({ codes, kind, need }) => leastLevel(REFERENCE, codes, kind, need)),
                places.map(({ kinds }) => levelOfPlaces(REFERENCE, kinds))];""",
        marks=given["marks"],
        classes=given["classes"],
        levels=given["levels"],
        places=given["places"],
    )
    assert differing(given["marks"], found[0], [case["mark"] for case in given["marks"]]) == []
    assert differing(given["classes"], found[1], [case["class"] for case in given["classes"]]) == []
    assert differing(given["levels"], found[2], [case["least"] for case in given["levels"]]) == []
    assert differing(given["places"], found[3], [case["level"] for case in given["places"]]) == []


def test_every_pair_of_profiles_reads_the_matrix_as_the_server_does(page_modules: Modules) -> None:
    pairs = [list(pair) for pair in itertools.combinations_with_replacement(REFERENCE.columns, 2)]
    codes = [*REFERENCE.categories, "C16", "C17", "C18", "C06.practical", ""]
    found = page_modules.run(
        """const { mark } = await load("app/rules/matrix.js");
        const { REFERENCE } = await load("app/reference.js");
        return codes.map((code) => pairs.map((profiles) => mark(REFERENCE, profiles, code)));""",
        codes=codes,
        pairs=pairs,
    )
    assert found == [[mark(REFERENCE, pair, code) for pair in pairs] for code in codes]


def test_every_basis_allows_and_asks_what_the_server_says(page_modules: Modules) -> None:
    codes, floors = list(REFERENCE.categories), [None, "inform", "object", "prior_consent", "explicit_consent"]
    found = page_modules.run(
        """const { basisAllows, consentMode } = await load("app/rules/basis.js");
        const { REFERENCE } = await load("app/reference.js");
        return Object.values(REFERENCE.bases).map(({ 1: basis }) => [
          codes.filter((code) => basisAllows(basis, code)), floors.map((floor) => consentMode(basis, floor))]);""",
        codes=codes,
        floors=floors,
    )
    bases = [versions[1] for versions in REFERENCE.bases.values()]
    assert found == [
        [[code for code in codes if basis_allows(basis, code)], [consent_mode(basis, floor) for floor in floors]]
        for basis in bases
    ]


def test_a_consent_is_in_force_on_a_phone_when_it_is_on_the_server(page_modules: Modules) -> None:
    given = vectors("consent")
    in_force, ends, defeated, unknown = page_modules.run(
        REVIVE
        + """
        const { inForce, endOf, defeated } = await load("app/rules/consent.js");
        const asked = given.inForce.map((one) => revive(one)).map(({ consents, endings, ask: a }) =>
          inForce(consents, endings, a.dossier, a.recipient, a.code, a.purpose, a.t));
        const ended = given.ends.map((one) => revive(one)).map((one) =>
          endOf(one.at, one.receivedAt, one.duration) - one.end);
        const taken = given.defeated.map((one) => revive(one)).map((one) =>
          defeated(one.ending, one.consent, one.codes));
        const refusals = given.noSuchDuration.map((duration) => {
          try { return endOf(0, null, duration); } catch (error) { return error.name; }
        });
        return [asked, ended, taken, refusals];""",
        given=given,
    )
    assert differing(given["inForce"], in_force, [case["inForce"] for case in given["inForce"]]) == []
    assert ends == [0] * len(given["ends"])
    assert defeated == [case["defeated"] for case in given["defeated"]]
    assert unknown == ["RangeError"] * len(given["noSuchDuration"])


def test_a_consent_is_told_to_others_by_a_phone_in_the_words_of_the_other_implementation(page_modules: Modules) -> None:
    """ISO/IEC TS 27560 in DPV, FHIR R5 and R4, the sheet: to the byte, so the order of names too."""
    given = vectors("consent_record")
    found, unknown = page_modules.run(
        """
        const { statusOf, toDpv, toSheet } = await load("app/rules/consent-record.js");
        const { toFhirR5, toFhirR4 } = await load("app/rules/consent-fhir.js");
        const ways = [statusOf, toDpv, toFhirR5, toFhirR4, toSheet];
        const tell = (told) => JSON.stringify(ways.map((way) => way(told)));
        const refusal = (told) => { try { return tell(told); } catch (error) { return error.name; } };
        const [act] = given.base.acts;
        return [given.cases.map(({ change }) => tell({ ...given.base, ...change })),
                [[], [{ ...act, duration: "P2Y" }]].map((acts) => refusal({ ...given.base, acts }))];""",
        given=given,
    )
    expected = [[case[name] for name in ("status", "dpv", "r5", "r4", "sheet")] for case in given["cases"]]
    as_text = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in expected]
    assert differing(given["cases"], found, as_text) == []
    assert unknown == ["RangeError", "RangeError"]


def test_the_moves_of_an_orientation_are_those_of_the_server(page_modules: Modules) -> None:
    """T38: every edge, legal or not."""
    given = vectors("orientation")
    answers, cancels, expired, readable = page_modules.run(
        REVIVE
        + """
        const { answer, cancel, isExpired, readable } = await load("app/rules/orientation.js");
        const table = (move) => given.states.map((state) => given.states.map((next) => move(state, next)));
        const dated = (cases, judge) => cases.map((one) => judge(revive(one)));
        return [table(answer), table(cancel),
                dated(given.expired, ({ state, deadline, t }) => isExpired(state, deadline, t)),
                dated(given.readable, ({ state, until, t }) => readable(state, until, t))];""",
        given=given,
    )
    states = given["states"]
    for found, table in ((answers, given["answers"]), (cancels, given["cancels"])):
        assert found == [[None if new in table.get(s, []) else "illegal_move" for new in states] for s in states]
    assert expired == [case["expired"] for case in given["expired"]]
    assert readable == [case["readable"] for case in given["readable"]]


def test_permissions_are_those_of_the_server_for_every_role_and_action(page_modules: Modules) -> None:
    cells = [
        [role, permissions, action, own]
        for role in (*(role.value for role in Role), "operator", "")
        for permissions in ([], ["member.admit"])
        for action in (*ACTIONS, "dossier.read_all")
        for own in (False, True)
    ]
    found = page_modules.run(
        """const { may, ACTIONS } = await load("app/rules/permission.js");
        return [Object.keys(ACTIONS), cells.map((cell) => may(...cell))];""",
        cells=cells,
    )
    assert found == [list(ACTIONS), [may(role, given, action, own=own) for role, given, action, own in cells]]


def test_a_place_answers_to_the_entries_that_were_merged_into_it(page_modules: Modules) -> None:
    """Rosters and orientations made before a merge name the entry that it closed; a lying server names anything."""
    found = page_modules.run(
        """
        const { answersTo } = await load("app/rules/standing.js");
        const kept = { id: "a", stands_for: ["b", "c"] };
        const odd = [undefined, null, "b", 3, { b: 1 }, [null, ["b"]]];
        return [
          ...[["a"], ["b"], new Set(["c"]), ["d"], []].map((ids) => answersTo(ids, kept)),
          ...odd.map((stands_for) => answersTo(["b"], { id: "a", stands_for })),
        ];"""
    )
    assert found == [True, True, True, False, False, *[False] * 6]
