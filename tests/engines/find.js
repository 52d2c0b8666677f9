// Finds elements the way the journeys name them: by role, label, text or selector. Runs inside the page, between two polls.
// `chain` is a list of steps, each narrowing what the one before found.

const squeezed = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const holds = (text, wanted, exact) =>
  exact ? squeezed(text) === wanted : squeezed(text).toLowerCase().includes(wanted.toLowerCase());
const matches = (text, { words, pattern, exact }) =>
  pattern ? new RegExp(pattern).test(text ?? "") : holds(text, words, exact);
const isVisible = (element) =>
  element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 0;

const ROLES = { button: "button, [role=button], summary", link: "a[href], [role=link]", tab: "[role=tab]" };
const nameOf = (element) =>
  element.getAttribute("aria-label") ??
  (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent).join(" ").trim() ??
  "";
const labelsOf = (element) => [nameOf(element), ...[...(element.labels ?? [])].map((label) => label.textContent)];

const within = (root, selector) => [...root.querySelectorAll(selector)];
const STEPS = {
  // A window that no window manager ever activates has an active element, and nothing that matches `:focus`.
  css: (root, { selector }) =>
    within(root, selector.replace(":focus", "")).filter((one) => !selector.endsWith(":focus") || one === document.activeElement),
  role: (root, { role, ...name }) =>
    within(root, ROLES[role]).filter((one) => isVisible(one) && matches(nameOf(one) || one.textContent, name)),
  label: (root, name) =>
    within(root, "input, select, textarea").filter((one) => labelsOf(one).some((label) => matches(label, name))),
  // The smallest element that holds the words, as a reader would point at it.
  text: (root, name) =>
    within(root, "*").filter((one) => matches(one.textContent, name) && ![...one.children].some((child) => matches(child.textContent, name))),
};
const NARROW = {
  has: (found, words) => found.filter((one) => matches(one.textContent, words)),
  nth: (found, { index }) => found.slice(index, index + 1),
};

const find = (chain) =>
  chain.reduce(
    (found, [kind, how]) =>
      NARROW[kind] ? NARROW[kind](found, how) : [...new Set(found.flatMap((root) => STEPS[kind](root, how)))],
    [document.documentElement],
  );

const ACTS = {
  count: (found) => found.length,
  visible: (found) => found.some(isVisible),
  click(found) {
    const element = found.find(isVisible);
    if (!element || element.disabled || element.getAttribute("aria-disabled") === "true") return false;
    element.scrollIntoView({ block: "center" });
    element.click();
    return true;
  },
  fill(found, text) {
    const element = found.find(isVisible);
    if (!element || element.disabled || element.readOnly) return false;
    element.focus();
    element.value = text;
    element.dispatchEvent(new InputEvent("input", { bubbles: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  },
  text: (found) => (found.length ? found[0].innerText : null),
  value: (found) => (found.length ? found[0].value : null),
  attribute: (found, name) => (found.length ? [found[0].getAttribute(name)] : null),
};

return ACTS[arguments[1]](find(arguments[0]), arguments[2]);
