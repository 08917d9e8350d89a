/** The list of messages: faces, names, times, date chips, threads and what may be done with each. */

import { syncBlocks } from "./blocks.js";
import { iconButton } from "./buttons.js";
import { dayName, dayOf, fromTs, fullTime, timeOf } from "./dates.js";
import { botName, isBot, person } from "./directory.js";
import { h, syncChildren } from "./dom.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { openMenu } from "./overlays.js";
import { Surface } from "./surface.js";

const GROUPING = 300; // seconds within which one person's messages stand under one name
const surfaces = new Map();

function initials(name) {
  const letters = name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word[0]);
  return [...letters.slice(0, 1), ...letters.slice(1).slice(-1)].join("").toUpperCase();
}

export function avatar(name, colour, size = "") {
  return h(
    "span",
    { class: `avatar ${size}`, style: `background:${colour || "#6b6b6b"}`, "aria-hidden": "true" },
    initials(name),
  );
}

function face(message, name) {
  if (isBot(message.user)) return h("span", { class: "avatar app", "aria-hidden": "true" }, icon("sheaf"));
  return avatar(name, person(message.user)?.avatar_colour);
}

const nameOf = (message) =>
  isBot(message.user) ? botName() : (person(message.user)?.name ?? message.user_name ?? message.user);

function timeLink(message) {
  const date = fromTs(message.ts);
  return h("time", { class: "time", datetime: date.toISOString(), title: fullTime(date) }, timeOf(date));
}

function headLine(message, name) {
  const isApp = isBot(message.user) || !person(message.user);
  return h(
    "p",
    { class: "message-head" },
    h("strong", { class: "name" }, name),
    isApp ? h("span", { class: "badge" }, "APP") : null,
    timeLink(message),
  );
}

/** A surface per message, so that what was chosen in it outlives a redraw of the list. */
function surfaceOf(context, message) {
  const key = `${context.user} ${context.channel} ${message.ts}`;
  if (!surfaces.has(key)) {
    surfaces.set(key, new Surface(context.user, { channel: context.channel, message_ts: message.ts }));
  }
  return surfaces.get(key);
}

function content(context, message) {
  const edited = message.edited && !message.ephemeral ? h("span", { class: "edited" }, " (edited)") : null;
  if (!message.blocks?.length)
    return h("div", { class: "message-text block-text" }, mrkdwn(message.text), edited);
  const node = h("div", { class: "blocks" });
  const surface = surfaceOf(context, message);
  surface.update(message.blocks, {});
  syncBlocks(node, surface);
  return node;
}

function fileLink(file) {
  const names = { class: "file", href: new URL(file.url_private).pathname, download: file.name, testid: "file" };
  return h("a", names, icon("file"), h("span", { class: "file-name" }, file.title), `${file.size} bytes`);
}

function toolbar(context, message) {
  if (message.ephemeral) return null;
  const items = context.shortcuts.map((shortcut) => ({
    label: shortcut.name,
    description: shortcut.description,
    onselect: () => context.onshortcut(shortcut, message),
  }));
  const onmore = (event) => openMenu(event.currentTarget, "Message shortcuts", items);
  const menu = { "aria-haspopup": "menu", testid: "message-menu" };
  return h(
    "div",
    { class: "toolbar" },
    iconButton("reply", "Reply in thread", () => context.onreply(message)),
    iconButton("more", "More actions for this message", onmore, menu),
  );
}

function thread(context, replies) {
  if (!replies.length) return null;
  const label = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  const rows = replies.map((reply) => messageRow(context, { message: reply, replies: [], isCompact: false }));
  return h("details", { class: "thread", open: true }, h("summary", {}, label), rows);
}

function messageRow(context, { message, replies, isCompact }) {
  const name = nameOf(message);
  const parts = [
    isCompact ? null : headLine(message, name),
    content(context, message),
    message.files?.map(fileLink),
    thread(context, replies),
  ];
  const body = message.ephemeral
    ? h(
        "div",
        { class: "message-body", testid: "ephemeral" },
        h("p", { class: "only-you" }, icon("eye"), "Only visible to you"),
        parts,
      )
    : h("div", { class: "message-body" }, parts);
  const margin = isCompact ? h("span", { class: "gutter" }, timeLink(message)) : face(message, name);
  const look = `message${message.ephemeral ? " ephemeral" : ""}${isCompact ? " compact" : ""}`;
  const names = {
    class: look,
    testid: "message",
    "data-ts": message.ts,
    "aria-label": `${name}, ${timeOf(fromTs(message.ts))}`,
  };
  return h("article", names, margin, body, toolbar(context, message));
}

function isCompact(message, before) {
  return (
    Boolean(before) &&
    !message.ephemeral &&
    !before.ephemeral &&
    before.user === message.user &&
    dayOf(fromTs(before.ts)) === dayOf(fromTs(message.ts)) &&
    Number(message.ts) - Number(before.ts) < GROUPING
  );
}

/** Messages in order, replies taken out of the row and put under the message they answer. */
function threaded(messages) {
  const rows = new Map();
  for (const message of messages) {
    const parent = message.thread_ts !== message.ts ? rows.get(message.thread_ts) : null;
    if (parent) parent.replies.push(message);
    else rows.set(message.ts, { message, replies: [] });
  }
  return [...rows.values()];
}

function entries(context, messages) {
  const found = [];
  let before = null;
  for (const { message, replies } of threaded(messages)) {
    const day = dayOf(fromTs(message.ts));
    if (!before || dayOf(fromTs(before.ts)) !== day) found.push(chip(day));
    const row = { message, replies, isCompact: isCompact(message, before) };
    const signature = JSON.stringify([row, context.shortcuts]);
    found.push({
      key: `${context.user} ${context.channel} ${message.ts}`,
      signature,
      render: () => messageRow(context, row),
    });
    before = message;
  }
  return found;
}

function chip(day) {
  const name = dayName(day);
  return { key: day, signature: name, render: () => h("div", { class: "day" }, h("span", {}, name)) };
}

/**
 * Brings `list` to show the messages. `context` is {user, channel, shortcuts, onshortcut, onreply}.
 */
export function showMessages(list, context, messages) {
  syncChildren(list, entries(context, messages));
}
