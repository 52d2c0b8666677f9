"""The few words of a Playwright page that the journeys use, over any browser that takes WebDriver's commands.

So `tests/e2e/person.py` plays the same gestures in Firefox and WebKit as in Chromium. Nothing more than it asks.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

FIND = (Path(__file__).parent / "find.js").read_text("utf-8")
POLL_SECONDS = 0.05
Step = tuple[str, dict[str, Any]]


class Driver(Protocol):
    def send(self, command: str, parameters: dict[str, Any]) -> Any: ...
    def stop(self) -> None: ...


class Page:
    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.patience_ms = 15_000.0
        driver.send("SetTimeouts", {"script": 60_000, "pageLoad": 60_000})

    def set_default_timeout(self, milliseconds: float) -> None:
        self.patience_ms = milliseconds

    def on(self, event: str, listener: Callable[..., None]) -> None:
        """These drivers tell nothing of the console."""

    def goto(self, url: str) -> None:
        self.driver.send("Navigate", {"url": url})

    def screenshot(self) -> bytes:
        """What the window shows, as PNG."""
        return base64.b64decode(self.driver.send("TakeScreenshot", {"full": False}))

    def reload(self) -> None:
        self.driver.send("Refresh", {})

    def evaluate(self, function: str, argument: object = None) -> Any:
        """The result of an expression, or of a function given its argument; a promise is awaited."""
        called = f"const made = ({function}); return typeof made === 'function' ? made(arguments[0]) : made;"
        return self.driver.send("ExecuteScript", {"script": called, "args": [argument]})

    @property
    def url(self) -> str:
        return str(self.driver.send("GetCurrentURL", {}))

    def wait_for_url(self, pattern: re.Pattern[str]) -> None:
        self.until(lambda: pattern.search(self.url), f"the address never matched {pattern.pattern}")

    def wait_for_timeout(self, milliseconds: float) -> None:
        time.sleep(milliseconds / 1000)

    def until(self, happened: Callable[[], object], failure: str, timeout: float | None = None) -> None:
        deadline = time.monotonic() + (timeout or self.patience_ms) / 1000
        while not happened():
            if time.monotonic() > deadline:
                raise AssertionError(f"{failure}; the page says:\n{self.locator('body').inner_text()[-1500:]}")
            time.sleep(POLL_SECONDS)

    def locator(self, selector: str, has_text: str | re.Pattern[str] | None = None) -> Locator:
        return Locator(self, []).locator(selector, has_text)

    def get_by_role(self, role: str, name: str | re.Pattern[str], exact: bool = False) -> Locator:
        return Locator(self, []).get_by_role(role, name, exact)

    def get_by_label(self, text: str, exact: bool = False) -> Locator:
        return Locator(self, [("label", _words(text, exact))])

    def get_by_text(self, text: str, exact: bool = False) -> Locator:
        return Locator(self, [("text", _words(text, exact))])


class Locator:
    """A chain of steps, looked for again at each question."""

    def __init__(self, page: Page, chain: list[Step]) -> None:
        self._page, self._chain = page, chain

    def locator(self, selector: str, has_text: str | re.Pattern[str] | None = None) -> Locator:
        found = self._then("css", selector=selector)
        return found if has_text is None else found.filter(has_text)

    def get_by_role(self, role: str, name: str | re.Pattern[str], exact: bool = False) -> Locator:
        return self._then("role", role=role, **_words(name, exact))

    def filter(self, has_text: str | re.Pattern[str]) -> Locator:
        return self._then("has", **_words(has_text))

    @property
    def first(self) -> Locator:
        return self._then("nth", index=0)

    def click(self) -> None:
        self._page.until(lambda: self._ask("click"), f"nothing to press at {self._chain}")

    def fill(self, text: str) -> None:
        self._page.until(lambda: self._ask("fill", text), f"nothing to write in at {self._chain}")

    def wait_for(self, state: str = "visible", timeout: float | None = None) -> None:
        gone = state == "detached"
        question = "count" if gone else "visible"
        self._page.until(lambda: bool(self._ask(question)) != gone, f"{self._chain} never {state}", timeout)

    def count(self) -> int:
        return int(self._ask("count"))

    def is_visible(self) -> bool:
        return bool(self._ask("visible"))

    def all(self) -> list[Locator]:
        return [self._then("nth", index=index) for index in range(self.count())]

    def inner_text(self) -> str:
        return str(self._ask("text"))

    def input_value(self) -> str:
        return str(self._ask("value"))

    def get_attribute(self, name: str) -> str | None:
        self._page.until(lambda: self._ask("count"), f"nothing at {self._chain}")
        return str(self._ask("attribute", name)[0])

    def _then(self, kind: str, **how: Any) -> Locator:
        return Locator(self._page, [*self._chain, (kind, how)])

    def _ask(self, question: str, argument: object = None) -> Any:
        return self._page.driver.send("ExecuteScript", {"script": FIND, "args": [self._chain, question, argument]})


def _words(text: str | re.Pattern[str], exact: bool = False) -> dict[str, Any]:
    return {"pattern": text.pattern} if isinstance(text, re.Pattern) else {"words": text, "exact": exact}
