/** Select menus: their options, from the block, from the bot or from the workspace. */

import { botName, channels, people } from "./directory.js";
import { words } from "./mrkdwn.js";
import { nameOf } from "./naming.js";
import { confirmed } from "./overlays.js";
import { searchIn, select } from "./select.js";

function menuElement(block, element, surface, { search, selected, valueOf }) {
  const onchoose = async (option) => {
    if (!(await confirmed(element.confirm))) return false;
    await surface.choose(block, element, valueOf(option));
    return true;
  };
  const settings = {
    id: surface.idOf(block, element),
    label: nameOf(block, element),
    placeholder: words(element.placeholder),
  };
  const initial = { search, selected, onchoose };
  return select({ ...settings, ...initial });
}

const groupsOf = (found) =>
  found.option_groups?.map((group) => ({ label: words(group.label), options: group.options })) ?? [
    { options: found.options ?? [] },
  ];

export function staticSelect(block, element, surface) {
  const search = searchIn(groupsOf(element));
  return menuElement(block, element, surface, {
    search,
    selected: surface.valueOf(block, element),
    valueOf: (option) => option,
  });
}

const SHORTEST_QUERY = 3; // Slack's default for min_query_length

export function externalSelect(block, element, surface) {
  const shortest = element.min_query_length ?? SHORTEST_QUERY;
  const search = async (query) => {
    if (query.length < shortest) return `Type ${shortest} or more letters`;
    return groupsOf(await surface.options(block, element, query));
  };
  search.slow = true;
  return menuElement(block, element, surface, {
    search,
    selected: surface.valueOf(block, element),
    valueOf: (option) => option,
  });
}

const personOptions = () => people().map(({ id, name }) => ({ value: id, text: name }));
const channelOptions = () =>
  channels()
    .filter(({ kind }) => kind !== "dm")
    .map(({ id, name }) => ({ value: id, text: `# ${name}` }));
const dmOptions = () =>
  channels()
    .filter(({ kind }) => kind === "dm")
    .map(({ id }) => ({ value: id, text: botName() }));

/** A select over what the workspace knows; its value is an id. */
const idSelect = (optionsOf) => (block, element, surface) => {
  const options = optionsOf(element);
  const id = surface.valueOf(block, element);
  const selected = options.find((option) => option.value === id) ?? null;
  const search = searchIn([{ options }]);
  return menuElement(block, element, surface, { search, selected, valueOf: (option) => option.value });
};

function conversationOptions({ filter }) {
  const wants = (kind) => !filter?.include || filter.include.includes(kind);
  return [
    ...(wants("public") || wants("private") ? channelOptions() : []),
    ...(wants("im") ? dmOptions() : []),
  ];
}

export const usersSelect = idSelect(personOptions);
export const channelsSelect = idSelect(channelOptions);
export const conversationsSelect = idSelect(conversationOptions);
