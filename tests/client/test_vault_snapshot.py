"""Chunks of opened events, in a real browser: they show what the events show, hold nothing a purge destroys, and are
never believed over the events. The rows of a phone are read with all the keys it has.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.phones import Phone

if TYPE_CHECKING:
    from tests.conftest import Live

PhoneOf = Callable[..., Phone]
CANARY = "canari-souchet-4711"
FALSE = "mensonge-4711"
STEPS = 14
# What these tests see besides the vault's own door.
_INSIDE = """
const inside = (name) => import(`${base}app/${name}.js`);
const { packNow } = await inside("vault/packing");
const { unpackAll } = await inside("vault/entries");
const { openRow } = await inside("vault/projection");
const { current, isOpen } = await inside("vault/session");
const { openLocal, openLocalBytes, sealLocalBytes } = await inside("crypto/index");
const { bytesOf, eventsIn, partsOf } = await inside("vault/chunk-bytes");
const { Opened } = await inside("vault/opened");
const bytesOfChunk = async ({ sealed }) => openLocalBytes(current().keys.indexKey, sealed);
const change = async (stores, act) => {
  const db = await database(member);
  const tx = db.transaction(stores, "readwrite");
  const done = new Promise((resolve, reject) => { tx.oncomplete = resolve; tx.onabort = reject; });
  act(...stores.map((name) => tx.objectStore(name)));
  await done;
  db.close();
};
"""


def inside(phone: Phone, body: str, **given: Any) -> Any:
    return phone.run(_INSIDE + body, **({"member": phone.member} | given))


@pytest.fixture
def bruno(phone_of: PhoneOf) -> Phone:
    return phone_of("bruno")


@pytest.fixture
def amina(phone_of: PhoneOf) -> Phone:
    phone = phone_of("amina")
    phone.run("await active('Centre des Halles')")
    return phone


def pack(phone: Phone, most: int = 5) -> int:
    """Makes chunks of all there is, of `most` events at most: how many there are."""
    count: int = inside(phone, "await packNow(1, most); return (await rows(member, 'chunks')).length", most=most)
    return count


def reopened(phone: Phone, account: str) -> Phone:
    phone.open()
    phone.unlock(account)
    return phone


def shown(phone: Phone) -> dict[str, Any]:
    """All that screens ask for."""
    found: dict[str, Any] = phone.run(
        """const boxes = [...vault.orientations("inbox"), ...vault.orientations("sent")];
           const people = vault.people();
           return { people, boxes, dossiers: people.map((one) => vault.dossier(one.dossier)),
             orientations: boxes.map((one) => vault.orientation(one.id)), counts: vault.counts(),
             found: vault.people("mot1").map((one) => one.dossier), notices: vault.syncStatus().notices ?? null }"""
    )
    return found


def readable(phone: Phone) -> str:
    """Everything in this member's database that the keys at hand open, and everything that lies in it as it is."""
    text: str = inside(
        phone,
        """const found = [];
           const walk = async (value) => {
             if (value instanceof Uint8Array) {
               found.push(new TextDecoder().decode(value));
               const opened = await openLocalBytes(current().keys.indexKey, value).catch(() => new Uint8Array());
               found.push(new TextDecoder().decode(opened));
             } else if (typeof value === "string") {
               found.push(value);
               if (value.split(".").length !== 5) return;
               const opened = await openLocal(current().keys.indexKey, value).catch(() => null);
               found.push(JSON.stringify(opened));
             } else if (value && typeof value === "object" && !(value instanceof CryptoKey))
               for (const one of Object.values(value)) await walk(one);
           };
           const db = await database(member);
           const stores = [...db.objectStoreNames];
           db.close();
           for (const store of stores) for (const row of await rows(member, store)) await walk(row);
           for (const row of await rows(member, "entries"))
             if (!row.problem) found.push(JSON.stringify([...(await openRow(current(), row)).contents]));
           return found.join("\\n");""",
    )
    return text


