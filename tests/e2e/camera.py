"""Photographs a screen on a phone and on a desk, by day and by night; notes what a machine finds wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e import looks

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
VIEWS = (("phone-light", PHONE), ("phone-dark", PHONE), ("desk-dark", DESK), ("desk-light", DESK))


class Camera:
    """`folder` receives `<view>/<name>.png`; `kept` receives the few that go with the README, as `<name>.png`."""

    def __init__(self, folder: Path, kept: Path | None = None) -> None:
        self.folder, self.kept = folder, kept
        self.faults: list[str] = []

    def take(self, page: Page, name: str, keep: bool = False) -> None:
        """The four views as a person sees them, and the phone's again in its whole length."""
        page.mouse.move(1, 1)  # nothing is drawn as pointed at
        for view, size in VIEWS:
            self._set(page, size, view.endswith("dark"))
            page.screenshot(path=self._path(view, name), animations="disabled")
            self.faults += [f"{name}, {view}: {fault}" for fault in looks.faults(page)]
        self._set(page, PHONE, dark=False)
        if not looks.reflows(page):
            self.faults.append(f"{name}: wider than 320 px")
        page.screenshot(path=self._path("phone-whole", name), animations="disabled", full_page=True)
        if keep and self.kept:
            page.screenshot(path=self.kept / f"{name}.png", animations="disabled")

    def _path(self, view: str, name: str) -> Path:
        path = self.folder / view / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    @staticmethod
    def _set(page: Page, size: dict[str, int], dark: bool) -> None:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="dark" if dark else "light")
