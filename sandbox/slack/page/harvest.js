/** The fake Harvest as its own side would show it: entries by day, live, with edits and deletions. */

import { iconButton } from "./buttons.js";
import { dayName, dayOf } from "./dates.js";
import { now } from "./directory.js";
import { h, once, syncChildren } from "./dom.js";
import { addForm } from "./harvest_add.js";
import { connect, loadEntries, removeEntry } from "./harvest_api.js";
import { entryForm } from "./harvest_edit.js";
import { projectList, showProjects } from "./harvest_projects.js";
import { attempt } from "./overlays.js";

const DAYS = 7; // days back that the panel shows
const PAUSE = 150; // milliseconds in which a burst of changes counts as one

const seen = { entries: [], at: 0, timer: null };
const list = h("div", { class: "harvest-days" });

/** A form for new entries, the projects and the list of entries, kept up to date from the double at `origin`. */
export function startHarvest(origin) {
  connect(origin, soon);
  setInterval(tick, 1000);
  soon();
  return [addForm(soon), projectList(), list];
}

/** Fetches what is shown once the burst of changes is over. */
export function soon() {
  clearTimeout(seen.timer);
  seen.timer = setTimeout(() => Promise.all([fetchEntries(), showProjects()]), PAUSE);
}

async function fetchEntries() {
  const from = dayOf(new Date(now().getTime() - DAYS * 86_400_000));
  const entries = await loadEntries(from).catch(() => null);
  if (!entries) {
    list.replaceChildren(h("p", { class: "panel-note" }, "Harvest does not answer."));
    return;
  }
  Object.assign(seen, { entries, at: Date.now() });
  draw();
}

function byDay(entries) {
  const days = new Map();
  for (const entry of entries) days.set(entry.date, [...(days.get(entry.date) ?? []), entry]);
  return [...days.entries()].sort(([one], [other]) => other.localeCompare(one));
}

function draw() {
  if (list.querySelector(".entry-edit")) return;
  const days = byDay(seen.entries);
  if (!days.length) list.replaceChildren(h("p", { class: "panel-note" }, "No entries this week."));
  else
    syncChildren(
      list,
      days.map(([day, entries]) => ({
        key: day,
        signature: JSON.stringify([dayName(day), entries]),
        render: () => dayGroup(day, entries),
      })),
    );
  tick();
}

function dayGroup(day, entries) {
  const total = entries.reduce((sum, entry) => sum + Math.round(entry.hours * 100), 0) / 100;
  const order = [...entries].sort((one, other) => Number(other.running) - Number(one.running));
  return h(
    "section",
    { class: "harvest-day", "aria-label": dayName(day) },
    h("h3", {}, dayName(day), h("span", { class: "total" }, `${total.toFixed(2)} h`)),
    h("ul", {}, order.map(entryRow)),
  );
}

function entryRow(entry) {
  const look = `entry${entry.running ? " running" : ""}`;
  const names = { class: look, testid: "harvest-entry", "data-id": entry.id };
  return h(
    "li",
    names,
    h(
      "div",
      { class: "entry-main" },
      h("p", { class: "entry-project" }, h("strong", {}, projectOf(entry)), ` · ${entry.task}`),
      h("p", { class: "entry-who" }, `${entry.who} · ${entry.client}`),
      entry.notes ? h("p", { class: "entry-notes" }, entry.notes) : null,
      entry.reference
        ? h("p", { class: "entry-reference", title: "External reference" }, entry.reference)
        : null,
    ),
    h("div", { class: "entry-side" }, hoursOf(entry), entryTools(entry)),
  );
}

const projectOf = ({ code, project }) => (code ? `[${code}] ${project}` : project);

function hoursOf(entry) {
  if (!entry.running) return h("span", { class: "hours" }, entry.hours.toFixed(2));
  return h(
    "span",
    { class: "hours ticking", role: "timer", "aria-label": "Running timer", "data-hours": entry.hours },
    "",
  );
}

/** Running timers count on between two fetches. */
function tick() {
  for (const node of list.querySelectorAll(".ticking")) {
    const seconds = Math.floor(Number(node.dataset.hours) * 3600 + (Date.now() - seen.at) / 1000);
    const two = (number) => String(number).padStart(2, "0");
    node.textContent = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  }
}

function entryTools(entry) {
  const remove = async () => {
    await attempt(() => removeEntry(entry.id));
    soon();
  };
  const name = `${entry.project}, ${entry.hours.toFixed(2)} hours`;
  return h(
    "div",
    { class: "entry-tools" },
    iconButton("pencil", `Edit ${name}`, (event) => edit(event, entry)),
    iconButton("bin", `Delete ${name}`, (event) => once(event.currentTarget, remove)),
  );
}

function edit(event, entry) {
  const row = event.currentTarget.closest("li");
  const end = (changed) => {
    row.replaceWith(entryRow(changed));
    soon();
  };
  row.replaceChildren(entryForm(entry, end));
  row.querySelector("input").select();
}
