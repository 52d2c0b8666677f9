/** A question that stops everything, for destruction only. The focus goes in, comes back, and Escape means no. */

import { html, render } from "./html.js";

/**
 * @param {{title: string, text: string, yes: string, no?: string, danger?: boolean}} question
 * @returns {Promise<boolean>}
 */
export function ask(question) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "question");
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    render(contents(question, (answer) => dialog.close(answer)), dialog);
    dialog.showModal();
  });
}

/** @param {{title: string, text: string, yes: string, no?: string, danger?: boolean}} question @param {(answer: string) => void} close */
function contents({ title, text, yes, no = "Non, revenir", danger = false }, close) {
  return html`<div class="stack">
    <h2 id="question">${title}</h2>
    <p>${text}</p>
    <div class="actions">
      <button type="button" class="button" data-kind=${danger ? "danger" : "primary"} @click=${() => close("yes")}>${yes}</button>
      <button type="button" class="button" autofocus @click=${() => close("no")}>${no}</button>
    </div>
  </div>`;
}