def in_chunks(phone: Phone) -> str:
    text: str = inside(
        phone,
        """const opened = await Promise.all((await rows(member, "chunks")).map(bytesOfChunk));
           return opened.map((bytes) => new TextDecoder().decode(bytes)).join("\\n")""",
    )
    return text


def places(phone: Phone) -> dict[str, int]:
    """How many rows there are, how many are loose, and how many in a chunk."""
    found: dict[str, int] = inside(
        phone,
        """const chunks = await rows(member, "chunks");
           return { rows: (await rows(member, "entries")).length, loose: (await rows(member, "loose")).length,
             packed: chunks.reduce((sum, { ids }) => sum + ids.length, 0) }""",
    )
    return found


def send(phone: Phone, name: str) -> dict[str, str]:
    made: dict[str, str] = phone.run(
        """const dossier = await newDossier(name);
           const sent = await vault.orient(orientationFor(dossier, "Centre des Halles",
             [called(name), said("C14", { needs: ["food"] })]));
           await sync.syncNow();
           return { dossier, ...sent }""",
        name=name,
    )
    return made


def some_events(phone: Phone, count: int = 6) -> None:
    phone.run(
        """const dossier = await newDossier(`Zoé ${word}`);
           for (let n = 0; n < count; n += 1) await visit({ dossier, text: `${word} ${n}` });
           await vault.recordNote({ text: word });
           await sync.syncNow()""",
        word=CANARY, count=count,
    )  # fmt: skip


# --- the same on the screen ----------------------------------------------------------------------------------------


_ACTS = [
    "await newDossier(word)",
    "await vault.recordNote({ text: word })",
    "await visit({ dossier: vault.people()[0]?.dossier, text: word })",
    "await visit({ text: word, narrative: word })",
    """const [one] = vault.people();
       if (one) await vault.correctDossier({ dossier: one.dossier, items: [called(word)] })""",
    "await vault.orient(orientationFor(await newDossier(word), 'Centre des Halles', [called(word)]))",
    """const [one] = vault.orientations("sent").filter((one) => one.state === "envoyee");
       const { consent } = one ? vault.orientation(one.id) : {};
       if (consent) await vault.withdrawConsent({ consents: [consent] })""",
    """const [one] = vault.orientations("sent");
       if (one) await refused(() => vault.cancel({ orientation: one.id, state: "annulee" }))""",
    """const [one] = vault.orientations("inbox").filter((one) => one.state === "envoyee");
       if (one) await refused(() => vault.answer({ orientation: one.id, state: "acceptee" }))""",
]


def test_after_any_acts_the_screens_show_the_same_with_and_without_chunks(
    bruno: Phone, amina: Phone, seeded: random.Random
) -> None:
    for step in range(STEPS):
        phone = seeded.choice([bruno, amina])
        act = (
            seeded.choice(_ACTS)
            if phone is bruno
            else seeded.choice([_ACTS[1], _ACTS[3].split(", narr")[0] + " })", _ACTS[8]])
        )
        phone.run(f"{{ {act} }} await sync.syncNow()", word=f"mot{step}")
        if seeded.random() < 0.4:
            seeded.choice([bruno, amina]).sync()
        if seeded.random() < 0.4:
            pack(seeded.choice([bruno, amina]), seeded.choice([1, 3, 400]))
    for phone, account in ((bruno, "bruno"), (amina, "amina")):
        phone.sync()
        pack(phone, 4)
        assert places(phone)["loose"] == 0
        reopened(phone, account)
        phone.run("if (where) await active(where)", where="Centre des Halles" if account == "amina" else "")
        with_chunks = shown(phone)
        assert places(phone)["packed"] > 0
        inside(phone, "await unpackAll(member)")
        reopened(phone, account)
        assert places(phone)["packed"] == 0
        assert shown(phone) == with_chunks


