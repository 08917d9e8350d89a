/** Adds an entry in Harvest itself, behind the bot's back: who, project, task and hours. */

import { h } from "./dom.js";
import { addEntry, loadProjects } from "./harvest_api.js";
import { attempt } from "./overlays.js";

/** A fold-out form; `onadd` is called once something was added. */
export function addForm(onadd) {
  const form = { projects: [], onadd };
  form.who = select("Who", "who", () => fillProjects(form));
  form.project = select("Project", "project", () => fillTasks(form));
  form.task = select("Task", "task");
  form.hours = input("Hours", "hours", { type: "number", step: "0.25", min: "0", value: "1", required: true });
  form.notes = input("Note", "notes", { placeholder: "Note" });
  const rows = h(
    "form",
    { class: "harvest-form", onsubmit: (event) => submit(event, form) },
    form.who,
    form.project,
    form.task,
    form.hours,
    form.notes,
    h("button", { class: "button primary small", testid: "harvest-add-submit" }, "Add"),
  );
  return h(
    "details",
    { class: "harvest-fold", testid: "harvest-add", ontoggle: (event) => open(event, form) },
    h("summary", {}, "Add entry in Harvest"),
    rows,
  );
}

const names = (label, part) => ({ class: "field", "aria-label": label, testid: `harvest-add-${part}` });
const select = (label, part, onchange = null) => h("select", { ...names(label, part), onchange });
const input = (label, part, more) => h("input", { ...names(label, part), ...more });

async function open({ target }, form) {
  if (!target.open) return;
  const projects = await attempt(loadProjects);
  form.projects = (projects ?? []).filter((project) => !project.archived);
  const people = new Set(form.projects.flatMap((project) => project.people));
  fill(form.who, [...people].sort());
  fillProjects(form);
}

function fillProjects(form) {
  const theirs = form.projects.filter((project) => project.people.includes(form.who.value));
  fill(form.project, theirs.map(codeOf), (code) => titleOf(theirs.find((one) => codeOf(one) === code)));
  fillTasks(form);
}

function fillTasks(form) {
  const chosen = form.projects.find((project) => codeOf(project) === form.project.value);
  fill(form.task, chosen?.tasks ?? []);
}

const codeOf = ({ code, name }) => code || name;
const titleOf = ({ code, name }) => (code ? `[${code}] ${name}` : name);

/** Keeps what was chosen if it is still there. */
function fill(list, values, titleOfValue = (value) => value) {
  const before = list.value;
  list.replaceChildren(...values.map((value) => h("option", { value }, titleOfValue(value))));
  if (values.includes(before)) list.value = before;
}

async function submit(event, { who, project, task, hours, notes, onadd }) {
  event.preventDefault();
  const chosen = { who: who.value, project: project.value, task: task.value };
  const entry = { ...chosen, hours: Number(hours.value), notes: notes.value || null };
  if (!(await attempt(() => addEntry(entry)))) return;
  notes.value = "";
  onadd();
}
