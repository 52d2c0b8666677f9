"""P10: a keystroke of the directory's search over 5,000 places, processor four times slower; what the extract weighs.

The real screen of the real application: from the letter given to the field until the rows found are laid out. Words as
people type them, some with errors, letter by letter. Milliseconds are short beside what a busy machine adds: the figure
is the time of the page's own thread, four times over; the clock's, with the processor slowed, stands beside it. The
extract is what the browser took from the server, packed.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench import places
from bench.browser import PHONE, SLOWER, passphrase, slow, stage
from bench.frame import Row, finish, median, ms, noise, p95
from bench.workload import prepare

if TYPE_CHECKING:
    from playwright.sync_api import Page

TARGET, STRETCH = 0.050, 0.016
MOST_KILOBYTES = 400.0
EXTRACT, SEARCHED = 1_000, 5_000
TYPED = ("mission locale", "ccas", "epicerie solidaire", "centre communal", "accompagnement numérique", "st malo",
         "boulanjerie solidiare", "logement jeunes", "restos du coeur", "maison departementale", "aide alimentaire",
         "permanance sociale")  # fmt: skip
_ENTER = """async ({ account, passphrase }) => {
  const module = document.querySelector("script[type=module]").src;
  const vault = await import(module.replace("app/main.js", "app/vault/index.js"));
  const sync = await import(module.replace("app/main.js", "app/sync/index.js"));
  await vault.signIn({ account, passphrase, shared: true });
  await sync.syncNow();
}"""
_TAKEN = """async () => {
  const module = document.querySelector("script[type=module]").src;
  const vault = await import(module.replace("app/main.js", "app/vault/index.js"));
  const sync = await import(module.replace("app/main.js", "app/sync/index.js"));
  await sync.readDirectoryAgain();
  sync.stop();
  const taken = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/api/directory?"));
  const most = taken.sort((a, b) => b.encodedBodySize - a.encodedBodySize)[0];
  return [most.encodedBodySize, most.decodedBodySize, (await vault.directoryState()).count];
}"""
_OPEN = """async () => {
  const began = performance.now();
  location.hash = "#/annuaire";
  const isHere = () => document.querySelector("input[type=search]") && document.querySelector("a.row");
  while (!isHere()) await new Promise(requestAnimationFrame);
  return performance.now() - began;
}"""
_STROKE = """async (typed) => {
  const field = document.querySelector("input[type=search]");
  field.value = typed;
  const began = performance.now();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  for (let turn = 0; turn < 50; turn += 1) await null; // the search answers within the same task
  document.body.offsetHeight; // laid out
  return performance.now() - began;
}"""
_TYPE = """async (typed) => {
  const stroke = STROKE;
  const seen = [];
  for (let length = 1; length <= typed.length; length += 1) {
    await new Promise(requestAnimationFrame);
    seen.push(await stroke(typed.slice(0, length)));
  }
  return seen;
}""".replace("STROKE", _STROKE)


def measure() -> list[Row]:
    now = datetime.now(UTC)
    with stage(prepare(1_000)) as here:
        page = here.browser.new_context(**PHONE).new_page()
        page.set_default_timeout(180_000)
        told = places.fill(0, EXTRACT, now)
        page.goto(f"{here.live.origin}/app/")
        page.evaluate(_ENTER, {"account": "bruno", "passphrase": passphrase("bruno")})
        packed, plain, count = page.evaluate(_TAKEN)
        places.fill(EXTRACT, SEARCHED, now)
        searched = page.evaluate(_TAKEN)[2]
        page.reload()
        return [_keystrokes(page, searched, told), _extract(packed / count, plain / count, told)]


def _keystrokes(page: Page, count: int, told: str) -> Row:
    _unlocked(page)
    slow(page)
    opened: float = page.evaluate(_OPEN) / 1000
    walls = [milliseconds / 1000 for typed in TYPED for milliseconds in page.evaluate(_TYPE, typed)]
    slow(page, 1)
    seen = [SLOWER * seconds for seconds in _thread_seconds(page)]
    value = p95(seen)
    what = f"search keystroke over {count:,} places ({told}), the page's thread ×4, p95 of {len(seen)}"
    measured = f"{ms(value)} (median {ms(median(seen))}; by the clock {ms(p95(walls))}; first opened in {ms(opened)})"
    return Row("P10", what, measured, "none", value * 1000, "ms", TARGET * 1000, STRETCH * 1000, noise(seen))


def _thread_seconds(page: Page) -> list[float]:
    """What each keystroke takes of the page's own thread: what else this machine does is not in it."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

    seen = []
    for typed in TYPED:
        for length in range(1, len(typed) + 1):
            before = spent()
            page.evaluate(_STROKE, typed[:length])
            seen.append(spent() - before)
    return seen


def _unlocked(page: Page) -> None:
    """After the reload nothing is in memory; the index is made ready while one looks at the first screen."""
    page.locator("#passphrase").fill(passphrase("bruno"))
    page.get_by_role("button", name="Déverrouiller", exact=True).click()
    page.locator(".topbar").wait_for()
    page.wait_for_timeout(6_000)


def _extract(packed: float, plain: float, told: str) -> Row:
    """Bytes of one place are kilobytes of a thousand."""
    what = f"directory on the wire, 1,000 places with a service each ({told})"
    return Row("P10", what, f"{packed:.0f} kB", f"{plain:.0f} kB unpacked", packed, "kB", MOST_KILOBYTES, None, "exact")


if __name__ == "__main__":
    sys.exit(finish(measure))
