/**
 * How a chunk is written, so that unlock reads little of it: a head, which says of each event what lists ask, and once
 * what repeats; then the sections of each, which are read when somebody asks for them. Pure: it seals nothing.
 *
 *     length of the head (4 bytes) · head (JSON) · sections of the first event (JSON) · of the second · …
 */

import { Opened, textOf } from "./opened.js";

/** @typedef {import("./opened.js").Bytes} Bytes */
/** @typedef {import("./projection.js").Known} Known */
/** @typedef {Pick<Known, "payload"|"kid"|"receipt"|"receivedAt"|"position"|"closed"|"contents">} Told what a chunk says of an event */
/** @typedef {{version: number, stream: string, epoch: number}} About */
/**
 * Id, number, position, length of the sections; then places in `said`: dossier, time, receipt's time, what its author
 * added to the payload, and what the device knows beside it.
 * @typedef {[string, number|null, number, number, number, number, number, number, number]} Line
 */
/** @typedef {About & {said: any[], lines: Line[]}} Head */

const LENGTH_BYTES = 4;

/** @param {About} about @param {Told[]} events @returns {Bytes} */
export function bytesOf(about, events) {
  const texts = events.map(({ contents }) => textOf(contents));
  const { said, place } = places();
  const lines = events.map((event, at) => lineOf(event, texts[at].length, place));
  const head = new TextEncoder().encode(JSON.stringify({ ...about, said, lines }));
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, head.length);
  return joined([length, head, ...texts]);
}

/** What was said, each once. */
function places() {
  /** @type {any[]} */ const said = [];
  /** @type {Map<string, number>} */ const known = new Map();
  const place = (/** @type {unknown} */ value) => {
    const key = JSON.stringify(value ?? null);
    if (!known.has(key)) known.set(key, said.push(value ?? null) - 1);
    return /** @type {number} */ (known.get(key));
  };
  return { said, place };
}

/** @param {Told} event @param {number} size @param {(value: unknown) => number} place @returns {Line} */
function lineOf({ payload, kid, receipt, receivedAt, position, closed }, size, place) {
  const { id, n = null, dossier, at, ...more } = payload;
  const beside = { kid, receipt, closed };
  return [id, n, position, size, place(dossier), place(at), place(receivedAt), place(more), place(beside)];
}

/** @param {Bytes[]} parts @returns {Bytes} */
function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** @param {Bytes} bytes @returns {{head: Head, sections: Bytes}} */
export function partsOf(bytes) {
  const end = LENGTH_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, end)));
  return { head, sections: bytes.subarray(end) };
}

/** @param {Head} head @param {Bytes} sections kept, and read later @returns {Told[]} */
export function eventsIn({ said, lines }, sections) {
  let from = 0;
  return lines.map(([id, n, position, size, dossier, at, receivedAt, more, beside]) => {
    const payload = { ...said[more], id, at: said[at] };
    if (n !== null) payload.n = n;
    if (said[dossier] !== null) payload.dossier = said[dossier];
    const contents = new Opened(null, sections.subarray(from, from + size));
    from += size;
    return { payload, receivedAt: said[receivedAt], position, contents, ...said[beside] };
  });
}
