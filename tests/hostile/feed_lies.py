"""The lies of a feed that take some thought: each is what a hostile server would try, by name."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

from device import jose, signed
from device.primitives import b64u, compact_json, digest, unb64u
from tests.hostile.mutations import HUGE, Json, Mutation, NotHere

STRANGER = jose.generate_pair()
NOBODY = "019b8d2b-8c00-7000-8000-000000000000"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
Line = dict[str, Any]


def payload_of(line: Line) -> Json:
    payload: Json = json.loads(unb64u(line["jws"].split(".")[1]))
    return payload


def header_of(line: Line) -> Json:
    header: Json = json.loads(unb64u(line["jws"].split(".")[0]))
    return header


def streams(answer: Json, *kinds: str) -> Iterator[tuple[str, Json]]:
    for name, part in answer.get("streams", {}).items():
        if name.partition(":")[0] in kinds:
            yield name, part


def lines(answer: Json, *kinds: str) -> list[Line]:
    return [line for _, part in streams(answer, *kinds) for line in part["entries"]]


def events(answer: Json) -> list[Line]:
    found = [line for line in lines(answer, "circle", "member") if "jws" in line]
    if not found:
        raise NotHere
    return found


def chains(answer: Json) -> list[Json]:
    """The parts of an answer that hold statements."""
    found = [part for _, part in streams(answer, "network", "organisation") if part["entries"]]
    if not found:
        raise NotHere
    return found


def signed_again(line: Line, key: jose.Jwk = STRANGER, **header: Any) -> None:
    """The same words, signed by whoever has this key under the name that was there."""
    told = header_of(line) | header
    line["jws"] = jose.sign(told, compact_json(payload_of(line)).encode(), key)


def reworded(line: Line, **changes: Any) -> None:
    """Other words under the signature that was there."""
    header, _, signature = line["jws"].split(".")
    line["jws"] = ".".join([header, b64u(compact_json(payload_of(line) | changes).encode()), signature])


# --- statements ------------------------------------------------------------------------------------------------------


def signed_by_a_stranger(answer: Json) -> Json:
    for part in chains(answer):
        signed_again(part["entries"][-1])
    return answer


def a_member_added_in_clear(answer: Json) -> Json:
    """T92."""
    described = {"id": NOBODY, "signing": jose.public_of(STRANGER), "encryption": jose.public_of(STRANGER)}
    card = compact_json({"salt": "A" * 22, "name": "Mallory"})
    described |= {"role": "supervisor", "profile": "A", "permissions": [], "teams": [], "card": digest(card)}
    for name, part in streams(answer, "organisation"):
        for line in part["entries"][-1:]:
            said = payload_of(line)
            added = {"v": 1, "suite": "P256-A256GCM", "type": "member.added", "stream": name, "at": said["at"]}
            added |= {"number": said["number"] + 1, "prev": digest(line["jws"].rpartition(".")[0])}
            added |= {"heads": said["heads"], "member": described}
            made = signed.sign(signed.STATEMENT, header_of(line)["kid"], added, STRANGER)
            part["entries"].append(line | {"position": line["position"] + 1, "jws": made.jws, "beside": [card]})
            part["next"] += 1
            return answer
    raise NotHere


def _of_type(answer: Json, *types: str) -> list[Line]:
    found = [line for part in chains(answer) for line in part["entries"] if payload_of(line)["type"] in types]
    if not found:
        raise NotHere
    return found


def a_member_promoted(answer: Json) -> Json:
    for line in _of_type(answer, "member.added"):
        reworded(line, member=payload_of(line)["member"] | {"role": "supervisor"})
    return answer


def a_circles_key_replaced(answer: Json) -> Json:
    for line in _of_type(answer, "circle.created", "circle.rotated"):
        reworded(line, public=jose.public_of(STRANGER))
    return answer


def a_device_under_another_key(answer: Json) -> Json:
    for line in _of_type(answer, "device.enrolled"):
        reworded(line, signing=jose.public_of(STRANGER))
        signed_again(line)
    return answer


def another_network(answer: Json) -> Json:
    for _, part in streams(answer, "network"):
        for line in part["entries"][:1]:
            reworded(line, authority=jose.public_of(STRANGER), name="Un autre réseau")
            signed_again(line)
            return answer
    raise NotHere


def a_statement_hidden_and_the_rest_moved_up(answer: Json) -> Json:
    for part in chains(answer):
        if len(part["entries"]) > 2:
            del part["entries"][1]
            for place, line in enumerate(part["entries"][1:], part["entries"][0]["position"] + 1):
                line["position"] = place
            part["next"] -= 1
            return answer
    raise NotHere


def chains_exchanged(answer: Json) -> Json:
    found = [part for _, part in streams(answer, "organisation") if part["entries"]]
    if len(found) < 2:
        raise NotHere
    found[0]["entries"], found[1]["entries"] = found[1]["entries"], found[0]["entries"]
    return answer


def a_wrap_of_the_servers(answer: Json) -> Json:
    for line in _of_type(answer, "circle.created", "circle.rotated", "circle.granted"):
        line["beside"] = [text[:-6] + "AAAAAA" for text in line["beside"]]
    return answer


def rolled_back(answer: Json) -> Json:
    """A server "restored" from before what is known; what it forgot is what it wants forgotten."""
    for _, part in streams(answer, "network", "organisation"):
        part["entries"] = part["entries"][: len(part["entries"]) // 2]
        part["next"] = part["entries"][-1]["position"] if part["entries"] else 0
        part["more"] = False
    return answer | {"epoch": "restored"}


# --- what is signed --------------------------------------------------------------------------------------------------


def each_line(change: Callable[[Line], None], *kinds: str) -> Callable[[Json], Json]:
    def bend(answer: Json) -> Json:
        found = [line for line in lines(answer, *kinds) if "jws" in line]
        if not found:
            raise NotHere
        for line in found:
            change(line)
        return answer

    return bend


def turned_round(line: Line) -> None:
    """T91: s → n − s, which anyone can do, gives the same object."""
    words, _, signature = line["jws"].rpartition(".")
    raw = unb64u(signature)
    other = (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    line["jws"] = f"{words}.{b64u(raw[:32] + other)}"


def _algorithm(name: str, signature: str | None = None) -> Callable[[Line], None]:
    def change(line: Line) -> None:
        _, payload, kept = line["jws"].split(".")
        header = compact_json(header_of(line) | {"alg": name}).encode()
        line["jws"] = ".".join([b64u(header), payload, kept if signature is None else signature])

    return change


def _headed(**changes: Any) -> Callable[[Line], None]:
    return lambda line: signed_again(line, **changes)


# --- events ----------------------------------------------------------------------------------------------------------


def _two_sections(answer: Json) -> tuple[Json, Json]:
    for line in events(answer):
        if len(line["sections"]) > 1:
            one, other = list(line["sections"].values())[:2]
            return one, other
    raise NotHere


def _two_events(answer: Json) -> tuple[Json, Json]:
    found = [line for line in events(answer) if line["sections"]]
    if len(found) < 2:
        raise NotHere
    return tuple(next(iter(line["sections"].values())) for line in (found[0], found[-1]))  # type: ignore[return-value]


def exchanged(find: Callable[[Json], tuple[Json, Json]], *names: str) -> Callable[[Json], Json]:
    """T86."""

    def bend(answer: Json) -> Json:
        one, other = find(answer)
        for name in names:
            one[name], other[name] = other[name], one[name]
        return answer

    return bend


def sections_under_each_others_names(answer: Json) -> Json:
    for line in events(answer):
        if len(line["sections"]) > 1:
            names = list(line["sections"])
            line["sections"] = dict(zip([*names[1:], names[0]], line["sections"].values(), strict=True))
            return answer
    raise NotHere


def sealed_to_an_older_epoch(answer: Json) -> Json:
    for line in events(answer):
        for section in line["sections"].values():
            section["wrap"] = section["wrap"].replace('.2"', '.1"')
    return answer


def served_in_another_stream(answer: Json) -> Json:
    found = list(streams(answer, "circle", "member"))
    full = [part for _, part in found if any("jws" in line for line in part["entries"])]
    others = [part for _, part in found if full and part is not full[0]]
    if not others:
        raise NotHere
    line = next(line for line in full[0]["entries"] if "jws" in line)
    others[0]["next"] += 1
    others[0]["entries"].append(line | {"position": others[0]["next"]})
    return answer


def served_twice(answer: Json) -> Json:
    for _, part in streams(answer, "circle"):
        for line in [line for line in part["entries"] if "jws" in line][:1]:
            part["next"] += 1
            part["entries"].append(line | {"position": part["next"]})
            return answer
    raise NotHere


def served_again(change: Callable[[Line], None]) -> Callable[[Json], Json]:
    """What is known is told again, with less: absence and doubt destroy nothing."""

    def bend(answer: Json) -> Json:
        found = [(part, line) for _, part in streams(answer, "circle", "member") for line in part["entries"]
                 if line.get("sections")]  # fmt: skip
        if not found:
            raise NotHere
        for part, line in found:
            again = copy.deepcopy(line) | {"position": part["next"] + 1}
            change(again)
            part["next"] += 1
            part["entries"].append(again)
        return answer

    return bend


def emptied(line: Line) -> None:
    line["sections"] = {}


def one_hidden_in_the_middle(answer: Json) -> Json:
    """T94: its author wrote again after it, in the same page."""
    for _, part in streams(answer, "circle"):
        counted = [(line, payload_of(line)) for line in part["entries"] if "jws" in line]
        numbers = [(line, (header_of(line)["kid"], str(said["audience"])), said["n"]) for line, said in counted
                   if "n" in said]  # fmt: skip
        for line, counter, number in numbers:
            if any(one == counter and other > number for _, one, other in numbers):
                part["entries"].remove(line)
                return answer
    raise NotHere


# --- purge lines -----------------------------------------------------------------------------------------------------


def purged(cause: Callable[[Json], str]) -> Callable[[Json], Json]:
    """A line that would destroy everything another team sent, for a cause that is none."""

    def bend(answer: Json) -> Json:
        for _, part in streams(answer, "circle"):
            sent = [payload_of(line) for line in part["entries"] if "jws" in line]
            found = [said for said in sent if said["type"] == "orientation.sent"]
            if found:
                part["next"] += 1
                wraps = [[said["id"], name] for said in found for name in said["sections"]]
                part["entries"].append({"position": part["next"], "purge": {"cause": cause(found[0]), "wraps": wraps}})
                return answer
        raise NotHere

    return bend


def a_withdrawal_nobody_signed(answer: Json) -> Json:
    for _, part in streams(answer, "circle"):
        for line in part["entries"]:
            if "jws" in line and payload_of(line)["type"] == "orientation.sent":
                said = {"v": 1, "suite": "P256-A256GCM", "id": NOBODY, "type": "consent.withdrawn", "parents": []}
                said |= {"at": payload_of(line)["at"], "consents": [payload_of(line)["ground"]["consent"]]}
                for kid in (header_of(line)["kid"], jose.thumbprint(STRANGER)):
                    made = signed.sign(signed.EVENT, kid, said, STRANGER)
                    part["next"] += 1
                    part["entries"].append(line | {"position": part["next"], "jws": made.jws, "sections": {}})
                wraps = [[payload_of(line)["id"], name] for name in line["sections"]]
                part["next"] += 1
                part["entries"].append({"position": part["next"], "purge": {"cause": NOBODY, "wraps": wraps}})
                return answer
    raise NotHere


# --- pages -----------------------------------------------------------------------------------------------------------


def frozen(answer: Json) -> Json:
    for part in answer["streams"].values():
        part["entries"], part["more"] = [], False
    return answer


def more_for_ever(answer: Json) -> Json:
    for part in answer["streams"].values():
        part["more"] = True
    return answer


def far_ahead(answer: Json) -> Json:
    for part in answer["streams"].values():
        part["next"] = HUGE
    return answer


def hidden_and_passed_over(answer: Json) -> Json:
    """Nothing was ever written, and there is nothing more to ask for."""
    return far_ahead(frozen(answer))


def all_closed(answer: Json) -> Json:
    for part in answer["streams"].values():
        part |= {"entries": [], "more": False, "closed": True}
    return answer


ROSTERS, EVENTS = ("network", "organisation"), ("circle", "member")
FEED = [
    Mutation("a statement signed by a stranger", signed_by_a_stranger),
    Mutation("a member added in clear", a_member_added_in_clear),
    Mutation("a member promoted", a_member_promoted),
    Mutation("a circle's key replaced", a_circles_key_replaced),
    Mutation("a device under another key", a_device_under_another_key),
    Mutation("another network", another_network),
    Mutation("a statement hidden and the rest moved up", a_statement_hidden_and_the_rest_moved_up),
    Mutation("two chains exchanged", chains_exchanged),
    Mutation("a wrap of the server's own", a_wrap_of_the_servers),
    Mutation("rolled back", rolled_back),
    *(
        Mutation(f"{what}: {word}", each_line(change, *kinds))
        for what, kinds in (("statements", ROSTERS), ("events", EVENTS))
        for word, change in (
            ("s turned round", turned_round),
            ("alg none", _algorithm("none", "")),
            ("alg HS256", _algorithm("HS256")),
            ("another typ", _headed(typ="accord.session")),
            ("a header nobody knows", _headed(jwk=jose.public_of(STRANGER))),
            ("under a key of the server's", _headed()),
            ("under a name nobody has", _headed(kid=NOBODY)),
            ("a version of tomorrow", lambda line: reworded(line, v=2)),
            ("a suite of yesterday", lambda line: reworded(line, suite="P256-A128CBC")),
            ("without suite", lambda line: reworded(line, suite=None)),
            ("a member nobody knows", lambda line: reworded(line, role="supervisor")),
        )
    ),
    Mutation("cores exchanged in an event", exchanged(_two_sections, "core")),
    Mutation("wraps exchanged in an event", exchanged(_two_sections, "wrap")),
    Mutation("cores exchanged between events", exchanged(_two_events, "core")),
    Mutation("wraps exchanged between events", exchanged(_two_events, "wrap")),
    Mutation("sections exchanged between events", exchanged(_two_events, "core", "wrap")),
    Mutation("sections under each other's names", sections_under_each_others_names),
    Mutation("wraps of an older epoch", sealed_to_an_older_epoch),
    Mutation("an event served in another stream", served_in_another_stream),
    Mutation("an event served twice", served_twice),
    Mutation("every event again, without its sections", served_again(emptied)),
    Mutation("every event again, by a stranger", served_again(signed_again)),
    Mutation("every event again, in other words", served_again(lambda line: reworded(line, n=7))),
    Mutation("an event hidden in the middle", one_hidden_in_the_middle),
    Mutation("a purge without cause", purged(lambda sent: NOBODY)),
    Mutation("a purge by a deadline to come", purged(lambda sent: "deadline")),
    Mutation("a purge by an end to come", purged(lambda sent: "until")),
    Mutation("a purge by the orientation itself", purged(lambda sent: str(sent["id"]))),
    Mutation("a purge by the consent", purged(lambda sent: str(sent["ground"]["consent"]))),
    Mutation("a purge by a name of every object", purged(lambda sent: "constructor")),
    Mutation("a withdrawal nobody signed", a_withdrawal_nobody_signed),
    Mutation("frozen", frozen, withholds=True),
    Mutation("more for ever", more_for_ever),
    Mutation("far ahead", far_ahead),
    Mutation("hidden and passed over", hidden_and_passed_over, withholds=True),
    Mutation("all closed", all_closed, withholds=True),
]
