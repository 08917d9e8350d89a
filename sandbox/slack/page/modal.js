/** The modal on top of the stack: form, errors beside fields, back, close and submit. */

import { closeView, submitView } from "./api.js";
import { syncBlocks } from "./blocks.js";
import { iconButton, textButton } from "./buttons.js";
import { h, once } from "./dom.js";
import { words } from "./mrkdwn.js";
import { attempt } from "./overlays.js";
import { Surface } from "./surface.js";
import { faults } from "./validation.js";

const surfaces = new Map();
const shown = { user: null, view: null, depth: 0, errors: {} };
let refresh = () => {};

const title = h("h2", { id: "modal-title" });
const back = iconButton("back", "Back", () => close(false));
const cross = iconButton("cross", "Close", () => close(true));
const body = h("div", { class: "modal-body" });
const cancel = textButton("Cancel", () => close(false), { testid: "modal-close" });
const submit = h("button", { type: "submit", class: "button primary", testid: "modal-submit" });
const form = h(
  "form",
  { novalidate: true, onsubmit: (event) => send(event) },
  h("header", { class: "modal-head" }, back, title, cross),
  body,
  h("footer", { class: "modal-foot" }, cancel, submit),
);
const dialog = h(
  "dialog",
  {
    class: "modal",
    testid: "modal",
    "aria-labelledby": "modal-title",
    onkeydown: (event) => onKey(event),
    oncancel: (event) => onCancel(event),
  },
  form,
);

/** Puts the dialog on the page; `onchange` fetches the state anew. */
export function startModal(onchange) {
  refresh = onchange;
  document.body.append(dialog);
}

function onKey(event) {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  event.preventDefault();
  close(false);
}

function onCancel(event) {
  if (event.target !== dialog) return;
  event.preventDefault();
  close(false);
}

/** Shows the top of `views` (top last) for this person, or nothing. */
export function showModal(user, views) {
  forgetClosed(views);
  const view = views.at(-1);
  if (!view) {
    shown.view = null;
    if (dialog.open) dialog.close();
    return;
  }
  const isNew = shown.view?.id !== view.id;
  if (isNew) Object.assign(shown, { errors: {} });
  Object.assign(shown, { user, view, depth: views.length });
  if (isNew) body.replaceChildren();
  draw();
  if (!dialog.open) dialog.showModal();
  if (isNew) focusFirst();
}

function forgetClosed(views) {
  const open = new Set(views.map((view) => view.id));
  for (const id of [...surfaces.keys()]) if (!open.has(id)) surfaces.delete(id);
}

function surfaceOf({ user, view }) {
  if (!surfaces.has(view.id)) surfaces.set(view.id, new Surface(user, { view_id: view.id }));
  return surfaces.get(view.id);
}

function draw() {
  const { view, depth, errors } = shown;
  const hadFields = body.querySelector("input, textarea") !== null;
  const surface = surfaceOf(shown);
  surface.update(view.blocks, view.state?.values ?? view.state);
  title.textContent = words(view.title);
  back.hidden = depth < 2;
  cancel.textContent = words(view.close) || "Cancel";
  submit.hidden = !view.submit;
  submit.textContent = words(view.submit) || "Submit";
  syncBlocks(body, surface, { ...view.errors, ...errors });
  if (!hadFields && dialog.open) focusFirst();
}

/** A loading view has nothing to focus; the form that replaces it gets the focus then. */
function focusFirst() {
  const wanted = shown.view.blocks.find((block) => block.element?.focus_on_load);
  const field = wanted ? document.getElementById(surfaceOf(shown).idOf(wanted, wanted.element)) : null;
  (field ?? body.querySelector("input:not([type=date]), textarea, button") ?? cross).focus();
}

function showErrors(errors) {
  shown.errors = errors;
  draw();
  body.querySelector("[aria-invalid]")?.focus();
}

async function send(event) {
  event.preventDefault();
  if (submit.hidden) return;
  const { user, view } = shown;
  const surface = surfaceOf(shown);
  const missing = faults(surface);
  showErrors(missing);
  if (Object.keys(missing).length) return;
  await once(submit, async () => {
    const answer = await attempt(() => submitView(user, view.id, surface.values()));
    if (answer?.errors && shown.view?.id === view.id) showErrors(answer.errors);
    await refresh();
  });
}

/** Closes the view on top, or with `everything` the whole stack. */
async function close(everything) {
  const { user, view } = shown;
  if (!view) return;
  await once(everything ? cross : cancel, async () => {
    await attempt(() => closeView(user, view.id, everything));
    await refresh();
  });
}
