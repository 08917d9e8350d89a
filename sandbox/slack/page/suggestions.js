/** What the composer offers while someone types: commands after /, people after @, channels after #. */

import { channels, people } from "./directory.js";

const MOST = 8;

/** The handle that stands for a person in typed text. */
const handle = (name) => name.toLowerCase().split(/\s+/).join(".");

function commandRows(typed, commands) {
  return commands
    .filter(({ command }) => command.startsWith(typed.toLowerCase()))
    .map((known) => ({
      text: `${known.command} `,
      title: known.command,
      hint: known.usage_hint,
      description: known.description,
    }));
}

function rowsFor(sign, typed) {
  const names =
    sign === "@"
      ? people().map(({ name }) => ({
          text: `@${handle(name)} `,
          title: `@${handle(name)}`,
          description: name,
        }))
      : channels()
          .filter(({ kind }) => kind !== "dm")
          .map(({ name }) => ({ text: `#${name} `, title: `#${name}` }));
  return names.filter(({ title, description = "" }) =>
    `${title} ${description}`.toLowerCase().includes(typed.toLowerCase()),
  );
}

/**
 * Rows {text, title, hint?, description?} for the word before the cursor, and where that word starts:
 * {start, rows, isCommand}. No rows: nothing to offer.
 */
export function suggest(value, cursor, commands) {
  const before = value.slice(0, cursor);
  if (/^\/\S*$/.test(before)) return { start: 0, rows: commandRows(before, commands), isCommand: true };
  const match = before.match(/(?:^|\s)([@#])([\w.-]*)$/);
  if (!match) return { start: cursor, rows: [], isCommand: false };
  const [, sign, typed] = match;
  return {
    start: cursor - typed.length - 1,
    rows: rowsFor(sign, sign + typed).slice(0, MOST),
    isCommand: false,
  };
}

/** {command, text} if the line begins with one of the app's commands, else null. */
export function asCommand(value, commands) {
  const [, name, text = ""] = value.trim().match(/^(\/\S+)\s*([\s\S]*)$/) ?? [];
  return commands.some(({ command }) => command === name) ? { command: name, text } : null;
}

/** The usage hint of the command being typed, for the line under the composer. */
export function usageOf(value, commands) {
  const name = value.match(/^(\/\S+)\s/)?.[1];
  const known = commands.find(({ command }) => command === name);
  return known ? `${known.command} ${known.usage_hint ?? ""}`.trim() : "";
}
