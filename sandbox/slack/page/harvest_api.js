/** The side API of the fake Harvest: one function a route, errors as sentences. */

import { get, listen, post } from "./api.js";

const side = { origin: null };
const at = (path) => `${side.origin}/sandbox/${path}`;

/** From now on the double at `origin` is asked; calls `onchange` whenever something in it changes. */
export function connect(origin, onchange) {
  side.origin = origin;
  listen(at("events"), onchange);
}

export const loadEntries = async (from) => (await get(at(`entries?date_from=${from}`))).entries;
export const loadProjects = async () => (await get(at("projects"))).projects;
export const addEntry = (entry) => post(at("entries"), entry);
export const changeEntry = (id, changes) => post(at(`entries/${id}`), changes);
export const removeEntry = (id) => post(at(`entries/${id}`), {}, "DELETE");
export const changeProject = (code, changes) => post(at(`projects/${encodeURIComponent(code)}`), changes);
export const orderFault = (kind) => post(at("faults"), { kind, times: 1 });
export const clearFaults = () => post(at("clear-faults"), {});
