// What the hours of a place say at one moment, and in which words. Pure: the moment is an argument; imports holidays.js.
// Twin of models/rules/opening.py, run over tests/vectors/opening.json. Fields of a place: docs/protocol.md, Place.

import { PARIS, dayAfter, departmentOf, holidays } from "./holidays.js";

const SOON_MINUTES = 30;
const DAYS_AHEAD = 14;
const MIDNIGHT = "24:00";
const WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];
/** @type {Record<string, string>} */
const WORDS = { appointment: "sur rendez-vous", check: "horaires à vérifier", always: "ouvert jour et nuit", closed: "fermé en ce moment" };

/** @typedef {[string, string][]} Slots  (from, to) of a day as "HH:MM", to at most "24:00" */
/** @typedef {{on: string, clock: string}} Moment  the date and the time where the place is */
/** @typedef {Record<string, any>} Place */
/**
 * `none` (nothing known), `appointment` (no hours without one), `check` (a holiday nobody spoke of, or past what is
 * known), `always`, `open` (until `clock`), `opens` (on `on` at `clock`), `holiday` (closed for one, then like `opens`),
 * `closed` (nothing in the coming days).
 * @typedef {object} Opening
 * @property {"none"|"appointment"|"check"|"always"|"open"|"opens"|"holiday"|"closed"} code
 * @property {string|null} on @property {string|null} clock
 */

const CLOCK = /^[0-2]\d:[0-5]\d$/;
/** @type {WeakSet<Place>} places whose hours were looked at */
const sound = new WeakSet();
/** @type {Map<string, Intl.DateTimeFormat>} */
const clocks = new Map();

/** The moment by the clock of a place, whatever the phone's own. @param {Date} now @param {string} [timezone] @returns {Moment} */
export function momentAt(now, timezone = PARIS) {
  const [on, clock] = clockOf(timezone).format(now).split(" ");
  return { on, clock: clock.slice(0, 5) };
}

/** A zone this browser does not know reads Paris's clock. @param {string} timezone @returns {Intl.DateTimeFormat} */
function clockOf(timezone) {
  const kept = clocks.get(timezone);
  if (kept) return kept;
  let made;
  try {
    // Sweden writes "2026-11-23 09:05".
    made = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "short" });
  } catch {
    made = clockOf(PARIS);
  }
  clocks.set(timezone, made);
  return made;
}

/** @param {Place} place @param {Moment} at @returns {boolean} whether one may go now, as far as is known */
export function isOpen(place, at) {
  return ["open", "always"].includes(opening(place, at).code);
}

/** Where the hours of this place stand at that moment. @param {Place} place @param {Moment} at @returns {Opening} */
export function opening(place, at) {
  if (!hasWeek(place)) return said(place.by_appointment ? "appointment" : "none");
  const today = slotsOn(place, at.on);
  if (today === null) return said("check");
  const nowIn = today.find(([from, to]) => from <= at.clock && at.clock < to);
  if (nowIn) {
    const { until, isEndless } = untilWhen(place, at.on, nowIn[1]);
    return isEndless ? said("always") : said("open", null, until);
  }
  const later = today.find(([from]) => from > at.clock);
  if (later) return said("opens", at.on, later[0]);
  const next = nextOpening(place, at.on);
  if (today.length === 0 && isHoliday(place, at.on)) return said("holiday", next?.on, next?.clock);
  return next ? said("opens", next.on, next.clock) : said("closed");
}

/** @param {Opening["code"]} code @param {string|null} [on] @param {string|null} [clock] @returns {Opening} */
function said(code, on = null, clock = null) {
  return { code, on, clock };
}

/** The hours of that day; null when they are not known: a holiday of which nothing is said, or too far ahead.
 * @param {Place} place @param {string} on @returns {Slots|null} */
function slotsOn(place, on) {
  const stated = (place.exceptions ?? []).find((/** @type {{on: string}} */ each) => each.on === on);
  if (stated) return stated.slots;
  const usual = /** @type {Slots} */ (place.week[weekday(on)]);
  if (place.hours_until !== undefined && on > place.hours_until) return null;
  return usual.length && !isDayAndNight(usual) && isHoliday(place, on) ? null : usual;
}

/** @param {Place} place @param {string} on */
function isHoliday(place, on) {
  return holidays(Number(on.slice(0, 4)), departmentOf(place.code_insee, place.code_postal)).has(on);
}

/** One clause in French, without capital or full stop; empty when nothing is known.
 * @param {Place} place @param {Moment} at @returns {string} */
export function openingWords(place, at) {
  const found = opening(place, at);
  if (found.code === "none") return "";
  let words = WORDS[found.code] ?? timedWords(found, at);
  if (found.code === "check" && isHoliday(place, at.on)) return `férié, ${words}`;
  const isPlain = !["appointment", "check"].includes(found.code);
  if (place.by_appointment && isPlain) {
    if (found.code === "open") words = words.replace("ouvert jusqu’à", "sur rendez-vous jusqu’à");
    if (!words.includes("rendez-vous")) words = `${words}, sur rendez-vous`;
  }
  return place.a_verifier && isPlain ? `${words} (horaires à vérifier)` : words;
}

