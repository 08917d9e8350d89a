/** The form that changes one entry in Harvest: hours, day and note. */

import { h } from "./dom.js";
import { changeEntry } from "./harvest_api.js";
import { attempt } from "./overlays.js";

/** Takes the place of the row's content; `onend` gets the entry as it is then. */
export function entryForm(entry, onend) {
  const fields = {
    hours: field("Hours", { type: "number", step: "0.01", min: "0", required: true, value: entry.hours }),
    date: field("Date", { type: "date", required: true, value: entry.date }),
    notes: field("Note", { type: "text", placeholder: "Note", value: entry.notes ?? "" }),
  };
  const form = h(
    "form",
    { class: "entry-edit", onsubmit: (event) => save(event, entry, fields, onend) },
    Object.values(fields),
    h("button", { class: "button primary small" }, "Save"),
    h("button", { type: "button", class: "button small", onclick: () => onend(entry) }, "Cancel"),
  );
  form.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") onend(entry);
  });
  return form;
}

const field = (label, attributes) => h("input", { class: "field", "aria-label": label, ...attributes });

async function save(event, entry, fields, onend) {
  event.preventDefault();
  const changes = changesOf(entry, fields);
  if (!Object.keys(changes).length) return onend(entry);
  const answer = await attempt(() => changeEntry(entry.id, changes));
  return onend(answer ?? entry);
}

/** Only what differs: giving a running timer its hours again would set it back. */
function changesOf(entry, { hours, date, notes }) {
  const changes = {};
  if (Number(hours.value) !== entry.hours) changes.hours = Number(hours.value);
  if (date.value !== entry.date) changes.date = date.value;
  if (notes.value !== (entry.notes ?? "")) changes.notes = notes.value;
  return changes;
}
