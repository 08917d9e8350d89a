/** One searchable select for every kind of menu element: type to narrow, arrows and Enter to choose. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { words } from "./mrkdwn.js";
import { openPopover } from "./overlays.js";

const PAUSE = 180; // milliseconds without a keystroke before the bot is asked

const labelOf = (option) => (option ? words(option.text) : "");

class Select {
  /**
   * `search(query)` gives groups [{label, options}]; with `search.slow` it promises them, or a sentence instead;
   * `onchoose(option)` may refuse the choice by returning false.
   */
  constructor({ id, label, placeholder, selected, search, onchoose }) {
    Object.assign(this, { id, selected, search, onchoose, popover: null, options: [], active: -1, asked: 0 });
    this.input = h("input", {
      id,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": `${id}-list`,
      "aria-label": label,
      placeholder: placeholder || "Choose an option",
      onclick: () => this.open(),
      onkeydown: (event) => this.onKey(event),
      oninput: () => this.ask(this.input.value),
      onblur: () => this.close(),
    });
    this.input.value = labelOf(selected);
    this.node = h("div", { class: "select" }, this.input, icon("down"));
  }

  open() {
    if (this.popover) return;
    this.list = h("ul", {
      class: "options",
      role: "listbox",
      id: `${this.id}-list`,
      onpointerdown: (event) => event.preventDefault(),
    });
    this.list.style.minWidth = `${this.node.offsetWidth}px`;
    this.popover = openPopover(this.node, this.list, () => this.closed());
    this.input.setAttribute("aria-expanded", "true");
    this.input.select();
    this.ask("", 0);
  }

  closed() {
    this.popover = null;
    this.asked += 1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.input.value = labelOf(this.selected);
  }

  close() {
    this.popover?.close();
  }

  /** Shows what `search` finds, at once if the options are all here. */
  ask(query, pause = PAUSE) {
    const typed = this.input.value;
    this.open();
    if (this.input.value !== typed) this.input.value = typed;
    this.asked += 1;
    if (this.search.slow) this.askSlowly(query, pause);
    else this.show(this.search(query));
  }

  /** Waits for a pause in typing; answers that come after a newer question are dropped. */
  async askSlowly(query, pause) {
    const mine = this.asked;
    this.options = [];
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (mine !== this.asked) return;
    this.say("Loading…");
    const found = await this.search(query).catch(() => "Slack could not load the options.");
    if (mine === this.asked) this.show(found);
  }

  say(sentence) {
    this.options = [];
    this.list.replaceChildren(h("li", { class: "options-note", role: "presentation" }, sentence));
    this.popover.reposition();
  }

  show(found) {
    const groups = typeof found === "string" ? [] : found.filter((group) => group.options.length);
    if (!groups.length) {
      this.say(typeof found === "string" ? found : "No results");
      return;
    }
    this.options = groups.flatMap((group) => group.options);
    let index = 0;
    const rows = groups.map((group) =>
      h(
        "li",
        { role: "presentation" },
        group.label ? h("p", { class: "options-group" }, group.label) : null,
        h(
          "ul",
          { role: "group", "aria-label": group.label || null },
          group.options.map((option) => this.row(option, index++)),
        ),
      ),
    );
    this.list.replaceChildren(...rows);
    this.popover.reposition();
    this.activate(
      Math.max(
        0,
        this.options.findIndex((option) => option.value === this.selected?.value),
      ),
    );
  }

  row(option, index) {
    const details = option.description
      ? h("span", { class: "menu-description" }, words(option.description))
      : null;
    const chosen = String(option.value === this.selected?.value);
    const marks = { role: "option", id: `${this.id}-${index}`, "aria-selected": chosen };
    return h(
      "li",
      { ...marks, onclick: () => this.choose(option), onpointermove: () => this.activate(index) },
      labelOf(option),
      details,
    );
  }

  activate(index) {
    if (!this.options.length) return;
    this.active = (index + this.options.length) % this.options.length;
    this.list.querySelector(".active")?.classList.remove("active");
    const row = this.list.querySelectorAll("[role=option]")[this.active];
    row.classList.add("active");
    row.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", row.id);
  }

  async choose(option) {
    const before = this.selected;
    this.selected = option;
    this.close();
    if ((await this.onchoose(option)) !== false) return;
    this.selected = before;
    this.input.value = labelOf(before);
  }

  onKey(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      if (this.popover) this.activate(this.active + steps[event.key]);
      else this.open();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.popover && this.options[this.active]) this.choose(this.options[this.active]);
      else this.open();
    } else if (event.key === "Escape" && this.popover) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }
}

export const select = (settings) => new Select(settings).node;

/** A search over options that are all known: every word typed must stand in the option. */
export function searchIn(groups) {
  return (query) =>
    groups.map((group) => ({ ...group, options: group.options.filter((option) => fits(option, query)) }));
}

function fits(option, query) {
  const found = labelOf(option).toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => found.includes(word));
}