def test_locked_and_unlocked_again_the_events_are_read_from_chunks_alone(bruno: Phone) -> None:
    some_events(bruno)
    before = shown(bruno)
    assert pack(bruno) >= 2
    assert places(bruno) == {"rows": 8, "loose": 0, "packed": 8}
    bruno.run("await vault.lock()")
    bruno.page.evaluate(
        """() => { globalThis.gets = 0; const { get, getAll } = IDBObjectStore.prototype;
          const counted = (act) => function (...asked) {
            gets += this.name === "entries";
            return act.apply(this, asked);
          };
          IDBObjectStore.prototype.get = counted(get);
          IDBObjectStore.prototype.getAll = counted(getAll);
        }"""
    )
    bruno.unlock("bruno")
    assert bruno.page.evaluate("gets") == 0
    assert shown(bruno) == before


def test_nothing_of_a_chunk_lies_in_clear(bruno: Phone) -> None:
    """I9: a private note, a narrative and a name, sealed like all the rest."""
    bruno.run(
        """await visit({ dossier: await newDossier(word), narrative: word });
           await vault.recordNote({ text: word })""",
        word=CANARY,
    )
    bruno.sync()
    pack(bruno)
    assert in_chunks(bruno).count(CANARY) == 3
    assert CANARY not in bruno.everything_stored()


def test_few_events_are_left_loose(bruno: Phone) -> None:
    some_events(bruno)
    inside(bruno, "await packNow()")
    assert places(bruno) == {"rows": 8, "loose": 8, "packed": 0}


# --- a purge takes its chunk along ---------------------------------------------------------------------------------


def test_after_a_withdrawal_and_one_sync_no_chunk_and_no_store_holds_any_of_it(bruno: Phone, amina: Phone) -> None:
    """I6, T57."""
    other = send(bruno, "Yann")
    sent = send(bruno, CANARY)
    amina.sync()
    pack(amina)
    reopened(amina, "amina")
    assert CANARY in in_chunks(amina)
    bruno.run("await vault.withdrawConsent({ consents: [consent] }); await sync.syncNow()", consent=sent["consent"])
    amina.sync()
    assert CANARY not in readable(amina)
    reopened(amina, "amina")
    amina.run("await active('Centre des Halles')")
    assert amina.run("return vault.orientation(id).items", id=sent["orientation"]) == []
    assert len(amina.run("return vault.orientation(id).items", id=other["orientation"])) == 2
    pack(amina)
    assert CANARY not in readable(amina)
    assert "Yann" in in_chunks(amina)


def test_what_was_purged_and_is_served_again_is_in_no_row_and_no_chunk(bruno: Phone, amina: Phone) -> None:
    """I6: a server restored from before the withdrawal, or one that lies, has the keys and serves them once more."""
    other = send(bruno, "Yann")
    sent = send(bruno, CANARY)
    amina.sync()
    pack(amina)
    served = inside(
        amina,
        """const { call } = await inside("http");
           const { token } = await vault.sessionToken(Date.now());
           const { stream } = (await rows(member, "entries")).find((row) => row.id === event);
           return { stream, page: (await call("GET", `/api/feed?after=${stream}:0`, { token })).data }""",
        event=sent["orientation"],
    )
    bruno.run("await vault.withdrawConsent({ consents: [consent] }); await sync.syncNow()", consent=sent["consent"])
    amina.sync()
    pack(amina)
    before = places(amina)
    inside(amina, "await vault.keep(page, new Map([[stream, 0]]), Date.now())", **served)
    assert places(amina)["loose"] > before["loose"], "it was kept again"
    assert CANARY not in readable(amina)
    pack(amina)
    assert CANARY not in readable(amina)
    reopened(amina, "amina")
    amina.run("await active('Centre des Halles')")
    assert amina.run("return vault.orientation(id).items", id=sent["orientation"]) == []
    assert len(amina.run("return vault.orientation(id).items", id=other["orientation"])) == 2


