"""The shape of statements: each member of the vocabulary's table has one form, nothing else is let in (protocol §2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from models.problems import Problem
from models.rules.formats import (
    Form,
    either,
    integer,
    is_bool,
    is_category,
    is_code,
    is_date,
    is_digest,
    is_id,
    is_instant,
    is_name,
    is_public_key,
    is_text,
    list_of,
    mapping_of,
    nothing_or,
    one_of,
    record,
)
from models.rules.signed import Signed, check_suite
from models.vocabulary import (
    NETWORK_STATEMENTS,
    PERMISSIONS,
    PROFILES,
    STATEMENT_COMMON,
    STATEMENT_FIELDS,
    CircleClass,
    Role,
    SecrecyGround,
)


def is_head(value: object) -> bool:
    """`[number, digest]`."""
    return isinstance(value, list) and len(value) == 2 and integer(1)(value[0]) and is_digest(value[1])


def is_organisation_stream(value: object) -> bool:
    return isinstance(value, str) and value.startswith("organisation:") and is_id(value.removeprefix("organisation:"))


_MEMBER_RECORD: Final = record(
    {
        "id": is_id,
        "encryption": is_public_key,
        "role": one_of(*Role),
        "permissions": list_of(one_of(*PERMISSIONS)),
        "teams": list_of(is_id),
        "card": is_digest,
    },
    {
        "signing": is_public_key,
        "profile": one_of(*PROFILES),
        "ground": one_of(*SecrecyGround),
        "ends_on": is_date,
    },
)


def is_member(value: object) -> bool:
    """A member object. A recovery key signs nothing and is in no team; everyone else signs and has a column."""
    if not _MEMBER_RECORD(value) or not isinstance(value, dict):
        return False
    if value["role"] == Role.RECOVERY:
        return not (value.keys() & {"signing", "profile"} or value["teams"] or value["permissions"])
    return {"signing", "profile"} <= value.keys()


def is_administrator(value: object) -> bool:
    """The member object of an organisation's first administrator: no team exists yet."""
    administers = (Role.SUPERVISOR, Role.CHARTER_ADMIN)
    return is_member(value) and isinstance(value, dict) and value["role"] in administers and not value["teams"]


def _any_or(form: Form) -> Form:
    return either(one_of("*"), form)


_FLOW: Final = record(
    {
        "from": list_of(_any_or(is_code), 1),
        "to": list_of(_any_or(is_code), 1),
        "categories": list_of(_any_or(is_category), 1),
    }
)
_BASIS: Final = record({"id": is_code, "version": integer(1)}, {"floor": is_code})

_FORMS: Final[dict[str, Form]] = {
    "founding": is_id,
    "name": is_name,
    "demonstration": is_bool,
    "authority": is_public_key,
    "charter": is_id,
    "version": integer(1),
    "title": is_name,
    "text": is_text,
    "flows": list_of(_FLOW),
    "purposes": list_of(is_code),
    "bases": list_of(_BASIS),
    "transition_days": integer(0, 365),
    "parties": list_of(is_id, 2),
    "organisation": record({"id": is_id, "name": is_name, "kind": is_code}),
    "administrator": is_administrator,
    "covers_branches": is_bool,
    "team": is_id,
    "member": is_id,
    "signing": is_public_key,
    "encryption": is_public_key,
    "device": is_id,
    "circle": is_id,
    "class": one_of(*CircleClass),
    "epoch": integer(1),
    "public": is_public_key,
    "holders": mapping_of(is_id, is_digest, 1),
    "blob": is_digest,
    "wrap": is_digest,
}
# Where the same name means more than an id.
_FORMS_OF_TYPE: Final[dict[tuple[str, str], Form]] = {
    ("team.created", "team"): record({"id": is_id, "name": is_name, "structures": list_of(is_name)}),
    ("member.added", "member"): is_member,
    ("member.role_set", "member"): is_member,
    ("circle.created", "epoch"): integer(1, 1),
    ("circle.rotated", "epoch"): integer(2),
}


def _form(statement_type: str) -> Form:
    required, optional = STATEMENT_FIELDS[statement_type]
    in_network = statement_type in NETWORK_STATEMENTS
    common: dict[str, Form] = {
        "v": integer(1),
        "suite": is_name,
        "type": one_of(statement_type),
        "stream": one_of("network") if in_network else is_organisation_stream,
        "number": integer(1),
        "prev": nothing_or(is_digest),
        "at": is_instant,
        "heads": record({}) if in_network else record({"network": is_head}),
    }
    if common.keys() != set(STATEMENT_COMMON):
        raise AssertionError("the common members of statements differ from the vocabulary's")

    def form_of(name: str) -> Form:
        return _FORMS_OF_TYPE.get((statement_type, name), _FORMS[name])

    return record(common | {name: form_of(name) for name in required}, {name: form_of(name) for name in optional})


_STATEMENTS: Final = {statement_type: _form(statement_type) for statement_type in STATEMENT_FIELDS}


def check_statement(signed: Signed) -> None:
    """Shape of a statement. Raises Problem(malformed | unknown_suite | unknown_field)."""
    payload = signed.payload
    check_suite(payload)
    form = _STATEMENTS.get(payload["type"]) if isinstance(payload.get("type"), str) else None
    if form is None or not form(payload) or not _opens_its_chain(payload):
        raise Problem("malformed")
    if not (signed.kid == "authority" if payload["stream"] == "network" else is_id(signed.kid)):
        raise Problem("malformed")


def _opens_its_chain(payload: Mapping[str, Any]) -> bool:
    """Number 1, and it alone, follows nothing; in `network` it is `network.founded`, and it alone."""
    is_first: bool = payload["number"] == 1
    if is_first != (payload["prev"] is None):
        return False
    is_genesis: bool = payload["type"] == "network.founded"
    return payload["stream"] != "network" or is_first == is_genesis
