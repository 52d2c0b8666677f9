"""P6: 1,000 events queued in a browser, pushed; processor four times slower. PouchDB replicates as many in turn.

Ours are signed events of the real outbox, compressed, each judged by every rule, each verdict written down. PouchDB's
are as many characters of random text. Only the push is timed, from the first row read to the last verdict stored.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bench.browser import PHONE, slow, stage
from bench.frame import LEAST_RUNS, Row, finish, median, noise, size
from bench.pouch import Pouch, pouch
from bench.workload import prepare

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.client.phones import Phone

_QUEUE = """
  for (let number = 0; number < count; number += 1) {
    await vault.recordReception({ mode: "home_visit", needs: ["alimentation"], firstHelp: ["ecoute"],
      text: "Demande un colis et un rendez-vous pour la suite." });
  }
"""
_PUSH = """
  const { pushAll } = await import(`${base}app/sync/push.js`);
  const began = performance.now();
  const { sent, delivered } = await pushAll(Date.now);
  if (!delivered || sent !== count) throw new Error(`${sent} of ${count}`);
  return (performance.now() - began) / 1000;
"""
_POUCH = """async ({ count, characters, name, origin }) => {
  const text = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(characters * 3 / 4))));
  const local = new PouchDB(name);
  for (let start = 0; start < count; start += 50) {
    await local.bulkDocs(Array.from({ length: 50 }, () => ({ _id: crypto.randomUUID(), text: text() })));
  }
  const began = performance.now();
  const { docs_written } = await local.replicate.to(`${origin}/w`);
  if (docs_written !== count) throw new Error(`${docs_written} of ${count}`);
  return (performance.now() - began) / 1000;
}"""
CHARACTERS = 2_000  # of an event with one section, as it travels


def measure() -> list[Row]:
    count = 1_000 if size() > 1_000 else 200
    mine: list[float] = []
    theirs: list[float] = []
    with stage(prepare(1_000)) as here, pouch() as other:
        phone = here.phone("bruno")
        page = pouch_page(here.browser, other)
        for number in range(LEAST_RUNS):
            mine.append(push(phone, count))
            if other and page:
                given = {"count": count, "characters": CHARACTERS, "name": f"w{number}", "origin": other.origin}
                theirs.append(page.evaluate(_POUCH, given))
    reference = f"PouchDB {median(theirs):.2f} s" if theirs else "no PouchDB here"
    ratio = median(mine) / median(theirs) if theirs else None
    noises = noise(mine) + (f", PouchDB {noise(theirs)}" if theirs else "")
    return [
        Row("P6", f"push of {count:,} queued events from a browser, ×4", f"{median(mine):.2f} s", reference, ratio,
            "× PouchDB", 1.0, 0.5, noises)
    ]  # fmt: skip


def push(phone: Phone, count: int) -> float:
    """Seconds. Recording is at full speed, and not timed."""
    slow(phone.page, 1)
    phone.run(_QUEUE, count=count)
    slow(phone.page)
    seconds: float = phone.run(_PUSH, count=count)
    return seconds


def pouch_page(browser: Browser, other: Pouch | None) -> Page | None:
    if other is None:
        return None
    page = browser.new_context(**PHONE).new_page()
    page.goto(f"{other.origin}/page")
    slow(page)
    return page


if __name__ == "__main__":
    sys.exit(finish(measure))
