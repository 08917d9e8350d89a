/** Who and what the workspace knows: names for ids, the sandbox's clock, the reader's time zone. */

const known = { people: new Map(), channels: new Map(), bot: {}, user: null, clockOffset: 0 };

export function rememberConfig(config) {
  known.bot = config.bot ?? {};
  if (config.now) known.clockOffset = new Date(config.now).getTime() - Date.now();
}

export function rememberPeople(people) {
  known.people = new Map(people.map((person) => [person.id, person]));
}

export function rememberState(user, state) {
  known.user = user;
  known.channels = new Map(state.channels.map((channel) => [channel.id, channel]));
}

export const person = (id) => known.people.get(id);
export const people = () => [...known.people.values()];
export const channels = () => [...known.channels.values()];
export const bot = () => known.bot;
export const botName = () => known.bot.name || "Gleaner";
export const isBot = (id) =>
  id !== undefined && [known.bot.id, known.bot.user_id, known.bot.user].includes(id);

export function personName(id) {
  return isBot(id) ? botName() : (person(id)?.name ?? id);
}

export function channelName(id) {
  const channel = known.channels.get(id);
  if (!channel) return id;
  return channel.kind === "dm" ? botName() : channel.name;
}

/** The sandbox's time, which may run ahead of the machine's. */
export const now = () => new Date(Date.now() + known.clockOffset);

/** The reader's IANA zone; the browser's own where the sandbox does not say. */
export const zone = () => person(known.user)?.tz || undefined;
