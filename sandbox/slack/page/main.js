/** Ties the page together: who looks at what, one state, redrawn whenever the sandbox says it changed. */

import * as api from "./api.js";
import { syncBlocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { botName, rememberConfig, rememberPeople, rememberState } from "./directory.js";
import { h } from "./dom.js";
import { showMessages } from "./messages.js";
import { showModal, startModal } from "./modal.js";
import { attempt } from "./overlays.js";
import { startPanel } from "./panel.js";
import { showRail } from "./rail.js";
import { Surface } from "./surface.js";
import { isUnread, rememberSeen } from "./unread.js";

const NEAR_END = 80; // pixels from the end within which new messages keep the list at its end

const page = {
  config: {},
  people: [],
  user: null,
  channel: null,
  tab: "messages",
  state: null,
  stop: () => {},
  home: null,
};
const at = (id) => document.getElementById(id);
const messages = at("messages");
const composer = new Composer(() => refresh());
const fetching = { busy: null, again: false };

function readHash() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const isKnown = page.people.some(({ id }) => id === wanted.get("user"));
  page.user = isKnown ? wanted.get("user") : (page.user ?? page.people[0]?.id);
  page.channel = wanted.get("channel");
  page.tab = wanted.get("tab") === "home" ? "home" : "messages";
}

function writeHash() {
  const tab = page.tab === "home" ? { tab: "home" } : {};
  history.replaceState(
    null,
    "",
    `#${new URLSearchParams({ user: page.user, channel: page.channel, ...tab })}`,
  );
}

/** Fetches and draws the state; calls during a fetch are answered by one more fetch. */
function refresh() {
  fetching.again = Boolean(fetching.busy);
  fetching.busy ??= fetchState().finally(() => {
    fetching.busy = null;
    if (fetching.again) refresh();
  });
  return fetching.busy;
}

async function fetchState() {
  const user = page.user;
  const state = await api.loadState(user).catch(() => null);
  document.body.classList.toggle("offline", !state);
  if (!state || user !== page.user) return;
  page.state = state;
  rememberState(user, state);
  const { channels } = state;
  if (!channels.some(({ id }) => id === page.channel)) page.channel = standIn(channels)?.id;
  draw();
}

/** "dm" in the hash stands for the app's messages, whose id differs from person to person. */
const standIn = (channels) =>
  channels.find(({ kind }) => page.channel === "dm" && kind === "dm") ?? channels[0];

const openChannel = () => page.state.channels.find(({ id }) => id === page.channel);

function draw() {
  writeHash();
  drawRail();
  drawHead();
  drawMain();
  showModal(page.user, page.state.views ?? []);
}

function drawRail() {
  const { user, channel, people, state } = page;
  if (page.tab === "messages") rememberSeen(user, channel, state.messages[channel]);
  const channels = state.channels.map((one) => ({
    ...one,
    isUnread: one.id !== channel && isUnread(user, one, state.messages[one.id]),
  }));
  const workspace = page.config.workspace ?? "Workspace";
  showRail(at("rail"), {
    workspace,
    people,
    user,
    channel,
    channels,
    onuser: switchUser,
    onchannel: switchChannel,
  });
}

function drawHead() {
  const channel = openChannel();
  const isApp = channel?.kind === "dm";
  at("place").textContent = isApp ? botName() : `# ${channel?.name ?? ""}`;
  at("tabs").hidden = !isApp;
  for (const tab of at("tabs").children)
    tab.setAttribute("aria-selected", String(tab.dataset.tab === page.tab));
  const about = isApp ? "Home and Messages" : channel?.purpose;
  document.title = `${isApp ? botName() : channel?.name} – ${page.config.workspace ?? "Slack sandbox"}`;
  at("purpose").textContent = isApp ? "" : (about ?? "");
}

function drawMain() {
  const isHome = openChannel()?.kind === "dm" && page.tab === "home";
  at("home").hidden = !isHome;
  at("conversation").hidden = isHome;
  if (isHome) drawHome();
  else drawConversation();
}

