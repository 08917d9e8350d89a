/** The fake Asana's projects, each with its tasks, a line for a new task and a menu for the project itself. */

import { addTask, changeProject, duplicateProject } from "./asana_api.js";
import { taskRow } from "./asana_tasks.js";
import { h, once, syncChildren } from "./dom.js";
import { attempt, openMenu } from "./overlays.js";

const folded = new Map(); // gid -> whether somebody folded it; archived ones begin folded

/** Makes `list` show the projects; `onchanged` is called once something was saved. */
export function drawProjects(list, projects, onchanged) {
  const groups = projects.map((project) => ({
    key: project.gid,
    signature: JSON.stringify({ ...project, tasks: null }),
    render: () => projectGroup(project, onchanged),
  }));
  syncChildren(list, groups);
  for (const { gid, tasks } of projects) {
    const rows = tasks.map((task) => ({
      key: task.gid,
      signature: JSON.stringify(task),
      render: () => taskRow(task, onchanged),
    }));
    syncChildren(list.querySelector(`[data-tasks="${gid}"]`), rows);
  }
}

function projectGroup(project, onchanged) {
  const isFolded = folded.get(project.gid) ?? project.archived;
  const ontoggle = ({ target }) => folded.set(project.gid, !target.open);
  const look = `asana-project${project.archived ? " archived" : ""}`;
  const names = { class: look, testid: "asana-project", "data-gid": project.gid };
  return h(
    "details",
    { ...names, open: !isFolded, ontoggle },
    h(
      "summary",
      { testid: `asana-project-${project.gid}` },
      h("span", { class: "asana-project-name", title: project.name }, project.name),
      project.archived ? h("span", { class: "asana-tag" }, "archived") : null,
      h("span", { class: "total" }, `${project.hours.toFixed(2)} h`),
      menuButton(project, onchanged),
    ),
    h("ul", { class: "asana-tasks", "data-tasks": project.gid }),
    project.archived ? null : newTask(project, onchanged),
  );
}

function menuButton(project, onchanged) {
  const doThen = (work) => async () => {
    await attempt(work);
    onchanged();
  };
  const archived = !project.archived;
  const items = [
    { label: "Rename…", onselect: () => rename(button.closest("summary"), project, onchanged) },
    {
      label: archived ? "Archive" : "Take out of the archive",
      onselect: doThen(() => changeProject(project.gid, { archived })),
    },
    {
      label: "Duplicate",
      description: "All ids are new; hours come along without anyone having typed them.",
      onselect: doThen(() => duplicateProject(project.gid)),
    },
  ];
  const onclick = (event) => {
    event.preventDefault(); // or the press would fold the project
    openMenu(event.currentTarget, project.name, items);
  };
  const names = { "aria-label": `More for ${project.name}`, testid: `asana-menu-${project.gid}` };
  const look = { type: "button", class: "icon-button", "aria-haspopup": "menu" };
  const button = h("button", { ...look, ...names, onclick }, "⋯");
  return button;
}

function rename(summary, project, onchanged) {
  const field = h("input", {
    class: "field",
    value: project.name,
    "aria-label": `New name of ${project.name}`,
    testid: `asana-rename-${project.gid}`,
    onclick: (event) => event.preventDefault(),
    onkeydown: (event) => {
      event.stopPropagation(); // blanks and Enter would fold the project
      if (event.key === "Escape") field.value = project.name;
      if (event.key === "Enter" || event.key === "Escape") field.blur();
    },
    onkeyup: (event) => event.key === " " && event.preventDefault(),
    onblur: () => finish(),
  });
  const title = summary.querySelector(".asana-project-name");
  const finish = async () => {
    const name = field.value.trim();
    field.replaceWith(title);
    if (!name || name === project.name) return;
    await attempt(() => changeProject(project.gid, { name }));
    onchanged();
  };
  title.replaceWith(field);
  field.select();
}

function newTask(project, onchanged) {
  const name = h("input", {
    class: "field",
    required: true,
    placeholder: "Add a task",
    "aria-label": `New task in ${project.name}`,
    testid: `asana-new-${project.gid}`,
  });
  const onsubmit = (event) => {
    event.preventDefault();
    once(event.currentTarget, async () => {
      const made = await attempt(() => addTask({ project: project.gid, name: name.value }));
      if (made) name.value = "";
      onchanged();
    });
  };
  const add = h("button", { class: "button small", testid: `asana-add-${project.gid}` }, "Add");
  return h("form", { class: "asana-new", onsubmit }, name, add);
}
