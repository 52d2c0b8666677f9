// Public holidays of France by département, and the clock people live by there. Pure; imports nothing.
// Twin of models/rules/holidays.py, run over tests/vectors/opening.json. A date is "2026-12-25".

export const PARIS = "Europe/Paris";
const FIXED = ["01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"];
const [EASTER_MONDAY, ASCENSION, WHIT_MONDAY, GOOD_FRIDAY] = [1, 39, 50, -2];
const WITH_GOOD_FRIDAY = ["57", "67", "68", "987"];
/** @type {Record<string, string[]>} */
const LOCAL = {
  57: ["12-26"], 67: ["12-26"], 68: ["12-26"],
  971: ["05-27"], 972: ["05-22"], 973: ["06-10"], 974: ["12-20"], 976: ["04-27"], 977: ["10-09"], 978: ["05-28"],
  986: ["04-28", "07-29"], 987: ["03-05", "11-20"], 988: ["09-24"],
};
/** Saint-Barthélemy and Saint-Martin, once part of Guadeloupe. @type {Record<string, string>} */
const OWN_POSTCODES = { 97133: "977", 97150: "978" };
const DAY_MS = 86_400_000;

/** @type {Map<string, ReadonlySet<string>>} */
const known = new Map();

/** @param {string|undefined} codeInsee @param {string|undefined} codePostal @returns {string|null} null without either */
export function departmentOf(codeInsee, codePostal) {
  if (codePostal && OWN_POSTCODES[codePostal]) return OWN_POSTCODES[codePostal];
  const code = codeInsee || codePostal || "";
  if (code.length < 5) return null;
  return /^9[78]/.test(code) ? code.slice(0, 3) : code.slice(0, 2);
}

/** The public holidays of a year there; those of the whole country when the département is unknown.
 * @param {number} year @param {string|null} department @returns {ReadonlySet<string>} */
export function holidays(year, department) {
  const key = `${year} ${department}`;
  const found = known.get(key) ?? new Set(daysOf(year, department ?? ""));
  known.set(key, found);
  return found;
}

/** @param {number} year @param {string} department @returns {string[]} */
function daysOf(year, department) {
  const moving = [EASTER_MONDAY, ASCENSION, WHIT_MONDAY, ...(WITH_GOOD_FRIDAY.includes(department) ? [GOOD_FRIDAY] : [])];
  const fixed = [...FIXED, ...(LOCAL[department] ?? [])].map((day) => `${String(year).padStart(4, "0")}-${day}`);
  return [...fixed, ...moving.map((step) => dayAfter(easter(year), step))];
}

/** @param {string} on @param {number} step days, of any sign @returns {string} */
export function dayAfter(on, step) {
  return new Date(Date.parse(on) + step * DAY_MS).toISOString().slice(0, 10);
}

/** Easter Sunday of a year of the Gregorian calendar (Meeus's rule). @param {number} year @returns {string} */
export function easter(year) {
  const [century, rest] = [Math.floor(year / 100), year % 100];
  const moon = (19 * (year % 19) + century - Math.floor(century / 4) - Math.floor((8 * century + 13) / 25) + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(rest / 4) - moon - (rest % 4)) % 7;
  const late = Math.floor(((year % 19) + 11 * moon + 22 * weekday) / 451);
  const sum = moon + weekday - 7 * late + 114;
  return new Date(Date.UTC(year, Math.floor(sum / 31) - 1, (sum % 31) + 1)).toISOString().slice(0, 10);
}
