/** Says dates, durations and counts as people say them. Pure: the instant it is read at is an argument with a default. */

const TIME = new Intl.DateTimeFormat("fr-FR", { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("fr-FR", { weekday: "long", day: "numeric", month: "long" });
const DATE = new Intl.DateTimeFormat("fr-FR", { day: "numeric", month: "long", year: "numeric" });
const SHORT = new Intl.DateTimeFormat("fr-FR", { day: "numeric", month: "short" });
const DAY_MS = 24 * 3600 * 1000;

/** "9 h 05", "9 h", never cut at the end of a line
 * @param {string} instant */
function clockTime(instant) {
  return TIME.format(new Date(instant)).replace(":", "\u00a0h\u00a0").replace(/\u00a000$/, "");
}

/** "aujourd’hui, 9 h 05", "hier, 16 h 05", "mardi 3 mars, 9 h", "3 mars 2025".
 * @param {string|null|undefined} instant @param {Date} [now] */
export function when(instant, now = new Date()) {
  if (!instant) return "";
  const date = new Date(instant);
  const days = dayNumber(now) - dayNumber(date);
  if (days === 0) return `aujourd’hui, ${clockTime(instant)}`;
  if (days === 1) return `hier, ${clockTime(instant)}`;
  if (days === -1) return `demain, ${clockTime(instant)}`;
  if (Math.abs(days) < 300) return `${DAY.format(date)}, ${clockTime(instant)}`;
  return DATE.format(date);
}

/** The same without the hour, for lists: "aujourd’hui", "hier", "3 mars".
 * @param {string|null|undefined} instant @param {Date} [now] */
export function whenShort(instant, now = new Date()) {
  if (!instant) return "";
  const date = new Date(instant);
  const days = dayNumber(now) - dayNumber(date);
  if (days === 0) return clockTime(instant);
  if (days === 1) return "hier";
  if (days === -1) return "demain";
  return Math.abs(days) < 300 ? SHORT.format(date) : DATE.format(date);
}

/** "jusqu’au 3 mars 2027"
 * @param {string|null|undefined} instant */
export function until(instant) {
  return instant ? `jusqu’au ${DATE.format(new Date(instant))}` : "";
}

/** "aujourd’hui", "il y a 5 jours", "il y a 3 mois", "il y a 2 ans"
 * @param {string} instant or date @param {Date} [now] */
export function since(instant, now = new Date()) {
  const days = -daysTo(instant, now);
  if (days < 1) return "aujourd’hui";
  if (days < 45) return `il y a ${counted(days, "jour")}`;
  if (days < 700) return `il y a ${Math.round(days / 30.4)}\u00a0mois`;
  return `il y a ${counted(Math.round(days / 365), "an")}`;
}

/** Days from today to that instant, 0 today, negative when past.
 * @param {string} instant @param {Date} [now] */
export function daysTo(instant, now = new Date()) {
  return dayNumber(new Date(instant)) - dayNumber(now);
}

/** "1 orientation", "3 orientations"; the plural adds an s unless given.
 * @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${count}\u00a0${Math.abs(count) < 2 ? one : many}`;
}

/** The date of today as fields of type date want it.
 * @param {Date} [now] */
export function today(now = new Date()) {
  return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
}

/** "le pain, le lait et le riz"
 * @param {string[]} words */
export function listed(words) {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} et ${words.at(-1)}`;
}

/** French typography of a text that came without it: what belongs together is never parted at the end of a line.
 * @param {string} text */
export function typeset(text) {
  return text.replace(/ (?=[:;?!»])/g, "\u00a0").replace(/« /g, "«\u00a0").replace(/(\d) (?=(h|jours?|mois)\b)/g, "$1\u00a0");
}

/** @param {string} text */
export function capitalised(text) {
  return text ? text[0].toLocaleUpperCase("fr") + text.slice(1) : text;
}

/** "6 mois", from a duration code of the vocabulary.
 * @param {string} code */
export function duration(code) {
  return { P1D: "1\u00a0jour", P1M: "1\u00a0mois", P6M: "6\u00a0mois", P12M: "12\u00a0mois" }[code] ?? code;
}

/** @param {Date} date */
function dayNumber(date) {
  return Math.floor((date.getTime() - date.getTimezoneOffset() * 60000) / DAY_MS);
}
