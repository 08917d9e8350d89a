/** Harvest's projects: how much of each budget is used, and a field to change it. */

import { h, syncChildren } from "./dom.js";
import { changeProject, loadProjects } from "./harvest_api.js";
import { attempt } from "./overlays.js";

const NEARLY = 0.8; // the share at which Harvest warns unless told otherwise

const list = h("ul", { class: "harvest-projects" });
const fold = h(
  "details",
  { class: "harvest-fold", testid: "harvest-projects", ontoggle: () => showProjects() },
  h("summary", {}, "Projects"),
  list,
);

export function projectList() {
  list.addEventListener("focusout", () => setTimeout(showProjects));
  return fold;
}

/** Fetches and draws the projects if they are unfolded, and leaves a field alone that somebody types in. */
export async function showProjects() {
  if (!fold.open || list.contains(document.activeElement)) return;
  const projects = await loadProjects().catch(() => null);
  if (!projects || list.contains(document.activeElement)) return;
  const drawn = projects.map((project) => ({
    key: project.code ?? project.name,
    signature: JSON.stringify(project),
    render: () => projectRow(project),
  }));
  syncChildren(list, drawn);
}

function projectRow(project) {
  const { code, name, budget, used, archived } = project;
  return h(
    "li",
    { class: `harvest-project${archived ? " archived" : ""}` },
    h(
      "p",
      { class: "project-name" },
      h("strong", {}, code ?? name),
      code ? ` ${name}` : "",
      archived ? " (archived)" : "",
    ),
    budgetField(project),
    h("p", { class: "project-used" }, usedOf(project)),
    project.monthly ? h("span", { class: "project-monthly" }, "a month") : null,
    budget === null ? null : bar(used / Math.max(budget, 0.01)),
  );
}

const amount = (number) => number.toLocaleString("en-GB", { maximumFractionDigits: 2 });

/** Without a budget nothing counts towards one: then the hours alone are shown. */
function usedOf({ used, budget, unit, hours_in_all: hours }) {
  if (budget === null) return `${amount(hours)} h, no budget`;
  return `${amount(used)} / ${amount(budget)} ${unit === "hours" ? "h" : unit}`;
}

function bar(share) {
  const look = share >= 1 ? "over" : share >= NEARLY ? "nearly" : "";
  const used = `${Math.round(share * 100)} % used`;
  return h("progress", { class: look, max: 1, value: Math.min(share, 1), "aria-label": used, title: used });
}

/** Saves when left or on Enter; empty means no budget. */
function budgetField(project) {
  const key = project.code ?? project.name;
  const field = h("input", {
    type: "number",
    class: "field",
    min: "0",
    step: "any",
    value: project.budget ?? "",
    placeholder: "none",
    "aria-label": `Budget of ${project.name} in ${project.unit}`,
    testid: `harvest-budget-${key}`,
    onchange: () => save(key, field, project.budget),
    onkeydown: ({ key: pressed }) => pressed === "Enter" && field.blur(),
  });
  return field;
}

async function save(key, field, before) {
  const budget = field.value === "" ? null : Number(field.value);
  if (!(await attempt(() => changeProject(key, { budget })))) field.value = before ?? "";
}
