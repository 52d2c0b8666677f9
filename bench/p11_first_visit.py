"""P11: bytes of the application on a first visit, and to take one changed module.

Counted at the server, body bytes as they leave it, while Chromium visits: the page, and the worker that keeps it.
Fonts apart. Headers are not counted: HTTP/2, which the runbook's proxy speaks, sends the same ones once.
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.browser import PHONE, stage
from bench.frame import ROOT, Row, finish
from bench.workload import prepare

TARGET, STRETCH = 250.0, 150.0
CHANGED = "app/screens/people.js"
ALWAYS = ("/app/", "/sw.js", "/manifest.webmanifest")  # the shell's own documents
_KEPT = "navigator.serviceWorker.ready.then(() => new Promise((done) => setTimeout(done, 2000)))"
_NEWER = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const installed = new Promise((done, fail) => {
    setTimeout(() => fail(new Error("no newer worker")), 20_000);
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker.addEventListener("statechange", () => done(worker.state));
    });
  });
  await registration.update();
  return installed;
}"""


class Counting:
    """A WSGI application that notes how many bytes each path was given."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self.sent: Counter[str] = Counter()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        for part in self._application(environ, start_response):
            self.sent[environ["PATH_INFO"]] += len(part)
            yield part

    def taken(self) -> Counter[str]:
        """What was sent since the last time, fonts and API apart."""
        sent, self.sent = self.sent, Counter()
        return Counter(
            {path: n for path, n in sent.items() if n and not path.startswith("/api/") and ".woff" not in path}
        )


def measure() -> list[Row]:
    with TemporaryDirectory() as name:
        static = Path(name) / "static"
        shutil.copytree(ROOT / "static", static)
        with stage(prepare(1_000), static=static, watch_static=True) as here:
            counting = Counting(here.live.app.wsgi_app)
            here.live.app.wsgi_app = counting  # type: ignore[assignment,method-assign]
            page = here.browser.new_context(**PHONE).new_page()
            page.goto(f"{here.live.origin}/app/")
            page.evaluate(_KEPT)
            first = counting.taken()
            with (static / CHANGED).open("a", encoding="utf-8") as file:
                file.write("\n// changed\n")
            page.evaluate(_NEWER)
            update = counting.taken()
    others = [path for path in update if path not in ALWAYS and not path.endswith(CHANGED)]
    kilobytes = first.total() / 1000
    return [
        Row("P11", f"first visit, {len(first)} files, fonts apart", f"{kilobytes:.0f} kB", "none", kilobytes, "kB",
            TARGET, STRETCH, "exact"),
        Row("P11", "update of one module: files besides it and the shell", f"{update.total() / 1000:.1f} kB in all",
            ", ".join(others) or "none", float(len(others)), "files", 0.0, None, "exact"),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(finish(measure))
