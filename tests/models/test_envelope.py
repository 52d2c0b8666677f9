"""Signed objects and their shape (docs/protocol.md §1, §3): everything that is not exactly right is refused."""

from __future__ import annotations

import base64
import copy
import itertools
import json
import string
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import signatures
from models.problems import Problem
from models.rules import envelope
from models.rules.envelope import TYP_EVENT, TYP_STATEMENT, digest
from models.vocabulary import EVENT_FIELDS, MAX_EVENT_JWS_BYTES
from tests.models.sealed import (
    DEVICE,
    OTHER,
    OWN,
    TYPES,
    WITH_SECTIONS,
    b64u,
    compact,
    core,
    payload,
    signed_event,
    strings,
    wrap,
)
from tests.vectors.statements import ident, key, public, sign


def code_of(act: Callable[[], object]) -> str | None:
    try:
        act()
    except Problem as problem:
        return problem.code
    return None


def code(event_type: str, kid: str = DEVICE, **members: Any) -> str | None:
    """The refusal of an event of this type with these members changed."""
    signed = envelope.read(signed_event(event_type, kid, **members), TYP_EVENT)
    return code_of(lambda: envelope.check_event(signed))


def sections_code(event_type: str, sections: object) -> str | None:
    signed = envelope.read(signed_event(event_type), TYP_EVENT)
    return code_of(lambda: envelope.check_sections(signed, sections))


# --- reading -----------------------------------------------------------------------------------------------------


def test_a_signed_object_is_read_without_being_changed() -> None:
    jws = signed_event("reception.recorded")
    signed = envelope.read(jws, TYP_EVENT)
    assert (signed.jws, signed.kid, signed.typ) == (jws, DEVICE, TYP_EVENT)
    assert signed.digest == digest(jws.rpartition(".")[0]) == envelope.digest_of(jws)
    assert signed.payload == payload("reception.recorded")
    assert signed.signing_input + b"." + b64u(signed.signature).encode() == jws.encode()


def compose(header: object, body: object, signature: bytes = b"s" * 64) -> str:
    texts = [each if isinstance(each, str) else compact(each) for each in (header, body)]
    return ".".join([*(b64u(text.encode("utf-8", "surrogatepass")) for text in texts), b64u(signature)])


HEADER = {"alg": "ES256", "kid": DEVICE, "typ": TYP_EVENT}
WRONG_JWS = {
    "no string": 7,
    "nothing": None,
    "an empty string": "",
    "one part": "abc",
    "four parts": "e30.e30.e30.e30",
    "a letter outside ASCII": signed_event("reception.recorded") + "é",
    "a space": " " + signed_event("reception.recorded"),
    "standard base64": compose(HEADER, {}).replace("s", "+"),
    "padding": compose(HEADER, {}) + "==",
    "a header that is a list": compose([], {}),
    "a payload that is a list": compose(HEADER, []),
    "a payload that is not JSON": compose(HEADER, "{"),
    "NaN": compose(HEADER, '{"v":NaN}'),
    "Infinity": compose(HEADER, '{"v":-Infinity}'),
    "a repeated name": compose(HEADER, '{"v":1,"v":1}'),
    "a repeated name deeper": compose(HEADER, '{"heads":{"network":1,"network":2}}'),
    "a lone surrogate": compose(HEADER, '{"name":"\\ud800"}'),
    "bytes that are not UTF-8": compose(HEADER, '{"name":"\ud800"}'),
    "braces without end": compose(HEADER, '{"a":' * 2000),
    "an integer without end": compose(HEADER, '{"n":' + "9" * 5000 + "}"),
    "a repeated name in the header": compose(f'{{"alg":"ES256","kid":"{DEVICE}","kid":"x","typ":"{TYP_EVENT}"}}', {}),
    "a critical header": compose(HEADER | {"crit": ["b64"], "b64": False}, {}),
    "a key in the header": compose(HEADER | {"jwk": public("mallory")}, {}),
    "no kid": compose({"alg": "ES256", "typ": TYP_EVENT}, {}),
    "a kid that is a number": compose(HEADER | {"kid": 4}, {}),
    "another typ": compose(HEADER | {"typ": TYP_STATEMENT}, {}),
    "a short signature": compose(HEADER, {}, b"s" * 63),
    "a signature in DER": compose(HEADER, {}, b"s" * 71),
    "no signature": compose(HEADER, {}, b""),
}