/** `open`, `opens` and `holiday`. @param {Opening} found @param {Moment} at @returns {string} */
function timedWords(found, at) {
  const left = minutes(found.clock) - minutes(at.clock);
  if (found.code === "open") return left > 0 && left <= SOON_MINUTES ? `ferme dans ${left} min` : `ouvert jusqu’à ${hour(found.clock)}`;
  if (found.code === "holiday") return "fermé aujourd’hui (férié)";
  if (found.on === at.on && left <= SOON_MINUTES) return `ouvre dans ${left} min`;
  return `ouvre ${dayWords(found.on ?? at.on, at.on)}à ${hour(found.clock)}`;
}

/** When, with a space after it; nothing for today. @param {string} on @param {string} today */
function dayWords(on, today) {
  if (on === today) return "";
  if (on === dayAfter(today, 1)) return "demain ";
  return on < dayAfter(today, 7) ? `${WEEKDAYS[weekday(on)]} ` : `le ${dayAndMonth(on)} `;
}

/** @param {string} on */
function dayAndMonth(on) {
  const day = Number(on.slice(8));
  return `${day === 1 ? "1er" : day} ${MONTHS[Number(on.slice(5, 7)) - 1]}`;
}

/** "12:30" is "12 h 30", and the end of the day is midnight. @param {string|null} clock */
export function hour(clock) {
  if (clock === null || clock === MIDNIGHT || clock === "00:00") return "minuit";
  const [hours, rest] = clock.split(":");
  return `${Number(hours)} h${rest === "00" ? "" : ` ${rest}`}`;
}

/** The usual week in lines, equal days together: "lundi à vendredi : 9 h – 12 h"; the text when it has no week.
 * @param {Place} place @returns {string[]} */
export function weekLines(place) {
  if (!hasWeek(place)) return place.horaires_accueil ? [String(place.horaires_accueil)] : [];
  const lines = WEEKDAYS.map((_, day) => slotsWords(place.week[day]));
  const starts = WEEKDAYS.map((_, day) => day).filter((day) => day === 0 || lines[day] !== lines[day - 1]);
  return starts.map((start, index) => `${span(start, (starts[index + 1] ?? 7) - 1)} : ${lines[start]}`);
}

/** The days of the next two weeks that differ: "mercredi 11 novembre (férié) : fermé".
 * @param {Place} place @param {Moment} at @returns {string[]} */
export function exceptionLines(place, at) {
  if (!hasWeek(place)) return [];
  const days = Array.from({ length: DAYS_AHEAD }, (_, step) => dayAfter(at.on, step));
  return days.flatMap((day) => {
    const slots = slotsOn(place, day);
    const words = slots === null ? "horaires à vérifier" : slotsWords(slots);
    if (slots !== null && words === slotsWords(place.week[weekday(day)])) return [];
    return [`${WEEKDAYS[weekday(day)]} ${dayAndMonth(day)}${isHoliday(place, day) ? " (férié)" : ""} : ${words}`];
  });
}

/** @param {Slots} slots */
function slotsWords(slots) {
  if (isDayAndNight(slots)) return "jour et nuit";
  return slots.map(([from, to]) => `${from === "00:00" ? "0 h" : hour(from)} – ${hour(to)}`).join(", ") || "fermé";
}

/** Whether its hours can be read; of another shape, they are no hours (looked at once: a search asks of thousands).
 * @param {Place} place */
function hasWeek(place) {
  if (sound.has(place)) return true;
  const { week, exceptions = [] } = place;
  const isSound =
    Array.isArray(week) && week.length === 7 && week.every(isSlots) &&
    Array.isArray(exceptions) && exceptions.every((each) => typeof each?.on === "string" && isSlots(each.slots));
  if (isSound) sound.add(place);
  return isSound;
}

/** @param {any} value */
function isSlots(value) {
  return Array.isArray(value) && value.every((slot) => Array.isArray(slot) && slot.length === 2 && slot.every((clock) => CLOCK.test(clock)));
}

/** @param {Slots} slots */
function isDayAndNight(slots) {
  return slots.length === 1 && slots[0][0] === "00:00" && slots[0][1] === MIDNIGHT;
}

/** When what is open now closes, past midnight too; and whether it never does, as far as is known.
 * @param {Place} place @param {string} on @param {string} end */
function untilWhen(place, on, end) {
  const tomorrow = end === MIDNIGHT ? (slotsOn(place, dayAfter(on, 1)) ?? []) : [];
  if (tomorrow[0]?.[0] !== "00:00") return { until: end, isEndless: false };
  return { until: tomorrow[0][1], isEndless: tomorrow[0][1] === MIDNIGHT };
}

/** The next day with known hours, after this one. @param {Place} place @param {string} on @returns {Moment|null} */
function nextOpening(place, on) {
  for (let step = 1; step <= DAYS_AHEAD; step++) {
    const day = dayAfter(on, step);
    const slots = slotsOn(place, day);
    if (slots?.length) return { on: day, clock: slots[0][0] };
  }
  return null;
}

/** @param {string} on @returns {number} 0 is Monday */
function weekday(on) {
  return (new Date(on).getUTCDay() + 6) % 7;
}

/** @param {string|null} clock */
function minutes(clock) {
  const [hours, rest] = (clock ?? "0:0").split(":");
  return Number(hours) * 60 + Number(rest);
}

/** @param {number} first @param {number} last */
function span(first, last) {
  if (last - first === 6) return "tous les jours";
  return first === last ? WEEKDAYS[first] : `${WEEKDAYS[first]} ${last === first + 1 ? "et" : "à"} ${WEEKDAYS[last]}`;
}
