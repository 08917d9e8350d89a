"""The card of a time entry, in each of its states; shared by every feature that shows one."""

import re
from collections.abc import Sequence

from slack_sdk.models.blocks import ButtonElement

from handlers.cards.budget import BADGE, glance_line
from handlers.slack.blocks import actions, button, context, cut, name, quoted, section
from handlers.slack.refusals import ASK
from handlers.slack.replies import Message, plain
from handlers.slack.values import EntryValue, HeldEntryValue
from store.time_entries.records import EntryState, HeldFor, TimeEntry
from store.units import Hours
from sync.rules.text.dates import show_date
from sync.rules.text.durations import show, show_clock
from sync.rules.text.slack import escape
from sync.rules.time_entries.shown import Shown
from sync.time_entries.adoption import id_in
from sync.time_entries.entries import EntryView

EDIT = "entry.edit"
UNDO = "entry.undo"
RETRY = "entry.retry"
RETRY_FOR = "entry.retry_for"
DISCARD = "entry.discard"
STOP = "timer.stop"
NOTE_CUT = ":scissors: The note was cut at 3,000 characters.\n"
OPEN_FORM = "log.open"
CONNECT = "connect.begin"
BEGIN = "timer.begin"
_ADDRESS = re.compile(r"https://[\w.:-]+/?", re.ASCII)
_FIX = "Fix the cause in Harvest, then press Retry."
_LONG, _WHOLE = Hours(2000), Hours(2400)
"""Hours of one day from which on somebody is asked to look again, and more than any day has."""


def short_id(entry: TimeEntry) -> str:
    """The part of the key people can quote."""
    return entry.key[:8]


def where(shown: EntryView) -> str:
    """`*Website relaunch* (ACME-12) › Design`."""
    code = f" ({name(shown.project_code)})" if shown.project_code else ""
    badge = f" {BADGE}" if shown.is_over else ""
    return f"*{name(shown.project)}*{code}{badge} › {name(shown.task)}"


def hours_of(entry: TimeEntry) -> str:
    return "a timer" if entry.hours is None else show(entry.hours)


def waiting(entry: TimeEntry) -> str:
    """` _(held)_` for what Harvest does not hold yet; nothing for what it does."""
    return "" if entry.state in {EntryState.LOGGED, EntryState.RUNNING} else f" _({entry.state.value})_"


def card(shown: EntryView, *, elapsed: int | None = None, prefix: str = "") -> Message:
    """The entry as it stands. `elapsed`: seconds a timer ran, said when it was just stopped."""
    text = cut(prefix + _sentence(shown, elapsed), 2900)
    origin = _origin(shown)
    blocks = [section(text), *actions(_buttons(shown.entry)), *([context(origin)] if origin else [])]
    return Message("\n".join(filter(None, (text, origin))), blocks)


def _origin(shown: EntryView) -> str:
    """Where it stands in Harvest, and the short id that `/gleaner why` takes."""
    entry = shown.entry
    links = in_harvest(shown.web_url, entry, name(shown.project)) if shown.web_url else []
    short = [] if id_in(entry.key) is not None else [f"`{short_id(entry)}`"]
    return " · ".join([*links, *short])


def in_harvest(web_url: str, entry: TimeEntry, project: str) -> list[str]:
    """Links to the entry's project, and to its day once it is there; none for an address that is not one."""
    if not _ADDRESS.fullmatch(web_url):
        return []
    base = web_url.rstrip("/")
    links = [f"<{base}/projects/{entry.project_id}|{project}>"]
    if entry.harvest_id is not None and entry.state not in {EntryState.UNDONE, EntryState.DISCARDED}:
        day = f"{entry.spent_date:%Y/%m/%d}"
        links.append(f"<{base}/time/day/{day}/{entry.harvest_user_id}|the entry in Harvest>")
    return links


def blocked(shown: EntryView, owner: str) -> Message:
    """For those who can fix what Harvest refuses: why, the way there, and Retry."""
    links = in_harvest(shown.web_url, shown.entry, "Open the project in Harvest") if shown.web_url else []
    text = "\n".join([f":warning: {refused_line(shown, owner)}", f"The hours are held. {_FIX}", *links])
    return Message(text, [section(text), *actions([retry_for(shown.entry)])])


def refused_line(shown: EntryView, owner: str) -> str:
    """Whose hours, where, and the reason: `Ada Park logged 2 h on …, and Harvest refuses it: “…”`."""
    entry, what = shown.entry, f"{where(shown)}, {show_date(shown.entry.spent_date, shown.today)}"
    reason = escape(cut(entry.reason or "no reason was given", 1000))
    return f"{name(owner)} logged {hours_of(entry)} on {what}, and Harvest refuses it: “{reason}”."


def retry_for(entry: TimeEntry) -> ButtonElement:
    """Retry for somebody else's hours."""
    return button("Retry", RETRY_FOR, entry.key)


def retried(shown: EntryView, owner: str) -> Message:
    """For who pressed that Retry: how the hours stand now."""
    entry, hours = shown.entry, f"{name(owner)}'s {hours_of(shown.entry)} on {where(shown)}"
    match entry.state:
        case EntryState.HELD:
            return blocked(shown, owner)
        case EntryState.LOGGED | EntryState.RUNNING:
            return plain(f":white_check_mark: {hours} are logged in Harvest. {name(owner)} knows.")
        case EntryState.UNDONE | EntryState.DISCARDED:
            return plain(f":wastebasket: {name(owner)} has dropped these hours, so nothing was sent.")
    return plain(f":hourglass_flowing_sand: {hours} are on their way to Harvest. {name(owner)} hears when they arrive.")


