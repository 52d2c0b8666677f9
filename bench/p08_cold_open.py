"""P8: the installed application opened cold without a server, to the unlock screen; processor four times slower.

A new browser process each time, on the profile of someone who signed in before. From the start of the navigation, as
the page's own clock says, until the field for the secret phrase is there. The worker's thread keeps its speed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from bench.browser import PHONE, passphrase, served, slow
from bench.frame import Row, finish, median, ms, noise, runs
from bench.workload import prepare
from models import database
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Playwright

    from tests.conftest import Live

TARGET, STRETCH = 1.5, 0.8
_WATCH = """
globalThis.shownAt = 0;
const look = () => {
  if (document.querySelector("#passphrase")) globalThis.shownAt = performance.now();
  else requestAnimationFrame(look);
};
look();
"""
_ENTER = """async ({ account, passphrase }) => {
  const module = document.querySelector("script[type=module]").src;
  const vault = await import(module.replace("app/main.js", "app/vault/index.js"));
  await vault.signIn({ account, passphrase, shared: false });
  await navigator.serviceWorker.ready;
}"""


def measure() -> list[Row]:
    work = prepare(1_000)
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        live = served(work.copy_database(folder), folder)
        opened(playwright, folder, lambda context: enter(context, live))
        live.stop()
        database.close()
        seen: list[float] = []
        for _ in range(runs(7)):
            opened(playwright, folder, lambda context: seen.append(cold(context, live.origin)))
    return [
        Row("P8", "cold open without network to the unlock screen, ×4", ms(median(seen)), "none",
            median(seen), "s", TARGET, STRETCH, noise(seen))
    ]  # fmt: skip


def opened(playwright: Playwright, folder: Path, act: object) -> None:
    """A browser process of this one time, on the same profile."""
    context = playwright.chromium.launch_persistent_context(
        folder / "profile", executable_path=CHROMIUM, args=CHROMIUM_FLAGS, **PHONE
    )
    act(context)  # type: ignore[operator]
    context.close()


def enter(context: BrowserContext, live: Live) -> None:
    page = context.new_page()
    page.goto(f"{live.origin}/app/")
    page.evaluate(_ENTER, {"account": "bruno", "passphrase": passphrase("bruno")})
    page.wait_for_timeout(1_000)  # what follows a sign-in is written


def cold(context: BrowserContext, origin: str) -> float:
    """Seconds."""
    page = context.new_page()
    page.add_init_script(_WATCH)
    slow(page)
    page.goto(f"{origin}/app/", wait_until="commit")
    while not (milliseconds := page.evaluate("globalThis.shownAt")):  # the page's policy evaluates no string
        page.wait_for_timeout(50)
    return float(milliseconds) / 1000


if __name__ == "__main__":
    sys.exit(finish(measure))