@pytest.mark.parametrize("jws", WRONG_JWS.values(), ids=WRONG_JWS.keys())
def test_what_is_not_a_signed_object_is_malformed(jws: object) -> None:
    assert code_of(lambda: envelope.read(jws, TYP_EVENT)) == "malformed"


@pytest.mark.parametrize("alg", ["none", "HS256", "ES384", "es256"])
def test_another_algorithm_is_an_unknown_suite(alg: str) -> None:
    """T95."""
    assert code_of(lambda: envelope.read(compose(HEADER | {"alg": alg}, {}), TYP_EVENT)) == "unknown_suite"


def test_too_many_bytes_are_too_large() -> None:
    assert code_of(lambda: envelope.read("a" * (MAX_EVENT_JWS_BYTES + 1), TYP_EVENT)) == "too_large"


def test_a_digest_is_told_even_when_nothing_can_be_read() -> None:
    assert envelope.digest_of("not.signed.x") == digest("not.signed")
    assert [envelope.digest_of(wrong) for wrong in (None, 3, "", "a.b", "a.b.c.d", "é.b.c")] == [None] * 6


@given(st.text(max_size=200))
def test_no_text_makes_reading_fail_otherwise(text: str) -> None:
    assert code_of(lambda: envelope.read(text, TYP_EVENT)) == "malformed"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(sorted(payload("orientation.sent"))), inner, max_size=9)
        ),
    )
)
def test_no_payload_makes_checking_fail_otherwise(body: object) -> None:
    members = payload("orientation.sent") | (body if isinstance(body, dict) else {"sections": body})
    signed = envelope.read(compose(HEADER, members), TYP_EVENT)
    assert code_of(lambda: envelope.check_event(signed)) in (
        None,
        "malformed",
        "unknown_suite",
        "unknown_field",
        "too_large",
    )


# --- signatures --------------------------------------------------------------------------------------------------


def test_a_signature_holds_for_its_bytes_and_key_alone() -> None:
    signed = envelope.read(signed_event("reception.recorded"), TYP_EVENT)
    signatures.verify(signed, public("amina phone"))
    assert code_of(lambda: signatures.verify(signed, public("chloe phone"))) == "bad_signature"
    head, body, signature = signed.jws.split(".")
    for touched in (
        f"{head}.{b64u(compact(payload('note.recorded')).encode())}.{signature}",
        f"{head}.{body}.{b64u(bytes(64))}",
    ):
        changed = envelope.read(touched, TYP_EVENT)
        assert code_of(lambda changed=changed: signatures.verify(changed, public("amina phone"))) == "bad_signature"


def test_each_flipped_byte_of_a_signed_object_is_refused() -> None:
    """T87, exhaustive over one object: each byte of header, payload and signature."""
    right = signed_event("orientation.opened")
    parts = [envelope.from_b64u(part) or b"" for part in right.split(".")]
    for which, octets in enumerate(parts):
        for at in range(len(octets)):
            touched = bytes([*octets[:at], octets[at] ^ 1, *octets[at + 1 :]])
            jws = ".".join(b64u(touched if index == which else part) for index, part in enumerate(parts))
            assert code_of(lambda jws=jws: judge(jws)) is not None, (which, at)


def judge(jws: str) -> None:
    signed = envelope.read(jws, TYP_EVENT)
    envelope.check_event(signed)
    signatures.verify(signed, public("amina phone"))


def test_a_thumbprint_is_that_of_rfc_7638() -> None:
    required = compact({name: public("receipt")[name] for name in ("crv", "kty", "x", "y")})
    assert signatures.thumbprint(public("receipt")) == digest(required)
    assert signatures.thumbprint(key("receipt")) == digest(required)


# --- shape of events ---------------------------------------------------------------------------------------------


def test_every_type_of_the_vocabulary_is_known_here() -> None:
    assert set(TYPES) == set(EVENT_FIELDS)


@pytest.mark.parametrize("event_type", TYPES)
def test_the_smallest_right_event_is_let_in(event_type: str) -> None:
    assert code(event_type) is None


@pytest.mark.parametrize("event_type", TYPES)
@pytest.mark.parametrize(
    "name", ["role", "author", "team", "override", "position", "received_at", "member", "__proto__"]
)
def test_a_member_that_is_not_in_the_table_is_refused(event_type: str, name: str) -> None:
    """T43: refused, not ignored."""
    assert code(event_type, **{name: "supervisor"}) == "unknown_field"


