"""What stands between the stranger and an honest server: answers altered on the way, one lie each."""

from __future__ import annotations

import copy
from collections.abc import Callable

from .client import Stranger
from .connection import instant, today
from .jose import Json, b64u, dumps, loads, sign, signature, unb64u

Lie = Callable[[str, Json], None]
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class LiedTo(Stranger):
    """A stranger whose every answer passes through `lie(path, answer)`."""

    lie: Lie = staticmethod(lambda path, answer: None)

    def call(self, method: str, path: str, body: Json | None = None) -> Json:
        answer = super().call(method, path, body)
        self.lie(path, answer)
        return answer


def entries(answer: Json, prefix: str, kind: str = "") -> list[Json]:
    """The lines of the streams that begin so; those of one type when `kind` is given."""
    pages = answer.get("streams", {})
    lines = [line for name, page in pages.items() if name.startswith(prefix) for line in page["entries"]]
    return [line for line in lines if "jws" in line and kind in _type(line)] if kind else lines


def _type(line: Json) -> str:
    return str(loads(unb64u(line["jws"].split(".")[1]))["type"])


def rewritten(jws: str, **changes: object) -> str:
    """The same JWS with another payload, its signature kept."""
    head, payload, signature = jws.split(".")
    return f"{head}.{b64u(dumps(loads(unb64u(payload)) | changes).encode())}.{signature}"


def mirrored(jws: str) -> str:
    """The other signature of the same bytes: s becomes n − s."""
    head, payload, signature = jws.split(".")
    raw = unb64u(signature)
    other = (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    return f"{head}.{payload}.{b64u(raw[:32] + other)}"


def flipped(text: str) -> str:
    """The same string with one of its last characters changed."""
    return text[:-5] + ("A" if text[-5] != "A" else "B") + text[-4:]


# Lies about chains: the whole reading is refused with this code


def another_suite(path: str, answer: Json) -> None:
    for line in entries(answer, "network")[1:2]:
        line["jws"] = rewritten(line["jws"], suite="P384-A256GCM")


def an_unlisted_member(path: str, answer: Json) -> None:
    for line in entries(answer, "network")[1:2]:
        line["jws"] = rewritten(line["jws"], colour="blue")


def another_name(path: str, answer: Json) -> None:
    for line in entries(answer, "organisation:", "team.created")[:1]:
        told = loads(unb64u(line["jws"].split(".")[1]))["team"]
        line["jws"] = rewritten(line["jws"], team=told | {"name": "Autre"})


def another_genesis(path: str, answer: Json) -> None:
    for line in entries(answer, "network")[:1]:
        line["jws"] = rewritten(line["jws"], name="Autre réseau")


def a_statement_left_out(path: str, answer: Json) -> None:
    for page in answer.get("streams", {}).values():
        if len(page["entries"]) > 4 and "beside" in page["entries"][0]:
            del page["entries"][3]


def another_card(path: str, answer: Json) -> None:
    for line in entries(answer, "organisation:", "member.added"):
        line["beside"] = [text + " " for text in line["beside"]]


def another_blob(path: str, answer: Json) -> None:
    for line in entries(answer, "organisation:", "circle.created"):
        line["beside"] = [flipped(text) for text in line["beside"]]


def the_chain_cut_short(path: str, answer: Json) -> None:
    """An older state of the network: its newest statement withheld, though our bundle was told of it."""
    page = answer.get("streams", {}).get("network")
    if page and page["entries"]:
        page["entries"].pop()
        page["next"] = page["entries"][-1]["position"]


def positions_that_go_back(path: str, answer: Json) -> None:
    for page in answer.get("streams", {}).values():
        if len(page["entries"]) > 2:
            page["entries"][2]["position"] = 1


CHAINS: list[tuple[Lie, str]] = [
    (another_suite, "unknown_suite"),
    (an_unlisted_member, "unknown_field"),
    (another_name, "bad_signature"),
    (another_genesis, "fork"),
    (a_statement_left_out, "fork"),
    (another_card, "beside"),
    (another_blob, "beside"),
    (the_chain_cut_short, "held"),
    (positions_that_go_back, "malformed"),
]

# Lies about events: the line alone is refused with this code


def a_core_altered(line: Json) -> None:
    line["sections"]["C01"]["core"] = flipped(line["sections"]["C01"]["core"])


def a_core_of_another_section(line: Json) -> None:
    line["sections"]["C01"] = copy.deepcopy(line["sections"]["X.request"])


def a_wrap_of_another_section(line: Json) -> None:
    line["sections"]["C01"]["wrap"] = line["sections"]["X.request"]["wrap"]


def a_section_nobody_signed(line: Json) -> None:
    line["sections"]["C02"] = copy.deepcopy(line["sections"]["C01"])


def an_event_of_another_suite(line: Json) -> None:
    line["jws"] = rewritten(line["jws"], v=2)


def an_event_with_an_unlisted_member(line: Json) -> None:
    line["jws"] = rewritten(line["jws"], state="realisee")


def another_deadline(line: Json) -> None:
    line["jws"] = rewritten(line["jws"], deadline="2099-01-01T00:00Z")


def no_sections_at_all(line: Json) -> None:
    del line["sections"]


def heads_that_are_no_heads(line: Json) -> None:
    told = loads(unb64u(line["jws"].split(".")[1]))["heads"]
    line["jws"] = rewritten(line["jws"], heads=dict.fromkeys(told, "1"))


def an_unknown_device(line: Json) -> None:
    head, payload, signature = line["jws"].split(".")
    told = loads(unb64u(head)) | {"kid": "019b8d2b-8c00-7000-8000-000000000000"}
    line["jws"] = f"{b64u(dumps(told).encode())}.{payload}.{signature}"


LINES: list[tuple[Callable[[Json], None], str]] = [
    (a_core_altered, "sections"),
    (a_core_of_another_section, "sections"),
    (a_wrap_of_another_section, "sections"),
    (a_section_nobody_signed, "sections"),
    (an_event_of_another_suite, "unknown_suite"),
    (an_event_with_an_unlisted_member, "unknown_field"),
    (another_deadline, "bad_signature"),
    (no_sections_at_all, "malformed"),
    (heads_that_are_no_heads, "malformed"),
    (an_unknown_device, "unknown_key"),
]


def the_server_is_busy(path: str, answer: Json) -> None:
    for told in answer.get("verdicts", []):
        told.update(verdict="retry", after=2)


def verdicts_of_other_bytes(path: str, answer: Json) -> None:
    for told in answer.get("verdicts", []):
        told["digest"] = "A" * 43


# What a stranger sends that is not of the page


def signed_again(header: str, body: Json, key: Json) -> str:
    """A JWS of any payload, checked by nobody before it leaves."""
    text = f"{header}.{b64u(dumps(body).encode())}"
    return f"{text}.{b64u(signature(text, key))}"


def assertion(person: Stranger, nonce: str) -> str:
    body = {"v": 1, "suite": "P256-A256GCM", "device": person.device, "nonce": nonce}
    body |= {"origin": person.origin, "at": instant(today())}
    signed = sign(body, person.device, "accord.session", person.key)
    return signed.jws


def reborn(person: Stranger) -> LiedTo:
    """The same device and session, with nothing read: it costs no new enrolment."""
    fresh = LiedTo(person.base, person.origin)
    fresh.device, fresh.key, fresh.token, fresh.me, fresh.told = (
        person.device,
        person.key,
        person.token,
        person.me,
        person.told,
    )
    fresh.roster.genesis = person.roster.genesis
    return fresh
