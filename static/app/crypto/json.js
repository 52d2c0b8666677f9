// Strict JSON: an object, no repeated member name. It alone parses what others wrote.

import { refuseUnless, CryptoProblem } from "./problem.js";

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g;

/**
 * @param {string} text
 * @returns {Record<string, any>}
 * @throws {CryptoProblem} malformed: not JSON, not an object, or a member name twice at any depth
 */
export function parseObject(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CryptoProblem("malformed", "json");
  }
  refuseUnless(isObject(value), "malformed", "object");
  refuseUnless(!repeatsName(text), "malformed", "repeated");
  return value;
}

/** @param {unknown} value @returns {value is Record<string, any>} */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {unknown} value @param {readonly string[]} names @returns {boolean} an object with exactly these members */
export function hasExactly(value, names) {
  if (!isObject(value)) return false;
  const members = Object.keys(value);
  return members.length === names.length && names.every((name) => Object.hasOwn(value, name));
}

/** JSON.parse keeps the last of two equal names silently: two readers could then see two meanings.
 * @param {string} text valid JSON @returns {boolean} */
function repeatsName(text) {
  /** @type {(Set<string> | null)[]} the names met in each open object; null for an array */
  const open = [];
  let isNameNext = false;
  for (const [token] of text.matchAll(TOKENS)) {
    const names = open.at(-1);
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(null);
    else if (token === "}" || token === "]") open.pop();
    else if (token !== "," && isNameNext && names) {
      const name = token.includes("\\") ? JSON.parse(token) : token.slice(1, -1);
      if (names.has(name)) return true;
      names.add(name);
    }
    isNameNext = token === "{" || (token === "," && Boolean(names));
  }
  return false;
}
