"""`make pictures`: starts a filled demonstration territory and photographs every screen of it.

`python -m tests.e2e.pictures [FOLDER [SCENE…]]`: all of them into FOLDER (var/pictures unless given), and the
few of the README into docs/pictures/. Says how many, and what a machine finds wrong with them.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from models import database, schema
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS, Live
from tests.e2e import scenes, town
from tests.e2e.camera import Camera
from tests.e2e.person import Person
from tests.e2e.town import Filled, Town
from web.config import ROOT, Config

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PHONE = {"viewport": {"width": 360, "height": 740}, "locale": "fr-FR", "timezone_id": "Europe/Paris"}


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "var" / "pictures"
    wanted = sys.argv[2:]
    camera = Camera(folder, ROOT / "docs" / "pictures")
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        filled = _fill(Path(temporary))
        for scene in scenes.ALL:
            if not wanted or scene.__name__ in wanted:
                print(scene.__name__, flush=True)
                _play(scene, camera, browser, filled, Path(temporary) / scene.__name__)
        browser.close()
    count = len(list(folder.rglob("*.png")))
    print(*camera.faults, f"{count} pictures in {folder}, {len(camera.faults)} faults", sep="\n")
    return 1 if camera.faults else 0


def _config(folder: Path) -> Config:
    return Config(
        database_url=f"sqlite:///{folder}/accord.sqlite",
        secret_key="only for pictures, and long enough to be a key",
        origin="http://localhost:8000",
        end_log=folder / "ends.log",
        demonstration=True,
        rate_factor=1000,
    )


def _fill(temporary: Path) -> Filled:
    empty, folder = temporary / "empty.sqlite", temporary / "territory"
    folder.mkdir()
    database.bind(f"sqlite:///{empty}")
    schema.up()
    database.close()
    return town.fill(folder, _config(folder), empty)


def _play(scene: Callable[..., None], camera: Camera, browser: Browser, filled: Filled, folder: Path) -> None:
    """One scene on its own copy of the territory. Its static files are its own too: a scene may publish a release."""
    static = folder / "static"
    shutil.copytree(ROOT / "static", static)
    started: list[Live] = []

    def serve(config: Config, port: int = 0) -> Live:
        started.append(Live(config, port))
        return started[-1]

    config = replace(_config(folder), static=static, watch_static=True)
    place = Town(filled, folder, partial(serve, config))
    contexts: list[Any] = []

    def phone(account: str, address: str = "") -> Person:
        contexts.append(browser.new_context(**PHONE))  # type: ignore[arg-type]
        person = Person(contexts[-1], place.origin, account)
        person.open(address)
        return person

    try:
        scene(camera, place, phone)
    finally:
        for context in contexts:
            context.close()
        for live in started:
            live.stop()
        database.close()


if __name__ == "__main__":
    sys.exit(main())