def test_what_is_purged_stays_in_no_memory(bruno: Phone, amina: Phone) -> None:
    """T55: the opened bytes of a chunk serve many events; those of a purged one are wiped, read before or not."""
    kept, *gone = [send(bruno, name) for name in ("Yann", CANARY, f"{CANARY} bis")]
    amina.sync()
    pack(amina, 400)
    amina.open()
    amina.page.evaluate(
        """() => { globalThis.given = []; const decrypt = crypto.subtle.decrypt.bind(crypto.subtle);
          crypto.subtle.decrypt = async (...asked) => {
            const bytes = await decrypt(...asked);
            given.push(bytes);
            return bytes;
          }; }"""
    )
    amina.unlock("amina")
    amina.page.evaluate("() => { globalThis.atUnlock = [...given]; }")
    in_memory = "() => atUnlock.map((bytes) => new TextDecoder().decode(bytes)).join()"
    assert amina.page.evaluate(in_memory).count(CANARY) >= 2
    amina.run("await active('Centre des Halles')")
    amina.run("vault.orientation(id)", id=gone[0]["orientation"])
    for sent in gone:
        bruno.run("await vault.withdrawConsent({ consents: [consent] }); await sync.syncNow()", consent=sent["consent"])
    amina.sync()
    assert CANARY not in amina.page.evaluate(in_memory)
    assert "Yann" in amina.page.evaluate(in_memory)
    assert len(amina.run("return vault.orientation(id).items", id=kept["orientation"])) == 2


def test_a_purge_cut_after_its_first_write_left_no_chunk_already(bruno: Phone, amina: Phone) -> None:
    """T52: the keys and the chunk go in one transaction."""
    sent = send(bruno, CANARY)
    amina.sync()
    pack(amina)
    bruno.run("await vault.withdrawConsent({ consents: [consent] }); await sync.syncNow()", consent=sent["consent"])
    amina.page.evaluate(
        """() => { const put = IDBObjectStore.prototype.put; globalThis.puts = 0;
          IDBObjectStore.prototype.put = function (row, ...more) {
            if (this.name === "entries" && row.payload.type === "orientation.sent" && (puts += 1) === 2)
              throw new DOMException("killed", "AbortError");
            return put.call(this, row, ...more);
          }; }"""
    )
    amina.run("await refused(() => sync.syncNow())")
    assert amina.page.evaluate("puts") == 2
    assert CANARY not in readable(amina)
    reopened(amina, "amina")
    assert CANARY not in readable(amina)
    pack(amina)
    assert CANARY not in readable(amina)


def test_an_event_purged_while_its_chunk_is_made_is_in_none(bruno: Phone, amina: Phone) -> None:
    sent = send(bruno, CANARY)
    amina.sync()
    inside(
        amina,
        """globalThis.waiting = [];
           globalThis.requestIdleCallback = (go) => waiting.push(go);
           globalThis.packing = packNow(1, 5);
           while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));""",
    )
    bruno.run("await vault.withdrawConsent({ consents: [consent] }); await sync.syncNow()", consent=sent["consent"])
    amina.sync()
    amina.run(
        """globalThis.requestIdleCallback = (go) => setTimeout(go);
           for (const go of waiting) go();
           await packing"""
    )
    assert CANARY not in readable(amina)
    assert CANARY not in in_chunks(amina)
    found = places(amina)
    assert found["loose"] + found["packed"] == found["rows"]


def test_access_closed_without_a_cause_stays_closed(bruno: Phone, amina: Phone) -> None:
    """The mark on the row is in no older chunk, and in the newer one."""
    sent = send(bruno, CANARY)
    amina.sync()
    pack(amina)
    inside(
        amina,
        """const { runPurges } = await inside("vault/purge");
           const stream = (await rows(member, "entries")).find((row) => row.id === event).stream;
           await change(["purges"], (purges) => purges.add({ stream, event, sections: ["C01"], verified: false }));
           await runPurges()""",
        event=sent["orientation"],
    )
    for _ in range(2):
        reopened(amina, "amina")
        amina.run("await active('Centre des Halles')")
        assert amina.run("return vault.orientation(id).readable", id=sent["orientation"]) is False
        pack(amina)
    assert '"closed":true' in in_chunks(amina)


