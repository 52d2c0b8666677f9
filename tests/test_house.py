"""The rules of the house (docs/house.md), asked of the files: who imports whom, what is declared, what is fresh."""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from models import vocabulary
from models.problems import CATALOGUE
from web import vocabulary_js
from web.guard import UnguardedRouteError, check, public

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "static" / "app"
SERVER = ("models", "web")
OURS = ("models", "web", "device")


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def own_files(*suffixes: str) -> list[Path]:
    """Every file of ours with these endings: not what others wrote, not what is generated."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", "*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name for name in listed.stdout.splitlines() if not name.startswith(("static/vendor/", ".ci/package"))]
    return [ROOT / name for name in names if name.endswith(suffixes) and (ROOT / name).is_file()]


def imports(path: Path) -> Iterator[str]:
    """The full name of each module a Python file imports, `from x import y` counting as `x` and `x.y`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def ids(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def breaches(paths: list[Path], of: str, *allowed: str) -> list[str]:
    """What these files import from the package `of`, other than what is allowed."""
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in paths
        for name in imports(path)
        if is_within(name, of) and name != of and not is_within(name, *allowed)
    ]


# --- layers of the server ----------------------------------------------------------------------------------------

IMPURE = ("os", "time", "random", "secrets", "socket", "threading", "pathlib", "logging", "subprocess", "uuid", "io")


def test_the_vocabulary_imports_nothing_of_ours_and_problems_only_it() -> None:
    assert breaches([ROOT / "models/vocabulary.py"], "models") == []
    assert breaches([ROOT / "models/problems.py"], "models", "models.vocabulary") == []


def test_rules_are_pure() -> None:
    rules = python_files("models/rules")
    assert breaches(rules, "models", "models.vocabulary", "models.problems", "models.rules") == []
    outside = [
        f"{path.name}: {name}"
        for path in rules
        for name in imports(path)
        if not is_within(name, "models") and name.split(".")[0] not in sys.stdlib_module_names
    ]
    assert outside == []
    assert [f"{path.name}: {name}" for path in rules for name in imports(path) if is_within(name, *IMPURE)] == []
    clocks = re.compile(r"\b(datetime\.now|datetime\.utcnow|date\.today|datetime\.today|open)\(")
    assert [path.name for path in rules if clocks.search(path.read_text("utf-8"))] == []


def test_tables_know_the_database_and_nothing_above() -> None:
    assert breaches(python_files("models/tables"), "models", "models.database", "models.tables") == []
    assert breaches([ROOT / "models/database.py"], "models", "models.vocabulary", "models.problems") == []


def test_nothing_below_web_knows_flask_or_opens_content() -> None:
    for of in ("flask", "flask_login", "flask_wtf", "werkzeug", "web", "device"):
        assert (
            breaches(python_files("models"), of)
            + [f"{path}: {of}" for path in python_files("models") if of in set(imports(path))]
            == []
        )
    opening = re.compile(r"\b(joserfc\.jwe|jwe\.decrypt|decrypt\(|AESGCM)")
    assert [str(path) for path in python_files(*SERVER) if opening.search(path.read_text("utf-8"))] == []


def test_the_web_uses_doors_and_never_tables() -> None:
    web = [*python_files("web"), ROOT / "app.py"]
    for of in ("models.tables", "models.migrations", "peewee", "playhouse", "device"):
        found = [f"{path.name}: {name}" for path in web for name in imports(path) if is_within(name, of)]
        assert found == [], of


def test_a_door_opens_on_rules_and_tables_and_never_on_another_door() -> None:
    doors = ("accounts", "devices", "directory", "feed", "ledger", "roster", "schema", "supervision", "translations")
    found = []
    for door in doors:
        others = [f"models.{other}" for other in doors if other != door]
        files = python_files(f"models/{door}") or [ROOT / f"models/{door}.py"]
        found += [f"{path.name}: {name}" for path in files for name in imports(path) if is_within(name, *others)]
    assert found == []


