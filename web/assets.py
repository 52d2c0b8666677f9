"""One immutable tree per release: what a browser may load, under names that change with the bytes (trust.md §6).

A release is everything of static/ (our modules without their comments), the shell and the manifest. Its id is a digest
of them all, so two servers with the same files publish the same release, and a file cannot change under a name already
given out.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from jinja2 import Environment

FOLDERS: Final = ("app", "css", "icons", "vendor")
ENTRY: Final = "app/main.js"
PAPER_ENTRY: Final = "app/paper/main.js"  # what opens a receipt, without the application
APPLICATION: Final = "app/boot.js"  # main.js asks for it and all it imports, once the worker holds them
PACK_TYPE: Final = "application/vnd.accord.pack"
STYLES: Final = (
    "tokens",
    "base",
    "parts",
    "screens",
    "paper",
    "print",
)  # the order of the cascade layers; desk.css is the desk's
CONTENT_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
}
_IMPORT = re.compile(r"""(?:^|;)\s*(?:import|export)\b[^;'"]*?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)
# A comment that has its lines to itself (docs/decisions/0014); .ci/served compares what is left with the source.
_COMMENT = re.compile(rb"^[ \t]*(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)$", re.MULTILINE)
OURS: Final = "app/"


@dataclass(frozen=True, slots=True)
class Asset:
    """`integrity` is what an `integrity` attribute holds: the name of the digest, a dash, the digest in base64."""

    body: bytes
    content_type: str
    integrity: str


@dataclass(frozen=True, slots=True)
class Release:
    """`files` by path below `/r/<id>/`; `shell`, `paper`, `manifest` and `worker` are whole documents; `pack`
    repeats files."""

    id: str
    files: Mapping[str, Asset]
    shell: Asset
    paper: Asset
    manifest: Asset
    worker: Asset
    pack: Asset


def build(static: Path, templates: Environment) -> Release:
    """Reads every file once. Same files, same release, on any machine."""
    files = {name: _asset(body, name) for name, body in _read(static)}
    worker_path = static / "sw" / "sw.js"
    worker = worker_path.read_bytes() if worker_path.exists() else b""
    sources = [_source(templates, name) for name in ("shell.html", "paper.html", "manifest.webmanifest")]
    release = _digest(files, [worker, *sources])
    base = f"/r/{release}/"
    manifest = _render(templates, "manifest.webmanifest", "application/manifest+json", base=base, files=files)
    shell = _page(templates, "shell.html", ENTRY, base, files)
    paper = _page(templates, "paper.html", PAPER_ENTRY, base, files)
    listed = {"/app/": shell.integrity, "/manifest.webmanifest": manifest.integrity}
    listed |= {base + name: asset.integrity for name, asset in files.items()}
    about = {"id": release, "shell": "/app/", "pack": f"{base}pack", "files": listed}
    line = f"const RELEASE = {json.dumps(about)};\n"
    return Release(release, files, shell, paper, manifest, _asset(line.encode() + worker, "sw.js"), _pack(files, base))


def _page(templates: Environment, template: str, entry: str, base: str, files: Mapping[str, Asset]) -> Asset:
    """A document that loads `entry`, what it imports and the style sheets, each with its integrity."""
    at_once = modules_in_order(files, entry)
    later = modules_in_order(files, APPLICATION) if entry == ENTRY else []
    return _render(
        templates, template, "text/html; charset=utf-8",
        base=base, files=files, entry=entry,
        modules=[name for name in at_once if name != entry],
        later=[name for name in later if name not in at_once],
        styles=[name for name in (f"css/{style}.css" for style in STYLES) if name in files],
    )  # fmt: skip


def modules_in_order(files: Mapping[str, Asset], entry: str) -> list[str]:
    """The modules `entry` imports, itself last, each after those it needs; what is not in the release is left out."""
    ordered: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in seen or name not in files:
            return
        seen.add(name)
        for path in _IMPORT.findall(files[name].body.decode()):
            visit(_resolve(name, path))
        ordered.append(name)

    visit(entry)
    return ordered


def _pack(files: Mapping[str, Asset], base: str) -> Asset:
    """One line of JSON, `[path, length, type]` of each file, then their bytes in that order; sw.js takes it apart."""
    asked = {*modules_in_order(files, ENTRY), *(f"css/{style}.css" for style in STYLES), "icons/icon.svg"}
    packed = {name: files[name] for name in files if name not in asked and not name.endswith(".woff2")}
    line = json.dumps([(base + name, len(asset.body), asset.content_type) for name, asset in packed.items()])
    return _asset(b"\n".join([line.encode(), b"".join(asset.body for asset in packed.values())]), "pack", PACK_TYPE)


def fingerprint(static: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and date of every file: changes when `build` would give another release."""
    stats = ((path, path.stat()) for path in sorted(static.rglob("*")) if path.is_file())
    return tuple((str(path), stat.st_size, stat.st_mtime_ns) for path, stat in stats)


def _read(static: Path) -> Iterator[tuple[str, bytes]]:
    for folder in FOLDERS:
        for path in sorted((static / folder).rglob("*")):
            if path.suffix in CONTENT_TYPES and path.is_file():
                name = path.relative_to(static).as_posix()
                is_ours = name.startswith(OURS) and path.suffix == ".js"
                yield name, without_comments(path.read_bytes()) if is_ours else path.read_bytes()


def without_comments(module: bytes) -> bytes:
    """The same module, its comments blank: a fifth of what a first visit weighs. An error still names its line."""
    return _COMMENT.sub(lambda comment: b"\n" * comment[0].count(b"\n"), module)


def _asset(body: bytes, name: str, content_type: str | None = None) -> Asset:
    integrity = "sha256-" + base64.b64encode(hashlib.sha256(body).digest()).decode()
    return Asset(body, content_type or CONTENT_TYPES[PurePosixPath(name).suffix], integrity)


def _digest(files: Mapping[str, Asset], documents: list[bytes]) -> str:
    lines = [f"{name} {files[name].integrity}" for name in sorted(files)]
    lines += [hashlib.sha256(document).hexdigest() for document in documents]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:20]


def _source(templates: Environment, name: str) -> bytes:
    loader = templates.loader
    return loader.get_source(templates, name)[0].encode() if loader else b""


def _render(templates: Environment, name: str, content_type: str, **values: object) -> Asset:
    return _asset(templates.get_template(name).render(**values).encode(), name, content_type)


def _resolve(importer: str, path: str) -> str:
    """`../vendor/x.js` seen from `app/main.js` is `vendor/x.js`."""
    parts = list(PurePosixPath(importer).parent.parts)
    for part in PurePosixPath(path).parts:
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
