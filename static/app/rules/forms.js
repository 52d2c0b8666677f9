// The primitive forms of docs/protocol.md §1, and the three ways to build more. Pure; may import Refused and the vocabulary.
// Twin of models/rules/formats.py. Whether a key is a point of the curve is asked by WebCrypto when it imports it.

import { MAX_RECEIPT_CHARACTERS } from "../vocabulary.js";
import { Refused } from "./refused.js";

/** @typedef {(value: unknown) => boolean} Form */

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const DIGEST = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/; // 32 bytes: the last character carries four bits
const CODE = /^[a-z0-9][a-z0-9._-]{0,79}$/;
const CATEGORY = /^C[0-9]{2}(\.practical)?$/;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$/;
const RECEIPT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]Z$/;
const CIRCLE_EPOCH = /^([0-9a-f-]{36})\.[1-9][0-9]{0,6}$/;
const SEALED = /^([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;
const B64U_END = [/./, /^(?!)/, /[AQgw]$/, /[AEIMQUYcgkosw048]$/]; // by length modulo 4: the spare bits are zero
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const CONTROL_BUT_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
const MINUTE_MS = 60_000;

/** @param {unknown} value @returns {value is Record<string, any>} */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** UUID version 7, lower case, its time floored to the minute. @param {unknown} value @returns {value is string} */
export function isId(value) {
  if (typeof value !== "string" || !ID.test(value)) return false;
  return parseInt(value.slice(0, 8) + value.slice(9, 13), 16) % MINUTE_MS === 0;
}

/** @param {unknown} value @returns {value is string} b64u of 32 bytes */
export function isDigest(value) {
  return typeof value === "string" && DIGEST.test(value);
}

/** @param {unknown} value @returns {boolean} `YYYY-MM-DD`, a real day */
export function isDate(value) {
  return typeof value === "string" && DATE.test(value) && value > "0001" && sameWhenRead(`${value}T00:00Z`);
}

/** @param {unknown} value @returns {boolean} `YYYY-MM-DDTHH:MMZ`, a real minute */
export function isInstant(value) {
  return typeof value === "string" && INSTANT.test(value) && value > "0001" && sameWhenRead(value);
}

/** @param {unknown} value @returns {value is string} `YYYY-MM-DDTHH:MM:SSZ`, when the server received something */
export function isReceipt(value) {
  return typeof value === "string" && RECEIPT.test(value) && isInstant(`${value.slice(0, 16)}Z`);
}

/** @param {unknown} value @returns {boolean} `<circle id>.<epoch>` */
export function isCircleEpoch(value) {
  return typeof value === "string" && isId(CIRCLE_EPOCH.exec(value)?.[1]);
}

/** 31 February would roll over to March. @param {string} instant */
function sameWhenRead(instant) {
  const read = new Date(instant);
  return !Number.isNaN(read.getTime()) && `${read.toISOString().slice(0, 16)}Z` === instant;
}

/** @param {unknown} value @returns {boolean} exactly `kty`, `crv`, `x`, `y` */
export function isPublicKey(value) {
  if (!isObject(value) || Object.keys(value).length !== 4) return false;
  return value.kty === "EC" && value.crv === "P-256" && isDigest(value.x) && isDigest(value.y);
}

/** A compact JWE under a key that is given and not wrapped (`dir`). @param {unknown} value @returns {boolean} */
export function isSealed(value) {
  if (typeof value !== "string" || value.length > MAX_RECEIPT_CHARACTERS) return false;
  const parts = SEALED.exec(value)?.slice(1) ?? [];
  return parts.length === 4 && parts.every((part) => B64U_END[part.length % 4].test(part));
}

/** @param {unknown} value @returns {boolean} */
export function isBoolean(value) {
  return typeof value === "boolean";
}

/** @param {unknown} value @returns {boolean} a word of the versioned lists */
export function isCode(value) {
  return typeof value === "string" && CODE.test(value);
}

/** @param {unknown} value @returns {boolean} */
export function isCategory(value) {
  return typeof value === "string" && CATEGORY.test(value);
}

/** One line of 1 to 200 characters, not starting or ending with a space. @param {unknown} value @returns {boolean} */
export function isName(value) {
  return isWritten(value, 200, CONTROL) && !/^ | $/.test(String(value));
}

/** @param {unknown} value @returns {boolean} up to 60,000 characters over several lines */
export function isText(value) {
  return isWritten(value, 60_000, CONTROL_BUT_LINES);
}

/** Characters are counted, not UTF-16 halves. @param {unknown} value @param {number} longest @param {RegExp} controls */
function isWritten(value, longest, controls) {
  if (typeof value !== "string" || value === "" || controls.test(value)) return false;
  return value.length <= longest || [...value].length <= longest;
}

/** @param {number} low @param {number} [high] @returns {Form} a JSON integer between two bounds, both included */
export function integer(low, high = 2 ** 53) {
  return (value) => Number.isInteger(value) && Number(value) >= low && Number(value) <= high;
}

/** @param {readonly string[]} words @returns {Form} */
export function oneOf(words) {
  return (value) => typeof value === "string" && words.includes(value);
}

/** @param {Form[]} forms @returns {Form} */
export function either(...forms) {
  return (value) => forms.some((form) => form(value));
}

/** @param {Form} form @returns {Form} JSON null, or that form */
export function nothingOr(form) {
  return (value) => value === null || form(value);
}

/** @param {Form} form @param {number} [low] @param {number} [high] @returns {Form} a list, no element twice */
export function listOf(form, low = 0, high = 500) {
  return (value) => {
    if (!Array.isArray(value) || value.length < low || value.length > high || !value.every(form)) return false;
    return new Set(value.map((element) => JSON.stringify(element))).size === value.length;
  };
}

/** @param {Form} key @param {Form} form @param {number} low @returns {Form} an object whose names and values all fit */
export function mappingOf(key, form, low) {
  return (value) => {
    if (!isObject(value)) return false;
    const members = Object.entries(value);
    return members.length >= low && members.length <= 5000 && members.every(([name, each]) => key(name) && form(each));
  };
}

/**
 * An object with these members and no other: one that is not here is refused, never ignored.
 * @param {Record<string, Form>} required @param {Record<string, Form>} [optional]
 * @returns {Form} throws Refused("unknown_field")
 */
export function record(required, optional = {}) {
  const forms = new Map(Object.entries({ ...required, ...optional }));
  return (value) => {
    if (!isObject(value)) return false;
    const names = Object.keys(value);
    if (names.some((name) => !forms.has(name))) throw new Refused("unknown_field");
    if (!Object.keys(required).every((name) => Object.hasOwn(value, name))) return false;
    return names.every((name) => forms.get(name)?.(value[name]));
  };
}
