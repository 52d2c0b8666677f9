"""Two browsers that are not Chromium, spoken to in their own words: Firefox by Marionette, WebKitGTK by WebDriver.

Both take the commands of W3C WebDriver; only the wire differs. Profiles are new, and nothing is asked of the network
but this machine.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

START_SECONDS = 60
COMMAND_SECONDS = 120
# No service of the browser's maker is asked for anything.
FIREFOX_PREFERENCES: dict[str, object] = {
    "marionette.port": 0,
    "app.update.disabledForTesting": True,
    "app.normandy.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "intl.accept_languages": "fr",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.prefetch-next": False,
    "services.settings.server": "data:,#none",
    "toolkit.telemetry.enabled": False,
}
MINI_BROWSERS = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"


class CommandFailed(Exception):
    """The browser refused a command; the words are its own."""


class Firefox:
    """One Firefox on one profile folder. `stop()` kills it, the folder stays."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in FIREFOX_PREFERENCES.items()]
        (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
        active = folder / "MarionetteActivePort"
        active.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            ["firefox-esr", "--headless", "--marionette", "--remote-allow-system-access", "--profile", str(folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wire = _connected(int(_awaited(active)))
        self._received = b""
        self._number = 0
        self._read()  # its greeting
        self.send("NewSession", {})

    def send(self, command: str, parameters: dict[str, Any]) -> Any:
        self._number += 1
        words = json.dumps([0, self._number, f"WebDriver:{command}", parameters]).encode()
        self._wire.sendall(str(len(words)).encode() + b":" + words)
        _, _, error, result = self._read()
        if error:
            raise CommandFailed(f"{error['error']}: {error['message']}")
        return result["value"] if isinstance(result, dict) and result.keys() == {"value"} else result

    def _read(self) -> Any:
        while b":" not in self._received:
            self._receive()
        size, _, self._received = self._received.partition(b":")
        while len(self._received) < int(size):
            self._receive()
        message, self._received = self._received[: int(size)], self._received[int(size) :]
        return json.loads(message)

    def _receive(self) -> None:
        part = self._wire.recv(1 << 16)
        if not part:
            raise CommandFailed("Firefox has gone")
        self._received += part

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._wire.close()


class WebKit:
    """One WebKitGTK, on a display that nobody sees. Its storage is forgotten with it: automation is always private."""

    ROUTES = {  # noqa: RUF012
        "NewSession": ("POST", ""),
        "DeleteSession": ("DELETE", ""),
        "Navigate": ("POST", "/url"),
        "Refresh": ("POST", "/refresh"),
        "GetCurrentURL": ("GET", "/url"),
        "ExecuteScript": ("POST", "/execute/sync"),
        "SetTimeouts": ("POST", "/timeouts"),
        "SetWindowRect": ("POST", "/window/rect"),
        "TakeScreenshot": ("GET", "/screenshot"),
    }

    def __init__(self, folder: Path) -> None:
        port = _free_port()
        self._display = _Display()
        self._process = subprocess.Popen(
            ["WebKitWebDriver", f"--port={port}"],
            env={"DISPLAY": self._display.name, "HOME": str(folder), "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
                 "LANG": "fr_FR.UTF-8", "PATH": "/usr/bin:/bin", "LIBGL_ALWAYS_SOFTWARE": "1",
                 "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _connected(port).close()
        self._base = f"http://127.0.0.1:{port}/session"
        browser = {"binary": str(next(Path("/").glob(MINI_BROWSERS.lstrip("/")))), "args": ["--automation"]}
        asked = {"capabilities": {"alwaysMatch": {"browserName": "MiniBrowser", "webkitgtk:browserOptions": browser}}}
        self._base += "/" + self.send("NewSession", asked)["sessionId"]

    def send(self, command: str, parameters: dict[str, Any]) -> Any:
        method, path = self.ROUTES[command]
        body = json.dumps(parameters).encode() if method == "POST" else None
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._base + path, data=body, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=COMMAND_SECONDS) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as error:
            said = json.load(error)["value"]
            raise CommandFailed(f"{said['error']}: {said['message']}") from None

    def stop(self) -> None:
        with contextlib.suppress(CommandFailed, OSError):
            self.send("DeleteSession", {})
        self._process.kill()
        self._process.wait()
        self._display.stop()


class _Display:
    """An X display in memory."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout
        self.name = f":{self._process.stdout.readline().decode().strip()}"

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


def missing(engine: str) -> list[str]:
    """The programs that an engine needs and this machine lacks."""
    needed = {"firefox": ["firefox-esr"], "webkit": ["WebKitWebDriver", "Xvfb"]}[engine]
    return [program for program in needed if shutil.which(program) is None]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _awaited(file: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while not (file.exists() and file.read_text().strip()):
        if time.monotonic() > deadline:
            raise CommandFailed("the browser does not start")
        time.sleep(0.05)
    return file.read_text()


def _connected(port: int) -> socket.socket:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), COMMAND_SECONDS)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
