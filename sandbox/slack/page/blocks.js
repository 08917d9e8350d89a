/** Block Kit's blocks as elements. */

import { chartBlock } from "./chart.js";
import { h, safeUrl, syncChildren } from "./dom.js";
import { renderElement, unknown } from "./elements.js";
import { markdown } from "./markdown.js";
import { textObject, words } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

function section(block, surface) {
  const text = block.text ? h("div", { class: "block-text" }, textObject(block.text)) : null;
  const fields = block.fields?.length
    ? h(
        "div",
        { class: "fields" },
        block.fields.map((field) => h("div", { class: "block-text" }, textObject(field))),
      )
    : null;
  const accessory = block.accessory
    ? h("div", { class: "accessory" }, renderElement(block, block.accessory, surface))
    : null;
  return h("div", { class: "section" }, h("div", { class: "section-body" }, text, fields), accessory);
}

function context(block, surface) {
  const parts = block.elements.map((part) => {
    return part.type === "image" ? renderElement(block, part, surface) : h("span", {}, textObject(part));
  });
  return h("div", { class: "context" }, parts);
}

function actions(block, surface) {
  return h(
    "div",
    { class: "actions" },
    block.elements.map((element) => renderElement(block, element, surface)),
  );
}

const GROUPED = ["radio_buttons", "checkboxes"];

function input(block, surface, error) {
  const optional = block.optional ? h("span", { class: "optional" }, " (optional)") : null;
  const isGroup = GROUPED.includes(block.element.type);
  const id = surface.idOf(block, block.element);
  const label = isGroup
    ? h("legend", {}, words(block.label), optional)
    : h("label", { for: id }, words(block.label), optional);
  const hint = block.hint ? h("p", { class: "hint", id: `${id}-hint` }, words(block.hint)) : null;
  const fault = error ? h("p", { class: "field-error", id: `${id}-error`, role: "alert" }, error) : null;
  const control = renderElement(block, block.element, surface);
  describe(control, [fault, hint], Boolean(error));
  return h(
    isGroup ? "fieldset" : "div",
    { class: error ? "input faulty" : "input" },
    label,
    control,
    fault,
    hint,
  );
}

function describe(control, notes, isFaulty) {
  const focusable = control.matches?.("input, textarea")
    ? control
    : control.querySelector?.("input, textarea");
  const ids = notes
    .filter(Boolean)
    .map((note) => note.id)
    .join(" ");
  if (ids) focusable?.setAttribute("aria-describedby", ids);
  if (isFaulty) focusable?.setAttribute("aria-invalid", "true");
}

function image(block) {
  const picture = h("img", { src: safeUrl(block.image_url), alt: block.alt_text });
  return h(
    "figure",
    { class: "picture" },
    block.title ? h("figcaption", {}, words(block.title)) : null,
    picture,
  );
}

function cellContent(cell) {
  if (typeof cell !== "object") return String(cell);
  if (cell.type === "rich_text") return richText(cell.elements);
  return cell.text ?? String(cell.value ?? "");
}

function table(block) {
  const row = (tag, cells) =>
    h(
      "tr",
      {},
      cells.map((cell, column) => {
        const align =
          block.column_settings?.[column]?.align ?? (cell.type === "raw_number" ? "right" : "left");
        return h(tag, { class: `align-${align}`, scope: tag === "th" ? "col" : null }, cellContent(cell));
      }),
    );
  const [head, ...rows] = block.rows;
  const caption = block.caption ? h("caption", {}, words(block.caption)) : null;
  const body = h(
    "tbody",
    {},
    rows.map((cells) => row("td", cells)),
  );
  return h(
    "div",
    { class: "table", tabindex: 0, role: "region", "aria-label": words(block.caption) || "Table" },
    h("table", {}, caption, h("thead", {}, row("th", head)), body),
  );
}

const SIGNS = { default: "📣", info: "ℹ️", warning: "⚠️", error: "⛔", success: "✅" };

function alert(block) {
  const level = block.level in SIGNS ? block.level : "default";
  const sign = h("span", { "aria-hidden": "true" }, SIGNS[level]);
  return h(
    "div",
    { class: `alert ${level}`, role: "note" },
    sign,
    h("div", { class: "block-text" }, textObject(block.text)),
  );
}

function container(block, surface) {
  const children = block.child_blocks ?? block.blocks ?? [];
  return h(
    "div",
    { class: "container" },
    children.map((child) => renderBlock(child, surface)),
  );
}

const BLOCKS = {
  section,
  context,
  actions,
  input,
  image,
  table,
  alert,
  container,
  data_table: table,
  data_visualization: chartBlock,
  divider: () => h("hr"),
  header: (block) => h("h3", { class: "header" }, words(block.text)),
  rich_text: (block) => h("div", { class: "block-text" }, richText(block.elements)),
  markdown: (block) => h("div", { class: "block-text markdown" }, markdown(block.text)),
};

function renderBlock(block, surface, error) {
  const render = BLOCKS[block.type];
  return h("div", { class: "block" }, render ? render(block, surface, error) : unknown(block.type));
}

/** Brings `parent` to show the surface's blocks; `errors` are sentences by block_id. */
export function syncBlocks(parent, surface, errors = {}) {
  syncChildren(
    parent,
    surface.blocks.map((block, index) => ({
      key: block.block_id ?? `${block.type}-${index}`,
      signature: JSON.stringify([block, errors[block.block_id]]),
      render: () => renderBlock(block, surface, errors[block.block_id]),
    })),
  );
}
