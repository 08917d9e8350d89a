/** What Slack's client itself refuses before it sends a form. */

import { fields } from "./surface.js";

const isEmpty = (value) => value === null || value === "" || (Array.isArray(value) && !value.length);

const LOOKS = {
  email_text_input: [/^\S+@\S+\.\S+$/, "Please enter a valid email address."],
  url_text_input: [/^https?:\/\/\S+$/, "Please enter a valid URL."],
};

function numberFault(element, value) {
  const number = Number(value);
  if (Number.isNaN(number)) return "Please enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Please enter a whole number.";
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `Please enter ${element.min_value} or more.`;
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `Please enter ${element.max_value} or less.`;
  return null;
}

function textFault(element, value) {
  const [look, sentence] = LOOKS[element.type] ?? [];
  if (look && !look.test(value)) return sentence;
  return element.min_length > value.length ? `Please enter ${element.min_length} or more characters.` : null;
}

function fault(block, element, value) {
  if (isEmpty(value)) return block.optional ? null : "Please complete this required field.";
  if (element.type === "number_input") return numberFault(element, value);
  return typeof value === "string" ? textFault(element, value) : null;
}

/** Sentences by block_id; empty when the form may be sent. */
export function faults(surface) {
  const inputs = fields(surface.blocks).filter(([block]) => block.type === "input");
  const found = inputs.map(([block, element]) => [
    block.block_id,
    fault(block, element, surface.valueOf(block, element)),
  ]);
  return Object.fromEntries(found.filter(([, sentence]) => sentence));
}
