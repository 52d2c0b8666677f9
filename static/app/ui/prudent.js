/** Whether someone may not be written to: a message, or a paper found, could put them in danger. Pure. */

const CAREFUL = ["C15", "C15.practical"];

/** @param {import("../vault/shapes.js").DossierView|null} dossier @returns {boolean} */
export function isPrudent(dossier) {
  return Boolean(dossier?.items.some(({ category, fields }) => CAREFUL.includes(category) && Object.values(fields).some((value) => (Array.isArray(value) ? value.length > 0 : Boolean(value)))));
}
