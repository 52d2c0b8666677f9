/** Refuses a social security number, wherever it is typed. Pure. */

import { refuseUnless } from "./problem.js";

// Sex, year, month (or a special one), département (2A and 2B in Corsica), commune, order, and the key or not: 13 or
// 15 characters, with or without spaces. Inside a longer run of digits, or of hexadecimal, it is something else (an
// account, a SIRET, a digest).
const NIR =
  /(?<![\da-f])[1-478]\s?\d{2}\s?(?:0[1-9]|1[0-2]|[2-9]\d)\s?(?:\d{2}|2[ab])\s?\d{3}\s?\d{3}(?:\s?\d{2})?(?![\da-f])/i;
/** Members of a content that nobody types: ids and digests, whose digits mean nothing. */
const NOT_TYPED = ["dossier", "orientation", "place", "id", "sha256"];
const SEPARATORS = /(?<=[\dab])[.\-_/\s\u00a0\u202f]+(?=\d)/gi;

/** @param {string} text @returns {boolean} */
function looksLikeNir(text) {
  return NIR.test(text) || NIR.test(text.replace(SEPARATORS, " ")) || NIR.test(text.replace(SEPARATORS, ""));
}

/** @param {unknown} value any content, whatever its depth @throws {import("./problem.js").VaultProblem} nir */
export function refuseNir(value) {
  if (typeof value === "string") refuseUnless(!looksLikeNir(value), "nir");
  else if (typeof value === "number") refuseUnless(!looksLikeNir(String(value)), "nir");
  else if (value !== null && typeof value === "object") {
    for (const [name, inner] of Object.entries(value)) if (!NOT_TYPED.includes(name)) refuseNir(inner);
  }
}
