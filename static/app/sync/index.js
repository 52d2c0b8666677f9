/**
 * Moves sealed envelopes between the vault and the server. Opens nothing, holds no key, deletes nothing.
 *   start(): begins the triggers (open, visible, saved, timer)   syncNow(): Promise<void>   stop()
 *   readDirectoryAgain(): Promise<void>, after another territory was chosen   askTerritories(nowMs): what may be chosen
 */
export { askTerritories } from "./pull.js";
export { readDirectoryAgain, start, stop, syncNow } from "./triggers.js";
