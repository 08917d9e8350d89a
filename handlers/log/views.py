"""What `/log` shows: the form, the list of a day, what was unclear, the help."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    DatePickerElement,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from handlers.cards.entry import OPEN_FORM, changes, hours_of, in_harvest, waiting, where
from handlers.cards.project_fields import project_label, selects
from handlers.slack.blocks import TEXT, actions, button, context, cut, name, section
from handlers.slack.replies import Message
from handlers.slack.values import DraftValue
from store.harvest.records import Project, Task
from store.time_entries.records import EntryState, TimeEntry
from store.units import Hours
from sync.rules.text.dates import show_date
from sync.rules.text.durations import show
from sync.rules.text.slack import NOTE_LIMIT, escape
from sync.rules.time_entries.log_command import log_usage
from sync.time_entries.entries import EntryView
from sync.time_entries.targets import UnclearTarget

FORM = "log.form"
DAY, DURATION, NOTE = "day", "duration", "note"
"""Block ids of the form, beside those of handlers/cards/project_fields.py."""
_LISTED = 15
"""Entries of one day that are listed: two blocks each keeps well under Slack's 50."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What the form holds when it opens."""

    project: Project | None = None
    task: Task | None = None
    day: date | None = None
    duration: str = ""
    note: str = ""


def form(fields: Fields, *, metadata: str, is_edit: bool = False, hint: str = "") -> View:
    """`metadata`: the id of the row this form belongs to, nothing more."""
    blocks: list[Block] = [context(hint)] if hint else []
    blocks += [
        *selects(fields.project, fields.task),
        InputBlock(
            block_id=DAY,
            label=PlainTextObject(text="Date"),
            element=DatePickerElement(action_id=DAY, initial_date=fields.day.isoformat() if fields.day else None),
        ),
        InputBlock(
            block_id=DURATION,
            label=PlainTextObject(text="Duration"),
            hint=PlainTextObject(text="1.5, 90m, 1:30, or from-to as 9-10:30"),
            element=PlainTextInputElement(action_id=DURATION, initial_value=fields.duration or None, max_length=40),
        ),
        InputBlock(
            block_id=NOTE,
            optional=True,
            label=PlainTextObject(text="Note"),
            element=PlainTextInputElement(
                action_id=NOTE, initial_value=fields.note or None, multiline=True, max_length=NOTE_LIMIT
            ),
        ),
    ]
    return View(
        type="modal",
        callback_id=FORM,
        private_metadata=metadata,
        title=PlainTextObject(text="Edit entry" if is_edit else "Log time"),
        submit=PlainTextObject(text="Save" if is_edit else "Log time"),
        close=PlainTextObject(text="Cancel"),
        notify_on_close=not is_edit,
        blocks=blocks,
    )


def day_list(shown: Sequence[EntryView], day: date, today: date, total: Hours, outage: str = "") -> Message:
    """That day's entries with Edit and Undo, the newest first. `outage`: said where Harvest does not answer."""
    which = show_date(day, today)
    said = f"\n{outage}" if outage else ""
    if not shown:
        text = f"Nothing is logged for {which}. `/log 1.5h CODE what you did` adds the first entry.{said}"
        return Message(text, [section(text)])
    head = f"*{which[0].upper()}{which[1:]}: {show(total)} in all*{said}"
    blocks: list[Block] = [section(head)]
    lines = [head]
    for one in shown[: -_LISTED - 1 : -1]:
        line = _line(one)
        lines.append(line)
        blocks += [section(line), *actions(_changes(one.entry))]
    if len(shown) > _LISTED:
        left = len(shown) - _LISTED
        more = f"and {left} earlier {'one' if left == 1 else 'ones'}; {_timesheet(shown[0])} has them all."
        lines.append(more)
        blocks.append(context(more))
    return Message(cut("\n".join(lines), TEXT), blocks)


def _timesheet(one: EntryView) -> str:
    links = in_harvest(one.web_url, one.entry, name(one.project)) if one.web_url else []
    day = links[1].partition("|")[0] if len(links) > 1 else ""
    return f"{day}|Harvest's timesheet>" if day else "Harvest's timesheet"


def unclear(found: UnclearTarget) -> Message:
    """Why it could not be logged, the nearest projects, and the form, filled as far as it was understood."""
    near = "\n".join(f"• {name(project_label(project))} · {name(project.client_name)}" for project in found.nearest)
    nearest = f"\nNearest:\n{near}" if near else ""
    why = cut(found.why, 1000)
    text = f":thinking_face: {why}{nearest}\nNothing was logged yet: press Log time to choose in the form."
    value = DraftValue(found.reference).write()
    return Message(text, [section(text), *actions([button("Log time", OPEN_FORM, value, style="primary")])])


def help_text() -> Message:
    text = f"*Log time*\n{log_usage()}"
    return Message(text, [section(text)])


def _line(shown: EntryView) -> str:
    entry = shown.entry
    note = f" – {escape(cut(entry.note, 120))}" if entry.note else ""
    return f"{hours_of(entry)} · {where(shown)}{note}{waiting(entry)}"


def _changes(entry: TimeEntry) -> list[ButtonElement]:
    return changes(entry) if entry.state in {EntryState.LOGGED, EntryState.HELD} else []
