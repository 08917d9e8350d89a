/** Buttons of the page itself. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** A button that shows only an icon; `more` are further attributes. */
export function iconButton(name, label, onclick, more = {}) {
  const look = { type: "button", class: "icon-button", "aria-label": label, title: label };
  return h("button", { ...look, ...more, onclick }, icon(name));
}

/** A button with words; `look` is primary, danger, small or nothing. */
export function textButton(label, onclick, { look = "", ...more } = {}) {
  return h("button", { type: "button", class: `button ${look}`.trim(), ...more, onclick }, label);
}
