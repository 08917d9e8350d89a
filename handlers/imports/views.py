"""What is said about the import, about people it cannot place, and about one entry's past."""

from collections.abc import Mapping
from datetime import date

from handlers.cards.unread import part_name
from handlers.slack.blocks import TEXT, actions, button, cut, moment, name, section
from handlers.slack.replies import Message, plain
from sync.harvest.import_job import Imported, ImportProgress
from sync.news.harvest import EntriesVanished, ImportResumed, ImportStalled, PartUnread
from sync.people.roster import Roster
from sync.rules.harvest.deletion_search import stamp
from sync.rules.text.dates import show_date
from sync.rules.text.durations import show
from sync.rules.text.slack import escape
from sync.time_entries.history import EntryHistory, HistoryStep

MEAN_IT = "import.mean_it"
_LISTED = 30
_LISTS = {
    "clients": ("client", "clients"),
    "users": ("person", "people"),
    "tasks": ("task", "tasks"),
    "projects": ("project", "projects"),
    "task_assignments": ("task on a project", "tasks on projects"),
    "user_assignments": ("person on a project", "people on projects"),
    "roles": ("role", "roles"),
    "rates": ("rate", "rates"),
}
"""Harvest's lists, one and several of each."""


def begun() -> Message:
    return Message(":hourglass_flowing_sand: Reading from Harvest. I tell you when it is done.")


def running_already() -> Message:
    return Message("An import is running already. What it reads is here in a moment; nothing else was begun.")


def under_way(progress: ImportProgress) -> Message:
    entries = f"{progress.read:,} of {progress.total:,} time entries" if progress.total else "the time entries"
    so_far = f" I have read {_listed(progress.directory)}." if progress.directory else ""
    return plain(f":hourglass_flowing_sand: Still reading from Harvest: {entries}.{so_far}")


def imported(result: Imported, moved: int) -> Message:
    tally = result.entries
    text = (
        f":white_check_mark: Read from Harvest: {_many(tally.added, 'time entry', 'time entries')} added, "
        f"{tally.changed} changed, {tally.removed} removed; {_many(moved, 'budget', 'budgets')} changed."
    )
    return plain(f"{text}\nAlso read: {_listed(result.directory)}." if result.directory else text)


def _listed(directory: Mapping[str, int]) -> str:
    """What was read, in people's words; nothing of which there was none."""
    known = [(count, *_LISTS.get(part, (part, part))) for part, count in directory.items() if count]
    return ", ".join(_many(*one) for one in known) or "nothing yet"


def _many(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"


def import_news(news: ImportStalled | ImportResumed | EntriesVanished | PartUnread) -> Message:
    """What the coordinator hears of the import."""
    match news:
        case ImportStalled():
            text = (
                f":warning: I cannot read from Harvest: {escape(news.reason)}. What people log is kept and goes "
                "out later. If this lasts, check status.getharvest.com and run `gleaner check`."
            )
            return Message(text, [section(text)])
        case ImportResumed():
            text = ":white_check_mark: Harvest answers again; nothing was lost."
            return Message(text, [section(text)])
        case EntriesVanished():
            return _vanished(news)
        case PartUnread():
            return _unread(news)


def _vanished(news: EntriesVanished) -> Message:
    """So much is gone at once that a person has to say whether it is meant."""
    days = f" between {news.first} and {news.last}" if news.first != news.last else f" of {news.first}"
    when = days if news.first and news.last else ""
    text = (
        f":warning: {news.count} time entries{when} are no longer shown in Harvest. That is so many that I keep them "
        "and ask: were they deleted on purpose? If not, look in Harvest for what happened; nothing is lost here."
    )
    asked = stamp(news.count, news.first, news.last)
    return Message(text, [section(text), *actions([button("Yes, they were deleted", MEAN_IT, asked, style="danger")])])


def _unread(news: PartUnread) -> Message:
    """What Harvest does not show, while everything else goes on."""
    text = (
        f":warning: I cannot read {part_name(news.part, news.who)} from Harvest: {escape(news.why)}. I keep what I "
        "read last, read everything else as always, and try again every few minutes; `/gleaner status` says if it "
        "lasts. If it does, look in Harvest whether the user of HARVEST_ACCESS_TOKEN can still see it."
    )
    return Message(text, [section(text)])


def people(roster: Roster) -> Message:
    """Whom Slack and Harvest do not agree on, and who has no one role."""
    parts = [f"*People*: {roster.matched} matched by e-mail address or sign-in."]
    if roster.strangers:
        names = ", ".join(f"<@{one.slack_id}>" for one in roster.strangers[:_LISTED])
        parts.append(f"*In Slack, not in Harvest*: {names}. Add them in Harvest, or let them press Connect Harvest.")
    if roster.no_role:
        parts.append(f"*No role in Harvest*: {_names(roster.no_role)}. They count as role Unknown.")
    if roster.many_roles:
        parts.append(f"*Several roles in Harvest*: {_names(roster.many_roles)}. They count as role Unknown.")
    if roster.unknown:
        ids = ", ".join(str(one) for one in roster.unknown[:_LISTED])
        parts.append(f"*Entries of users I was not shown*: {ids}. Their hours are kept and counted.")
    if len(parts) == 1:
        parts.append("Everybody has one role and one account. Nothing to do.")
    text = cut("\n".join(parts), 2900)
    return Message(text, [section(text)])


def past(found: EntryHistory, today: date) -> Message:
    """Where an entry came from and what became of it."""
    hours = show(found.hours) if found.hours is not None else "a timer"
    lines = [
        f"*{hours}* of {name(found.who)}, {show_date(found.spent_date, today)}",
        f"*{name(found.project)}* › {name(found.task)}",
        f"{escape(found.state)}.",
        *(f"• {moment(deed.at)}: {_deed(deed)}" for deed in found.deeds),
    ]
    text = cut("\n".join(lines), TEXT)
    return Message(text, [section(cut(text, 2900))])


def _deed(deed: HistoryStep) -> str:
    by = f" by <@{deed.by}>" if deed.by else ""
    return escape(deed.what) + by + (f": {escape(cut(deed.details, 300))}" if deed.details else "")


def _names(found: list[str]) -> str:
    more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    return ", ".join(name(one) for one in found[:_LISTED]) + more
