/** The phone is turned: the person answers; then it comes back for the review. */

import { recipientOf } from "./orient-draft.js";
import { turned } from "./turned.js";

/** @param {import("./orient.js").Journey} journey */
export function askStep(journey) {
  const { state, set, next } = journey;
  const to = recipientOf(state);
  return turned({
    about: { organisation: to?.organisationName ?? "", team: to?.teamName ?? "", kind: to?.kind ?? "", need: state.need, duration: state.duration, purpose: state.purpose },
    items: Object.values(state.items), answers: state, set, redraw: journey.redraw, giveBack: () => next("relecture"), stop: () => next("avant"),
  });
}
