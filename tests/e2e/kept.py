"""What a browser keeps of an application: every row of every IndexedDB store, every answer in every cache, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_DUMP = """async () => {
  const text = (value) => JSON.stringify(value, (_key, each) =>
    each instanceof ArrayBuffer || ArrayBuffer.isView(each) ? new TextDecoder().decode(each) : each);
  const opened = (name) => new Promise((resolve, reject) => {
    const asked = indexedDB.open(name);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const all = (store, what) => new Promise((resolve, reject) => {
    const asked = store[what]();
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await opened(name);
    for (const store of db.objectStoreNames) {
      const rows = db.transaction(store).objectStore(store);
      const kept = [...(await all(rows, "getAllKeys")), ...(await all(rows, "getAll"))];
      found.push(`${name}/${store}`, ...kept.map(text));
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      found.push(`${name} ${request.url}`);
      if (!/\\.(js|css|svg|png|woff2)$/.test(request.url)) found.push(await (await cache.match(request)).text());
    }
  }
  for (const storage of [localStorage, sessionStorage]) found.push(text(Object.entries(storage)));
  return found.join("\\n");
}"""


def kept_by(page: Page) -> str:
    """Databases, caches and storage of the page's origin, without the release's own files."""
    whole: str = page.evaluate(_DUMP)
    return whole