# --- chunks that are not to be used --------------------------------------------------------------------------------

# `chunks` as stored; `opened(n)` is what chunk n says, `lied` bends it, `reseal` seals it under our own key.
_CHANGED = {
    "bent": "chunks[0].sealed[chunks[0].sealed.length - 20] ^= 1",
    "with another iv": "chunks[0].sealed[0] ^= 1",
    "cut": "chunks[0].sealed = chunks[0].sealed.slice(0, 100)",
    "empty": "chunks[0].sealed = new Uint8Array()",
    "no bytes": "chunks[0].sealed = 5",
    "under another key": """const made = { name: "AES-GCM", length: 256 };
        const strange = await crypto.subtle.generateKey(made, false, ["encrypt"]);
        chunks[0].sealed = await reseal(lied(await opened(0)), strange)""",
    "of an older version": "chunks[0].sealed = await reseal({ ...lied(await opened(0)), version: 0 })",
    "of a newer version": "chunks[0].sealed = await reseal({ ...lied(await opened(0)), version: 99 })",
    "of another stream": "chunks[0].sealed = await reseal({ ...lied(await opened(0)), stream: `circle:${member}` })",
    "of keys not held": """const at = chunks.findIndex(({ stream }) => stream.startsWith("circle:"));
        chunks[at].sealed = await reseal({ ...lied(await opened(at)), epoch: 99 })""",
    "of other events": """const told = lied(await opened(0)); told.events[0].payload.id = member;
        chunks[0].sealed = await reseal(told)""",
    "of fewer events": """const told = lied(await opened(0)); told.events.pop();
        chunks[0].sealed = await reseal(told)""",
    "in the place of another": "[chunks[0].sealed, chunks[1].sealed] = [chunks[1].sealed, chunks[0].sealed]",
    "that claims less": "chunks[0].ids.pop()",
    "that claims more": "chunks[0].ids.push(member)",
    "that is gone": "chunks.splice(0, 1)",
    "twice": "chunks.push({ ...chunks[0], n: 99 })",
}


@pytest.mark.parametrize("change", _CHANGED.values(), ids=_CHANGED.keys())
def test_a_chunk_that_is_not_right_is_not_used_and_made_again(change: str, bruno: Phone) -> None:
    some_events(bruno)
    before = shown(bruno)
    pack(bruno, 4)
    inside(
        bruno,
        """const chunks = await rows(member, "chunks");
           const key = current().keys.indexKey;
           const opened = async (at) => {
             const { head, sections } = partsOf(await bytesOfChunk(chunks[at]));
             return { version: head.version, stream: head.stream, epoch: head.epoch, events: eventsIn(head, sections) };
           };
           const reseal = ({ events, ...about }, under = key) => sealLocalBytes(under, bytesOf(about, events));
           const false_ = (contents) => new Map(JSON.parse(JSON.stringify([...contents]).replaceAll(canary, lie)));
           const lied = ({ events, ...about }) => ({ ...about,
             events: events.map((one) => ({ ...one, contents: new Opened(false_(one.contents)) })) });
        """
        + change
        + """;
           await change(["chunks"], (store) => { store.clear(); for (const chunk of chunks) store.put(chunk); });""",
        canary=CANARY, lie=FALSE,
    )  # fmt: skip
    reopened(bruno, "bruno")
    assert shown(bruno) == before
    found = places(bruno)
    assert found["loose"] > 0, "it was destroyed"
    assert found["loose"] + found["packed"] == found["rows"]
    pack(bruno, 4)
    assert places(bruno) == {"rows": 8, "loose": 0, "packed": 8}
    assert FALSE not in in_chunks(bruno)
    assert shown(reopened(bruno, "bruno")) == before


