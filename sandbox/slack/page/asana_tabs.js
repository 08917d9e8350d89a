/** Tabs over the sections of the panel, where there is more than one. */

import { h } from "./dom.js";

/** `sections` is [name, node][]; returns what goes into the panel. */
export function tabbed(sections) {
  if (sections.length < 2) return sections.map(([, node]) => node);
  const tabs = sections.map(([name, node]) => tab(name, node, () => show(name)));
  const show = (wanted) => {
    sections.forEach(([name, node], index) => {
      const isShown = name === wanted;
      node.hidden = !isShown;
      tabs[index].setAttribute("aria-selected", String(isShown));
      tabs[index].tabIndex = isShown ? 0 : -1;
    });
  };
  show(sections[0][0]);
  const onkeydown = (event) => turn(event, tabs);
  const row = { class: "panel-tabs", role: "tablist", "aria-label": "Systems beside Slack", onkeydown };
  return [h("div", row, tabs), ...sections.map(([, node]) => node)];
}

function tab(name, node, onclick) {
  const id = `panel-tab-${name.toLowerCase()}`;
  node.id = `panel-${name.toLowerCase()}`;
  node.setAttribute("role", "tabpanel");
  node.setAttribute("aria-labelledby", id);
  const names = { id, testid: id, "aria-controls": node.id };
  return h("button", { type: "button", role: "tab", ...names, onclick }, name);
}

function turn(event, tabs) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = tabs.at((tabs.indexOf(document.activeElement) + step) % tabs.length);
  next.focus();
  next.click();
}
