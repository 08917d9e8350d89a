/** The panel on the right: the sandbox's clock, trouble to order, and what Harvest holds. */

import { advanceClock, loadConfig } from "./api.js";
import { startAsana } from "./asana.js";
import { tabbed } from "./asana_tabs.js";
import { textButton } from "./buttons.js";
import { clockText } from "./dates.js";
import { rememberConfig } from "./directory.js";
import { h, once } from "./dom.js";
import { soon, startHarvest } from "./harvest.js";
import { clearFaults, orderFault } from "./harvest_api.js";
import { attempt, notice, openMenu } from "./overlays.js";

const STEPS = [
  ["+15 min", 15],
  ["+1 h", 60],
  ["+1 day", 1440],
  ["+1 week", 10_080],
];
const CLOCK_EVERY = 15_000; // milliseconds between looks at a clock that tests may move

const TROUBLES = [
  ["TIMEOUT_AFTER", "Time out after saving", "The next write is saved, but no answer comes."],
  ["DROP_AFTER", "Drop the line after saving", "The next write is saved, then the connection closes."],
  ["BUSY", "Too many requests", "The next request is answered with 429."],
  ["ERROR_BEFORE", "Server error", "The next request fails and nothing is saved."],
];

function clock() {
  const face = h(
    "output",
    { class: "clock-face", "aria-label": "The sandbox's time", testid: "clock" },
    clockText(),
  );
  const show = () => {
    face.textContent = clockText();
  };
  const refresh = async () => {
    const config = await loadConfig().catch(() => null);
    if (config) rememberConfig(config);
    show();
  };
  setInterval(show, 1000);
  setInterval(refresh, CLOCK_EVERY);
  const press = (minutes) => (event) => once(event.currentTarget, () => move(minutes, refresh));
  const buttons = STEPS.map(([label, minutes]) => textButton(label, press(minutes), { look: "small" }));
  return h(
    "section",
    { class: "clock", "aria-label": "Clock" },
    face,
    h("div", { class: "clock-steps" }, buttons),
  );
}

async function move(minutes, refresh) {
  await attempt(() => advanceClock(minutes));
  await refresh();
  if (harvestIsShown()) soon();
}

const harvestIsShown = () => document.querySelector(".harvest-days") !== null;

function troubleItems() {
  const order = (kind, label) =>
    attempt(async () => {
      await orderFault(kind);
      notice(`${label}: Harvest will do this once.`);
    });
  const clear = () =>
    attempt(async () => {
      await clearFaults();
      notice("Harvest is well again.");
    });
  const kinds = TROUBLES.map(([kind, label, description]) => ({
    label,
    description,
    onselect: () => order(kind, label),
  }));
  return [
    ...kinds,
    { label: "Clear all trouble", description: "Whatever is still due is forgotten.", onselect: clear },
  ];
}

function harvest(origin) {
  const onclick = (event) => openMenu(event.currentTarget, "Make Harvest misbehave", troubleItems());
  const trouble = h(
    "button",
    { type: "button", class: "button small", "aria-haspopup": "menu", testid: "trouble", onclick },
    "Trouble ▾",
  );
  return h(
    "section",
    { class: "harvest", "aria-label": "Harvest" },
    h(
      "header",
      { class: "panel-head" },
      h("h2", {}, "Harvest"),
      h("span", { class: "live" }, "live"),
      trouble,
    ),
    startHarvest(origin),
  );
}

/** The other systems have pages of their own, if any. */
function others(panels) {
  const links = Object.entries(panels).filter(([name, url]) => !["harvest", "asana"].includes(name) && url);
  return links.map(([name, url]) =>
    h("a", { class: "panel-link", href: url, target: "_blank", rel: "noopener" }, `Open ${name} ↗`),
  );
}

function toggle(panel) {
  const button = h("button", {
    type: "button",
    class: "icon-button panel-toggle",
    "aria-controls": "panel",
    testid: "panel-toggle",
  });
  const draw = () => {
    const isOpen = !document.body.classList.contains("panel-closed");
    panel.hidden = !isOpen;
    button.textContent = isOpen ? "⇥" : "⇤";
    button.setAttribute("aria-expanded", String(isOpen));
    button.setAttribute("aria-label", isOpen ? "Hide Harvest and the clock" : "Show Harvest and the clock");
    button.title = button.getAttribute("aria-label");
  };
  button.addEventListener("click", () => {
    document.body.classList.toggle("panel-closed");
    draw();
  });
  draw();
  return button;
}

/** Fills the panel once; returns the button that folds it away. */
export function startPanel(panel, panels = {}) {
  const note = h("p", { class: "panel-note" }, "No Harvest stands beside this Slack.");
  const sections = [["Harvest", panels.harvest ? harvest(panels.harvest) : note]];
  if (panels.asana) sections.push(["Asana", startAsana(panels.asana)]);
  panel.append(clock(), ...tabbed(sections), ...others(panels));
  return toggle(panel);
}
