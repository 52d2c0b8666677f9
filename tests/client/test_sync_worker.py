"""The service worker: one release, whole or not at all, without the network too, and no answer of the API."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from flask import request

from tests.client.phones import until
from tests.conftest import Live
from web import assets, pwa

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

REGISTER = """async () => {
  const policy = trustedTypes.createPolicy("accord-worker", { createScriptURL: (url) => url });
  const registration = await navigator.serviceWorker.register(policy.createScriptURL("/sw.js"), { scope: "/",
    updateViaCache: "none" });
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  return new Promise((resolve) => {
    const done = () => ["installed", "activated", "redundant"].includes(worker.state) && resolve(worker.state);
    worker.addEventListener("statechange", done);
    done();
  });
}"""
UPDATED = """(await new Promise((resolve) => {
  registration.addEventListener("updatefound", () => resolve(registration.installing));
  registration.update().catch(() => {});
}))"""
CACHES = """async () => {
  const found = {};
  for (const name of await caches.keys()) found[name] = (await (await caches.open(name)).keys()).map((one) =>
    new URL(one.url).pathname);
  return found;
}"""

DIGESTS = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of (await cache.keys()).filter((one) => new URL(one.url).pathname.startsWith("/r/"))) {
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await (await cache.match(url)).arrayBuffer()));
      found[new URL(url).pathname] = "sha256-" + btoa(String.fromCharCode(...hash));
    }
  }
  return found;
}"""
POLICY = """async (path) => {
  const { headers } = await caches.match(path);
  return [headers.get("content-type"), headers.get("content-security-policy")];
}"""

WAITING = """async () => {
  const registration = await navigator.serviceWorker.ready;
  await registration.update();
  const worker = registration.installing ?? registration.waiting;
  await new Promise((resolve) => { const done = () => worker.state === "installed" && resolve();
    worker.addEventListener("statechange", done); done(); });
  return [registration.active.state, registration.waiting.state];
}"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    phone = browser.new_context(locale="fr-FR")
    yield phone
    phone.close()


def release_of(live: Live) -> assets.Release:
    with live.app.app_context():
        return pwa.release()


def publish(live: Live, release: assets.Release) -> None:
    """The server now serves this release."""
    live.app.extensions["accord-releases"]._release = release


def rebuilt(release: assets.Release, name: str, body: bytes, id: str = "nouvelle") -> assets.Release:
    """The same release but for one file, under another id, with the worker that lists it."""
    changed = assets._asset(body, name)
    files = {**release.files, name: changed}
    worker = release.worker.body.replace(release.id.encode(), id.encode())
    worker = worker.replace(release.files[name].integrity.encode(), changed.integrity.encode(), 1)
    shell = release.shell.body.replace(release.id.encode(), id.encode())
    shell = shell.replace(release.files[name].integrity.encode(), changed.integrity.encode())
    manifest = release.manifest.body.replace(release.id.encode(), id.encode())
    for old, new in ((release.shell, shell), (release.manifest, manifest)):
        worker = worker.replace(old.integrity.encode(), assets._asset(new, "x", old.content_type).integrity.encode(), 1)
    return dataclasses.replace(
        release, id=id, files=files, worker=assets._asset(worker, "sw.js"),
        shell=assets._asset(shell, "x", release.shell.content_type),
        manifest=assets._asset(manifest, "x", release.manifest.content_type),
    )  # fmt: skip


def opened(context: BrowserContext, live: Live) -> Page:
    page = context.new_page()
    page.goto(live.origin + "/healthz")
    return page


def test_a_release_is_kept_whole_with_the_policy_of_its_shell(live: Live, context: BrowserContext) -> None:
    page = opened(context, live)
    assert page.evaluate(REGISTER) in ("installed", "activated")
    release = release_of(live)
    [(name, kept)] = page.evaluate(CACHES).items()
    assert name == f"accord-{release.id}"
    assert set(kept) == {"/app/", "/manifest.webmanifest", *(f"/r/{release.id}/{path}" for path in release.files)}
    policy = page.evaluate("async () => (await caches.match('/app/')).headers.get('Content-Security-Policy')")
    assert "default-src 'none'" in policy


def requested(live: Live) -> list[str]:
    """The paths asked for from now on."""
    asked: list[str] = []
    live.app.before_request_funcs.setdefault(None, []).append(lambda: asked.append(request.path))
    return asked


def test_a_first_installation_takes_in_one_file_what_the_page_does_not_ask_for(
    live: Live, context: BrowserContext
) -> None:
    page = opened(context, live)
    asked = requested(live)
    assert page.evaluate(REGISTER) in ("installed", "activated")
    release = release_of(live)
    assert asked.count(f"/r/{release.id}/pack") == 1
    assert f"/r/{release.id}/app/screens/dossier.js" not in asked
    assert len(asked) == len(set(asked))
    for name in ("app/screens/dossier.js", "app/crypto/argon-worker.js", "icons/icon-192.png"):
        sent = live.app.test_client().get(f"/r/{release.id}/{name}").headers
        said = [sent["Content-Type"], sent["Content-Security-Policy"]]
        assert page.evaluate(POLICY, f"/r/{release.id}/{name}") == said, "a worker's script brings its own policy"


@pytest.mark.parametrize("how", ["missing", "cut short", "altered", "page of a portal", "empty"])
def test_without_a_sound_pack_every_file_comes_by_itself(live: Live, context: BrowserContext, how: str) -> None:
    """T65."""
    page = opened(context, live)
    release = release_of(live)
    publish(live, dataclasses.replace(release, pack=damaged(release.pack, how)))
    asked = requested(live)
    assert page.evaluate(REGISTER) in ("installed", "activated")
    assert f"/r/{release.id}/app/screens/visit.js" in asked
    assert page.evaluate(DIGESTS) == {
        f"/r/{release.id}/{name}": asset.integrity for name, asset in release.files.items()
    }


@pytest.mark.parametrize("how", ["cut short", "altered"])
def test_a_pack_altered_and_a_file_too_leave_nothing_behind(live: Live, context: BrowserContext, how: str) -> None:
    """T65: whole or not at all, on a first installation as on the next."""
    page = opened(context, live)
    release = release_of(live)
    name = "app/screens/visit.js"
    worse = {**release.files, name: assets.Asset(release.files[name].body + b" ", "text/javascript", "sha256-x")}
    publish(live, dataclasses.replace(release, pack=damaged(release.pack, how), files=worse))
    assert page.evaluate(REGISTER) == "redundant"
    assert page.evaluate(CACHES) == {}


ASK = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  return new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("message", ({ data }) => resolve(data));
    navigator.serviceWorker.startMessages();
    active.postMessage({ type: "kept" });
  });
}"""
LOSE = """async (path) => {
  for (const name of await caches.keys()) await (await caches.open(name)).delete(path);
}"""


