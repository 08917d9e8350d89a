/** Elements that are typed into: text, numbers, dates and times. */

import { h } from "./dom.js";
import { words } from "./mrkdwn.js";
import { nameOf } from "./naming.js";

/** A native field: kept as it is typed, told to the bot when it is left. */
function field(block, element, surface, attributes, read = (value) => value || null) {
  const keep = (event) => surface.keep(block, element, read(event.target.value));
  const choose = (event) => surface.choose(block, element, read(event.target.value));
  const names = {
    id: surface.idOf(block, element),
    "aria-label": nameOf(block, element),
    placeholder: words(element.placeholder),
  };
  const node = h("input", {
    class: "field",
    ...names,
    autocomplete: "off",
    ...attributes,
    oninput: keep,
    onchange: choose,
  });
  node.value = surface.valueOf(block, element) ?? "";
  return node;
}

/** A native input of this type. */
export const typed =
  (type, more = {}) =>
  (block, element, surface) =>
    field(block, element, surface, { type, ...more });

export function numberInput(block, element, surface) {
  const bounds = {
    min: element.min_value,
    max: element.max_value,
    step: element.is_decimal_allowed ? "any" : "1",
  };
  return field(block, element, surface, { type: "number", inputmode: "decimal", ...bounds });
}

export function dateTimePicker(block, element, surface) {
  const node = field(block, element, surface, { type: "datetime-local" }, (value) =>
    value ? new Date(value).getTime() / 1000 : null,
  );
  const seconds = surface.valueOf(block, element);
  if (seconds) node.value = new Date(seconds * 1000).toISOString().slice(0, 16);
  return node;
}

/** Plain text tells the bot on Enter or at each character, as dispatch_action_config says. */
export function plainTextInput(block, element, surface) {
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const read = (event) => event.target.value || null;
  const oninput = (event) => {
    if (when.includes("on_character_entered")) surface.choose(block, element, read(event));
    else surface.keep(block, element, read(event));
  };
  const onkeydown = (event) => {
    const dispatches = block.dispatch_action && when.includes("on_enter_pressed");
    if (event.key !== "Enter" || !dispatches || event.shiftKey) return;
    event.preventDefault();
    surface.choose(block, element, read(event));
  };
  const limits = { maxlength: element.max_length, placeholder: words(element.placeholder) };
  const names = {
    id: surface.idOf(block, element),
    class: "field",
    autocomplete: "off",
    "aria-label": nameOf(block, element),
  };
  const tag = element.multiline ? "textarea" : "input";
  const node = h(tag, { ...names, ...limits, rows: element.multiline ? 4 : null, oninput, onkeydown });
  node.value = surface.valueOf(block, element) ?? "";
  return node;
}
