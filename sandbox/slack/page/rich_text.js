/** rich_text blocks: sections, lists, quotes and preformatted text. */

import { slackDate } from "./dates.js";
import { channelName, personName } from "./directory.js";
import { fragment, h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { mention } from "./mrkdwn.js";

const STYLES = { code: "code", bold: "strong", italic: "em", strike: "s", underline: "u" };

function styled(node, style = {}) {
  const wrap = (inner, name) => (style[name] ? h(STYLES[name], {}, inner) : inner);
  return Object.keys(STYLES).reduce(wrap, node);
}

const PARTS = {
  text: (part) => part.text,
  link: (part) => link(part.url, part.text || part.url),
  user: (part) => mention(`@${personName(part.user_id)}`),
  channel: (part) => mention(`#${channelName(part.channel_id)}`),
  usergroup: (part) => mention(`@${part.usergroup_id}`),
  broadcast: (part) => mention(`@${part.range}`),
  emoji: (part) => emoji(part.name) ?? `:${part.name}:`,
  date: (part) => h("time", {}, slackDate(part.timestamp, part.format) ?? part.fallback ?? ""),
  color: (part) => h("code", {}, part.value),
};

function parts(elements = []) {
  return elements.map((part) => styled(PARTS[part.type]?.(part) ?? `[${part.type}]`, part.style));
}

function list(element) {
  const items = element.elements.map((item) => h("li", {}, parts(item.elements)));
  const tag = element.style === "ordered" ? "ol" : "ul";
  return h(tag, { class: `indent-${element.indent ?? 0}`, start: (element.offset ?? 0) + 1 }, items);
}

const SECTIONS = {
  rich_text_section: (element) => h("div", {}, parts(element.elements)),
  rich_text_list: list,
  rich_text_preformatted: (element) => h("pre", {}, parts(element.elements)),
  rich_text_quote: (element) => h("blockquote", {}, parts(element.elements)),
};

export function richText(elements = []) {
  return fragment(...elements.map((element) => SECTIONS[element.type]?.(element) ?? `[${element.type}]`));
}
