/** Says that the browser erased this device's data: never taken for a first run. */

import { nothing } from "./html.js";
import { message } from "./message.js";

/** Said where one comes in, until somebody read it.
 * @param {import("../vault/shapes.js").StorageState|null} storage @param {import("./html.js").Content} [after] */
export function vanished(storage, after = nothing) {
  return storage?.vanished ? message("error", "Les données de cet appareil ont été effacées par le navigateur. Ce qui avait été envoyé revient du serveur ; ce qui ne l’était pas est perdu. Prévenez votre responsable.", { after }) : nothing;
}
