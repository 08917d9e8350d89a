/** Building and updating elements. Values from outside only ever become text or attributes. */

const SVG = "http://www.w3.org/2000/svg";
const signatures = new WeakMap();

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") node.addEventListener(name.slice(2), value);
  else node.setAttribute(name === "testid" ? "data-testid" : name, value === true ? "" : String(value));
}

/** An HTML element; `onclick` and the like are listeners, `testid` is short for data-testid. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

export function fragment(...children) {
  return fill(document.createDocumentFragment(), {}, children);
}

/** The absolute address, if it is http, https or mailto: a bot's text must not run scripts in the page. */
export function safeUrl(url) {
  const parsed = URL.canParse(String(url)) ? new URL(url) : null;
  return parsed && ["http:", "https:", "mailto:"].includes(parsed.protocol) ? parsed.href : null;
}

export function link(url, ...children) {
  const href = safeUrl(url);
  return href
    ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children)
    : h("span", {}, ...children);
}

/**
 * Makes the children of `parent` show `items`, touching only what changed, so that focus, half-typed
 * text and scroll position outlive an update. Each entry is {key, signature, render}.
 */
export function syncChildren(parent, entries) {
  keepFocus(() => {
    const reusable = removeStale(parent, entries);
    entries.forEach((entry, index) => {
      const node = reusable.get(entry.key) ?? create(entry);
      if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
    });
  });
}

function create({ key, signature, render }) {
  const node = render();
  node.dataset.key = key;
  signatures.set(node, signature);
  return node;
}

function removeStale(parent, entries) {
  const wanted = new Map(entries.map((entry) => [entry.key, entry.signature]));
  const reusable = new Map();
  for (const node of [...parent.children]) {
    const key = node.dataset.key;
    if (wanted.has(key) && wanted.get(key) === signatures.get(node) && !reusable.has(key))
      reusable.set(key, node);
    else node.remove();
  }
  return reusable;
}

/** Gives focus and cursor back to the element of the same id if `change` replaced it. */
export function keepFocus(change) {
  const { id, selectionStart, selectionEnd } = document.activeElement ?? {};
  change();
  const again = id && document.activeElement?.id !== id ? document.getElementById(id) : null;
  if (!again) return;
  again.focus({ preventScroll: true });
  if (typeof selectionStart === "number") again.setSelectionRange?.(selectionStart, selectionEnd);
}

/** Runs `work` unless it is still running for this button: a double click counts once. */
export async function once(button, work) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    button.removeAttribute("aria-busy");
  }
}
