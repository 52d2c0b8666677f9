// The shapes of reference.js (generated from models/reference/). Types only: this file runs nothing and imports nothing.

/** @typedef {{code: string, label: string}} Option */
/** @typedef {{id: string, label: string, type: "text"|"date"|"number"|"yesno"|"choice"|"choices", options?: readonly Option[]}} Field */
/**
 * @typedef {{code: string, label: string, level: number, pictogram: string, purpose: string, fields: readonly Field[],
 *   of?: string}} Category  `of`: the category this is the practical variant of
 */
/** @typedef {"allowed"|"necessity"|"practical"|"never"} Mark */
/**
 * @typedef {{id: string, version: number, status: string, kind: string, label: string,
 *   verified: {on: string|null, method: string}, emitter_status: readonly string[], recipient_status: readonly string[],
 *   relation: readonly string[], consent_mode: string, charter_floor: string|null, requires: readonly string[],
 *   categories_allow: readonly string[], categories_deny: readonly string[], max_validity_days: number,
 *   onward_sharing: string}} Basis
 */
/**
 * @typedef {{
 *   categories: Readonly<Record<string, Category>>,
 *   outside: Readonly<Record<string, {code: string, label: string, why: string}>>,
 *   columns: Readonly<Record<string, string>>,
 *   matrix: Readonly<Record<string, Readonly<Record<string, Mark>>>>,
 *   guidance: Readonly<Record<string, Readonly<Record<string, string>>>>,
 *   bases: Readonly<Record<string, Readonly<Record<string, Basis>>>>,
 *   needs: Readonly<Record<string, {code: string, label: string, level: number, pictogram: string, thematiques: readonly string[]}>>,
 *   organisation_kinds: Readonly<Record<string, {code: string, label: string, level: number, reseaux_porteurs: readonly string[]}>>,
 *   purposes: Readonly<Record<string, string>>,
 *   reasons: Readonly<Record<string, string>>,
 *   outcomes: Readonly<Record<string, {label: string, states: readonly string[]}>>,
 *   first_helps: Readonly<Record<string, string>>,
 *   modes: Readonly<Record<string, string>>,
 *   labels: Readonly<Record<string, Readonly<Record<string, string>>>>,
 *   miscitations: readonly {code: string, pattern: string, says: string, instead: readonly string[]}[],
 *   retention: Readonly<Record<string, {object: string, label: string, keep: number, unit: string, from: string, then: string}>>
 * }} Reference
 */
/** @typedef {{id: string, language: string, variant: string, sha256: string, translates: string|null}} Text */
/**
 * @typedef {Text & {dir: string, title: string,
 *   pages: readonly {block?: string, pictogram: string, title: string, text: readonly string[]}[]}} NoticeText
 *   a sentence may hold {organisation} {recipient} {categories} {purpose} {duration} {until} {dpo}
 */
/** @typedef {Text & {name: string, dir: string, lists: Readonly<Record<string, Readonly<Record<string, string>>>>}} Words */

export {};
