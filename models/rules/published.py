"""Whether a value is what the published schema of data·inclusion asks: the part of JSON Schema that it uses.

Pure: the schema is an argument (models/reference/data_inclusion). Says why in French. Source: JSON Schema 2020-12.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

Schema = Mapping[str, Any]
_URI: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s<>\"{}|\\^`]+$")
_EMAIL: Final = re.compile(r"[^\s@,;<>()\"]{1,64}@[^\s@,;<>()\"]+\.[^\s@.,;<>()\"]{2,63}$")
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,), "number": (int, float), "integer": (int,), "array": (list,), "object": (dict,),
    "null": (type(None),),
}  # fmt: skip


def fault(schema: Schema, name: str, value: Any) -> str | None:
    """Why `value` cannot be the field `name` of a record of this schema, as one French clause; None when it can."""
    return _fault(schema["properties"][name], value, schema.get("$defs", {}))


def words(schema: Schema, name: str) -> frozenset[str]:
    """The values a list (or a word) of this schema may have; empty when anything may be in it."""
    found = _enumerations(schema["properties"].get(name, {}), schema.get("$defs", {}))
    return frozenset(found)


def _enumerations(node: Any, definitions: Schema) -> list[str]:
    if not isinstance(node, Mapping):
        return []
    if "$ref" in node:
        return _enumerations(_target(node, definitions), definitions)
    inner = [node.get("items"), *node.get("anyOf", [])]
    return [*node.get("enum", []), *(value for each in inner for value in _enumerations(each, definitions))]


def _target(node: Schema, definitions: Schema) -> Any:
    return definitions[node["$ref"].rsplit("/", 1)[-1]]


def _fault(node: Schema, value: Any, definitions: Schema) -> str | None:
    if "$ref" in node:
        return _fault(_target(node, definitions), value, definitions)
    if "anyOf" in node:
        faults = [_fault(each, value, definitions) for each in node["anyOf"]]
        return None if None in faults else faults[0]
    if "type" in node and not _is_of(node["type"], value):
        return "n’est pas de la sorte attendue"
    if ("enum" in node and value not in node["enum"]) or ("const" in node and value != node["const"]):
        return "n’est pas un mot de la liste"
    if isinstance(value, str):
        return _text(node, value)
    if isinstance(value, list):
        return _list(node, value, definitions)
    return _number(node, value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _is_of(type_: str, value: Any) -> bool:
    return isinstance(value, _TYPES[type_]) and not (isinstance(value, bool) and type_ in ("number", "integer"))


def _text(node: Schema, value: str) -> str | None:
    if len(value) < node.get("minLength", 0):
        return f"fait moins de {node['minLength']} signes"
    if len(value) > node.get("maxLength", len(value)):
        return f"fait plus de {node['maxLength']} signes"
    if "pattern" in node and not re.search(node["pattern"], value):
        return "n’a pas la bonne forme"
    return _format(node.get("format"), value)


def _format(name: str | None, value: str) -> str | None:
    if name == "uri" and not _URI.match(value):
        return "n’est pas une adresse de site"
    if name == "email" and not _EMAIL.match(value):
        return "n’est pas une adresse électronique"
    if name == "date":
        try:
            date.fromisoformat(value)
        except ValueError:
            return "n’est pas une date"
    return None


def _list(node: Schema, value: list[Any], definitions: Schema) -> str | None:
    if len(value) < node.get("minItems", 0):
        return "est une liste vide"
    if node.get("uniqueItems") and len({str(each) for each in value}) != len(value):
        return "dit deux fois la même chose"
    faults = (_fault(node["items"], each, definitions) for each in value) if "items" in node else iter(())
    return next((fault for fault in faults if fault), None)


def _number(node: Schema, value: float) -> str | None:
    return f"est plus petit que {node['minimum']}" if value < node.get("minimum", value) else None
