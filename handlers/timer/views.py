"""What `/timer` shows: running timers, a choice of which to stop, the help."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from handlers.cards.entry import STOP, UNDO, where
from handlers.slack.blocks import TEXT, actions, button, context, cut, name, quoted, section
from handlers.slack.replies import Message
from store.harvest.records import Project, Task
from sync.rules.text.durations import show_clock
from sync.rules.text.slack import as_command
from sync.rules.time_entries.timer_command import timer_usage
from sync.time_entries.entries import EntryView
from sync.time_entries.targets import UnclearTarget

_LISTED = 10
_TASKS = 12


@dataclass(frozen=True, slots=True)
class Running:
    """A running timer and the seconds it has run."""

    shown: EntryView
    seconds: int


def status(running: Sequence[Running], *, head: str = "") -> Message:
    """Every running timer with its Stop button; `head` says why they are shown."""
    if not running:
        text = "No timer of yours is running. `/timer start CODE` starts one, `/timer resume` goes on with the last."
        text = "\n".join(part for part in (head, text) if part)
        return Message(text, [section(text)])
    lines = [head] if head else []
    blocks: list[Block] = [section(head)] if head else []
    for one in running[:_LISTED]:
        line = f":stopwatch: {show_clock(one.seconds)} on {where(one.shown)}.{quoted(one.shown.entry.note)}"
        key = one.shown.entry.key
        lines.append(line)
        blocks += [section(line), *actions([button("Stop", STOP, key, style="primary"), button("Undo", UNDO, key)])]
    if len(running) > _LISTED:
        more = f"and {len(running) - _LISTED} more, in Harvest."
        lines.append(more)
        blocks.append(context(more))
    return Message(cut("\n".join(lines), TEXT), blocks)


def unclear(found: UnclearTarget) -> Message:
    """Why no timer was started, and the nearest projects."""
    near = "".join(f"\n• {_start(found, project)}" for project in found.nearest)
    tasks = "".join(f"\n• {_start_on(found, task)}" for task in found.tasks[:_TASKS])
    text = f":thinking_face: {found.why}{near}{tasks}\nNo timer was started or stopped."
    return Message(text, [section(text)])


def _start_on(found: UnclearTarget, task: Task) -> str:
    """A project without a code was meant by its channel, so it is meant there again."""
    code = f"{as_command(found.project.code)} " if found.project and found.project.code else ""
    return f"`/timer start {code}#{as_command(task.name.replace(' ', '-'))}`"


def _start(found: UnclearTarget, project: Project) -> str:
    if project.code:
        return f"`/timer start {as_command(found.called(project))}` {name(project.name)}"
    link = f"`/gleaner link {as_command(found.called(project))}`"
    return f"{name(project.name)} has no code: {link} in a channel, then `/timer start` there"


def help_text() -> Message:
    text = f"*Timer*\n{timer_usage()}"
    return Message(text, [section(text)])
