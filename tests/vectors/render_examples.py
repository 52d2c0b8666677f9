"""Writes docs/protocol-examples.md from the vectors: `python -m tests.vectors.render_examples`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from device import signed
from device.primitives import unb64u
from device.sections import Addressee, open_section

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "protocol-examples.md"


def render() -> str:
    """The whole page, the same for the same vectors."""
    exchange, device, roster = (_vector(name) for name in ("exchange", "interop_device", "roster"))
    parts = [_OPENING, *_statement(roster["valid"][0]), *_event(exchange), *_sections(exchange)]
    parts += [*_travel(exchange), *_circle(device["circles"][0]), *_doors(device), *_derived(device["derived"])]
    return "\n\n".join(parts) + "\n"


_OPENING = """# The protocol, by example

Generated from `tests/vectors/` (`exchange.json`, `roster.json`, `interop_device.json`) by
`python -m tests.vectors.render_examples`; do not edit. A client that reproduces each step below reads and writes the
protocol. Long strings are whole in those files; here they are cut at `…`. The private keys were made for the vectors
and serve nowhere else."""


def _statement(valid: dict[str, Any]) -> list[str]:
    read = signed.read(valid["jws"], signed.STATEMENT)
    return [
        "## A statement: the genesis",
        f"`valid[0]` of `roster.json`, `{_cut(valid['jws'])}`:\nheader, payload, digest of its signing input.",
        _json(_header(valid["jws"])),
        _json(read.payload),
        f"```\n{read.digest}\n```",
    ]


def _event(exchange: dict[str, Any]) -> list[str]:
    jws = exchange["entry"]["jws"]
    read = signed.read(jws, signed.EVENT)
    signed.verify(read, exchange["device"]["public"])
    return [
        "## An event: an orientation to another organisation",
        "`exchange.json`. Header, payload, and the digest that is the event's own, as a verdict repeats it.",
        "The signature verifies with `device.public`.",
        _json(_header(jws)),
        _json(read.payload),
        f"```\n{read.digest}\n```",
    ]


def _sections(exchange: dict[str, Any]) -> list[str]:
    event = exchange["orientation"]
    claims = signed.read(exchange["entry"]["jws"], signed.EVENT).payload["sections"]
    parts = ["## Its sections", "What each string says in clear, and what the keys of the file open."]
    for name, sealed in exchange["entry"]["sections"].items():
        parts += [f"### `{name}`", _json({"core": _header(sealed["core"]), "size": claims[name]["size"]})]
        for side, wrap in sealed["wraps"].items():
            header = json.loads(wrap)["header"]
            reader = _reader(header["kid"], exchange["keys"][header["kid"]])
            opened = open_section(event, name, sealed["core"], wrap, reader)
            parts += [f"`{side}`, whose digest is `{claims[name]['wraps'][side]}`:", _json(header)]
        parts += ["opens on", _json(opened)]
    return parts


def _travel(exchange: dict[str, Any]) -> list[str]:
    return [
        "## Pushed, judged, read",
        "The entry that is posted among `entries`, the verdict that comes back, and what the recipient's stream",
        f"`{exchange['read']['stream']}` gives: one wrap for each section that has one, and no other.",
        _json(exchange["entry"]),
        _json(exchange["verdict"]),
        _json(exchange["read"]["entry"]),
    ]


def _circle(circle: dict[str, Any]) -> list[str]:
    blobs = {epoch: _header(blob) for epoch, blob in circle["blobs"].items()}
    return [
        "## A circle at its second epoch",
        "`circles[0]` of `interop_device.json`: the wrap opened with `private` gives `keys.2`.",
        "The blob of 2 under it holds the key of 1.",
        _json({"wrap": _header(circle["wrap"]), "blobs": blobs}),
        _json(circle["keys"]),
    ]


def _doors(device: dict[str, Any]) -> list[str]:
    parts = [
        "## Bundle and slots",
        "The bundle under its key, then each slot with the secret that opens it on that same key.",
    ]
    parts += [_json({"header": _header(device["bundles"][0]["jwe"]), "content": device["bundles"][0]["content"]})]
    return [*parts, *(_json(slot) for slot in device["slots"])]


def _derived(derived: list[dict[str, Any]]) -> list[str]:
    return ["## Derived values", *(_json(one) for one in derived)]


def _reader(kid: str, key: Any) -> Addressee:
    return Addressee(kid, unb64u(key) if isinstance(key, str) else key)


def _header(token: str) -> Any:
    return json.loads(unb64u(token.partition(".")[0]))


def _vector(name: str) -> dict[str, Any]:
    vector: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text("utf-8"))
    return vector


def _json(value: Any) -> str:
    return "```json\n" + json.dumps(_shortened(value), ensure_ascii=False, indent=1) + "\n```"


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shortened(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_shortened(one) for one in value]
    return _cut(value) if isinstance(value, str) else value


def _cut(text: str, most: int = 120) -> str:
    return text if len(text) <= most else text[: most - 20] + "…" + text[-19:]


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
