"""Phones of the demonstration's people: the real client in Chromium, against a real server of one's own.

A phone is a tab with the client's modules and no screen: what it does is said in JavaScript,
what is asked of it is Python.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from device.demonstration.accounts import BY_NAME
from device.primitives import b64u, unb64u
from web import pwa

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

    from tests.conftest import Live

# Every connection of a page to a database, so that a test may close them behind the application's back.
CONNECTIONS = """
globalThis.connections = [];
const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (...given) {
  const asked = open.apply(this, given);
  asked.addEventListener("success", () => connections.push(asked.result));
  return asked;
};"""
CLOSE_CONNECTIONS = "() => globalThis.connections.splice(0).forEach((each) => each.close())"
BLANK = "/healthz"  # a document of the same origin that runs nothing
_PREAMBLE = """
const vault = await import(`${base}app/vault/index.js`);
const sync = await import(`${base}app/sync/index.js`);
const refused = async (act) => {
  try { await act(); } catch (error) { return error.code ?? `threw ${error}`; }
  return null;
};
const database = (member) => new Promise((resolve, reject) => {
  const request = indexedDB.open(member ? `accord:${member}` : "accord");
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const rows = async (member, store) => {
  const db = await database(member);
  const request = db.transaction(store).objectStore(store).getAll();
  await new Promise((resolve) => { request.onsuccess = resolve; });
  db.close();
  return request.result;
};
const said = (category, fields) => ({ category, fields, source: "person_said" });
const called = (name) => said("C01", { called: name });
const newDossier = (name, items = []) => vault.openDossier({ items: [called(name), ...items] });
const visit = (given) => vault.recordReception({ mode: "home_visit", needs: ["alimentation"],
  firstHelp: ["ecoute"], ...given });
const agreement = (given, more = {}) => ({
  given, purpose: "orienter_vers_un_service", duration: "P6M", method: "oral_face", alone: true, trace: false,
  notice: { id: "orientation", sha256: "x", language: "fr", variant: "standard", read_aloud: false }, ...more,
});
const team = (name) => {
  const found = vault.recipients().find((one) => one.teamName === name);
  return { organisation: found.organisation, team: found.team };
};
const orientationFor = (dossier, to, items, more = {}) => ({
  dossier, recipient: team(to), need: "alimentation", items, consent: agreement(items.map((item) =>
    item.category)), ...more,
});
const active = (name) => vault.setTeam(vault.me().teams.find((one) => one.name === name).id);
"""


def pushed(route: Route) -> list[dict[str, Any]]:
    """The entries of a push on its way, whatever its compression."""
    body = route.request.post_data_buffer or b""
    plain = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    entries: list[dict[str, Any]] = json.loads(plain)["entries"]
    return entries


def answering(answer: dict[str, Any]) -> Callable[[Route], None]:
    """What the network, or whoever holds it, says to every request it is routed to."""
    return lambda route: route.fulfill(**answer)


def payload_of(jws: str) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(unb64u(jws.split(".")[1]))
    return payload


def digest_of(jws: str) -> str:
    return b64u(hashlib.sha256(jws.rsplit(".", 1)[0].encode()).digest())


def passphrase(account: str) -> str:
    return BY_NAME[account].passphrase


def until(page: Page, condition: str, given: Any = None, seconds: float = 10) -> None:
    """Waits until `condition`, a function in JavaScript, says true. A page's own `wait_for_function` takes the promise
    of an async one for a yes."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition, given):
        assert time.monotonic() < end, f"never came true: {condition}"
        page.wait_for_timeout(20)


class Phone:
    """One tab. `context` is the browser's storage: two phones of one context are two tabs of one device."""

    def __init__(self, context: BrowserContext, live: Live) -> None:
        self.context = context
        self.live = live
        self.member = ""
        self.page: Page = context.new_page()
        self.open()

    @property
    def base(self) -> str:
        with self.live.app.app_context():
            return f"/r/{pwa.release().id}/"

    def open(self) -> None:
        """Loads the client anew: what was in memory is gone, as when the application was closed."""
        self.page.goto(self.live.origin + BLANK)

    def run(self, body: str, **given: Any) -> Any:
        """What the JavaScript `body` returns. It sees `vault`, `sync`, `refused(act)`, the small makers above, and
        the names in `given`."""
        names = "".join(f", {name}" for name in given)
        return self.page.evaluate(f"async ({{base{names}}}) => {{ {_PREAMBLE} {body} }}", {"base": self.base, **given})

    def sign_in(self, account: str, shared: bool = False) -> Phone:
        self.member = self.run(
            "await vault.signIn({account, passphrase, shared}); await sync.syncNow(); return vault.me().member",
            account=account, passphrase=passphrase(account), shared=shared,
        )  # fmt: skip
        return self

    def unlock(self, account: str) -> None:
        self.run("await vault.unlock(member, {passphrase})", member=self.member, passphrase=passphrase(account))

    def sync(self) -> dict[str, Any]:
        """One round; then the counts."""
        counts: dict[str, Any] = self.run("await sync.syncNow(); return vault.counts()")
        return counts

    def until(self, condition: str, seconds: float = 10) -> None:
        """Waits until `condition`, an expression that sees what `run` sees, is true."""
        end = time.monotonic() + seconds
        while not self.run(f"return Boolean({condition})"):
            assert time.monotonic() < end, f"never came true: {condition}"
            self.page.wait_for_timeout(20)

    def everything_stored(self) -> str:
        """Every row of every database of this browser, as one JSON text; bytes as the text they would be in clear."""
        text: str = self.page.evaluate(
            """async () => {
              const open = (name) => new Promise((resolve) => {
                const request = indexedDB.open(name);
                request.onsuccess = () => resolve(request.result);
              });
              const found = [];
              for (const { name } of await indexedDB.databases()) {
                const db = await open(name);
                for (const store of db.objectStoreNames) {
                  const request = db.transaction(store).objectStore(store).getAll();
                  await new Promise((resolve) => { request.onsuccess = resolve; });
                  found.push({ name, store, rows: request.result });
                }
                db.close();
              }
              return JSON.stringify([found, { ...localStorage }, { ...sessionStorage }], (_key, each) =>
                ArrayBuffer.isView(each) ? new TextDecoder().decode(each) : each);
            }"""
        )
        return text