@pytest.mark.parametrize("event_type", TYPES)
def test_each_required_member_is_required(event_type: str) -> None:
    optional = EVENT_FIELDS[event_type][1]
    for name in payload(event_type):
        expected = None if name in (*optional, "dossier" * (event_type == "note.recorded")) else "malformed"
        if name in ("v", "suite"):
            expected = "unknown_suite"
        assert code(event_type, **{name: ...}) == expected, name


@pytest.mark.parametrize("event_type", TYPES)
@pytest.mark.parametrize("wrong", [None, True, -1, 1.5, "", "x" * 3000, [], {}, [None], {"a": 1}], ids=repr)
def test_no_member_takes_just_anything(event_type: str, wrong: object) -> None:
    """Some values are right for some members; none is for an id, an instant or a type."""
    for name in ("id", "type", "at"):
        assert code(event_type, **{name: wrong}) == "malformed", name
    for name in ("v", "suite"):
        assert code(event_type, **{name: wrong}) in ("unknown_suite", None if wrong is True else "unknown_suite")


OURS = f"organisation:{ident('food bank')}"
WRONG_MEMBERS: list[tuple[str, str, dict[str, Any]]] = [
    ("unknown_suite", "reception.recorded", {"v": 2}),
    ("unknown_suite", "reception.recorded", {"v": True}),
    ("unknown_suite", "reception.recorded", {"suite": "P256-A128GCM"}),
    ("malformed", "reception.recorded", {"type": "reception.erased"}),
    ("malformed", "reception.recorded", {"id": "0198d6a2-1234-4abc-8abc-0123456789ab"}),
    ("malformed", "reception.recorded", {"id": ident("x").upper()}),
    ("malformed", "reception.recorded", {"id": "019ccf3a-1d01-7abc-a123-0123456789ab"}),
    ("malformed", "reception.recorded", {"at": "2026-03-02T10:15:30Z"}),
    ("malformed", "reception.recorded", {"at": "2026-03-02T10:15+01:00"}),
    ("malformed", "reception.recorded", {"at": "2026-02-30T10:15Z"}),
    ("malformed", "reception.recorded", {"parents": [ident("a"), ident("a")]}),
    ("malformed", "reception.recorded", {"parents": [ident(str(each)) for each in range(33)]}),
    ("malformed", "reception.recorded", {"n": 0}),
    ("malformed", "reception.recorded", {"n": 1, "prev": digest("?")}),
    ("malformed", "reception.recorded", {"n": 3, "skipped": [3]}),
    ("malformed", "reception.recorded", {"n": 2**60}),
    ("malformed", "reception.recorded", {"audience": {"own": ident("halles open")}}),
    ("malformed", "reception.recorded", {"audience": {"own": f"{ident('halles open')}.0"}}),
    ("malformed", "reception.recorded", {"audience": {"own": f"{ident('halles open')}.01"}}),
    ("malformed", "reception.recorded", {"audience": {"own": f"member:{ident('amina')}"}}),
    ("unknown_field", "reception.recorded", {"audience": {"own": OWN, "other": OTHER}}),
    ("malformed", "note.recorded", {"audience": {"own": OWN}}),
    ("malformed", "orientation.sent", {"audience": {"own": OWN}}),
    ("malformed", "reception.recorded", {"heads": {}}),
    ("malformed", "reception.recorded", {"heads": {"network": [1, digest("?")]}}),
    (
        "malformed",
        "reception.recorded",
        {"heads": {"network": [0, digest("?")], OURS: [1, digest("?")]}},
    ),
    ("malformed", "reception.recorded", {"sections": {}}),
    ("malformed", "dossier.opened", {"dossier": None}),
    ("malformed", "consent.given", {"categories": []}),
    ("malformed", "consent.given", {"categories": ["C01", "C01"]}),
    ("malformed", "consent.given", {"categories": ["*"]}),
    ("malformed", "consent.given", {"categories": ["X.request"]}),
    ("malformed", "consent.given", {"duration": "P2Y"}),
    ("malformed", "consent.given", {"purpose": "Tout savoir"}),
    ("malformed", "consent.given", {"basis": {"id": "person.agreement.orientation"}}),
    ("unknown_field", "consent.given", {"basis": {"id": "b", "version": 1, "floor": "inform"}}),
    ("malformed", "consent.given", {"withdrawal_key": key("receipt")}),
    ("malformed", "consent.given", {"withdrawal_key": public("receipt") | {"y": public("other")["y"]}}),
    ("unknown_field", "consent.withdrawn", {"dossier": ident("dossier")}),
    ("unknown_field", "consent.withdrawn", {"sections": {}}),
    ("malformed", "consent.withdrawn", {"consents": []}),
    ("malformed", "orientation.sent", {"level": 5}),
    ("malformed", "orientation.sent", {"level": 0}),
    ("malformed", "orientation.sent", {"ground": {}}),
    ("unknown_field", "orientation.sent", {"ground": {"consent": ident("c"), "basis": "b"}}),
    ("malformed", "orientation.sent", {"ground": {"basis": "b"}}),
    ("unknown_field", "orientation.sent", {"dossier": ident("dossier")}),
    ("malformed", "orientation.sent", {"deadline": "2026-03-30"}),
    ("malformed", "orientation.answered", {"state": "annulee"}),
    ("malformed", "orientation.answered", {"state": "expiree"}),
    ("malformed", "orientation.answered", {"state": "envoyee"}),
    ("malformed", "orientation.cancelled", {"state": "acceptee"}),
    ("malformed", "orientation.cancelled", {"state": "expiree"}),
]


