/** The sandbox's JSON API: one function a route, errors as sentences. */

async function answerOf(response) {
  const text = await response.text();
  let body = {};
  try {
    body = text ? JSON.parse(text) : {};
  } catch {
    body = { error: text.slice(0, 200) };
  }
  if (!response.ok) throw new Error(body.error || `The sandbox answered ${response.status}.`);
  return body;
}

export async function get(url) {
  return answerOf(await fetch(url, { cache: "no-store" }));
}

export async function post(url, body, method = "POST") {
  const headers = { "Content-Type": "application/json" };
  return answerOf(await fetch(url, { method, headers, body: JSON.stringify(body) }));
}

const query = (values) => new URLSearchParams(values).toString();

export const loadConfig = () => get("/sandbox/config");
export const loadPeople = () => get("/sandbox/people");
export const loadState = (user) => get(`/sandbox/state?${query({ user })}`);
export const reload = (user) => post("/sandbox/reload", { user });
export const sendMessage = (message) => post("/sandbox/message", message);
export const sendCommand = (command) => post("/sandbox/command", command);
export const sendAction = (action) => post("/sandbox/action", action);
export const loadOptions = (wanted) => post("/sandbox/options", wanted);
export const submitView = (user, viewId, values) =>
  post("/sandbox/submit", { user, view_id: viewId, values });
export const closeView = (user, viewId, everything) =>
  post("/sandbox/close", { user, view_id: viewId, everything });
export const runShortcut = (shortcut) => post("/sandbox/shortcut", shortcut);
export const openHome = (user) => post("/sandbox/home", { user });
export const advanceClock = (minutes) => post("/sandbox/clock", { advance_minutes: minutes });

/** Calls `onchange` at each event of the stream and whenever the connection is made; returns a stop function. */
export function listen(url, onchange) {
  const stream = new EventSource(url);
  for (const name of ["open", "message", "changed"]) stream.addEventListener(name, onchange);
  return () => stream.close();
}

export const listenToState = (user, onchange) => listen(`/sandbox/stream?${query({ user })}`, onchange);
