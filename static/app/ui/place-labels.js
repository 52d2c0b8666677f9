/** French words of what the directory codes: who is received, how one comes, what is wrong. Codes: data·inclusion v1 and docs/protocol.md. */

const PUBLICS = /** @type {Readonly<Record<string, string>>} */ ({
  "actifs": "Personnes en emploi", "beneficiaires-des-minimas-sociaux": "Bénéficiaires de minima sociaux", "demandeurs-emploi": "Demandeurs d’emploi",
  "etudiants": "Étudiants", "familles": "Familles", "femmes": "Femmes", "jeunes": "Jeunes", "personnes-en-situation-de-handicap": "Personnes handicapées",
  "personnes-en-situation-durgence": "Personnes en situation d’urgence", "personnes-en-situation-juridique-specifique": "Personnes sous main de justice",
  "personnes-exilees": "Personnes exilées", "residents-qpv-frr": "Habitants de quartiers ou de campagnes prioritaires", "seniors": "Personnes âgées", "tous-publics": "Tout le monde",
});
const WAYS = /** @type {Readonly<Record<string, string>>} */ ({
  "se-presenter": "se présenter", "telephoner": "téléphoner", "envoyer-un-courriel": "écrire un courriel", "utiliser-lien-mobilisation": "par son site",
});
/** What a report of a mistake is about. The same codes as models/rules/mistake.py. */
export const MISTAKES = [
  { code: "ferme", label: "Ce lieu n’existe plus, ou a déménagé" },
  { code: "telephone", label: "Le téléphone" },
  { code: "horaires", label: "Les horaires" },
  { code: "adresse", label: "L’adresse" },
  { code: "conditions", label: "Qui est reçu, à quelles conditions" },
  { code: "services", label: "Ce qu’on y trouve" },
  { code: "nom", label: "Le nom" },
  { code: "autre", label: "Autre chose" },
];

/** @param {string} code */
export function publicLabel(code) {
  return PUBLICS[code] ?? code.replaceAll("-", " ");
}

/** "se présenter ou téléphoner"; empty when the place does not say. @param {readonly string[]} codes */
export function waysLabel(codes) {
  return codes.map((code) => WAYS[code] ?? code.replaceAll("-", " ")).join(" ou ");
}

/** @param {string} code @returns {string} the language in French: "ukrainien" */
export function languageLabel(code) {
  try {
    return new Intl.DisplayNames(["fr"], { type: "language" }).of(code) ?? code;
  } catch {
    return code; // not a code of a language: shown as its source wrote it
  }
}

/** @param {string} code of a MISTAKES line */
export function mistakeLabel(code) {
  return MISTAKES.find((one) => one.code === code)?.label ?? "Autre chose";
}
