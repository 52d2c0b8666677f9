/** How a person is called, and whether what was typed means them. Pure. */

const LEAST_TYPO_LETTERS = 4;

/**
 * @param {readonly {category: string, fields: Record<string, any>}[]} items newest last
 * @returns {string} how a person is called; empty when nothing says it
 */
export function labelOfItems(items) {
  const fields = (/** @type {string} */ code) => items.findLast((item) => item.category === code)?.fields ?? {};
  const { called } = fields("C01");
  const { given_name: given, family_name: family } = fields("C02");
  const full = [given, family].filter(Boolean).join(" ");
  const isNamed =
    family &&
    plain(String(family))
      .split(" ")
      .some((word) =>
        plain(String(called ?? ""))
          .split(" ")
          .includes(word),
      );
  if (called && family && !isNamed) return `${called} ${family}`;
  return String(called || full || "");
}

/**
 * @template {{category: string}} T @param {readonly T[]} items oldest first @param {string} category @returns {T|undefined}
 */
export function newest(items, category) {
  return items.findLast((item) => item.category === category);
}

/** Lower case, no accent, œ as it is typed, words apart, the digits of a phone number together. @param {string} text */
export function plain(text) {
  const bare = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae");
  return bare
    .replace(/(?<=\d)[\s.\-/]+(?=\d)/g, "")
    .replace(/^\+?33(?=\d{9}\b)|(?<=\s)\+?33(?=\d{9}\b)/g, "0")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** @param {string} text @param {string[]} words every one must be found */
export function matches(text, words) {
  const known = text.split(" ");
  return words.every(
    (word) =>
      text.includes(word) ||
      (word.length >= LEAST_TYPO_LETTERS && known.some((other) => isNear(word, other.slice(0, word.length + 1)))),
  );
}

/** One letter more, less, changed, or two swapped. @param {string} one @param {string} other */
function isNear(one, other) {
  if (Math.abs(one.length - other.length) > 1) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const rests = [
    [one.slice(at + 1), other.slice(at + 1)],
    [one.slice(at), other.slice(at + 1)],
    [one.slice(at + 1), other.slice(at)],
  ];
  const swapped =
    one[at] === other[at + 1] && one[at + 1] === other[at] && other.slice(at + 2).startsWith(one.slice(at + 2));
  return swapped || rests.some(([a, b]) => b === a || (b.startsWith(a) && b.length - a.length <= 1));
}
