/** The page's own signs, drawn so that they look the same on every machine. */

import { svg } from "./dom.js";

const PATHS = {
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  reply: "M2 3.5h12v8H7l-3.5 3v-3H2Z",
  more: "M8 3.2v.1M8 8v.1M8 12.8v.1",
  bolt: "M9 1.5 3.5 9H8l-1 5.5L12.5 7H8Z",
  send: "M2 2.5 14 8 2 13.5 3.8 8Zm1.8 5.5H9",
  pencil: "M2.5 13.5l.7-3L10.5 3.2l2.3 2.3-7.3 7.3Z",
  bin: "M3 4.5h10M6.5 4V2.5h3V4M4.2 4.5l.6 9h6.4l.6-9",
  down: "M4 6.5 8 10.5l4-4",
  file: "M4 1.5h5l3 3v10H4ZM9 1.5v3h3",
  cross: "M3.5 3.5l9 9m0-9-9 9",
  back: "M9.5 3 4.5 8l5 5",
  sheaf:
    "M8 14.5v-9M8 5.5C6 5 6 3 8 1.5c2 1.5 2 3.5 0 4ZM8 9.5C5.5 9.5 4 8 4 5.5c2.5 0 4 1.5 4 4Zm0 0c2.5 0 4-1.5 4-4-2.5 0-4 1.5-4 4Zm0 4c-2.5 0-4-1.5-4-4 2.5 0 4 1.5 4 4Zm0 0c2.5 0 4-1.5 4-4-2.5 0-4 1.5-4 4Z",
};

/** A decoration; the button that holds it carries the label. */
export function icon(name) {
  const look = { class: `icon icon-${name}`, viewBox: "0 0 16 16", "aria-hidden": "true" };
  return svg("svg", look, svg("path", { d: PATHS[name] }));
}
