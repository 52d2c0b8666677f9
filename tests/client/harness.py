"""Runs modules of the client in a real page: the files of static/, under the headers of the server, in Chromium.

No database and no routes but the files: what needs the server asks for `live` (tests/conftest.py).
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response
from werkzeug.serving import WSGIRequestHandler, make_server

from web import guard, headers, pwa
from web.config import ROOT, Config

if TYPE_CHECKING:
    from playwright.sync_api import Page

BLANK = "/blank"
# Every script of a test starts with these: the door of crypto/, any other module, and the code of a refusal.
_PREAMBLE = """
const load = (path) => import(`${base}${path}`);
const accord = await load("app/crypto/index.js");
const { toB64u, fromB64u, utf8, randomBytes } = await load("app/crypto/bytes.js");
const refused = async (act) => {
  try { await act(); } catch (error) { return error.name === "CryptoProblem" ? error.code : `threw ${error}`; }
  return null;
};
"""
_WATCH = """
globalThis.violations = [];
addEventListener("securitypolicyviolation", (event) => {
  globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Says nothing: the requests of a test are not news."""


class StaticTree:
    """The release of this checkout on 127.0.0.1, until `stop()`. `base` is where its files are."""

    def __init__(self, var: Path) -> None:
        config = Config(
            database_url=f"sqlite:///{var}/unused.sqlite",
            secret_key="only for tests, and long enough to be a key",
            origin="http://localhost",
            end_log=var / "unused.log",
        )
        app = Flask("web", root_path=str(ROOT / "web"), static_folder=None)
        headers.register(app, config)
        pwa.register(app, config)
        app.add_url_rule(BLANK, view_func=guard.public("a document for tests")(_blank))
        with app.app_context():
            release = pwa.release().id
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        self.origin = f"http://localhost:{self._server.server_port}"
        self.base = f"{self.origin}/r/{release}/"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


class Modules:
    """A page in which `run` imports the client's modules and calls them."""

    def __init__(self, page: Page, tree: StaticTree) -> None:
        self.page = page
        self._base = tree.base
        page.add_init_script(_WATCH)
        page.goto(tree.origin + BLANK)

    def run(self, body: str, **given: Any) -> Any:
        """What the JavaScript `body` returns. It sees `accord` (crypto/index.js), `load("app/…")`, `refused(act)`
        (the code of the refusal, or null), `toB64u`, `fromB64u`, `utf8`, `randomBytes`, and the names in `given`."""
        names = ", ".join(given)
        script = f"async ({{base, {names}}}) => {{ {_PREAMBLE} {body} }}"
        return self.page.evaluate(script, {"base": self._base, **given})

    def violations(self) -> list[str]:
        """What the Content-Security-Policy refused since the page was opened."""
        found: list[str] = self.page.evaluate("globalThis.violations")
        return found


def _blank() -> Response:
    return Response("<!doctype html><html lang=fr><title>Essai</title>", content_type="text/html; charset=utf-8")