def test_the_independent_client_shares_no_line_with_the_server() -> None:
    for of in ("models", "web", "app"):
        found = [
            f"{path.name}: {name}" for path in python_files("device") for name in imports(path) if is_within(name, of)
        ]
        assert found == []


@pytest.mark.parametrize(
    ("library", "importers"),
    [
        ("joserfc", {"models/signatures.py", "device/jose.py"}),
        ("cryptography", {"models/signatures.py", "device/keys.py"}),
        ("webauthn", {"web/passkeys.py"}),
        ("waitress", {"app.py"}),
        ("brotli", {"web/packing.py"}),
        ("segno", {"web/cards.py"}),
        ("opening_hours", {"models/opening_hours.py"}),
        ("psycopg", set()),  # peewee calls it
        ("openpyxl", {"models/directory/reading/workbook.py"}),
        ("flask_login", {"web/desk.py"}),
        ("flask_wtf", {"web/forms.py"}),
        ("wtforms", {"web/forms.py"}),
    ],
)
def test_an_outside_library_has_one_importer_on_each_side(library: str, importers: set[str]) -> None:
    files = [*python_files(*OURS), ROOT / "app.py"]
    found = {str(path.relative_to(ROOT)) for path in files if any(is_within(name, library) for name in imports(path))}
    assert found <= importers


# --- layers of the client ----------------------------------------------------------------------------------------

_JS_IMPORT = re.compile(
    r"""^[ \t]*(?:import|export)\b[^;'"]*?from\s*["']([^"']+)["']"""
    r"""|^[ \t]*import\s*["']([^"']+)["']"""
    r"""|\bimport\(\s*["'](\.[^"']+)["']\s*\)(?!\.)""",
    re.MULTILINE,
)
WORDS = ("app/vocabulary.js", "app/reference.js")
# place → what it may import beside itself
CLIENT_LAYERS = {
    "app/vocabulary.js": (),
    "app/reference.js": (),
    "app/http.js": ("app/vocabulary.js",),
    "app/rules/": WORDS,
    "app/crypto/": (*WORDS, "vendor/jose/", "vendor/argon2/"),
    "app/vault/": (*WORDS, "app/rules/", "app/crypto/index.js", "app/http.js", "vendor/idb/"),
    "app/sync/": (*WORDS, "app/http.js", "app/vault/index.js"),
    "app/ui/": (*WORDS, "app/rules/", "app/vault/index.js", "vendor/lit-html/", "vendor/qr/"),
    "app/screens/": (*WORDS, "app/rules/", "app/ui/", "app/vault/index.js", "app/sync/index.js"),
    "app/desk/": (*WORDS, "app/rules/", "app/ui/", "app/vault/index.js", "app/sync/index.js"),
    "app/paper/": (*WORDS, "app/http.js", "app/crypto/", "app/ui/html.js", "app/ui/icon.js"),
    "app/main.js": ("app/ui/release.js", "app/boot.js"),
    "app/boot.js": (*WORDS, "app/ui/", "app/screens/", "app/desk/", "app/vault/index.js", "app/sync/index.js"),
    "sw/": (),
}


def js_imports(path: Path) -> Iterator[str]:
    """The modules a client file imports, as paths below static/. Comments (types in JSDoc) do not import."""
    code = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", path.read_text("utf-8"), flags=re.DOTALL)
    for found in _JS_IMPORT.finditer(code):
        target = next(group for group in found.groups() if group)
        if target.startswith("."):
            yield str((path.parent / target).resolve().relative_to(ROOT / "static"))
        else:
            yield target


def test_each_module_of_the_client_imports_only_the_layers_below_it() -> None:
    found = []
    for path in [*APP.rglob("*.js"), *(ROOT / "static/sw").glob("*.js")]:
        name = str(path.relative_to(ROOT / "static"))
        layer = next((layer for layer in CLIENT_LAYERS if name.startswith(layer)), None)
        assert layer or name == "app/reference-shapes.js", f"{name} stands in no layer"
        allowed = (*CLIENT_LAYERS.get(layer or "", ()), layer or "")
        found += [f"{name} imports {target}" for target in js_imports(path) if not target.startswith(allowed)]
    assert found == []


