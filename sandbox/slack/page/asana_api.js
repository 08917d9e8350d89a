/** The side API of the fake Asana: one function a route, errors as sentences. Whoever was chosen does it. */

import { get, listen, post } from "./api.js";

const side = { origin: null, who: null };
const at = (path) => `${side.origin}/sandbox/${path}`;
const asThem = (body) => ({ ...body, who: side.who });

/** From now on the double at `address` is asked; calls `onchange` whenever something in it changes. */
export function connect(address, onchange) {
  side.origin = new URL(address).origin;
  listen(at("events"), onchange);
}

/** Everything below is done as this person. */
export const workAs = (name) => {
  side.who = name;
};

export const loadPeople = async () => (await get(at("people"))).people;
export const loadProjects = async () => (await get(at("projects"))).projects;
export const changeTask = (gid, changes) => post(at(`tasks/${gid}`), asThem(changes));
export const addTask = (task) => post(at("tasks"), asThem(task));
export const removeTask = (gid) => post(at(`tasks/${gid}`), asThem({}), "DELETE");
export const changeProject = (gid, changes) => post(at(`projects/${gid}`), asThem(changes));
export const duplicateProject = (gid) => post(at(`projects/${gid}/duplicate`), asThem({}));
export const orderFault = (kind) => post(at("faults"), { kind, times: 1 });
export const orderDelivery = (kind) => post(at("deliveries"), { kind });
export const clearFaults = () => post(at("clear-faults"), {});
