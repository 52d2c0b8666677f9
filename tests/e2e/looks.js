// What is wrong with the screen on display, as short sentences: structure, names, targets, contrast, French typography.
() => {
  const faults = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const about = (element) => `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ""} "${(element.textContent || "").trim().slice(0, 30)}"`;

  // --- structure
  const headings = all("h1").filter(seen);
  if (headings.length !== 1) faults.push(`${headings.length} h1`);
  if (!document.title.trim()) faults.push("no title");
  if (document.documentElement.lang !== "fr") faults.push("no language");
  if (all("main").filter(seen).length !== 1) faults.push("not one main");
  const ids = all("[id]").map(({ id }) => id);
  for (const id of new Set(ids.filter((each, place) => ids.indexOf(each) !== place))) faults.push(`id twice: ${id}`);
  for (const name of ["for", "aria-describedby", "aria-labelledby", "aria-controls"]) {
    for (const element of all(`[${name}]`)) {
      for (const id of element.getAttribute(name).split(/\s+/)) if (!document.getElementById(id)) faults.push(`${name} of nobody: ${id}`);
    }
  }
  let level = 0;
  for (const heading of all("h1, h2, h3, h4").filter(seen)) {
    const here = Number(heading.tagName[1]);
    if (here > level + 1) faults.push(`heading jumps to ${about(heading)}`);
    level = here;
  }

  // --- names
  const called = (element) => (element.getAttribute("aria-label") || element.textContent || "").trim() || element.getAttribute("aria-labelledby");
  for (const element of all("input:not([type=hidden]), select, textarea").filter((each) => each.checkVisibility())) {
    if (!element.labels?.length && !element.getAttribute("aria-label") && !element.getAttribute("aria-labelledby")) faults.push(`no label: ${about(element)}`);
  }
  for (const element of all("button, a[href], summary, [role=tab]").filter(seen)) if (!called(element)) faults.push(`no name: ${about(element)}`);
  for (const element of all("fieldset").filter(seen)) if (!element.querySelector("legend")) faults.push("fieldset without legend");
  for (const element of all("img")) if (!element.hasAttribute("alt")) faults.push("img without alt");

  // --- targets of 44 px; a link inside a sentence is as tall as its line
  const inSentence = (element) => element.tagName === "A" && getComputedStyle(element).display === "inline";
  for (const element of all("button, a[href], summary, label.choice, label.tile, select, input.input").filter(seen)) {
    const box = element.getBoundingClientRect();
    if (!inSentence(element) && !element.closest(".skip") && (box.height < 43.5 || box.width < 43.5)) faults.push(`small target ${Math.round(box.width)}×${Math.round(box.height)}: ${about(element)}`);
  }

  // --- contrast of words: 4.5, or 3 when large
  const parsed = (colour) => { const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number); return { r, g, b, a }; };
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((value) => value / 255).map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parsed(getComputedStyle(each).backgroundColor);
      if (colour.a === 1) return colour;
    }
    return { r: 255, g: 255, b: 255 };
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (words.nextNode()) if (words.currentNode.data.trim() && words.currentNode.parentElement && seen(words.currentNode.parentElement)) texts.push(words.currentNode);
  const modal = document.querySelector("dialog[open]");
  for (const { parentElement: element, data } of texts) {
    const style = getComputedStyle(element);
    if (modal && !modal.contains(element)) continue;
    if (element.closest(":disabled, [aria-disabled=true]") || element.closest(".visually-hidden, .skip")) continue;
    const [a, b] = [light(parsed(style.color)), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(1)}: "${data.trim().slice(0, 30)}"`);
  }

  // --- French typography: what belongs together is never parted, and the apostrophe is curly
  for (const text of [document.title, ...texts.map(({ data }) => data.replace(/\s*\n\s*/g, " "))]) {
    const wrong = text.match(/[^ ]* [:;?!»](?!\S)|« [^ ]*|\w'\w|\d (h|mois|jours?|Mo)\b|\.\.\./);
    if (wrong) faults.push(`typography: "${wrong[0]}"`);
  }

  // --- words cut, and a page longer than the application
  for (const element of all("h1, h2, h3, .button, .badge, dd, .tile > span").filter(seen)) {
    if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline") faults.push(`cut: ${about(element)}`);
  }
  const app = document.querySelector(".app");
  if (app && document.documentElement.scrollHeight > Math.max(innerHeight, app.getBoundingClientRect().height + scrollY + app.getBoundingClientRect().top) + 1) faults.push("the page is longer than the application");
  return [...new Set(faults)];
}