_ROWS_CHANGED = {
    "a row is gone": ("store.delete([row.stream, row.id])", -1),
    "a row came": ("store.put({ ...row, id: '#7', problem: 'malformed' })", 1),
}


@pytest.mark.parametrize(("act", "more"), _ROWS_CHANGED.values(), ids=_ROWS_CHANGED.keys())
def test_rows_that_do_not_add_up_with_the_chunks_are_believed_alone(act: str, more: int, bruno: Phone) -> None:
    some_events(bruno)
    pack(bruno, 4)
    inside(
        bruno,
        f"""const stored = await rows(member, "entries");
            const [row] = stored.filter(({{ payload }}) => payload.type === "reception.recorded");
            await change(["entries"], (store) => {act})""",
    )
    reopened(bruno, "bruno")
    assert places(bruno) == {"rows": 8 + more, "loose": 8 + more, "packed": 0}
    [dossier] = shown(bruno)["dossiers"]
    assert len(dossier["timeline"]) == 7 + min(more, 0)


def test_a_section_that_does_not_open_is_in_no_chunk(bruno: Phone) -> None:
    """Its key may come; until then it is tried at each unlock."""
    some_events(bruno)
    inside(
        bruno,
        """const row = (await rows(member, "entries")).find(({ payload }) => payload.type === "reception.recorded");
           row.sections.s1.core = row.sections.s1.core.slice(0, -4) + "AAAA";
           await change(["entries"], (store) => store.put(row))""",
    )
    pack(bruno)
    assert places(bruno) == {"rows": 8, "loose": 1, "packed": 7}
    [dossier] = shown(reopened(bruno, "bruno"))["dossiers"]
    assert sum(row["unreadable"] for row in dossier["timeline"]) == 1


# --- faults, tabs, and a full disk ---------------------------------------------------------------------------------


def test_a_chunk_is_written_with_the_end_of_its_loose_rows_or_not_at_all(bruno: Phone) -> None:
    some_events(bruno)
    before = shown(bruno)
    bruno.page.evaluate(
        """() => { const { delete: remove } = IDBObjectStore.prototype;
          IDBObjectStore.prototype.delete = function (...asked) {
            if (this.name === "loose") throw new DOMException("killed", "AbortError");
            return remove.apply(this, asked);
          }; }"""
    )
    inside(bruno, "await packNow(1, 5).catch(() => {})")
    assert places(bruno) == {"rows": 8, "loose": 8, "packed": 0}
    assert shown(reopened(bruno, "bruno")) == before
    assert pack(bruno) >= 2


def test_a_full_disk_keeps_no_chunk_and_loses_nothing(bruno: Phone) -> None:
    """T60."""
    some_events(bruno)
    before = shown(bruno)
    bruno.page.evaluate(
        """() => { const { add } = IDBObjectStore.prototype;
          IDBObjectStore.prototype.add = function (...asked) {
            if (this.name === "chunks") throw new DOMException("full", "QuotaExceededError");
            return add.apply(this, asked);
          }; }"""
    )
    assert pack(bruno) == 0
    assert places(bruno) == {"rows": 8, "loose": 8, "packed": 0}
    assert shown(reopened(bruno, "bruno")) == before


def test_locked_in_the_middle_nothing_is_written(bruno: Phone) -> None:
    some_events(bruno)
    inside(
        bruno,
        """const waiting = [];
           globalThis.requestIdleCallback = (go) => waiting.push(go);
           const packing = packNow(1, 5);
           while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
           await vault.lock();
           for (const go of waiting) go();
           await packing;""",
    )
    assert places(bruno) == {"rows": 8, "loose": 8, "packed": 0}


def test_two_tabs_make_one_chunk_of_each_event(bruno: Phone, accord: Live) -> None:
    some_events(bruno)
    other = Phone(bruno.context, accord)
    other.member = bruno.member
    other.unlock("bruno")
    for tab in (bruno, other):
        inside(tab, "globalThis.packing = packNow(1, 2)")
    for tab in (bruno, other):
        tab.run("await packing")
    assert places(bruno) == {"rows": 8, "loose": 0, "packed": 8}
    assert shown(reopened(other, "bruno")) == shown(bruno)


