/** Gives one tab at a time its turn to exchange with the server, through a Web Lock. Knows nothing of what is exchanged. */

const ALIVE_MS = 20_000; // a hidden tab's timers may come only once a minute
const FROZEN_MS = 120_000;
/** Who has the turn says so again and again: a long round on a slow road is not a frozen tab. */
const signs = new BroadcastChannel("accord:sync");

/**
 * Runs `act` once it is this tab's turn. From a tab that gives no sign of life for two minutes the turn is taken: it is
 * frozen, and if it wakes, what both send is absorbed (T1).
 * @param {() => Promise<void>} act @returns {Promise<void>} when `act` is over, even if its turn was taken meanwhile
 */
export async function alone(act) {
  const patience = new AbortController();
  const wait = () => setTimeout(() => patience.abort(), FROZEN_MS);
  let silence = wait();
  const heard = () => {
    clearTimeout(silence);
    silence = wait();
  };
  signs.addEventListener("message", heard);
  /** @type {Promise<void>|null} */
  let acting = null;
  const inTurn = () => {
    clearTimeout(silence);
    signs.removeEventListener("message", heard);
    return (acting = showingLife(act));
  };
  try {
    await navigator.locks.request("accord:sync", { signal: patience.signal }, inTurn);
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
    if (acting) return acting; // another tab took over while this one was frozen: its round ends first
    await navigator.locks.request("accord:sync", { steal: true }, inTurn);
  }
}

/** @param {() => Promise<void>} act */
async function showingLife(act) {
  const life = setInterval(() => signs.postMessage("alive"), ALIVE_MS);
  try {
    await act();
  } finally {
    clearInterval(life);
  }
}
