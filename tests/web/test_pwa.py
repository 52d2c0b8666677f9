"""The shell, the release tree, the worker: the same bytes for everyone, under strict headers."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import hashlib
import json
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from web import assets
from web.config import Config
from web.headers import HEADERS

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.conftest import Live


def _integrity(body: bytes) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(body).digest()).decode()


def _release(client: FlaskClient) -> dict:
    line = client.get("/sw.js").get_data(as_text=True).splitlines()[0]
    return json.loads(line.removeprefix("const RELEASE = ").removesuffix(";"))


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture
def small_static(tmp_path: Path, config: Config) -> Config:
    """A release of a few files, in a place a test may change."""
    static = tmp_path / "static"
    for name, text in {
        "app/main.js": 'import { b } from "./screens/b.js";\nimport\n  { z } from "../vendor/z/index.js";\n',
        "app/screens/b.js": 'export { c as b } from "./c.js";\nconst text = "import x from \'./nothing.js\'";\n',
        "app/screens/c.js": 'import "../main.js";\nexport const c = 1;\n',
        "app/alone.js": "export const alone = 1;\n",
        "vendor/z/index.js": "export const z = 1;\n",
        "vendor/z/LICENSE": "MIT",
        "icons/icon.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
        "css/base.css": "body{}",
        "css/tokens.css": ":root{}",
        "sw/sw.js": "self.skip = 1;\n",
    }.items():
        (static / name).parent.mkdir(parents=True, exist_ok=True)
        (static / name).write_text(text)
    return dataclasses.replace(config, static=static)


def test_the_root_leads_to_the_application(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/app/"


def test_the_shell_is_the_same_bytes_for_everyone(client: FlaskClient) -> None:
    plain = client.get("/app/")
    dressed = client.get(
        "/app/?x=1", headers={"Cookie": "session=abc", "Accept-Language": "ar", "Authorization": "Bearer x"}
    )
    assert plain.status_code == 200
    assert plain.data == dressed.data
    assert "Set-Cookie" not in dressed.headers


@pytest.mark.parametrize("path", ["/", "/app/", "/sw.js", "/manifest.webmanifest", "/healthz", "/nothing", "/api/feed"])
def test_every_answer_leaves_with_the_headers(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Cache-Control" in answer.headers
    assert "Server" not in answer.headers


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(client: FlaskClient) -> None:
    policy = client.get("/app/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert "http" not in policy
    assert "require-trusted-types-for 'script'" in policy


def test_strict_transport_is_said_on_https_and_only_there(config: Config, client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/app/").headers
    secure = create_app(dataclasses.replace(config, origin="https://accord.example")).test_client()
    assert "max-age=63072000" in secure.get("/app/").headers["Strict-Transport-Security"]


def test_each_file_the_worker_lists_is_served_with_the_digest_it_announces(client: FlaskClient) -> None:
    release = _release(client)
    assert release["shell"] == "/app/"
    for path, integrity in release["files"].items():
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert _integrity(answer.data) == integrity, path


def test_the_pack_holds_the_announced_bytes_of_what_the_page_does_not_ask_for(client: FlaskClient) -> None:
    release = _release(client)
    answer = client.get(release["pack"])
    assert "immutable" in answer.headers["Cache-Control"]
    line, bodies = answer.data.split(b"\n", 1)
    links = _Links()
    links.feed(client.get("/app/").get_data(as_text=True))
    asked = {attrs.get("href") or attrs.get("src") for _, attrs in links.tags if attrs.get("rel") != "later"}
    for path, length, content_type in json.loads(line):
        body, bodies = bodies[:length], bodies[length:]
        assert _integrity(body) == release["files"][path], path
        assert content_type == client.get(path).content_type
        assert path not in asked, "downloaded twice"
    assert bodies == b""


def test_a_page_asks_for_two_modules_and_lists_those_of_the_first_screen_with_their_integrity(
    client: FlaskClient,
) -> None:
    release = _release(client)
    links = _Links()
    links.feed(client.get("/app/").get_data(as_text=True))
    of = {
        rel: {str(attrs["href"]): attrs["integrity"] for _, attrs in links.tags if attrs.get("rel") == rel}
        for rel in ("modulepreload", "later")
    }
    assert [path.partition("/app/")[2] for path in of["modulepreload"]] == ["ui/release.js"]
    packed = client.get(release["pack"]).data.split(b"\n", 1)[0].decode()
    assert {path.partition("/app/")[2] for path in of["later"]} >= {"boot.js", "screens/unlock.js", "vault/index.js"}
    for path, integrity in of["later"].items():
        assert integrity == release["files"][path]
        assert path in packed
    for screen in ("today", "dossier", "orient-items"):
        assert f"app/screens/{screen}.js" in packed
        assert not [path for path in of["later"] if path.endswith(f"/{screen}.js")]


def test_the_pack_of_another_release_is_not_found(client: FlaskClient) -> None:
    assert client.get(f"/r/{'0' * 20}/pack").status_code == 404


def test_files_of_a_release_are_kept_for_ever_and_entry_points_are_not(client: FlaskClient) -> None:
    release = _release(client)
    name = next(path for path in release["files"] if path.startswith("/r/"))
    assert "immutable" in client.get(name).headers["Cache-Control"]
    for path in ("/app/", "/sw.js", "/manifest.webmanifest"):
        assert client.get(path).headers["Cache-Control"] == "no-cache"


def test_text_travels_packed_and_unpacks_to_the_bytes_announced(client: FlaskClient) -> None:
    release = _release(client)
    for path in ("/app/", next(name for name in release["files"] if name.endswith(".css"))):
        plain = client.get(path)
        packed = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert _integrity(gzip.decompress(packed.data)) == release["files"][path]
        assert len(packed.data) < len(plain.data)
        assert packed.headers["ETag"] != plain.headers["ETag"]
        assert "Content-Encoding" not in client.get(path, headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_an_unchanged_shell_is_answered_in_a_few_bytes(client: FlaskClient) -> None:
    tag = client.get("/app/").headers["ETag"]
    again = client.get("/app/", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "name",
    ["{other}/app/main.js", "{id}/app/../../app.py", "{id}/sw/sw.js", "{id}/vendor/z/LICENSE", "{id}/", "{id}/app/",
     "{id}/app/%2e%2e/%2e%2e/pyproject.toml", "{id}//app/main.js", "{id}/APP/main.js"],
)  # fmt: skip
def test_what_is_not_in_this_release_is_not_found(small_static: Config, name: str) -> None:
    client = create_app(small_static).test_client()
    path = "/r/" + name.format(id=_release(client)["id"], other="0" * 20)
    assert client.get(path).status_code == 404


def test_the_shell_lists_modules_before_those_that_need_them_each_with_its_integrity(small_static: Config) -> None:
    client = create_app(small_static).test_client()
    release = _release(client)
    links = _Links()
    links.feed(client.get("/app/").get_data(as_text=True))
    base = f"/r/{release['id']}/"
    preloads = [attrs["href"] for tag, attrs in links.tags if attrs.get("rel") == "modulepreload"]
    assert preloads == [base + "app/screens/c.js", base + "app/screens/b.js", base + "vendor/z/index.js"]
    scripts = [attrs for tag, attrs in links.tags if tag == "script"]
    assert [script["src"] for script in scripts] == [base + "app/main.js"]
    assert scripts[0]["type"] == "module"
    styles = [attrs["href"] for tag, attrs in links.tags if attrs.get("rel") == "stylesheet"]
    assert styles == [base + "css/tokens.css", base + "css/base.css"]
    for _tag, attrs in links.tags:
        address = attrs.get("src") or attrs.get("href")
        if address and address.startswith(base) and attrs.get("rel") != "icon":
            assert attrs["integrity"] == release["files"][address]


def test_two_servers_with_the_same_files_publish_the_same_release(small_static: Config, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(small_static.static, copy)
    other = dataclasses.replace(small_static, static=copy, secret_key="another secret key, just as long, yes")
    first, second = (create_app(config).test_client() for config in (small_static, other))
    assert first.get("/sw.js").data == second.get("/sw.js").data


@pytest.mark.parametrize("name", ["app/screens/c.js", "css/base.css", "sw/sw.js"])
def test_one_changed_file_is_another_release(small_static: Config, name: str) -> None:
    before = _release(create_app(small_static).test_client())["id"]
    path = small_static.static / name
    path.write_text(path.read_text() + " ")
    assert _release(create_app(small_static).test_client())["id"] != before


def test_a_file_added_while_serving_appears_only_when_the_files_are_watched(small_static: Config) -> None:
    still = create_app(small_static).test_client()
    watching = create_app(dataclasses.replace(small_static, watch_static=True)).test_client()
    before = _release(still)["id"]
    (small_static.static / "app/new.js").write_text("export const fresh = 1;\n")
    assert _release(still)["id"] == before
    assert _release(watching)["id"] != before


def test_the_worker_is_one_generated_line_then_the_file_itself(app: Flask, client: FlaskClient, config: Config) -> None:
    body = client.get("/sw.js").data
    source = config.static / "sw" / "sw.js"
    assert body.split(b"\n", 1)[1] == (source.read_bytes() if source.exists() else b"")


def test_the_manifest_is_json_whose_icons_exist(client: FlaskClient) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.content_type == "application/manifest+json"
    manifest = json.loads(answer.data)
    assert manifest["start_url"] == "/app/"
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).status_code == 200


def test_a_path_is_resolved_from_the_file_that_names_it() -> None:
    files = {"a/b/c.js": assets.Asset(b'import "../../d.js";', "", ""), "d.js": assets.Asset(b"", "", "")}
    assert assets.modules_in_order(files, "a/b/c.js") == ["d.js", "a/b/c.js"]


def test_imports_that_share_a_line_are_all_seen() -> None:
    body = b'import{a}from"./a.js";import{b}from"./b.js";export{c}from"./c.js";'
    files = {f"{name}.js": assets.Asset(b"", "", "") for name in "abc"} | {"all.js": assets.Asset(body, "", "")}
    assert assets.modules_in_order(files, "all.js") == ["a.js", "b.js", "c.js", "all.js"]


@pytest.mark.browser
def test_chromium_runs_the_modules_under_the_policy(
    serve: Callable[..., Live], small_static: Config, page: Page
) -> None:
    """And refuses a module whose bytes are not those the shell announced."""
    (small_static.static / "app/main.js").write_text(
        'import { b } from "./screens/b.js";\ndocument.title = "ran " + b;\n'
    )
    (small_static.static / "app/screens/c.js").write_text("export const c = 1;\n")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    live = serve(static=small_static.static)
    page.goto(live.origin + "/app/")
    page.wait_for_function("document.title === 'ran 1'")
    assert complaints == []
    page.route("**/c.js", lambda route: route.fulfill(body="export const c = 2;\n", content_type="text/javascript"))
    page.goto(live.origin + "/app/?again")
    page.wait_for_timeout(300)
    assert page.title() == "Accord"


@pytest.mark.parametrize(
    ("source", "served"),
    [
        (b"/** What it is.\n * @returns {x} */\nexport const a = 1;\n", b"\n\nexport const a = 1;\n"),
        (b"  // why\n  run();\n", b"\n  run();\n"),
        (b"  /* why */\n  run();\n", b"\n  run();\n"),
        (b"run(); // why\n", b"run(); // why\n"),
        (b"/** @type {X} */ const a = b;\n", b"/** @type {X} */ const a = b;\n"),
        (b'const a = "// no comment";\n', b'const a = "// no comment";\n'),
        (b"const a = `/* no comment */`;\n", b"const a = `/* no comment */`;\n"),
        (b"/* one */\na();\n/* two */\n", b"\na();\n\n"),
        (b"/* unclosed\na();\n", b"/* unclosed\na();\n"),
    ],
)
def test_a_module_is_served_without_the_comments_that_have_their_own_lines(source: bytes, served: bytes) -> None:
    assert assets.without_comments(source) == served
    assert served.count(b"\n") == source.count(b"\n")
