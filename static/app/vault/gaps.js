/** What was announced and did not come: numbers of a counter (T94), sections that are signed. Pure: reads no clock. */

/** @typedef {import("./projection.js").Known} Known */
/** @typedef {import("./receive.js").StoredRow} StoredRow */
/** @typedef {{seen: Set<number>, newest: number, placed: {n: number, position: number}[]}} Counter */

/**
 * Numbers that no event and no `skipped` accounts for: one is late, or hidden from us.
 * @param {Iterable<Known>} events @returns {number}
 */
export function missingNumbers(events) {
  const counters = [...countersOf(events).values()];
  return counters.reduce((missing, { seen, newest }) => missing + Math.max(0, newest - seen.size), 0);
}

/**
 * @param {Iterable<Known>} events @param {string} stream
 * @returns {number|null} the position of this stream after which the first number is missing
 */
export function firstGap(events, stream) {
  const ofStream = [...events].filter(({ streams }) => streams.includes(stream));
  const gaps = [...countersOf(ofStream).values()].filter(({ seen, newest }) => seen.size < newest).map(placeOfGap);
  return gaps.length > 0 ? Math.min(...gaps) : null;
}

/** Each device counts apart. @param {Iterable<Known>} events @returns {Map<string, Counter>} */
function countersOf(events) {
  /** @type {Map<string, Counter>} */
  const counters = new Map();
  for (const { payload, kid, receivedAt, streams, position } of events) {
    if (!receivedAt || !payload.audience) continue;
    const { own, other } = payload.audience;
    const key = `${kid} ${circleIn(own)} ${circleIn(other ?? "")}`;
    let counter = counters.get(key);
    if (!counter) counters.set(key, (counter = { seen: new Set(), newest: 0, placed: [] }));
    counter.seen.add(payload.n);
    for (const n of payload.skipped) counter.seen.add(n);
    counter.newest = Math.max(counter.newest, payload.n);
    // One that came by two streams has two places, and only one is known here.
    counter.placed.push({ n: payload.n, position: streams.length === 1 ? position : 0 });
  }
  return counters;
}

/** Whatever the epoch. @param {string} audience */
function circleIn(audience) {
  const dot = audience.indexOf(".");
  return dot < 0 ? audience : audience.slice(0, dot);
}

/** @param {Counter} counter @returns {number} */
function placeOfGap({ seen, placed }) {
  let missing = 1;
  while (seen.has(missing)) missing += 1;
  return Math.max(0, ...placed.filter(({ n }) => n < missing).map(({ position }) => position));
}

/**
 * Whether a line came without a section signed for its stream, which no purge line took.
 * @param {StoredRow} row @param {import("./purge.js").Purge[]} purges of its page @param {number} atMs
 */
export function isIncomplete({ stream, id, payload, sections, purged = [], problem }, purges, atMs) {
  // What a signed date ended is not served, perhaps before its purge line was written.
  if (problem || !payload.sections || atMs > Math.min(Date.parse(payload.deadline), Date.parse(payload.until))) return false;
  const side = stream === `circle:${String(payload.audience.other).split(".")[0]}` ? "other" : "own";
  const taken = purges.filter((one) => one.stream === stream && one.event === id).flatMap((one) => one.sections);
  const signed = Object.entries(payload.sections).filter(([, section]) => section.wraps[side]);
  return signed.some(([name]) => !(name in sections) && !purged.includes(name) && !taken.includes(name));
}