def _sentence(shown: EntryView, elapsed: int | None) -> str:
    entry, what = shown.entry, f"{where(shown)}, {show_date(shown.entry.spent_date, shown.today)}"
    note = quoted(entry.note)
    match entry.state:
        case EntryState.LOGGED:
            return _logged(shown, what, elapsed) + note + _total(shown) + _budget(shown)
        case EntryState.RUNNING:
            failed = f"\n:warning: Not stopped: {escape(entry.reason)}" if entry.reason else ""
            return f":stopwatch: Timer running on {what}.{note}{failed}{_budget(shown)}"
        case EntryState.HELD | EntryState.REFUSED:
            return _held(shown, what) + note
        case EntryState.UNDONE | EntryState.DISCARDED:
            return _gone(entry, what) + note
    return f":hourglass_flowing_sand: {_kept(entry, what)} {_PROMISE}{note}{_budget(shown)}"


def _kept(entry: TimeEntry, what: str) -> str:
    match entry.state:
        case EntryState.STOPPING:
            return f"Stop kept: the timer on {what}."
        case EntryState.EDITING:
            return f"Change kept: {what}."
        case EntryState.UNDOING:
            return f"Undo kept: {hours_of(entry)} on {what}."
    return f"Kept: {'start' if entry.is_to_run else hours_of(entry) + ' on'} {what}."


def _gone(entry: TimeEntry, what: str) -> str:
    if entry.state is EntryState.DISCARDED:
        return f":wastebasket: Discarded: {hours_of(entry)} on {what}. Nothing is in Harvest."
    reason = f" {escape(entry.reason)}" if entry.reason else ""
    return f":leftwards_arrow_with_hook: Undone: {hours_of(entry)} on {what}.{reason}"


_PROMISE = "Harvest has not confirmed it yet; I keep trying and tell you when it is there."


def _logged(shown: EntryView, what: str, elapsed: int | None) -> str:
    entry = shown.entry
    times = f", {entry.started:%H:%M}-{entry.ended:%H:%M}" if entry.started and entry.ended else ""
    if elapsed is not None:
        head = f":white_check_mark: Stopped after {show_clock(elapsed)}: {hours_of(entry)} on {what}{times}."
    else:
        head = f":white_check_mark: Logged {hours_of(entry)} on {what}{times}."
    return f"{head}\n:warning: Not changed: {escape(entry.reason)}" if entry.reason else head


def _held(shown: EntryView, what: str) -> str:
    entry = shown.entry
    reason = escape(entry.reason or "no reason was given")
    if entry.state is EntryState.REFUSED:
        return f":no_entry: No timer on {what}: {reason} Nothing was logged; `/timer start` tries again."
    if entry.held_for is HeldFor.LOCKED:
        what_waits = "Not started: the timer on" if entry.is_to_run else f"Kept, not logged: {hours_of(entry)} on"
        later = "Once it is unlocked I ask you." if entry.is_to_run else "It goes out by itself once it is unlocked."
        return f":lock: {what_waits} {what}. {escape(entry.reason or '')} {later}"
    kept = f":warning: Held: {hours_of(entry)} on {what}."
    match entry.held_for:
        case HeldFor.SIGN_IN | HeldFor.NO_SLOT:
            return f"{kept} {reason}"
    return (
        f"{kept} Harvest says: “{reason}”. Fix the cause in Harvest and press Retry, press Edit to choose another "
        "project or task, or Discard."
    )


def _total(shown: EntryView) -> str:
    if shown.day_total is None:
        return ""
    day = show_date(shown.entry.spent_date, shown.today)
    return f"\n{day[0].upper()}{day[1:]}: {show(shown.day_total)} in all.{_too_long(shown.day_total)}"


def _too_long(total: Hours) -> str:
    if total > _WHOLE:
        return " :warning: That is more than a day has: is each of them right?"
    return " :warning: That is a very long day: is each of them right?" if total > _LONG else ""


def _budget(shown: EntryView) -> str:
    return f"\n{glance_line(shown.budget)}" if shown.budget else ""


def changes(entry: TimeEntry) -> list[ButtonElement]:
    """Edit and Undo. Undo carries what is shown, so that nothing is taken back that has become something else."""
    return [button("Edit", EDIT, entry.key), _undo(entry)]


def _undo(entry: TimeEntry) -> ButtonElement:
    return button("Undo", UNDO, EntryValue(entry.key, Shown.of(entry)).write())


def _buttons(entry: TimeEntry) -> Sequence[ButtonElement]:
    change = button("Edit", EDIT, entry.key)
    match entry.state:
        case EntryState.LOGGED:
            return changes(entry)
        case EntryState.RUNNING:
            return [button("Stop", STOP, entry.key, style="primary"), _undo(entry)]
        case EntryState.HELD if entry.held_for is HeldFor.LOCKED:
            ask = button("Request unlock", ASK, HeldEntryValue(entry.key).write(), style="primary")
            discard = button("Discard", DISCARD, entry.key, style="danger")
            return [ask, discard] if entry.is_to_run else [ask, change, discard]
        case EntryState.HELD:
            fixes = [button("Retry", RETRY, entry.key), change, button("Discard", DISCARD, entry.key, style="danger")]
            return [*_connect(entry), *fixes]
        case EntryState.REFUSED:
            return _connect(entry)
    return []


def _connect(entry: TimeEntry) -> list[ButtonElement]:
    if entry.held_for is not HeldFor.SIGN_IN:
        return []
    return [button("Connect Harvest", CONNECT, entry.key, style="primary")]