@pytest.mark.parametrize(("expected", "event_type", "members"), WRONG_MEMBERS, ids=lambda each: str(each)[:60])
def test_a_wrong_member_is_refused(expected: str, event_type: str, members: dict[str, Any]) -> None:
    assert code(event_type, **members) == expected


@pytest.mark.parametrize(
    ("event_type", "members"),
    [
        ("reception.recorded", {"dossier": ident("dossier"), "parents": [ident("a")]}),
        ("reception.recorded", {"n": 5, "prev": digest("before"), "skipped": [2, 4]}),
        ("consent.withdrawn", {"categories": ...}),
        ("consent.given", {"withdrawal_key": ...}),
        ("orientation.sent", {"ground": {"basis": "fr.basis", "version": 2}, "reply_by": "2026-03-02T12:00Z"}),
        ("orientation.sent", {"follows": ident("before"), "withdrawal_key": public("receipt")}),
        ("orientation.opened", {"audience": {"own": OTHER, "other": OWN}}),
    ],
)
def test_what_is_optional_may_be_there(event_type: str, members: dict[str, Any]) -> None:
    assert code(event_type, **members) is None


def test_a_withdrawal_is_signed_by_a_device_or_by_the_key_of_a_receipt() -> None:
    thumbprint = signatures.thumbprint(public("receipt"))
    assert code("consent.withdrawn", thumbprint) is None
    assert code("consent.withdrawn", "authority") == "malformed"
    assert code("consent.given", thumbprint) == "malformed"
    assert code("reception.recorded", "amina") == "malformed"


# --- what sections a type carries --------------------------------------------------------------------------------


def carried(event_type: str, change: Callable[[dict[str, Any]], object]) -> str | None:
    sections = copy.deepcopy(payload(event_type)["sections"])
    change(sections)
    return code(event_type, sections=sections)


SHARED = {"core": digest("c"), "wraps": {"own": digest("o"), "other": digest("w")}, "size": 256, "level": 1}
ALONE = {"core": digest("c"), "wraps": {"own": digest("o")}, "size": 256, "level": 1}