def test_whether_the_release_is_kept_is_counted_and_what_was_lost_is_taken_again(
    live: Live, context: BrowserContext
) -> None:
    """T68: a phone never believes that it holds what its browser threw away."""
    page = opened(context, live)
    page.evaluate(REGISTER)
    whole = page.evaluate(CACHES)
    assert page.evaluate(ASK) == {"type": "kept", "whole": True}
    lost = f"/r/{release_of(live).id}/app/screens/visit.js"
    page.evaluate(LOSE, lost)
    assert page.evaluate(ASK) == {"type": "kept", "whole": True}
    assert {name: set(paths) for name, paths in page.evaluate(CACHES).items()} == {
        name: set(paths) for name, paths in whole.items()
    }
    page.evaluate(LOSE, lost)
    live.stop()
    assert page.evaluate(ASK) == {"type": "kept", "whole": False}


def damaged(pack: assets.Asset, how: str) -> assets.Asset:
    """What a bad road, or someone on it, makes of a pack."""
    bodies = {
        "missing": b"",
        "empty": b"[]\n",
        "cut short": pack.body[: len(pack.body) // 8],
        "altered": pack.body.replace(b"export ", b"Export "),
        "page of a portal": b"<html>\n<p>Bienvenue</p>",
    }
    return dataclasses.replace(pack, body=bodies[how], integrity=f"sha256-{how}")


def test_without_a_server_the_application_opens_from_cold(live: Live, context: BrowserContext) -> None:
    """T68."""
    opened(context, live).evaluate(REGISTER)
    context.set_offline(True)
    live.stop()
    for _ in range(20):
        page = context.new_page()
        answer = page.goto(live.origin + "/app/#/aujourdhui")
        assert answer is not None
        assert (answer.status, answer.from_service_worker) == (200, True)
        assert (
            page.evaluate("async (path) => (await fetch(path)).status", f"/r/{release_of(live).id}/app/http.js") == 200
        )
        page.close()


@pytest.mark.parametrize("how", ["missing", "corrupted", "page of a portal"])
def test_one_file_missing_or_altered_and_the_release_before_stays_complete(
    live: Live, context: BrowserContext, how: str
) -> None:
    """T65."""
    page = opened(context, live)
    page.evaluate(REGISTER)
    before = page.evaluate(CACHES)
    old = release_of(live)
    new = rebuilt(old, "app/http.js", old.files["app/http.js"].body + b"// other\n")
    damaged: dict[str, Any] = {
        "missing": None,
        "corrupted": assets.Asset(new.files["app/http.js"].body + b" ", "text/javascript", "sha256-x"),
        "page of a portal": assets.Asset(b"<html>", "text/html", "sha256-y"),
    }
    files = {name: asset for name, asset in new.files.items() if name != "app/http.js"}
    if damaged[how] is not None:
        files["app/http.js"] = damaged[how]
    publish(live, dataclasses.replace(new, files=files))
    page = opened(context, live)
    assert page.evaluate(REGISTER.replace("registration.installing ??", f"{UPDATED} ??")) == "redundant"
    assert page.evaluate(CACHES) == before
    context.set_offline(True)
    answer = context.new_page().goto(live.origin + "/app/")
    assert answer is not None
    assert answer.status == 200


def test_a_new_release_waits_for_the_person_takes_only_what_changed_and_then_the_old_one_goes(
    live: Live, context: BrowserContext
) -> None:
    """T64."""
    opened(context, live).evaluate(REGISTER)
    page = context.new_page()
    page.goto(live.origin + "/app/")
    old = release_of(live)
    new = rebuilt(old, "app/http.js", old.files["app/http.js"].body + b"// other\n")
    publish(live, new)
    asked: list[str] = []
    live.app.before_request_funcs.setdefault(None, []).append(lambda: asked.append(request.path))
    assert page.evaluate(WAITING) == ["activated", "installed"]
    assert sorted(path for path in asked if path.startswith("/r/")) == [f"/r/{new.id}/app/http.js"]
    assert page.evaluate("async () => (await (await fetch('/app/http.js')).status)") == 404
    assert set(page.evaluate(CACHES)) == {f"accord-{old.id}", f"accord-{new.id}"}
    apply = """async () => {
      const registration = await navigator.serviceWorker.ready;
      const changed = new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
      registration.waiting.postMessage({ type: "apply" });
      await changed;
    }"""
    page.evaluate(apply)
    assert (
        page.evaluate("async (path) => (await fetch(path)).status", f"/r/{old.id}/app/http.js") == 200
    )  # this window still runs it
    for other in context.pages:
        if other is not page:
            other.close()
    page.reload()
    until(page, "async (name) => (await caches.keys()).join() === name", f"accord-{new.id}")


def test_a_release_replaced_half_way_leaves_the_old_one_whole_and_is_finished_later(
    live: Live, serve: Callable[..., Live], context: BrowserContext
) -> None:
    """T64, T65. The worker dies in the middle of its downloads, and there is no network for a while."""
    opened(context, live).evaluate(REGISTER)
    page = context.new_page()
    page.goto(live.origin + "/app/")
    old = release_of(live)
    half = rebuilt(old, "app/http.js", old.files["app/http.js"].body + b"// other\n", "moitie")
    new = rebuilt(half, "app/sync/push.js", old.files["app/sync/push.js"].body + b"// other\n")
    publish(live, new)
    arrived, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        if request.path == f"/r/{new.id}/app/sync/push.js" and not is_over.is_set():
            arrived.set()
            is_over.wait(20)

    live.app.before_request_funcs.setdefault(None, []).append(hold)
    page.evaluate("() => void navigator.serviceWorker.ready.then((known) => known.update())")
    assert arrived.wait(10)
    session = context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    is_over.set()
    live.stop()
    cold = context.new_page()
    answer = cold.goto(live.origin + "/app/")
    assert answer is not None
    assert (answer.status, answer.from_service_worker) == (200, True)
    assert old.id in cold.content()
    addresses = [f"/r/{old.id}/{path}" for path in old.files]
    every = "async (paths) => (await Promise.all(paths.map((path) => fetch(path)))).every((answer) => answer.ok)"
    assert cold.evaluate(every, addresses)
    publish(serve(port=live.port), new)
    page.evaluate("() => void navigator.serviceWorker.ready.then((known) => known.update()).catch(() => {})")
    until(page, "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)", seconds=20)
    kept = page.evaluate(CACHES)
    assert set(kept[f"accord-{new.id}"]) == {
        "/app/",
        "/manifest.webmanifest",
        *(f"/r/{new.id}/{path}" for path in new.files),
    }


def test_no_answer_of_the_api_is_ever_kept(live: Live, context: BrowserContext) -> None:
    page = opened(context, live)
    page.evaluate(REGISTER)
    page.goto(live.origin + "/app/")
    page.evaluate(
        "async () => { for (const path of ['/api/founding', '/healthz', "
        "'/api/feed?after=network:0']) await fetch(path); }"
    )
    kept = [path for paths in page.evaluate(CACHES).values() for path in paths]
    assert [path for path in kept if path.startswith(("/api", "/healthz", "/desk"))] == []
