/** Slack's mrkdwn and text objects as elements. */

import { slackDate } from "./dates.js";
import { channelName, personName } from "./directory.js";
import { fragment, h, link, safeUrl } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const unescape = (text) => text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);

const INLINE = new RegExp(
  [
    "```(?<fence>[\\s\\S]+?)```",
    "`(?<code>[^`\\n]+)`",
    "<(?<angle>[^<>\\s][^<>]*)>",
    ":(?<emoji>[a-z0-9_+-]+):",
    "(?<![\\p{L}\\p{N}*])\\*(?<bold>(?=\\S)[^*\\n]*?\\S)\\*(?![\\p{L}\\p{N}*])",
    "(?<![\\p{L}\\p{N}_])_(?<italic>(?=\\S)[^_\\n]*?\\S)_(?![\\p{L}\\p{N}_])",
    "(?<![\\p{L}\\p{N}~])~(?<strike>(?=\\S)[^~\\n]*?\\S)~(?![\\p{L}\\p{N}~])",
  ].join("|"),
  "gu",
);

const RENDER = {
  fence: (text) => h("pre", {}, unescape(text.replace(/^\n|\n$/g, ""))),
  code: (text) => h("code", {}, unescape(text)),
  angle: (text) => angle(text),
  emoji: (name, whole) => emoji(name) ?? whole,
  bold: (text) => h("strong", {}, inline(text)),
  italic: (text) => h("em", {}, inline(text)),
  strike: (text) => h("s", {}, inline(text)),
};

function inline(text) {
  const parts = fragment();
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    parts.append(unescape(text.slice(end, match.index)));
    const [kind, inner] = Object.entries(match.groups).find(([, value]) => value !== undefined);
    parts.append(RENDER[kind](inner, match[0]));
    end = match.index + match[0].length;
  }
  parts.append(unescape(text.slice(end)));
  return parts;
}

export const mention = (text) => h("span", { class: "mention" }, text);

/** What stands between < and >: a person, a channel, a date, a broadcast or a link. */
function angle(text) {
  const bar = text.indexOf("|");
  const [target, label] = bar < 0 ? [text, null] : [text.slice(0, bar), unescape(text.slice(bar + 1))];
  if (target.startsWith("@")) return mention(`@${personName(target.slice(1))}`);
  if (target.startsWith("#")) return mention(`#${label || channelName(target.slice(1))}`);
  if (target.startsWith("!date^")) return dateMention(target, label);
  if (target.startsWith("!")) return mention(label || `@${target.slice(1).split("^")[0]}`);
  if (!safeUrl(unescape(target))) return `<${unescape(text)}>`;
  return link(unescape(target), label ? withEmoji(label) : unescape(target));
}

function dateMention(target, fallback) {
  const [, seconds, template = "", url] = target.split("^");
  const words = slackDate(seconds, template) ?? fallback ?? "";
  return url ? link(url, words) : h("time", { title: fallback ?? words }, words);
}

const QUOTE = /^(?:>|&gt;) ?/;
const FENCE = /\n?(```[\s\S]+?```)\n?/;

/** Runs of quoted and of unquoted lines: [{quoted, lines}]. */
function runs(text) {
  const found = [];
  for (const line of text.split("\n")) {
    const quoted = QUOTE.test(line);
    if (found.at(-1)?.quoted !== quoted) found.push({ quoted, lines: [] });
    found.at(-1).lines.push(line.replace(QUOTE, ""));
  }
  return found;
}

function paragraph(text) {
  return runs(text).map(({ quoted, lines }) => {
    const content = inline(lines.join("\n"));
    return quoted ? h("blockquote", {}, content) : content;
  });
}

/** mrkdwn as a fragment. */
export function mrkdwn(text) {
  const pieces = String(text ?? "")
    .split(FENCE)
    .filter(Boolean);
  return fragment(...pieces.map((piece) => (piece.startsWith("```") ? inline(piece) : paragraph(piece))));
}

/** The words of a text object, or of a bare string. */
export const words = (object) => withEmoji(typeof object === "string" ? object : (object?.text ?? ""));

/** A text object, mrkdwn or plain. */
export function textObject(object) {
  if (object?.type === "mrkdwn") return mrkdwn(object.text);
  return fragment(words(object));
}