def test_while_one_tab_packs_the_other_writes_no_chunk(bruno: Phone, accord: Live) -> None:
    some_events(bruno)
    other = Phone(bruno.context, accord)
    other.member = bruno.member
    other.unlock("bruno")
    other.page.evaluate(
        """(name) => new Promise((taken) => { navigator.locks.request(name, () => { taken();
             return new Promise((done) => { globalThis.letGo = done; }); }); })""",
        f"accord:pack:{bruno.member}",
    )
    assert pack(bruno) == 0
    other.page.evaluate("() => letGo()")
    assert pack(bruno) > 0


def test_what_another_tab_purged_is_in_no_chunk_this_tab_makes(bruno: Phone, amina: Phone, accord: Live) -> None:
    sent = send(bruno, CANARY)
    amina.sync()
    pack(amina)
    other = Phone(amina.context, accord)
    other.member = amina.member
    other.unlock("amina")
    bruno.run("await vault.withdrawConsent({ consents: [consent] }); await sync.syncNow()", consent=sent["consent"])
    other.sync()
    pack(amina)
    assert CANARY not in readable(amina)


def test_a_database_of_the_release_before_is_kept_whole_and_packed(bruno: Phone) -> None:
    some_events(bruno)
    before = shown(bruno)
    bruno.open()  # no connection is left
    bruno.page.evaluate(
        """async (member) => {
          const name = `accord:${member}`;
          const done = (request) => new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
          const db = await done(indexedDB.open(name));
          const kept = [];
          for (const store of [...db.objectStoreNames].filter((one) => one !== "chunks" && one !== "loose")) {
            const from = db.transaction(store).objectStore(store);
            const indexes = [...from.indexNames].map((one) => ({ name: one, keyPath: from.index(one).keyPath }));
            const { keyPath, autoIncrement } = from;
            const [rows, keys] = [await done(from.getAll()), await done(from.getAllKeys())];
            kept.push({ store, keyPath, autoIncrement, indexes, rows, keys });
          }
          db.close();
          await done(indexedDB.deleteDatabase(name));
          const asked = indexedDB.open(name, 1);
          asked.onupgradeneeded = () => { for (const { store, keyPath, autoIncrement, indexes, rows, keys } of kept) {
            const made = asked.result.createObjectStore(store, { keyPath, autoIncrement });
            for (const index of indexes) made.createIndex(index.name, index.keyPath);
            rows.forEach((row, at) => (keyPath === null ? made.put(row, keys[at]) : made.put(row)));
          } };
          (await done(asked)).close();
        }""",
        bruno.member,
    )  # fmt: skip
    bruno.unlock("bruno")
    assert shown(bruno) == before
    assert places(bruno) == {"rows": 8, "loose": 8, "packed": 0}
    pack(bruno)
    assert shown(reopened(bruno, "bruno")) == before


def test_a_circle_that_is_lost_takes_its_chunks_along(phone_of: PhoneOf) -> None:
    """Louise is no longer bound: the statement that says so is stored in one transaction with the end of her chunks."""
    ibrahim, louise = phone_of("ibrahim"), phone_of("louise")
    louise.run("await visit({ dossier: await newDossier('Zoé'), narrative: word })", word=CANARY)
    louise.run("await vault.recordNote({ text: 'à moi' })")
    louise.sync()
    pack(louise)
    assert CANARY in in_chunks(louise)
    ibrahim.run(
        """const { teams } = vault.roster().members.find((one) => one.id === louise);
           await vault.setMember({ member: louise, role: "volunteer", profile: "F", teams, permissions: [] });
           await sync.syncNow()""",
        louise=louise.member,
    )
    louise.sync()
    left = in_chunks(louise)
    assert CANARY not in left
    assert "à moi" in left