@pytest.mark.parametrize(
    ("expected", "event_type", "change"),
    [
        ("malformed", "orientation.sent", lambda found: found.pop("X.request")),
        ("malformed", "orientation.sent", lambda found: found.update({"X.answer": SHARED | {"category": "X.answer"}})),
        ("malformed", "orientation.sent", lambda found: found.update({"s2": ALONE})),
        ("malformed", "orientation.sent", lambda found: found.update({"C02": SHARED})),
        ("malformed", "orientation.sent", lambda found: found.update({"C02": SHARED | {"category": "C03"}})),
        ("malformed", "orientation.sent", lambda found: found.update({"C02": ALONE})),
        ("malformed", "orientation.sent", lambda found: found.update({"C02.full": SHARED | {"category": "C02.full"}})),
        ("malformed", "orientation.sent", lambda found: found["s1"].update(category="C02")),
        ("malformed", "orientation.answered", lambda found: found.update({"C01": SHARED | {"category": "C01"}})),
        ("malformed", "orientation.opened", lambda found: found.update({"s1": ALONE})),
        ("malformed", "orientation.cancelled", lambda found: found.update({"X.answer": SHARED})),
        ("malformed", "reception.recorded", lambda found: found.update({"C01": SHARED | {"category": "C01"}})),
        ("malformed", "reception.recorded", lambda found: found.update({"narrative": ALONE})),
        ("malformed", "reception.recorded", lambda found: found.update({f"s{n}": ALONE for n in range(1, 18)})),
        ("malformed", "note.recorded", lambda found: found.update({"s2": ALONE})),
        ("malformed", "consent.given", lambda found: found.clear()),
        ("malformed", "reception.recorded", lambda found: found["s1"].update(level=6)),
        ("malformed", "reception.recorded", lambda found: found["s1"].update(level=0)),
        ("malformed", "reception.recorded", lambda found: found["s1"].update(size=300)),
        ("malformed", "reception.recorded", lambda found: found["s1"].update(size=0)),
        ("too_large", "reception.recorded", lambda found: found["s1"].update(size=73_728)),
        ("malformed", "reception.recorded", lambda found: found["s1"].update(core="x")),
        ("malformed", "reception.recorded", lambda found: found["s1"].update(wraps={})),
        ("unknown_field", "reception.recorded", lambda found: found["s1"].update(name="C01")),
        ("unknown_field", "reception.recorded", lambda found: found["s1"]["wraps"].update(third=digest("t"))),
        (None, "reception.recorded", lambda found: found["s1"].update(size=69_632, level=5)),
        (None, "orientation.answered", lambda found: found.clear()),
        (None, "orientation.cancelled", lambda found: found.update({"s1": ALONE})),
        (None, "consent.refused", lambda found: found.update({"s1": ALONE})),
    ],
)
def test_a_type_carries_its_sections_and_no_other(
    expected: str | None, event_type: str, change: Callable[[dict[str, Any]], object]
) -> None:
    assert carried(event_type, change) == expected


def test_the_level_of_an_event_is_the_highest_declared() -> None:
    assert envelope.event_level(payload("orientation.opened")) == 1
    assert envelope.event_level(payload("orientation.sent", level=3)) == 3
    assert envelope.event_level(payload("consent.withdrawn")) == 1
    sections = {"s1": ALONE | {"level": 2}, "s2": ALONE | {"level": 5}}
    assert envelope.event_level(payload("reception.recorded", sections=sections)) == 5


# --- sealed strings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event_type", [*WITH_SECTIONS, "orientation.opened", "consent.refused"])
def test_the_strings_that_were_signed_are_let_in(event_type: str) -> None:
    assert sections_code(event_type, strings(event_type, ident(f"event {event_type}"))) is None


def test_a_withdrawal_comes_with_no_string() -> None:
    assert sections_code("consent.withdrawn", {}) is None
    assert sections_code("consent.withdrawn", {"s1": {}}) == "sections"


EVENT = ident("event orientation.sent")
TOUCHED: dict[str, Callable[[dict[str, Any]], object]] = {
    "a section missing": lambda found: found.pop("C01"),
    "a section more": lambda found: found.update({"C02": found["C01"]}),
    "a section that is a string": lambda found: found.update({"C01": "x"}),
    "a member more": lambda found: found["C01"].update(level=1),
    "a wrap missing": lambda found: found["C01"]["wraps"].pop("other"),
    "a wrap more": lambda found: found["s1"]["wraps"].update(other=found["C01"]["wraps"]["other"]),
    "two cores swapped": lambda found: swap(found, "core"),
    "two wraps swapped": lambda found: found["C01"]["wraps"].update(own=found["C01"]["wraps"]["other"]),
    "a wrap of another circle": lambda found: found["C01"]["wraps"].update(own=wrap(OTHER, shared_key=True)),
    "a space in a wrap": lambda found: found["C01"]["wraps"].update(own=found["C01"]["wraps"]["own"] + " "),
    "a core with a byte more": lambda found: found["C01"].update(core=found["C01"]["core"] + "A"),
    "a core that is a number": lambda found: found["C01"].update(core=3),
    "a wrap that is an object": lambda found: found["C01"]["wraps"].update(own=json.loads(wrap(OWN, shared_key=True))),
}


def swap(found: dict[str, Any], part: str) -> None:
    found["C01"][part], found["X.request"][part] = found["X.request"][part], found["C01"][part]


