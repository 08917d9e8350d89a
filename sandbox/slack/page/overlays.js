/** What lies over the page: popovers, menus, the confirm dialog and short notices. */

import { h } from "./dom.js";
import { textObject, words } from "./mrkdwn.js";

const GAP = 4;

/** A modal dialog makes everything outside it inert, so overlays live inside the one on top. */
const layer = () => [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;

function place(node, anchor) {
  const at = anchor.getBoundingClientRect();
  const size = node.getBoundingClientRect();
  const fitsBelow = at.bottom + GAP + size.height <= innerHeight - GAP;
  const top = fitsBelow ? at.bottom + GAP : Math.max(GAP, at.top - GAP - size.height);
  const left = Math.min(at.left, innerWidth - size.width - GAP);
  Object.assign(node.style, { top: `${top}px`, left: `${Math.max(GAP, left)}px` });
}

/** Shows `node` beside `anchor` until a press elsewhere; returns {close, reposition}. */
export function openPopover(anchor, node, onclose = () => {}) {
  node.classList.add("popover");
  layer().append(node);
  place(node, anchor);
  const close = () => {
    if (!node.isConnected) return;
    node.remove();
    document.removeEventListener("pointerdown", outside, true);
    onclose();
  };
  const outside = (event) => {
    if (!node.contains(event.target) && !anchor.contains(event.target)) close();
  };
  document.addEventListener("pointerdown", outside, true);
  return { close, reposition: () => place(node, anchor) };
}

function menuItem(item, choose) {
  const details = item.description ? h("span", { class: "menu-description" }, item.description) : null;
  const look = `menu-item${item.danger ? " danger" : ""}`;
  const checked = item.checked === undefined ? {} : { "aria-checked": String(item.checked) };
  const role = item.checked === undefined ? "menuitem" : "menuitemradio";
  return h(
    "button",
    { type: "button", role, class: look, tabindex: -1, ...checked, onclick: () => choose(item) },
    item.icon ?? null,
    h("span", { class: "menu-words" }, h("span", {}, item.label), details),
  );
}

function moveFocus(event, items) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  const at = items.indexOf(document.activeElement);
  const target = { Home: 0, End: items.length - 1 }[event.key] ?? at + (steps[event.key] ?? NaN);
  if (Number.isNaN(target)) return;
  event.preventDefault();
  items.at(target % items.length).focus();
}

/** A menu at a button: items are {label, description?, danger?, checked?, icon?, onselect}. */
export function openMenu(anchor, label, items) {
  if (anchor.getAttribute("aria-expanded") === "true") return;
  const choose = (item) => {
    popover.close();
    anchor.focus();
    item.onselect();
  };
  const buttons = items.map((item) => menuItem(item, choose));
  const empty = items.length ? null : h("p", { class: "menu-empty" }, "Nothing here yet");
  const heading = h("p", { class: "menu-heading", "aria-hidden": "true" }, label);
  const onkeydown = (event) => {
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      popover.close();
      anchor.focus();
    }
    moveFocus(event, buttons);
  };
  const menu = h(
    "div",
    { class: "menu", role: "menu", "aria-label": label, tabindex: -1, onkeydown },
    heading,
    buttons,
    empty,
  );
  const popover = openPopover(anchor, menu, () => anchor.setAttribute("aria-expanded", "false"));
  anchor.setAttribute("aria-expanded", "true");
  (buttons[0] ?? menu).focus();
}

/** Asks what a confirm object asks; true if the person agrees, at once if there is nothing to ask. */
export function confirmed(confirm) {
  if (!confirm) return Promise.resolve(true);
  const dialog = confirmDialog(confirm);
  layer().append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

function confirmDialog({ title, text, confirm, deny, style = "primary" }) {
  const onkeydown = (event) => event.stopPropagation();
  const yes = { class: `button ${style}`, value: "yes", autofocus: true };
  const names = { class: "confirm", testid: "confirm", "aria-labelledby": "confirm-title", onkeydown };
  const choices = h(
    "form",
    { method: "dialog", class: "modal-foot" },
    h("button", { class: "button", value: "no" }, words(deny) || "Cancel"),
    h("button", yes, words(confirm) || "OK"),
  );
  const question = h("div", { class: "confirm-text" }, textObject(text));
  return h("dialog", names, h("h2", { id: "confirm-title" }, words(title)), question, choices);
}

/** A notice that goes by itself; read aloud at once. */
export function notice(text) {
  const node = h("div", { class: "notice", role: "alert", testid: "notice" }, text);
  layer().append(node);
  setTimeout(() => node.remove(), 6000);
}

/** Runs `work`; a failure or an answer with `error` becomes a notice. Returns the answer or null. */
export async function attempt(work) {
  try {
    const answer = await work();
    if (answer?.error) notice(answer.error);
    return answer;
  } catch (error) {
    notice(error instanceof TypeError ? "The sandbox does not answer. Is it still running?" : error.message);
    return null;
  }
}
