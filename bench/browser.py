"""What the browser figures share: the real client in Chromium, four times slower than this machine, and a real server.

Phones and servers are those of the tests: a tab with the client's modules, and our server behind waitress in a thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from bench.workload import Workload
from models import database
from tests.client.phones import Phone, passphrase
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS, Live
from web.config import Config

__all__ = ["PHONE", "Stage", "passphrase", "served", "slow", "stage"]

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SLOWER = 4
PHONE = {"viewport": {"width": 360, "height": 740}, "locale": "fr-FR", "timezone_id": "Europe/Paris"}


@dataclass(frozen=True, slots=True)
class Stage:
    """A browser, and a server with the territory's members."""

    browser: Browser
    live: Live

    def phone(self, account: str = "", shared: bool = False) -> Phone:
        """A tab that knows nobody, or signed in and with everything read. At full speed."""
        phone = Phone(self.browser.new_context(**PHONE), self.live)
        return phone.sign_in(account, shared) if account else phone


@contextmanager
def stage(work: Workload, **changes: Any) -> Iterator[Stage]:
    """Everything in a folder that is gone afterwards."""
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        live = served(work.copy_database(folder), folder, **changes)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        try:
            yield Stage(browser, live)
        finally:
            browser.close()
            live.stop()
            database.close()


def served(path: Path, folder: Path, port: int = 0, **changes: Any) -> Live:
    given: dict[str, Any] = {"demonstration": True, "rate_factor": 1e9} | changes
    secret = "only for benches, and long enough"
    url = f"sqlite:///{path}"
    return Live(Config(database_url=url, secret_key=secret, origin="", end_log=folder / "ends", **given), port)


def slow(page: Page, rate: float = SLOWER) -> None:
    """Make this page's processor `rate` times slower; 1 gives it back. Workers (Argon2) keep their speed."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})