@pytest.mark.parametrize("touch", TOUCHED.values(), ids=TOUCHED.keys())
def test_a_touched_string_is_refused(touch: Callable[[dict[str, Any]], object]) -> None:
    """T86."""
    sealed = strings("orientation.sent", EVENT)
    touch(sealed)
    assert sections_code("orientation.sent", sealed) == "sections"


@pytest.mark.parametrize("sections", [None, [], "x", 1, {"C01": None}])
def test_strings_that_are_no_sections_are_refused(sections: object) -> None:
    assert sections_code("orientation.sent", sections) == "sections"


def dishonest(part: str, text: str) -> str | None:
    """The refusal of strings that the author signed, though they are not what they must be."""
    sealed = strings("orientation.sent", EVENT)
    claimed = payload("orientation.sent")
    if part == "core":
        sealed["C01"]["core"] = text
        claimed["sections"]["C01"]["core"] = digest(text)
    else:
        sealed["C01"]["wraps"][part] = text
        claimed["sections"]["C01"]["wraps"][part] = digest(text)
    signed = envelope.read(sign(claimed, DEVICE, "amina phone", typ=TYP_EVENT), TYP_EVENT)
    return code_of(lambda: envelope.check_sections(signed, sealed))


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("core", core(ident("another event"), "C01")),
        ("core", core(EVENT, "C02")),
        ("core", core(EVENT, "C01", 1024)),
        ("core", core(EVENT, "C01", zip="DEF")),
        ("core", core(EVENT, "C01", enc="A128GCM")),
        ("core", core(EVENT, "C01").rpartition(".")[0]),
        ("core", core(EVENT, "C01") + "."),
        ("core", "...."),
        ("own", wrap(OWN, shared_key=False)),
        ("own", wrap(OTHER, shared_key=True)),
        ("own", wrap(OWN, shared_key=True, epk=public("ephemeral"))),
        ("own", wrap(OWN, shared_key=True).replace('"encrypted_key":"', '"encrypted_key":"AAAA')),
        ("own", wrap(OWN, shared_key=True).replace("{", '{"x":1,', 1)),
        ("own", "{}"),
        ("own", "[]"),
        ("own", '{"header":[],"encrypted_key":3}'),
        ("other", wrap(OTHER, shared_key=True)),
        ("other", wrap(OWN, shared_key=False)),
        ("other", wrap(OTHER, shared_key=False, epk=key("ephemeral"))),
        ("other", wrap(OTHER, shared_key=False, epk={})),
        ("other", wrap(OTHER, shared_key=False, apu="eA")),
    ],
)
def test_signed_strings_must_still_say_where_they_belong(part: str, text: str) -> None:
    """T86: a valid signature does not make a section of another event, or a wrap of another circle, right."""
    assert dishonest(part, text) == "sections"


# --- primitives --------------------------------------------------------------------------------------------------


def test_an_instant_is_read_in_utc() -> None:
    assert envelope.parse_instant("2026-03-02T10:15Z") == datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
    assert envelope.parse_instant("2026-03-02T10:15:30Z") == datetime(2026, 3, 2, 10, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "2026-03-02", "2026-03-02T10:15", "2026-13-02T10:15Z", "2026-03-02T24:00Z"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        envelope.parse_instant(text)


def test_an_audience_names_a_circle_at_an_epoch_or_a_member() -> None:
    assert envelope.audience_circle(OWN) == (ident("halles open"), 2)
    assert envelope.audience_circle(f"member:{ident('amina')}") is None


def test_a_byte_string_has_one_text() -> None:
    """Two texts of the same bytes would be two digests: all of up to three characters are tried."""
    alphabet = string.ascii_letters + string.digits + "-_"
    for length in range(4):
        for characters in itertools.product(alphabet, repeat=length):
            text = "".join(characters)
            octets = None if length == 1 else base64.urlsafe_b64decode(text + "=" * (-length % 4))
            expected = octets if octets is not None and b64u(octets) == text else None
            assert envelope.from_b64u(text) == expected, text


@pytest.mark.parametrize("text", ["AA==", "AA=", "A A", "A+AA", "A/AA", "AAA\n", "é", "AAAA=", None, b"AAAA", 4])
def test_what_is_not_canonical_base64url_is_nothing(text: object) -> None:
    assert envelope.from_b64u(text) is None
