/** The message box: text, slash commands with hints, shortcuts. */

import { runShortcut, sendCommand, sendMessage } from "./api.js";
import { iconButton } from "./buttons.js";
import { h, once } from "./dom.js";
import { attempt, notice, openMenu } from "./overlays.js";
import { asCommand, suggest, usageOf } from "./suggestions.js";

/** Drafts and the last line sent are kept per person and channel. */
export class Composer {
  constructor(onsent) {
    Object.assign(this, { onsent, context: null, reply: null, drafts: new Map(), last: new Map() });
    Object.assign(this, { rows: [], active: -1, start: 0, isCommand: false });
    this.list = h("ul", { class: "suggestions", id: "suggestions", role: "listbox", hidden: true });
    this.list.setAttribute("aria-label", "Suggestions");
    this.input = this.textarea();
    const menu = { "aria-haspopup": "menu", testid: "shortcuts" };
    this.bolt = iconButton("bolt", "Shortcuts", () => this.openShortcuts(), menu);
    this.button = iconButton("send", "Send", null, { type: "submit", class: "send" });
    this.usage = h("p", { class: "usage", "aria-live": "polite" });
    this.answering = h("p", { class: "answering", hidden: true });
    const bar = h("div", { class: "composer-bar" }, this.bolt, this.usage, this.button);
    const onsubmit = (event) => this.send(event);
    this.node = h("form", { class: "composer", onsubmit }, this.list, this.answering, this.input, bar);
  }

  textarea() {
    const names = { id: "composer", testid: "composer", "aria-label": "Message", rows: 1 };
    return h("textarea", {
      ...names,
      disabled: true,
      "aria-autocomplete": "list",
      "aria-controls": "suggestions",
      oninput: () => this.onInput(),
      onkeydown: (event) => this.onKey(event),
      onblur: () => this.offer([]),
    });
  }

  get key() {
    return `${this.context?.user} ${this.context?.channel}`;
  }

  /** `context` is {user, channel, channelName, commands, shortcuts}. */
  show(context) {
    const moved = this.key !== `${context.user} ${context.channel}`;
    if (moved && this.context) this.drafts.set(this.key, this.input.value);
    this.context = context;
    const place = context.kind === "dm" ? context.channelName : `#${context.channelName}`;
    this.input.placeholder = `Message ${place}, or type / for commands`;
    this.input.disabled = false;
    if (!moved) return;
    this.answer(null);
    this.write(this.drafts.get(this.key) ?? "");
    this.input.focus();
  }

  /** Takes nothing until it is shown for whoever comes next: what is typed would be somebody else's. */
  rest() {
    this.input.disabled = true;
  }

  write(text) {
    this.input.value = text;
    this.input.setSelectionRange(text.length, text.length);
    this.onInput();
  }

  /** Lets the next message go into the thread of `message`; null ends that. */
  answer(message) {
    this.reply = message;
    this.answering.hidden = !message;
    const stop = iconButton("cross", "Do not reply in the thread", () => this.answer(null));
    this.answering.replaceChildren("Replying in the thread", stop);
    if (message) this.input.focus();
  }

  onInput() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
    this.usage.textContent = usageOf(this.input.value, this.context.commands);
    this.button.disabled = !this.input.value.trim();
    const offered = suggest(this.input.value, this.input.selectionStart, this.context.commands);
    this.start = offered.start;
    this.isCommand = offered.isCommand;
    this.offer(document.activeElement === this.input ? offered.rows : []);
  }

  offer(rows) {
    this.rows = rows;
    this.active = -1;
    this.list.hidden = !rows.length;
    this.list.replaceChildren(...rows.map((row, index) => this.suggestion(row, index)));
    this.input.removeAttribute("aria-activedescendant");
    if (this.isCommand && rows.length) this.activate(0);
  }

  suggestion(row, index) {
    const onpointerdown = (event) => {
      event.preventDefault();
      this.complete(index);
    };
    return h(
      "li",
      { role: "option", id: `suggestion-${index}`, onpointerdown },
      h("strong", {}, row.title),
      row.hint ? h("span", { class: "suggestion-hint" }, row.hint) : null,
      row.description ? h("span", { class: "suggestion-description" }, row.description) : null,
    );
  }

  activate(index) {
    this.active = (index + this.rows.length) % this.rows.length;
    [...this.list.children].forEach((row, at) =>
      row.setAttribute("aria-selected", String(at === this.active)),
    );
    this.list.children[this.active].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", `suggestion-${this.active}`);
  }

  complete(index) {
    const after = this.input.value.slice(this.input.selectionStart);
    const before = this.input.value.slice(0, this.start) + this.rows[Math.max(index, 0)].text;
    this.write(before + after);
    this.input.setSelectionRange(before.length, before.length);
    this.offer([]);
  }

  onKey(event) {
    if (event.isComposing) return;
    if (this.rows.length && this.onListKey(event)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) this.send(event);
    else if (event.key === "ArrowUp" && !this.input.value && this.last.has(this.key)) {
      event.preventDefault();
      this.write(this.last.get(this.key));
    }
  }

  /** True if the list of suggestions took the key. A command typed in full is sent, not completed. */
  onListKey({ key, shiftKey }) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    const isWhole = this.isCommand && this.rows[this.active]?.title === this.input.value;
    if (key in steps) this.activate(this.active + (this.active < 0 && steps[key] < 0 ? 0 : steps[key]));
    else if (key === "Escape") this.offer([]);
    else if (key === "Tab" && !shiftKey) this.complete(this.active);
    else if (key === "Enter" && this.active >= 0 && !isWhole) this.complete(this.active);
    else return false;
    return true;
  }

  async send(event) {
    event.preventDefault();
    const line = this.input.value.trim();
    if (!line || this.button.getAttribute("aria-busy") === "true") return;
    const { user, channel, commands } = this.context;
    const command = asCommand(line, commands);
    if (!command && line.startsWith("/")) {
      notice(`${line.split(/\s/)[0]} is not a command here. Type / to see those that are.`);
      return;
    }
    this.last.set(this.key, line);
    this.write("");
    await once(this.button, () => this.deliver({ user, channel }, command, line));
  }

  async deliver(place, command, line) {
    const thread = this.reply ? { thread_ts: this.reply.thread_ts ?? this.reply.ts } : {};
    const work = command
      ? () => sendCommandQuietly({ ...place, ...command })
      : () => sendMessage({ ...place, text: line, ...thread });
    const answer = await attempt(work);
    if (!answer && !this.input.value) this.write(line);
    if (answer && !command) this.answer(null);
    await this.onsent();
  }

  openShortcuts() {
    const { user, channel, shortcuts } = this.context;
    openMenu(
      this.bolt,
      "Shortcuts",
      shortcuts.map((shortcut) => ({
        label: shortcut.name,
        description: shortcut.description,
        onselect: () =>
          attempt(() => runShortcut({ user, channel, callback_id: shortcut.callback_id })).then(this.onsent),
      })),
    );
  }
}

/** A command that failed is told of by Slackbot, in the channel. */
async function sendCommandQuietly(command) {
  const { ok } = await sendCommand(command);
  return { ok };
}
