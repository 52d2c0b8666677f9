"""P7: a save as the user feels it: two sections sealed, signed, in one strict transaction; processor four times slower.

The reference is what the browser itself takes for one strict write of such a row, in the same page, every other turn.
"""

from __future__ import annotations

import sys

from bench.browser import slow, stage
from bench.frame import Row, finish, median, ms, noise, p95
from bench.workload import prepare

TARGET, STRETCH = 100.0, 40.0
SAVES = 100
_SAVE = """
  const db = await new Promise((resolve) => {
    const request = indexedDB.open("bench", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("rows", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
  });
  const text = "x".repeat(3000);
  const bare = (id) => new Promise((resolve) => {
    const tx = db.transaction("rows", "readwrite", { durability: "strict" });
    tx.objectStore("rows").put({ id, text });
    tx.oncomplete = resolve;
  });
  const dossier = (await newDossier("Nadia"));
  const seen = { save: [], bare: [] };
  for (let number = 0; number < saves; number += 1) {
    let began = performance.now();
    await vault.recordReception({ dossier, mode: "home_visit", needs: ["alimentation"], firstHelp: ["ecoute"],
      text: "Demande un colis et un rendez-vous.", narrative: "Logement calme. A demandé qu’on parle lentement." });
    seen.save.push((performance.now() - began) / 1000);
    began = performance.now();
    await bare(number);
    seen.bare.push((performance.now() - began) / 1000);
  }
  return seen;
"""


def measure() -> list[Row]:
    with stage(prepare(1_000)) as here:
        phone = here.phone("bruno")
        slow(phone.page)
        seen = phone.run(_SAVE, saves=SAVES)
    mine, bare = seen["save"], seen["bare"]
    return [
        Row("P7", f"save felt by the user, ×4, p95 of {SAVES}", f"{ms(p95(mine))} (median {ms(median(mine))})",
            f"one strict write {ms(median(bare))}", p95(mine) * 1000, "ms", TARGET, STRETCH, noise(mine))
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(finish(measure))
