// Sections of an event, protocol §3: how content is encrypted. It alone seals and opens them.

import { MAX_SEALED_BYTES, PAD_STEPS_BYTES, PAD_STEP_BYTES } from "../vocabulary.js";
import { digest, fromUtf8, isB64u, randomBytes, utf8, fromB64u } from "./bytes.js";
import { openGeneral, sealGeneral } from "./jose.js";
import { hasExactly, parseObject } from "./json.js";
import { importRecipientKey, importWrappingKey, isPublicJwk } from "./keys.js";
import { CryptoProblem, refuseUnless } from "./problem.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */
/** @typedef {import("./keys.js").PublicJwk} PublicJwk */
/** Who reads: a circle by its A256KW key, or a circle or a member by a public key.
 * @typedef {{kid: string, key: CryptoKey} | {kid: string, publicJwk: PublicJwk}} Reader */
/** The strings as they travel.
 * @typedef {{core: string, wraps: {own: string, other?: string}}} SealedSection */
/** What the event signs: digests of those strings, and what the server may know.
 * @typedef {{core: string, wraps: {own: string, other?: string}, size: number, level: number,
 *   category?: string}} SectionClaim */

/**
 * @param {{event: string, name: string, content: object, level: number, own: Reader,
 *   other?: {kid: string, publicJwk: PublicJwk}, category?: string}} section
 * @returns {Promise<{entry: SealedSection, claim: SectionClaim}>}
 * @throws {CryptoProblem} too_large, malformed (a public key)
 */
export async function sealSection({ event, name, content, level, own, other, category }) {
  const plaintext = pad(utf8(JSON.stringify(content)));
  const readers = other ? [own, other] : [own];
  const recipients = await Promise.all([...readers.map(recipientOf), ...(other ? [] : [nobody()])]);
  const jwe = await sealGeneral(plaintext, { evt: event, sec: name }, recipients);
  const core = [jwe.protected, jwe.iv, jwe.ciphertext, jwe.tag].join(".");
  const [ownWrap, otherWrap] = jwe.recipients.map((recipient) => JSON.stringify(recipient));
  const wraps = other ? { own: ownWrap, other: otherWrap } : { own: ownWrap };
  const digests = { own: await digest(ownWrap), ...(other ? { other: await digest(otherWrap) } : {}) };
  const claim = { core: await digest(core), wraps: digests, size: plaintext.length, level };
  return { entry: { core, wraps }, claim: category === undefined ? claim : { ...claim, category } };
}

/**
 * @param {{event: string, name: string, core: string, wrap: string, claim?: SectionClaim}} section `claim`, when given,
 *   is the signed `payload.sections[name]`: the strings must then be the very ones that were signed
 * @param {CryptoKey} key the circle's A256KW key or private key, or the member's private key, as the wrap's `kid` says
 * @returns {Promise<Record<string, any>>} the whole content, or nothing
 * @throws {CryptoProblem} cannot_open, whatever the reason
 */
export async function openSection({ event, name, core, wrap, claim }, key) {
  if (claim) await checkClaim(core, wrap, claim);
  const { shared, recipient } = readStrings(event, name, core, wrap);
  const plaintext = await openGeneral({ ...shared, recipients: [recipient] }, key, recipient.header.alg);
  refuseUnless(isPadded(plaintext.length) && (!claim || claim.size === plaintext.length), "cannot_open", "size");
  try {
    return parseObject(fromUtf8(plaintext));
  } catch {
    throw new CryptoProblem("cannot_open", "content");
  }
}

/**
 * @param {string} wrap
 * @returns {string} the `kid`: `<circle>.<epoch>` or a member id
 * @throws {CryptoProblem} cannot_open
 */
export function readerOf(wrap) {
  return readWrap(wrap).header.kid;
}

/** @param {string} core @param {string} wrap @param {SectionClaim} claim */
async function checkClaim(core, wrap, claim) {
  refuseUnless((await digest(core)) === claim.core, "cannot_open", "digest");
  const wrapDigest = await digest(wrap);
  refuseUnless(wrapDigest === claim.wraps.own || wrapDigest === claim.wraps.other, "cannot_open", "digest");
}

/** Every string is exact in form, and the protected header says this event and this section.
 * @param {string} event @param {string} name @param {string} core @param {string} wrap */
function readStrings(event, name, core, wrap) {
  const parts = typeof core === "string" ? core.split(".") : [];
  refuseUnless(parts.length === 4 && parts.every(isB64u), "cannot_open", "core");
  const [protectedHeader, iv, ciphertext, tag] = parts;
  const header = parsed(() => parseObject(fromUtf8(fromB64u(protectedHeader))));
  refuseUnless(hasExactly(header, ["enc", "evt", "sec"]) && header.enc === "A256GCM", "cannot_open", "header");
  refuseUnless(header.evt === event && header.sec === name, "cannot_open", "moved");
  return { shared: { protected: protectedHeader, iv, ciphertext, tag }, recipient: readWrap(wrap) };
}

/**
 * @param {string} wrap
 * @returns {{header: {alg: "A256KW" | "ECDH-ES+A256KW", kid: string, epk?: PublicJwk}, encrypted_key: string}}
 */
function readWrap(wrap) {
  const recipient = parsed(() => parseObject(wrap));
  const { header, encrypted_key: wrapped } = recipient;
  refuseUnless(hasExactly(recipient, ["header", "encrypted_key"]) && isB64u(wrapped), "cannot_open", "wrap");
  const isSymmetric = hasExactly(header, ["alg", "kid"]) && header.alg === "A256KW";
  const isAgreed = hasExactly(header, ["alg", "kid", "epk"]) && header.alg === "ECDH-ES+A256KW";
  const isExact = isSymmetric || (isAgreed && isPublicJwk(header.epk));
  refuseUnless(isExact && typeof header.kid === "string", "cannot_open", "wrap");
  return /** @type {any} */ (recipient);
}

/** @template T @param {() => T} parse @returns {T} */
function parsed(parse) {
  try {
    return parse();
  } catch {
    throw new CryptoProblem("cannot_open", "form");
  }
}

/** @param {Reader} reader */
async function recipientOf(reader) {
  if ("key" in reader) return { header: { alg: "A256KW", kid: reader.kid }, key: reader.key };
  return { header: { alg: "ECDH-ES+A256KW", kid: reader.kid }, key: await importRecipientKey(reader.publicJwk) };
}

/** A second recipient that is thrown away: see sealGeneral for why there must be two. Nobody has its key. */
async function nobody() {
  return { header: { alg: "A256KW", kid: "nobody" }, key: await importWrappingKey(randomBytes(32)) };
}

/** @param {Bytes} bytes @returns {Bytes} with trailing spaces up to the next step @throws {CryptoProblem} too_large */
export function pad(bytes) {
  const step = PAD_STEPS_BYTES.find((size) => bytes.length <= size);
  const size = step ?? Math.ceil(bytes.length / PAD_STEP_BYTES) * PAD_STEP_BYTES;
  refuseUnless(size <= MAX_SEALED_BYTES, "too_large");
  const padded = new Uint8Array(size).fill(0x20);
  padded.set(bytes);
  return padded;
}

/** @param {number} size */
function isPadded(size) {
  return size <= MAX_SEALED_BYTES && (PAD_STEPS_BYTES.includes(size) || (size > 0 && size % PAD_STEP_BYTES === 0));
}
