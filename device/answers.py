"""The form of what a server answers (docs/protocol.md §6 to §8): what has another is refused before it is believed.

A member this page does not list is ignored here: answers may grow, and nothing of it is acted upon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from device.primitives import Json, read_instant, unb64u
from device.refusal import Refusal

Form = Callable[[Any], bool]
MAX_NUMBER = 2**53 - 1


def is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def is_count(value: Any) -> bool:
    """An integer from zero that every language can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_NUMBER


def is_receipt(value: Any) -> bool:
    """A receipt time: to the second, in UTC."""
    return isinstance(value, str) and len(value) == 20 and _passes(read_instant, value)


def is_salt(value: Any) -> bool:
    return isinstance(value, str) and _passes(unb64u, value) and len(unb64u(value)) == 16


def is_head(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and is_count(value[0]) and is_text(value[1])


def list_of(form: Form) -> Form:
    return lambda value: isinstance(value, list) and all(map(form, value))


def map_of(form: Form) -> Form:
    return lambda value: isinstance(value, dict) and all(map(form, value.values()))


def has(**forms: Form) -> Form:
    """An object with at least these members."""
    return lambda value: isinstance(value, dict) and all(name in value and forms[name](value[name]) for name in forms)


def _either(one: Form, other: Form) -> Form:
    return lambda value: one(value) or other(value)


def has_costs(value: Any) -> bool:
    """What a passphrase is stretched with; whether it is too little or too much is asked where it is used."""
    return has(salt=is_salt, m=is_count, t=is_count, p=is_count)(value)


def is_slot(value: Any) -> bool:
    return has(id=is_text, kind=is_text, jwe=is_text)(value) and (value["kind"] != "passphrase" or has_costs(value))


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(each, str) for each in value)


def is_heads(value: Any) -> bool:
    """The newest heads by stream, that of the network among them."""
    return has(network=is_head)(value) and map_of(is_head)(value)


is_part = has(entries=lambda value: isinstance(value, list), next=is_count, more=lambda value: isinstance(value, bool))
is_line = has(position=lambda value: is_count(value) and value > 0)
is_statement = has(jws=is_text, received_at=is_receipt, beside=list_of(is_text))
is_event = has(jws=is_text, received_at=is_receipt, sections=map_of(has(core=is_text, wrap=is_text)))
is_purge = has(purge=has(cause=is_text, wraps=list_of(_is_pair)))


_session = has(token=is_text, expires_at=is_receipt)
_requests = has(kind=is_text, requests=list_of(has(request=is_text, mac=is_text)))
_state = _either(has(state=lambda value: value == "waiting"), has(organisation=is_text, heads=is_heads))
# What each route may answer. A route that is not here is one this phone does not ask.
_FORMS: dict[tuple[str, str], Form] = {
    ("POST", "session/device"): _either(has(nonce=is_text), _session),
    ("POST", "session/passphrase"): _either(has_costs, _session),
    ("GET", "bundle"): has(version=is_count, bundle=is_text, slots=list_of(is_slot), heads=is_heads),
    ("PUT", "bundle"): has(version=is_count),
    ("GET", "invitations"): _either(_requests, _state),
    ("GET", "feed"): has(epoch=is_text, streams=map_of(is_part)),
}


def check(method: str, path: str, answer: Json) -> Json:
    """The answer itself; Refusal(malformed) unless it is one this route may give."""
    words = path.partition("?")[0].split("/")[2:]
    form = _FORMS.get((method, "/".join(words))) or _FORMS.get((method, words[0]))
    if form is not None and not form(answer):
        raise Refusal("malformed")
    return answer


def check_page(answer: Json, asked: Mapping[str, int]) -> dict[str, Json]:
    """The streams of a feed page: those asked for, no other. Refusal(malformed)."""
    if set(answer["streams"]) != set(asked):
        raise Refusal("malformed")
    return {stream: answer["streams"][stream] for stream in asked}


def _passes(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except Refusal:
        return False
    return True