@pytest.mark.parametrize("library", ["jose", "argon2", "idb", "lit-html", "qr"])
def test_a_vendored_library_has_one_importer(library: str) -> None:
    found = [
        str(path)
        for path in APP.rglob("*.js")
        if any(name.startswith(f"vendor/{library}/") for name in js_imports(path))
    ]
    assert len(found) <= 1


@pytest.mark.parametrize(
    "word", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "unsafeHTML", "eval("]
)
def test_the_client_never_builds_markup_from_text(word: str) -> None:
    assert [
        str(path)
        for path in APP.rglob("*.js")
        if re.search(rf"(?<![\w.]){re.escape(word)}|\.{re.escape(word)}", path.read_text("utf-8"))
    ] == []


def test_each_module_of_the_client_starts_by_saying_what_it_alone_may_do() -> None:
    files = [*APP.rglob("*.js"), *(ROOT / "static/sw").glob("*.js")]
    assert [str(path) for path in files if not path.read_text("utf-8").startswith(("//", "/*"))] == []


# --- routes ------------------------------------------------------------------------------------------------------


def test_each_route_declares_a_permission_or_says_why_it_is_public(app: Flask) -> None:
    check(app)
    for rule in app.url_map.iter_rules():
        guard = app.view_functions[rule.endpoint].guard  # type: ignore[attr-defined]
        assert guard.get("permission") or len(guard.get("public", "")) > 10, rule.rule


def test_a_route_without_a_rule_does_not_start_and_does_not_answer(app: Flask) -> None:
    bare = Flask("bare", static_folder=None)
    bare.add_url_rule("/bare", view_func=lambda: "open")
    with pytest.raises(UnguardedRouteError, match="/bare"):
        check(bare)
    with pytest.raises(ValueError, match="says why"):
        public("")


# --- generated, vendored, named ----------------------------------------------------------------------------------


def test_the_generated_modules_say_what_the_vocabulary_says() -> None:
    assert vocabulary_js.stale() == [], "flask vocabulary writes them again"


def test_each_vendored_file_has_its_hash_and_each_hash_its_file() -> None:
    listed = tomllib.loads((ROOT / "static/vendor/VENDOR.toml").read_text("utf-8"))
    expected = {f"{library}/{name}": sha for library, about in listed.items() for name, sha in about["sha256"].items()}
    folder = ROOT / "static/vendor"
    present = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "VENDOR.toml"
    }
    assert present == expected
    assert all(about["licence"] and about["version"] for about in listed.values())


def test_each_word_of_the_wire_is_explained() -> None:
    pages = (ROOT / "docs/glossary.md").read_text("utf-8") + (ROOT / "docs/protocol.md").read_text("utf-8")
    words = [*vocabulary.EVENT_FIELDS, *vocabulary.STATEMENT_FIELDS, *vocabulary.OrientationState, *vocabulary.Verdict]
    assert [word for word in words if f"`{word}`" not in pages and str(word) not in pages] == []


def test_each_refusal_is_named_in_the_documentation() -> None:
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert [code for code in CATALOGUE if f"`{code}`" not in pages] == []


def test_each_table_is_named_in_the_documentation() -> None:
    tables = [path.stem for path in python_files("models/tables") if path.stem != "__init__"]
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert [table for table in tables if table.replace("_", " ") not in pages and f"`{table}`" not in pages] == []


def test_each_fault_of_the_threat_model_is_named_by_the_tests_it_cites() -> None:
    page = (ROOT / "docs/threat-model.md").read_text("utf-8")
    rows = re.findall(r"^\| (T\d+) \|.*\| ([^|]+) \|$", page, re.MULTILINE)
    assert len(rows) > 60
    cited = [(number, file) for number, files in rows for file in re.findall(r"`([^`]+)`", files)]
    assert {number for number, _ in cited} == {number for number, _ in rows}
    assert [(number, file) for number, file in cited if number not in scenarios_of(f"tests/{file}.py")] == []


