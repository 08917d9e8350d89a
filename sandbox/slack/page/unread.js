/** Which channels hold something new; what was seen is remembered over reloads. */

const keyOf = (user, channel) => `seen ${user} ${channel}`;
const newest = (messages = []) => messages.filter((message) => !message.ephemeral).at(-1)?.ts ?? "0";

export function rememberSeen(user, channel, messages) {
  localStorage.setItem(keyOf(user, channel), newest(messages));
}

/** A channel never opened here is as unread as the sandbox says. */
export function isUnread(user, channel, messages) {
  const seen = localStorage.getItem(keyOf(user, channel.id));
  return seen === null ? Boolean(channel.unread) : Number(newest(messages)) > Number(seen);
}
