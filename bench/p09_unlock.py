"""P9: from the unlocked keys to the list of 2,000 people, 20,000 events on the device; processor four times slower.

The real application, on a shared device: the PIN gives the keys back without deriving them, so derivation is apart.
From the call to the list drawn. The events are sealed by device/ and reach the phone by the feed, each verified; they
are in chunks (decision 0018), as they are by themselves some seconds after a reading.
"""

from __future__ import annotations

import json
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.browser import passphrase, slow, stage
from bench.frame import VAR, Row, finish, median, ms, noise, runs, size, tell
from bench.serving import Direct, accord
from bench.workload import BATCH, Workload, prepare, territory_in
from device import acts
from device.demonstration.persons import load
from device.demonstration.territory import TEAMS
from models import database

TARGET, STRETCH = 1.0, 0.3
PIN = "482913"
EVENTS_OF_EACH = 10
_ENTER = """async ({ account, passphrase, pin, events }) => {
  const module = document.querySelector("script[type=module]").src;
  const vault = await import(module.replace("app/main.js", "app/vault/index.js"));
  const sync = await import(module.replace("app/main.js", "app/sync/index.js"));
  await vault.signIn({ account, passphrase, shared: true });
  await sync.syncNow();
  await vault.setPin(pin);
  sync.stop();
  const { member } = vault.me();
  const { packNow } = await import(module.replace("app/main.js", "app/vault/packing.js"));
  await navigator.locks.request(`accord:pack:${member}`, () => {}); // it may have begun by itself
  await packNow();
  location.hash = "#/personnes";
  return member;
}"""
_UNLOCK = """async ({ member, pin, people }) => {
  const module = document.querySelector("script[type=module]").src;
  const vault = await import(module.replace("app/main.js", "app/vault/index.js"));
  await vault.lock();
  while (!document.querySelector("#pin")) await new Promise(requestAnimationFrame);
  const began = performance.now();
  await vault.unlock(member, { pin });
  const opened = performance.now();
  location.hash = "#/personnes";
  const isDrawn = () => document.querySelectorAll("ul.rows a.row").length >= Math.min(people, 60);
  while (!isDrawn()) await new Promise(requestAnimationFrame);
  return [opened - began, performance.now() - began];
}"""


def measure() -> list[Row]:
    people = size() // 5
    with stage(prepared(people)) as here:
        context = here.browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
        page = context.new_page()
        page.set_default_timeout(180_000)
        page.goto(f"{here.live.origin}/app/")
        given = {"account": "bruno", "passphrase": passphrase("bruno"), "pin": PIN, "events": people * EVENTS_OF_EACH}
        member = page.evaluate(_ENTER, given)
        slow(page)
        seen = [page.evaluate(_UNLOCK, {"member": member, "pin": PIN, "people": people}) for _ in range(runs())]
    whole, opening = ([one[index] / 1000 for one in seen] for index in (1, 0))
    what = f"unlock to the list of {people:,} people, {people * EVENTS_OF_EACH:,} events, ×4"
    return [
        Row("P9", what, f"{ms(median(whole))} (vault open at {ms(median(opening))})", "none", median(whole), "s",
            TARGET, STRETCH, noise(whole))
    ]  # fmt: skip


def prepared(people: int) -> Workload:
    """A territory in whose database one team follows this many people; made once for this size."""
    folder = VAR / f"people-{people}-{prepare(1_000).folder.name.rpartition('-')[2]}"
    now = datetime.now(UTC)
    if not (folder / "done").exists():
        tell(f"recording {people} people, once")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _record(folder, people, now)
        (folder / "done").touch()
    return Workload(folder)


def _record(folder: Path, people: int, now: datetime) -> None:
    phone = territory_in(folder, now).phones["bruno"]
    team = TEAMS["nord"].id
    server = Direct(accord(folder / "territory.sqlite"))
    known = load()
    for number in range(people):
        at = now - timedelta(minutes=number % 40_000)
        person = known[number % len(known)]
        dossier = acts.open_dossier(phone, team, [person.item(code, at) for code in ("C01", "C03")], at)
        for visit in range(EVENTS_OF_EACH - 1):
            told = {
                "mode": "home_visit",
                "needs": ["alimentation"],
                "first_help": ["ecoute"],
                "text": f"Visite {visit}.",
            }
            acts.record_reception(phone, team, told, at, dossier)
        while len(phone.outbox) >= BATCH:
            batch, phone.outbox = phone.outbox[:BATCH], phone.outbox[BATCH:]
            server.push(json.dumps({"entries": [queued.entry for queued in batch]}).encode())
    if phone.outbox:
        server.push(json.dumps({"entries": [queued.entry for queued in phone.outbox]}).encode())
    database.close()


if __name__ == "__main__":
    sys.exit(finish(measure))
