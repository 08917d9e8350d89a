/** The standard Markdown of `markdown` blocks: headings, lists, quotes, code, emphasis and links. */

import { fragment, h, link } from "./dom.js";
import { withEmoji } from "./emoji.js";

const INLINE =
  /`([^`\n]+)`|\*\*(.+?)\*\*|~~(.+?)~~|\*([^*\n]+)\*|\b_([^_\n]+)_\b|\[([^\]\n]+)\]\(([^)\s]+)\)/g;

function inline(text) {
  const parts = fragment();
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    parts.append(withEmoji(text.slice(end, match.index)), styled(match));
    end = match.index + match[0].length;
  }
  parts.append(withEmoji(text.slice(end)));
  return parts;
}

function styled([, code, bold, strike, star, underscore, label, url]) {
  if (code !== undefined) return h("code", {}, code);
  if (bold !== undefined) return h("strong", {}, inline(bold));
  if (strike !== undefined) return h("s", {}, inline(strike));
  if (label !== undefined) return link(url, inline(label));
  return h("em", {}, inline(star ?? underscore));
}

const listItem = (line) => h("li", {}, inline(line.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, "")));

/** Kinds of lines, the first that fits; runs of one kind become one element. */
const KINDS = [
  { test: /^```/, render: (lines) => h("pre", {}, lines.slice(1).join("\n")) },
  { test: /^#{1,6}\s/, single: true, render: ([line]) => heading(line) },
  { test: /^\s*[-*+]\s+/, render: (lines) => h("ul", {}, lines.map(listItem)) },
  { test: /^\s*\d+[.)]\s+/, render: (lines) => h("ol", {}, lines.map(listItem)) },
  {
    test: /^>\s?/,
    render: (lines) => h("blockquote", {}, inline(lines.map((line) => line.replace(/^>\s?/, "")).join("\n"))),
  },
  { test: /^(?:---+|\*\*\*+)\s*$/, single: true, render: () => h("hr") },
  { test: /^\s*$/, render: () => fragment() },
  { test: /^/, render: (lines) => h("p", {}, inline(lines.join("\n"))) },
];

function heading(line) {
  const [, marks, text] = line.match(/^(#+)\s+(.*)$/);
  return h("p", { class: "md-heading", role: "heading", "aria-level": marks.length + 2 }, inline(text));
}

function grouped(lines) {
  const groups = [];
  let fenced = false;
  for (const line of lines) {
    const isFence = line.startsWith("```");
    const kind = fenced ? KINDS[0] : KINDS.find(({ test }) => test.test(line));
    const last = groups.at(-1);
    if (isFence && fenced) fenced = false;
    else if (last?.kind === kind && !kind.single && !isFence) last.lines.push(line);
    else groups.push({ kind, lines: [line] });
    if (isFence && groups.at(-1).lines.at(-1) === line) fenced = true;
  }
  return groups;
}

export function markdown(text) {
  return fragment(...grouped(text.split("\n")).map(({ kind, lines }) => kind.render(lines)));
}
