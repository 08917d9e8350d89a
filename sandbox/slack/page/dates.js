/** Dates and times as a reader in Britain writes them, in the zone of the person shown. */

import { now, zone } from "./directory.js";

const format = (date, options) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: zone(), ...options }).format(date);

export const fromTs = (ts) => new Date(Number(ts) * 1000);
export const timeOf = (date) => format(date, { hour: "2-digit", minute: "2-digit" });
const timeWithSeconds = (date) => format(date, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** YYYY-MM-DD in the reader's zone. */
export function dayOf(date) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone(), dateStyle: "short" });
  return parts.format(date);
}

const noonOf = (day) => new Date(`${day}T12:00:00Z`);
const daysBefore = (day) => Math.round((noonOf(dayOf(now())) - noonOf(day)) / 86_400_000);
const NEAR = { "-1": "Tomorrow", 0: "Today", 1: "Yesterday" };

function formatDay(day, options) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options }).format(noonOf(day));
}

/** "Today", "Yesterday" or "Thursday, 19 November". */
export function dayName(day) {
  return NEAR[daysBefore(day)] ?? formatDay(day, { weekday: "long", day: "numeric", month: "long" });
}

export const clockText = () =>
  format(now(), {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  });

export const fullTime = (date) => format(date, { dateStyle: "full", timeStyle: "short" });

const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const MEDIUM = { day: "numeric", month: "long", year: "numeric" };
const SHORT = { day: "numeric", month: "short", year: "numeric" };

function pretty(date, options) {
  const near = NEAR[daysBefore(dayOf(date))];
  return near ? near.toLowerCase() : formatDay(dayOf(date), options);
}

function ago(date) {
  const minutes = Math.round((date - now()) / 60_000);
  const words = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });
  if (Math.abs(minutes) < 60) return words.format(minutes, "minute");
  if (Math.abs(minutes) < 1440) return words.format(Math.round(minutes / 60), "hour");
  return words.format(Math.round(minutes / 1440), "day");
}

const TOKENS = {
  date_num: (date) => dayOf(date),
  date: (date) => formatDay(dayOf(date), MEDIUM),
  date_short: (date) => formatDay(dayOf(date), SHORT),
  date_long: (date) => formatDay(dayOf(date), LONG),
  date_pretty: (date) => pretty(date, MEDIUM),
  date_short_pretty: (date) => pretty(date, SHORT),
  date_long_pretty: (date) => pretty(date, LONG),
  day_divider_pretty: (date) => dayName(dayOf(date)),
  time: timeOf,
  time_secs: timeWithSeconds,
  ago,
};

/** Slack's date template ("{date_short_pretty} {time}") for a unix second; null if it has an unknown token. */
export function slackDate(seconds, template) {
  const date = fromTs(seconds);
  if (Number.isNaN(date.getTime())) return null;
  const unknown = [...template.matchAll(/\{(\w+)\}/g)].some(([, token]) => !(token in TOKENS));
  const words = template.replace(/\{(\w+)\}/g, (_, token) => TOKENS[token]?.(date));
  return unknown ? null : words.charAt(0).toUpperCase() + words.slice(1);
}
