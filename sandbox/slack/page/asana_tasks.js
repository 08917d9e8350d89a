/** One task of the fake Asana: done or not, who has it, the hours and whatever else its project asks for. */

import { changeTask, removeTask } from "./asana_api.js";
import { iconButton } from "./buttons.js";
import { h, once } from "./dom.js";
import { attempt } from "./overlays.js";

/** A row; `onchanged` is called once something was saved. */
export function taskRow(task, onchanged) {
  const depth = Math.min(task.depth, 3);
  const names = { testid: "asana-task", "data-gid": task.gid };
  return h(
    "li",
    { class: `asana-task depth-${depth}${task.completed ? " done" : ""}`, ...names },
    completeButton(task, onchanged),
    h(
      "div",
      { class: "asana-task-main" },
      h("p", { class: "asana-task-name", title: task.name }, task.name),
      h("p", { class: "asana-task-meta" }, metaOf(task)),
    ),
    hoursField(task, onchanged),
    extraFields(task, onchanged),
    h("div", { class: "asana-task-foot" }, lastStory(task), removeButton(task, onchanged)),
  );
}

function metaOf({ assignee, section, depth, minutes }) {
  const tracked = minutes ? `${(minutes / 60).toFixed(2)} h tracked` : null;
  return [assignee ?? "Nobody", tracked, depth ? "subtask" : section].filter(Boolean).join(" · ");
}

function lastStory({ last }) {
  return last ? h("p", { class: "asana-task-last", title: last.text }, last.text) : null;
}

async function save(task, changes, onchanged) {
  const answer = await attempt(() => changeTask(task.gid, changes));
  onchanged();
  return answer !== null;
}

function completeButton(task, onchanged) {
  const label = task.completed ? `Reopen ${task.name}` : `Complete ${task.name}`;
  const onclick = (event) =>
    once(event.currentTarget, () => save(task, { completed: !task.completed }, onchanged));
  const state = { "aria-pressed": String(task.completed), "aria-label": label, title: label };
  const look = { type: "button", class: "asana-check", testid: `asana-complete-${task.gid}` };
  return h("button", { ...look, ...state, onclick }, "✓");
}

function removeButton(task, onchanged) {
  const remove = async () => {
    await attempt(() => removeTask(task.gid));
    onchanged();
  };
  return iconButton("bin", `Put ${task.name} in the trash`, (event) => once(event.currentTarget, remove));
}

/** Saves when left or on Enter; empty clears the field. */
function numberField(attributes, before, write) {
  const field = h("input", {
    type: "number",
    class: "field",
    step: "any",
    value: before ?? "",
    placeholder: "–",
    ...attributes,
    onchange: async () => {
      if (!(await write(field.value === "" ? null : Number(field.value)))) field.value = before ?? "";
    },
    onkeydown: ({ key }) => key === "Enter" && field.blur(),
  });
  return field;
}

function hoursField(task, onchanged) {
  if (!task.has_hours) return null;
  const names = { "aria-label": `Billable Hours of ${task.name}`, title: "Billable Hours" };
  const field = numberField({ ...names, testid: `asana-hours-${task.gid}` }, task.hours, (hours) =>
    save(task, { hours }, onchanged),
  );
  return h("label", { class: "asana-hours" }, field, " h");
}

/** Those that are not the hours and that somebody may fill in, each on a line of its own. */
function extraFields(task, onchanged) {
  const shown = task.fields.filter(({ computed, enabled }) => enabled && !computed);
  if (!shown.length) return null;
  const lines = shown.map((field) =>
    h("label", { class: "asana-extra" }, h("span", {}, field.name), editor(task, field, onchanged)),
  );
  return h("div", { class: "asana-extras" }, lines);
}

function editor(task, field, onchanged) {
  const write = (value) => save(task, { fields: { [field.name]: value } }, onchanged);
  const names = { testid: `asana-field-${task.gid}-${field.gid}` };
  if (field.kind === "enum") return optionField(field, names, write);
  if (field.kind === "percentage") return percentageField(field, names, write);
  if (field.kind === "number") return numberField(names, field.value, write);
  return h("input", {
    class: "field",
    value: field.value ?? "",
    ...names,
    onchange: ({ target }) => write(target.value || null),
  });
}

/** Shown as 50, kept as 0.5. */
function percentageField(field, names, write) {
  const percent = field.value === null ? null : Math.round(field.value * 100);
  const input = numberField({ ...names, min: "0" }, percent, (value) =>
    write(value === null ? null : value / 100),
  );
  return h("span", { class: "asana-percent" }, input, " %");
}

function optionField(field, names, write) {
  const options = ["", ...field.options].map((name) =>
    h("option", { value: name, selected: name === (field.value ?? "") }, name || "–"),
  );
  const onchange = ({ target }) => write(target.value || null);
  return h("select", { class: "field", ...names, onchange }, options);
}
