/** The left rail: workspace, who you are, channels and the app. */

import { botName } from "./directory.js";
import { h, keepFocus } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./messages.js";
import { openMenu } from "./overlays.js";

function switcher({ people, user, onuser }) {
  const current = people.find((person) => person.id === user);
  const items = people.map((person) => ({
    label: person.name,
    description: person.title,
    checked: person.id === user,
    icon: avatar(person.name, person.avatar_colour, "small"),
    onselect: () => onuser(person.id),
  }));
  const onclick = (event) => openMenu(event.currentTarget, "Look through the eyes of", items);
  const names = { id: "person-switcher", testid: "person-switcher", "aria-haspopup": "menu" };
  return h(
    "button",
    { type: "button", class: "person-switcher", ...names, onclick },
    avatar(current?.name ?? "?", current?.avatar_colour, "small"),
    h("span", {}, h("span", { class: "you-are" }, "You are: "), h("strong", {}, current?.name ?? "nobody")),
    icon("down"),
  );
}

function place(channel, { channel: open, onchannel }) {
  const isApp = channel.kind === "dm";
  const name = isApp ? botName() : channel.name;
  const dot = channel.isUnread ? h("span", { class: "dot", role: "img", "aria-label": "Unread" }) : null;
  const marks = {
    id: `place-${channel.id}`,
    testid: `channel-${name.toLowerCase()}`,
    "aria-current": channel.id === open ? "page" : null,
  };
  const sign = h("span", { class: "place-sign", "aria-hidden": "true" }, isApp ? icon("sheaf") : "#");
  const look = `place${channel.isUnread ? " unread" : ""}`;
  const label = h("span", { class: "place-name" }, name);
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: look, ...marks, onclick: () => onchannel(channel.id) },
      sign,
      label,
      dot,
    ),
  );
}

function group(title, channels, context) {
  return h(
    "section",
    { "aria-label": title },
    h("h2", {}, title),
    h(
      "ul",
      {},
      channels.map((channel) => place(channel, context)),
    ),
  );
}

/** `context` is {workspace, people, user, channels (with isUnread), channel, onuser, onchannel}. */
export function showRail(rail, context) {
  const { channels } = context;
  keepFocus(() =>
    rail.replaceChildren(
      h("header", { class: "workspace" }, h("h1", {}, context.workspace), switcher(context)),
      h(
        "nav",
        { "aria-label": "Conversations" },
        group(
          "Channels",
          channels.filter(({ kind }) => kind !== "dm"),
          context,
        ),
        group(
          "Apps",
          channels.filter(({ kind }) => kind === "dm"),
          context,
        ),
      ),
      h("p", { class: "rail-note" }, "A sandbox: nothing here leaves this machine."),
    ),
  );
}
