"""What a machine can say of a screen's accessibility and typography. It covers a third at best: people look too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_LOOK = (Path(__file__).parent / "looks.js").read_text("utf-8")
_WIDER_THAN_SCREEN = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
NARROWEST = {"width": 320, "height": 640}


def faults(page: Page) -> list[str]:
    """Structure, names, targets, contrast and French typography of what is on display; empty when nothing is wrong."""
    found: list[str] = page.evaluate(_LOOK)
    return found


def reflows(page: Page) -> bool:
    """Whether 320 px hold the screen without a horizontal bar. The window keeps its size."""
    size = page.viewport_size
    page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]
    wider = page.evaluate(_WIDER_THAN_SCREEN)
    if size:
        page.set_viewport_size(size)
    return not wider