function drawHome() {
  const view = page.state.home;
  const home = at("home");
  if (!view) {
    home.replaceChildren(h("p", { class: "empty" }, `${botName()} has not written this page yet.`));
    return;
  }
  if (page.home?.id !== view.id || page.home.user !== page.user) {
    page.home = new Surface(page.user, { view_id: view.id });
    home.replaceChildren();
  }
  page.home.update(view.blocks, view.state?.values ?? view.state);
  syncBlocks(home, page.home);
}

function drawConversation() {
  const { user, channel, state } = page;
  const shortcuts = state.shortcuts ?? [];
  const { kind, name } = openChannel() ?? {};
  const mine = `${user} ${channel}`;
  const isOther = messages.dataset.place !== mine;
  const atEnd = isOther || messages.scrollHeight - messages.scrollTop - messages.clientHeight < NEAR_END;
  messages.setAttribute("aria-busy", String(isOther));
  messages.dataset.place = mine;
  const ofKind = (wanted) => shortcuts.filter((shortcut) => shortcut.type === wanted);
  const context = {
    user,
    channel,
    shortcuts: ofKind("message"),
    onshortcut,
    onreply: (message) => composer.answer(message),
  };
  showMessages(messages, context, state.messages[channel] ?? []);
  composer.show({
    user,
    channel,
    kind,
    channelName: kind === "dm" ? botName() : name,
    commands: state.commands ?? [],
    shortcuts: ofKind("global"),
  });
  if (atEnd) scrollToEnd();
  else at("newer").hidden = messages.scrollHeight - messages.scrollTop - messages.clientHeight < NEAR_END;
  messages.setAttribute("aria-busy", "false");
}

function scrollToEnd() {
  messages.scrollTop = messages.scrollHeight;
  at("newer").hidden = true;
}

async function onshortcut(shortcut, message) {
  const { user, channel } = page;
  await attempt(() =>
    api.runShortcut({ user, channel, message_ts: message.ts, callback_id: shortcut.callback_id }),
  );
  await refresh();
}

function switchUser(user) {
  const known = page.state?.channels.find(({ id }) => id === page.channel);
  Object.assign(page, { user, channel: known?.kind === "dm" ? "dm" : page.channel, home: null });
  watch();
  if (page.tab === "home") attempt(() => api.openHome(user));
}

function switchChannel(channel) {
  page.channel = channel;
  page.tab = "messages";
  draw();
}

async function switchTab(tab) {
  page.tab = tab;
  draw();
  if (tab === "home") await attempt(() => api.openHome(page.user));
}

/** Follows the state of the person shown. */
function watch() {
  page.stop();
  page.stop = api.listenToState(page.user, refresh);
  return refresh();
}

function wire() {
  at("composer-place").replaceWith(composer.node);
  startModal(refresh);
  for (const tab of at("tabs").children) tab.addEventListener("click", () => switchTab(tab.dataset.tab));
  at("newer").addEventListener("click", scrollToEnd);
  at("skip").addEventListener("click", (event) => {
    event.preventDefault();
    composer.input.focus();
  });
  messages.addEventListener("scroll", () => {
    if (messages.scrollHeight - messages.scrollTop - messages.clientHeight < NEAR_END)
      at("newer").hidden = true;
  });
  addEventListener("hashchange", () => {
    composer.rest();
    readHash();
    watch();
  });
}

async function start() {
  const [config, people] = await Promise.all([api.loadConfig(), api.loadPeople()]);
  Object.assign(page, { config, people: people.filter((person) => !person.is_bot) });
  rememberConfig(config);
  rememberPeople(page.people);
  readHash();
  wire();
  at("panel-toggle-place").replaceWith(startPanel(at("panel"), config.panels));
  await api.reload(page.user).catch(() => null);
  await watch();
  if (page.tab === "home") await attempt(() => api.openHome(page.user));
}

await attempt(start);
