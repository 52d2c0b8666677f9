/** One's own printed sheet: shown once, printed, put away. */

import { digits } from "./digits.js";
import { html } from "./html.js";
import { icon } from "./icon.js";

/** @param {import("../vault/shapes.js").Sheet} sheet @param {import("./html.js").Content} after what comes once it is put away */
export function ownSheet({ account, code, fingerprint }, after) {
  return html`
    <article class="sheet card">
      <h2>Ma feuille de secours Accord</h2>
      <p>Elle ouvre mon compte sur un autre appareil si je perds mon téléphone ou ma phrase. Je la garde chez moi, comme une clé : qui la trouve peut ouvrir mes dossiers.</p>
      <dl class="facts">
        <div><dt>Compte</dt><dd>${account}</dd></div>
        <div><dt>Code de secours</dt><dd class="secret">${code}</dd></div>
        <div><dt>Empreinte du réseau</dt><dd>${digits(fingerprint)}</dd></div>
      </dl>
    </article>
    <div class="actions no-print">
      <button type="button" class="button" data-kind="primary" @click=${() => print()}>${icon("printer")}Imprimer la feuille</button>
      ${after}
    </div>`;
}
