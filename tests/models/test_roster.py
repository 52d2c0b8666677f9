"""Statements of docs/protocol.md §2: the vectors that every client folds, and what the rosters answer."""

from __future__ import annotations

import base64
import copy
import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from models.problems import Duplicate, Held, Problem
from models.rules import envelope, roster
from models.rules.formats import from_b64u
from tests.vectors import make_roster
from tests.vectors.fold import Fold
from tests.vectors.roster_cast import HALLES, NORD, A, B, amina, chloe, created, epoch, granted, recovery
from tests.vectors.statements import Script, card, ident, member, public

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent.parent / "vectors/roster.json").read_text("utf-8"))
FOOD_BANK, DEPARTEMENT = ident("food bank"), ident("departement")
TODAY = date(2026, 3, 2)
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@cache
def folded(entries: int) -> Fold:
    """The states after so many of the valid entries. Never changed by a test: see `grown`."""
    if entries == 0:
        return Fold(VECTORS["founding"])
    fold = copy.copy(folded(entries - 1))
    fold.organisations = dict(fold.organisations)
    fold.accept(VECTORS["valid"][entries - 1])
    return fold


def script_after(count: int) -> Script:
    """Continues the story of the vectors after `count` entries."""
    script = Script(datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    for entry in VECTORS["valid"][:count]:
        script.chains.setdefault(entry["stream"], []).append(envelope.digest_of(entry["jws"]) or "")
    return script


def entries_before(statement_type: str, stream: str, nth: int = 1) -> int:
    """How many valid entries come before the nth of this type in the stream."""
    found = [
        index
        for index, entry in enumerate(VECTORS["valid"])
        if (entry["type"], entry["stream"]) == (statement_type, stream)
    ]
    return found[nth - 1]


def grown(count: int, *statements: tuple[Any, ...]) -> Fold:
    """The states after `count` entries of the vectors, then these statements."""
    fold, script = copy.copy(folded(count)), script_after(count)
    fold.organisations = dict(fold.organisations)
    for statement in statements:
        fold.accept(script.says(*statement))
    return fold


def food_bank(fold: Fold) -> roster.Organisation:
    return fold.organisations[FOOD_BANK]


# --- the vectors -------------------------------------------------------------------------------------------------


def test_the_valid_chains_are_folded_to_the_end() -> None:
    fold = folded(len(VECTORS["valid"]))
    assert (fold.network.number, food_bank(fold).number, fold.organisations[DEPARTEMENT].number) == (9, 16, 17)
    assert fold.network.demonstration is True
    assert fold.network.genesis == envelope.digest_of(VECTORS["valid"][0]["jws"])


@pytest.mark.parametrize("case", VECTORS["invalid"], ids=lambda case: case["name"])
def test_a_wrong_statement_is_refused_with_its_code(case: dict[str, Any]) -> None:
    """T43, T83, T87, T88, T95, T97 among them."""
    assert folded(case["after"]).code(case) == case["code"]


def test_wrong_statements_outnumber_right_ones() -> None:
    assert len(VECTORS["invalid"]) > len(VECTORS["valid"])
    assert len({case["name"] for case in VECTORS["invalid"]}) == len(VECTORS["invalid"])


def test_the_vectors_are_what_their_story_writes() -> None:
    """Signatures aside: they differ each time."""
    for kept, written in zip(unsigned(VECTORS), unsigned(make_roster.write()), strict=True):
        assert kept == written


def unsigned(vectors: dict[str, Any]) -> list[Any]:
    entries = [*vectors["valid"], *vectors["invalid"]]
    signing_inputs = [entry | {"jws": entry["jws"].split(".")[:2]} for entry in entries]
    return [*signing_inputs, *vectors["questions"], vectors["founding"]]


@pytest.mark.parametrize("question", VECTORS["questions"], ids=lambda asked: asked["ask"])
def test_a_question_has_its_answer(question: dict[str, Any]) -> None:
    assert ask(folded(len(VECTORS["valid"])), question["ask"], question["args"]) == question["answer"]


def ask(fold: Fold, name: str, args: list[Any]) -> Any:
    """The answer in the words of the vectors."""
    if name == "judgeHeads":
        return judged(fold, args[0])
    organisation, *rest = fold.organisations[args[0]], *args[1:]
    match name:
        case "holders" | "awaitsRotation" | "profiles" | "circlesOfMember":
            ask_on = {
                "holders": roster.holders,
                "awaitsRotation": roster.awaits_rotation,
                "profiles": lambda *asked: [list(found) for found in roster.profiles(*asked)],
                "circlesOfMember": roster.circles_of_member,
            }[name]
            return ask_on(organisation, rest[0], date.fromisoformat(rest[1]))
        case "supersededByRemoval":
            return roster.superseded_by_removal(organisation, *rest)
        case "circlePublicKey":
            epochs = organisation.circles[rest[0]].epochs
            return dict(epochs[rest[1] - 1].public) if rest[1] <= len(epochs) else None
        case "circleOfTeam":
            circle = roster.circle_of_team(organisation, *rest)
            return circle and circle.id
        case "author":
            author = roster.author(organisation, *rest)
            return author and author.id
        case "chartersInForce":
            recipient, now = fold.organisations[rest[0]], envelope.parse_instant(rest[1])
            found = roster.charters_in_force(fold.network, organisation, recipient, now)
            return [[charter.id, [version.version for version in charter.versions]] for charter in found]
    raise AssertionError(name)


def judged(fold: Fold, heads: dict[str, Any]) -> str | None:
    chains = {state.stream: state.digests for state in (fold.network, *fold.organisations.values())}
    try:
        roster.judge_heads(heads, chains)
    except Held as held:
        assert held.reason == "head"
        return "held"
    except Problem as problem:
        return problem.code
    return None


# --- chains ------------------------------------------------------------------------------------------------------


def test_a_signature_made_twice_over_the_same_bytes_is_the_same_statement() -> None:
    """T91: ES256 is malleable, so s → n − s gives another text and the same identity."""
    entry = VECTORS["valid"][1]
    signing_input, _, signature = entry["jws"].rpartition(".")
    octets = from_b64u(signature) or b""
    flipped = octets[:32] + (_ORDER - int.from_bytes(octets[32:])).to_bytes(32)
    twin = f"{signing_input}.{base64.urlsafe_b64encode(flipped).rstrip(b'=').decode()}"
    assert twin != entry["jws"]
    assert folded(1).code(entry | {"jws": twin}) == "accepted"
    assert folded(2).code(entry | {"jws": twin}) == "duplicate"


def test_a_duplicate_tells_its_position() -> None:
    entry = VECTORS["valid"][entries_before("team.created", A)]
    with pytest.raises(Duplicate) as found:
        Fold.accept(folded(len(VECTORS["valid"])), entry)
    assert (found.value.stream, found.value.number) == (A, 2)


def test_two_removals_signed_at_once_make_one_chain() -> None:
    """T97: the second is told its head is stale, and signed anew it is accepted."""
    count = entries_before("member.ended", A)
    script = script_after(count)
    second = script.entry("chloe", A, "member.ended", {"member": ident("amina")})
    fold = grown(count, ("chloe", A, "member.ended", {"member": ident("marc")}))
    assert fold.code(second) == "stale_head"
    script.says("chloe", A, "member.ended", {"member": ident("marc")})
    assert fold.code(script.entry("chloe", A, "member.ended", {"member": ident("amina")})) == "accepted"


def test_a_state_is_never_changed_in_place() -> None:
    count = entries_before("member.ended", A)
    before = food_bank(folded(count))
    kept = copy.deepcopy(before)
    grown(count, ("chloe", A, "member.ended", {"member": ident("amina")}))
    assert before == kept


def test_a_reader_who_pins_the_genesis_needs_no_founding_id() -> None:
    assert Fold(None).code(VECTORS["valid"][0]) == "accepted"
    assert Fold(ident("another founding")).code(VECTORS["valid"][0]) == "founding"


# --- circles -----------------------------------------------------------------------------------------------------

OPEN = ident("halles open")


def test_a_member_granted_again_after_new_keys_does_not_end_the_wait() -> None:
    """The old key may be in other hands: only a rotation ends it."""
    count = entries_before("device.revoked", A)
    fold = grown(count, ("chloe", A, "circle.granted", *granted("halles open", 2, "amina")))
    assert ident("amina") in roster.holders(food_bank(fold), OPEN, TODAY)
    assert roster.awaits_rotation(food_bank(fold), OPEN, TODAY)
    rotated = grown(count, ("chloe", A, "circle.rotated", *epoch("halles open", 3, "chloe", "amina", "recovery")))
    assert not roster.awaits_rotation(food_bank(rotated), OPEN, TODAY)
    assert roster.superseded_by_removal(food_bank(rotated), OPEN, 2)


def test_a_holder_left_out_of_a_rotation_was_removed() -> None:
    count = entries_before("member.rekeyed", A)
    fold = grown(count, ("chloe", A, "circle.rotated", *epoch("halles open", 3, "chloe", "recovery")))
    assert roster.superseded_by_removal(food_bank(fold), OPEN, 2)


def test_a_rotation_that_leaves_nobody_behind_supersedes_nothing() -> None:
    count = entries_before("member.rekeyed", A)
    fold = grown(count, ("chloe", A, "circle.rotated", *epoch("halles open", 3, "amina", "chloe", "recovery")))
    assert not roster.superseded_by_removal(food_bank(fold), OPEN, 2)


def test_leaving_the_team_loses_the_circle_and_coming_back_does_not_end_the_wait() -> None:
    count = entries_before("member.rekeyed", A)
    left = grown(count, ("chloe", A, "member.role_set", {"member": amina(teams=[])}, (card("amina"),)))
    assert ident("amina") not in roster.holders(food_bank(left), OPEN, TODAY)
    back = grown(
        count,
        ("chloe", A, "member.role_set", {"member": amina(teams=[])}, (card("amina"),)),
        ("chloe", A, "member.role_set", {"member": amina()}, (card("amina"),)),
    )
    assert roster.awaits_rotation(food_bank(back), OPEN, TODAY)


def test_a_recovery_key_does_not_count_in_the_column() -> None:
    count = entries_before("circle.granted", A)
    assert roster.profiles(food_bank(folded(count)), OPEN, TODAY) == [("F", None)]
    assert len(roster.holders(food_bank(folded(count)), OPEN, TODAY)) == 2


def test_a_recovery_key_holds_a_bound_circle_only_with_a_ground() -> None:
    count = len(VECTORS["valid"])
    bound = created("nord bound again", ident("cdas sud"), "bound", "helene", "recovery")
    team = {"team": {"id": ident("cdas sud"), "name": "CDAS Sud", "structures": []}}
    helene = member("helene", "supervisor", "B", teams=[NORD, ident("cdas sud")], ground="function")
    for ground, code in ((None, "holder"), ("function", "accepted")):
        script = script_after(count)
        fold = copy.copy(folded(count))
        fold.organisations = dict(fold.organisations)
        fold.accept(script.says("helene", B, "team.created", team))
        fold.accept(script.says("helene", B, "member.role_set", {"member": helene}, (card("helene"),)))
        fold.accept(script.says("helene", B, "member.added", {"member": recovery(ground=ground)}, (card("recovery"),)))
        assert fold.code(script.entry("helene", B, "circle.created", *bound)) == code


def test_a_supervisor_may_leave_once_there_is_another() -> None:
    count = entries_before("circle.created", A)
    second = {"member": member("david", "supervisor", "F")}
    fold = grown(
        count,
        ("chloe", A, "member.added", second, (card("david"),)),
        ("david", A, "member.ended", {"member": ident("chloe")}),
    )
    assert food_bank(fold).members[ident("chloe")].ended == food_bank(fold).number


def test_a_supervisor_whose_last_day_is_past_does_not_count_as_another() -> None:
    count = entries_before("circle.created", A)
    script = script_after(count)
    past = {"member": member("david", "supervisor", "F", ends_on="2026-03-01")}
    fold = grown(count, ("chloe", A, "member.added", past, (card("david"),)))
    script.says("chloe", A, "member.added", past, (card("david"),))
    demoted = {"member": chloe(role="worker")}
    assert fold.code(script.entry("chloe", A, "member.role_set", demoted, (card("chloe"),))) == "last_supervisor"


def test_a_member_is_current_on_the_last_day_and_not_after() -> None:
    david = folded(len(VECTORS["valid"])).organisations[DEPARTEMENT].members[ident("david")]
    assert david.is_current(date(2026, 3, 2))
    assert not david.is_current(date(2026, 3, 3))


# --- what travels beside -----------------------------------------------------------------------------------------


def payload_of(statement_type: str, stream: str) -> dict[str, Any]:
    entry = VECTORS["valid"][entries_before(statement_type, stream)]
    return envelope.read(entry["jws"], envelope.TYP_STATEMENT).payload


def test_each_string_beside_has_its_readers() -> None:
    named = roster.beside_of(payload_of("circle.created", A))
    assert sorted(found.kind for found in named.values()) == ["blob", "wrap", "wrap"]
    assert {found.circle for found in named.values()} == {OPEN}
    assert {found.member for found in named.values() if found.kind == "wrap"} == {ident("chloe"), ident("recovery")}
    [(digest, found)] = roster.beside_of(payload_of("member.added", A)).items()
    assert (digest, found.kind, found.member) == (envelope.digest(card("amina")), "card", ident("amina"))
    assert roster.beside_of(payload_of("member.ended", A)) == {}
    [grant] = roster.beside_of(payload_of("circle.granted", A)).values()
    assert (grant.kind, grant.member, grant.circle) == ("wrap", ident("amina"), OPEN)


def test_one_string_is_not_named_for_two_holders() -> None:
    members, beside = created("halles open", HALLES, "open", "chloe", "recovery")
    same = dict.fromkeys(members["holders"], envelope.digest(beside[0]))
    count = entries_before("circle.created", A)
    entry = script_after(count).entry(
        "chloe", A, "circle.created", members | {"holders": same}, (beside[0], beside[0], beside[2])
    )
    assert folded(count).code(entry) == "beside"


@pytest.mark.parametrize(
    ("statement_type", "stream", "brought"),
    [
        ("organisation.admitted", "network", [FOOD_BANK, ident("chloe")]),
        ("charter.published", "network", [ident("charter")]),
        ("team.created", A, [HALLES]),
        ("member.added", A, [ident("amina")]),
        ("device.enrolled", A, [ident("amina phone")]),
        ("circle.created", A, [OPEN]),
        ("member.role_set", A, []),
        ("circle.rotated", A, []),
    ],
)
def test_a_statement_tells_the_ids_it_brings(statement_type: str, stream: str, brought: list[str]) -> None:
    assert roster.new_ids(payload_of(statement_type, stream)) == brought


def test_a_point_off_the_curve_is_no_public_key() -> None:
    key = public("chloe signing")
    assert envelope.is_public_key(key)
    assert not envelope.is_public_key(key | {"x": key["y"], "y": key["x"]})
    assert not envelope.is_public_key(key | {"crv": "P-384"})
    assert not envelope.is_public_key(key | {"x": key["x"][:-1]})