def scenarios_of(path: str) -> set[str]:
    """The scenario numbers in the docstrings of a file's tests."""
    functions = [
        node for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))) if isinstance(node, ast.FunctionDef)
    ]
    told = " ".join(ast.get_docstring(node) or "" for node in functions if node.name.startswith("test_"))
    return set(re.findall(r"\bT\d+\b", told))


def test_each_decision_has_a_number_of_its_own_and_its_line_in_the_index() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    listed = [f"- [{page.name[:4]}]({page.name}) {page.read_text('utf-8').splitlines()[0][2:]}" for page in pages]
    index = (ROOT / "docs/decisions/README.md").read_text("utf-8").splitlines()
    assert [line for line in index if line.startswith("- ")] == listed


def test_no_template_is_unused() -> None:
    templates = {str(path.relative_to(ROOT / "web/templates")) for path in (ROOT / "web/templates").rglob("*.*")}
    code = "".join(path.read_text("utf-8") for path in [*python_files("web"), *(ROOT / "web/templates").rglob("*.*")])
    assert {name for name in templates if f'"{name}"' not in code} == set()


def test_the_packages_of_pyproject_are_those_that_exist() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"])
    present = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for folder in ("models", "web", "device")
        for path in (ROOT / folder).rglob("__init__.py")
    }
    assert present == listed


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-postgresql.lock", "requirements-dev.lock"])
def test_each_locked_package_has_a_version_and_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    for entry in re.split(r"\n(?=[a-z0-9])", text.strip()):
        assert re.match(r"[a-z0-9-]+==[0-9]", entry), entry[:40]
        assert "--hash=sha256:" in entry, entry[:40]
    assert "http" not in text


# --- what must not be written ------------------------------------------------------------------------------------


def test_no_article_of_law_is_named_outside_the_reference_lists() -> None:
    article = re.compile(r"\bL\.?\s?\d{3}|\b[LRD]\.?\s?\d{3}-\d")
    code = [
        *python_files(*OURS),
        ROOT / "app.py",
        *own_files(".js", ".html", ".css", ".webmanifest"),
    ]
    outside = [path for path in code if not path.is_relative_to(ROOT / "models/reference")]
    assert [str(path) for path in outside if article.search(path.read_text("utf-8"))] == []


def test_nothing_is_left_for_later_in_the_code() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    files = [path for path in own_files(".py", ".js", ".css", ".html") if path != Path(__file__).resolve()]
    assert ids([path for path in files if later.search(path.read_text("utf-8"))]) == []


def test_no_name_hides_what_is_done() -> None:
    vague = re.compile(r"^(utils?|helpers?|managers?|misc|common|handlers?|process(or)?)$")
    assert [str(path) for path in own_files(".py", ".js", ".css") if vague.match(path.stem)] == []
    functions = re.compile(r"^\s*(?:def|(?:export )?(?:async )?function) (?:handle|process)_?[A-Za-z]*\(", re.MULTILINE)
    assert [
        str(path) for path in [*python_files(*OURS), *APP.rglob("*.js")] if functions.search(path.read_text("utf-8"))
    ] == []


def test_everything_is_caught_in_one_place_only() -> None:
    """`except Exception` hides faults; the one place that may is where a request ends."""
    wide = re.compile(r"except\s*(Exception|BaseException)?\s*(as \w+)?:")
    found = [path for path in python_files(*OURS) if wide.search(path.read_text("utf-8"))]
    assert ids(found) == []


def test_no_file_is_long() -> None:
    files = [path for path in own_files(".py", ".js", ".css", ".html") if "tests" not in path.parts]
    generated = {APP / "vocabulary.js", APP / "reference.js"}
    long = {str(path): len(path.read_text("utf-8").splitlines()) for path in files if path not in generated}
    assert {name: lines for name, lines in long.items() if lines > 300} == {}
