/**
 * Moves sealed envelopes between the vault and the server. Opens nothing, holds no key, deletes nothing.
 *   start(): begins the triggers (open, visible, saved, timer)   syncNow(): Promise<void>   stop()
 */
export { start, stop, syncNow } from "./triggers.js";
