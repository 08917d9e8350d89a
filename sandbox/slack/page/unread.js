/** Which channels hold something new since this browser tab last showed them. */

const keyOf = (user, channel) => `seen ${user} ${channel}`;
const newest = (messages = []) => messages.filter((message) => !message.ephemeral).at(-1)?.ts ?? "0";

export function rememberSeen(user, channel, messages) {
  sessionStorage.setItem(keyOf(user, channel), newest(messages));
}

/** At first sight a channel is as unread as the sandbox says; from then on this page keeps count. */
export function isUnread(user, channel, messages) {
  const seen = sessionStorage.getItem(keyOf(user, channel.id));
  if (seen !== null) return Number(newest(messages)) > Number(seen);
  if (!channel.unread) rememberSeen(user, channel.id, messages);
  return Boolean(channel.unread);
}
