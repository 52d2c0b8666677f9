/** One item of information: its fields drawn from the reference lists, and its value said in a line. */

import { html, nothing } from "./html.js";
import { oneOf, severalOf } from "./choice.js";
import { field, picker } from "./field.js";
import { category, optionsOf } from "./labels.js";
import { REFERENCE, WORDS } from "../reference.js";
import { today } from "./words.js";

/** @typedef {{category: string, fields: Record<string, any>, source: "person_said"|"document_seen"|"third_party", noted_on?: string}} Item */
/** @typedef {import("../reference-shapes.js").Field} Field */

const FEW = 6; // more options than that are a list to unfold

/** @param {string} code @returns {Item} */
export function emptyItem(code) {
  return { category: code, fields: {}, source: "person_said", noted_on: today() };
}

/** @param {Item|undefined} item */
export function isFilled(item) {
  return Boolean(item) && Object.values(item?.fields ?? {}).some((value) => (Array.isArray(value) ? value.length : value !== "" && value !== null && value !== undefined));
}

/** The values, as one line: "Locataire · Ce soir".
 * @param {{category: string, fields: Record<string, any>}} item */
export function itemLine(item) {
  return category(item.category).fields.map((known) => said(known, item.fields[known.id])).filter(Boolean).join(" · ");
}

/**
 * Label and value of each field that holds something; `words` says what is a code in another language. What somebody
 * typed stays in theirs.
 * @param {{category: string, fields: Record<string, any>}} item @param {import("../reference-shapes.js").Words} [words] @returns {[string, string][]}
 */
export function itemFacts(item, words = WORDS) {
  const facts = category(item.category).fields.map((known) => [known.label, said(inWords(item.category, known, words), item.fields[known.id], words)]);
  return /** @type {[string, string][]} */ (facts.filter(([, value]) => value));
}

/**
 * The fields of one item, and where the information comes from.
 * @param {Item} item @param {(item: Item) => void} set @param {{only?: string[], sources?: boolean}} [more]
 */
export function itemForm(item, set, more = {}) {
  const fields = category(item.category).fields.filter(({ id }) => !more.only || more.only.includes(id));
  const put = (/** @type {string} */ id) => (/** @type {any} */ value) => set({ ...item, fields: { ...item.fields, [id]: value } });
  return html`${fields.map((known) => input(item.category, known, item.fields[known.id], put(known.id)))}
    ${more.sources === false ? nothing : oneOf("D’où vient cette information ?", optionsOf(REFERENCE.labels.sources), item.source, (source) => set({ ...item, source: /** @type {Item["source"]} */ (source) }))}`;
}

/** @param {string} code @param {Field} known @param {any} value @param {(value: any) => void} set */
function input(code, known, value, set) {
  const id = `${code}-${known.id}`.replace(".", "-");
  const options = (known.options ?? []).map((option) => ({ ...option }));
  if (known.type === "choices") return severalOf(known.label, options, value ?? [], set, { across: true });
  if (known.type === "yesno") return yesNo(known.label, value, set);
  if (known.type === "choice" && options.length > FEW) return picker(known.label, value ?? "", options.map((option) => [option.code, option.label]), set, { id });
  if (known.type === "choice") return oneOf(known.label, options, value ?? null, set, { across: true });
  if (known.type === "number") return field(known.label, value === undefined || value === null ? "" : String(value), (typed) => set(digits(typed)), { id, inputmode: "numeric", maxlength: 3 });
  return field(known.label, value ?? "", set, { id, type: known.type === "date" ? "date" : "text", maxlength: 500 });
}

/** @param {string} label @param {boolean|undefined} value @param {(value: boolean) => void} set */
function yesNo(label, value, set) {
  const chosen = value === undefined ? null : value ? "yes" : "no";
  return oneOf(label, [{ code: "yes", label: "Oui" }, { code: "no", label: "Non" }], chosen, (code) => set(code === "yes"), { across: true });
}

/** @param {string} typed @returns {number|""} */
function digits(typed) {
  const found = typed.replace(/\D/g, "").slice(0, 3);
  return found === "" ? "" : Number(found);
}

/** The same field, as a language says it. @param {string} code @param {Field} known @param {import("../reference-shapes.js").Words} words @returns {Field} */
function inWords(code, known, words) {
  const named = (/** @type {string} */ name, /** @type {string} */ label) => words.lists.options?.[name] ?? label;
  const options = known.options?.map((option) => ({ ...option, label: named(`${code}.${known.id}.${option.code}`, option.label) }));
  return { ...known, label: named(`${code}.${known.id}`, known.label), ...(options ? { options } : {}) };
}

/** @param {Field} known @param {any} value @param {import("../reference-shapes.js").Words} [words] @returns {string} */
function said(known, value, words = WORDS) {
  if (value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length)) return "";
  const label = (/** @type {string} */ code) => known.options?.find((option) => option.code === code)?.label ?? code;
  if (Array.isArray(value)) return value.map(label).join(", ");
  if (known.type === "yesno") return `${known.label} : ${words.lists.screen[value ? "yes" : "no"].toLocaleLowerCase(words.language)}`;
  if (known.type === "number") return `${known.label} : ${value}`;
  if (known.type === "choice") return label(String(value));
  return known.type === "date" ? new Date(`${value}T12:00`).toLocaleDateString(words.language, { dateStyle: "long", calendar: "gregory", numberingSystem: "latn" }) : String(value);
}

