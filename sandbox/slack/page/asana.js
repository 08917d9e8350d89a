/** The fake Asana as its own side would show it: projects and tasks, live, worked on as any of the people. */

import {
  clearFaults,
  connect,
  loadPeople,
  loadProjects,
  orderDelivery,
  orderFault,
  workAs,
} from "./asana_api.js";
import { drawProjects } from "./asana_projects.js";
import { h } from "./dom.js";
import { attempt, notice, openMenu } from "./overlays.js";

const PAUSE = 150; // milliseconds in which a burst of changes counts as one

const TROUBLES = [
  [orderFault, "BUSY", "Too many requests", "The next request is answered with 429."],
  [orderFault, "ERROR_BEFORE", "Server error", "The next request fails."],
  [orderFault, "DROP_AFTER", "Drop the line after saving", "The next write is saved, then the line is cut."],
  [orderDelivery, "lose", "Lose a webhook delivery", "The next one is never sent."],
  [orderDelivery, "duplicate", "Deliver a webhook twice", "The next one arrives two times."],
  [orderDelivery, "delay", "Deliver a webhook late", "The next one takes five seconds."],
  [orderDelivery, "reorder", "Deliver webhooks out of order", "The next one is overtaken."],
];

const seen = { timer: null };
const list = h("div", { class: "asana-projects", testid: "asana-projects" });
const who = h("select", {
  class: "field",
  "aria-label": "Who works in Asana",
  testid: "asana-who",
  onchange: () => workAs(who.value),
});

/** The whole section, kept up to date from the double at `address`. */
export function startAsana(address) {
  list.addEventListener("focusout", () => setTimeout(fetchProjects));
  connect(address, soon);
  fillPeople();
  return h(
    "section",
    { class: "asana", "aria-label": "Asana" },
    h(
      "header",
      { class: "panel-head" },
      h("h2", {}, "Asana"),
      h("span", { class: "live" }, "live"),
      troubleButton(),
    ),
    h("label", { class: "asana-as" }, "Working as", who),
    list,
  );
}

/** Fetches what is shown once the burst of changes is over. */
function soon() {
  clearTimeout(seen.timer);
  seen.timer = setTimeout(fetchProjects, PAUSE);
}

const isTypedIn = () => list.querySelector(":is(input, select):focus") !== null;

/** Leaves the list alone while somebody types in it. */
async function fetchProjects() {
  if (isTypedIn()) return;
  const projects = await loadProjects().catch(() => null);
  if (isTypedIn()) return;
  const note = projects ? "No projects." : "Asana does not answer.";
  if (projects?.length) drawProjects(list, projects, soon);
  else list.replaceChildren(h("p", { class: "panel-note" }, note));
}

async function fillPeople() {
  const people = (await attempt(loadPeople)) ?? [];
  who.replaceChildren(...people.map(({ name }) => h("option", { value: name }, name)));
  workAs(who.value);
}

const orderThen = (order, words) =>
  attempt(async () => {
    await order();
    notice(words);
  });

function troubleButton() {
  const items = TROUBLES.map(([order, kind, label, description]) => ({
    label,
    description,
    onselect: () => orderThen(() => order(kind), `${label}: Asana will do this once.`),
  }));
  items.push({
    label: "Clear all trouble",
    description: "Whatever is still due is forgotten.",
    onselect: () => orderThen(clearFaults, "Asana is well again."),
  });
  const onclick = (event) => openMenu(event.currentTarget, "Make Asana misbehave", items);
  const look = { type: "button", class: "button small", "aria-haspopup": "menu", testid: "asana-trouble" };
  return h("button", { ...look, onclick }, "Trouble ▾");
}
