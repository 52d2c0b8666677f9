/**
 * The shapes of what sections open on (docs/protocol.md §4). Whoever holds a key may have sealed anything: what is not of
 * its shape counts as unreadable, so that one odd section never spoils a screen. Pure; imports forms only.
 */

import { isCategory, isDate, isId, isInstant, isObject } from "../rules/forms.js";

/** @typedef {(value: unknown) => boolean} Form */

const isText = (/** @type {unknown} */ value) => typeof value === "string";
const isFlag = (/** @type {unknown} */ value) => typeof value === "boolean";
const isCount = (/** @type {unknown} */ value) => Number.isInteger(value) && Number(value) >= 0;
const isTexts = (/** @type {unknown} */ value) => Array.isArray(value) && value.every(isText);
const isPlain = (/** @type {unknown} */ value) => isText(value) || isFlag(value) || Number.isFinite(value) || isTexts(value);
const isFields = (/** @type {unknown} */ value) => isObject(value) && Object.values(value).every(isPlain);
const isNotice = (/** @type {unknown} */ value) => isObject(value) && ["id", "sha256", "language", "variant"].every((name) => isText(value[name]));

/** kind → what it must have, and what it may. Members not listed are ignored, as the protocol says. @type {Record<string, [Record<string, Form>, Record<string, Form>]>} */
const KINDS = {
  item: [{ category: isCategory, fields: isFields, source: isText, noted_on: isDate }, {}],
  origin: [{ orientation: isId }, {}],
  reception: [{ mode: isText, on: isInstant, needs: isTexts, first_help: isTexts }, { text: isText, adults: isCount, children: isCount }],
  narrative: [{ text: isText }, {}],
  note: [{ text: isText }, {}],
  consent: [
    { notice: isNotice, method: isText, alone: isFlag, trace: isFlag },
    { place: isText, who: isText, quality: isText, evidence: isText, interpreter: isText, witness: isText, drawing: isText, protector: isText },
  ],
  receipt: [{ code: isText, language: isText }, { given: isText }],
  request: [{ need: isText }, { text: isText, place: isText, sender_team: isText }],
  necessity: [{ text: isText }, {}],
  link: [{ dossier: isId }, { place: isText, label: isText }],
  answer: [{}, { reason: isText, outcome: isText, text: isText }],
};

/** The one kind each section outside the matrix may hold. @type {Record<string, string>} */
const KIND_OF_SECTION = { "X.request": "request", "X.necessity": "necessity", "X.answer": "answer" };

/**
 * @param {unknown} content what a section opened on
 * @param {string} [category] of a section another team reads: its content says the same
 * @returns {boolean}
 */
export function isShaped(content, category) {
  if (!isObject(content) || !Object.hasOwn(KINDS, content.kind)) return false;
  const [required, optional] = KINDS[content.kind];
  const has = Object.entries(required).every(([name, isForm]) => isForm(content[name]));
  const may = Object.entries(optional).every(([name, isForm]) => content[name] === undefined || isForm(content[name]));
  return has && may && (category === undefined || isOfSection(content, category));
}

/** @param {Record<string, any>} content @param {string} category */
function isOfSection(content, category) {
  return category in KIND_OF_SECTION ? content.kind === KIND_OF_SECTION[category] : content.kind === "item" && content.category === category;
}
