"""What `/gleaner map` and `/gleaner audit` show, and what is said once something was decided."""

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block

from handlers.cards.hold import LINK_FORM, by, harvest_name, proposal_line, task_name, unmapped_buttons
from handlers.slack.blocks import TEXT, actions, button, context, cut, name, section
from handlers.slack.replies import Message, plain
from handlers.slack.values import AsanaProjectValue
from store.asana.records.state import Choice, KnownProject, ProjectMapping, Source, WhoseHours
from store.harvest.records import Project, Task
from store.units import Hours
from sync.asana.holds.queries import PendingHours, Waiting
from sync.asana.mapping.mapping import Mapped, Proposed
from sync.rules.asana.project_match import Origin
from sync.rules.text.durations import show
from sync.rules.text.slack import as_command, quote

TASKS_FORM, UNLINK, HEED = "asana.tasks_form", "asana.unlink", "asana.heed"
PROPOSED = 8
"""Unlinked projects that are shown with their buttons: three blocks each keep under Slack's 50."""
_LINKED = 40
_SHOWN = 10
"""Projects of one name that are told apart."""
_MARKS = {
    Origin.OWN: "",
    Origin.COPY: " _(a copy: it is linked only when you say so)_",
    Origin.TEMPLATE: " _(a template: it holds no work)_",
}
_SOURCES = {Source.FIELD: "the field Billable Hours", Source.TIME_ENTRIES: "Asana's time tracking"}
_WHOSE = {
    WhoseHours.TYPED: "who typed them, on that day",
    WhoseHours.COMPLETION: "the assignee, on the day the task was completed",
}


def overview(mapped: Sequence[Mapped], proposed: Sequence[Proposed], ignored: int) -> Message:
    """`proposed`: of the first unlinked ones, what they may be linked to."""
    linked = [one for one in mapped if one.mapping]
    loose = [one for one in mapped if not one.mapping]
    head = f"*Asana projects*: {len(linked)} linked to Harvest, {len(loose)} not."
    blocks: list[Block] = [section(head)]
    for one in proposed[:PROPOSED]:
        blocks += _unlinked(one)
    texts = _linked_texts(linked[:_LINKED])
    blocks += [section(text) for text in texts]
    foot = _foot(len(loose) - len(proposed[:PROPOSED]), len(linked) - _LINKED, ignored)
    blocks.append(context(foot))
    said = [head, *(_unlinked_text(one) for one in proposed[:PROPOSED]), *texts, foot]
    return Message(cut("\n".join(said), TEXT), blocks)


def page(
    mapped: Mapped, choices: Sequence[Choice], tasks: Mapping[str, int], names: Mapping[int, str], waiting: int
) -> Message:
    """One linked project: where its hours go, how they are read, and which task each section stands for."""
    mapping, gid = mapped.mapping, mapped.project.project.gid
    if mapping is None:
        raise ValueError("only of a linked project")
    text = "\n".join([_linked_line(mapped), *_settings(mapping, names), *_tasks(choices, tasks, names)])
    if waiting:
        text += f"\n:hourglass: {show(mapped.hours)} of {_tasks_many(waiting)} wait."
    text = cut(text, 2900)
    value = AsanaProjectValue(gid).write()
    buttons = [button("Edit", LINK_FORM, value, style="primary"), button("Unlink", UNLINK, value, style="danger")]
    if choices:
        buttons.insert(1, button("Tasks", TASKS_FORM, value))
    return Message(text, [section(text), *actions(buttons)])


def unlinked_page(proposed: Proposed) -> Message:
    blocks = _unlinked(proposed)
    return Message(_unlinked_text(proposed), blocks)


def ignored_list(projects: Sequence[KnownProject]) -> Message:
    if not projects:
        text = "No Asana project is ignored."
        return Message(text, [section(text)])
    blocks: list[Block] = []
    lines = []
    for one in projects[:20]:
        lines.append(f":no_bell: *{name(one.project.name)}* is ignored.")
        blocks += [
            section(lines[-1]),
            *actions([button("Stop ignoring", HEED, AsanaProjectValue(one.project.gid).write())]),
        ]
    if len(projects) > 20:
        lines.append(f"and {len(projects) - 20} more: `/gleaner map NAME` shows one.")
        blocks.append(context(lines[-1]))
    return Message(cut("\n".join(lines), TEXT), blocks)


def as_last_read(shown: Message) -> Message:
    """What was asked for as it was known before, because Asana could not be read now."""
    said = ":warning: Asana does not answer just now, so this is as I read it last."
    return Message(f"{shown.text}\n{said}", [*shown.blocks, context(said)])


def several(word: str, same: Sequence[Mapped]) -> Message:
    """Asana takes one name for any number of projects, and so many may go to one Harvest project."""
    lines = [f"\n• `/gleaner map {one.project.project.gid}` {_which(one)}" for one in same[:_SHOWN]]
    more = f"\n• and {len(same) - _SHOWN} more" if len(same) > _SHOWN else ""
    return plain(f"“{quote(word)}” is {len(same)} Asana projects. Which one do you mean?{''.join(lines)}{more}")


def _which(mapped: Mapped) -> str:
    project = mapped.project.project
    team = f", of {name(project.team)}" if project.team else ""
    where = f", linked to {harvest_name(mapped.harvest)}" if mapped.harvest else ", not linked"
    return f"*{task_name(project.name, project.url)}*{team}{where}"


def unknown(word: str, near: Sequence[str]) -> Message:
    listed = "".join(f"\n• `/gleaner map {as_command(one)}`" for one in near)
    text = f"I can't find an Asana project called “{name(word)}”. `/gleaner map` shows all.{listed}"
    return Message(text, [section(text)])


def linked(known: KnownProject, project: Project, task: Task | None, through: Sequence[PendingHours]) -> Message:
    """The answer to Link project: where hours go now, and what goes out."""
    where = f"{harvest_name(project)} › {name(task.name)}" if task else harvest_name(project)
    out = f" {_sum(through)} will be logged in Harvest now." if through else ""
    hint = (
        ""
        if task
        else " No default task is set: press Edit and choose one, or hours outside mapped sections will wait."
    )
    text = f":link: Hours of *{name(known.project.name)}* go to {where} now.{out}{hint}"
    buttons = [button("Edit", LINK_FORM, AsanaProjectValue(known.project.gid).write())]
    return Message(text, [section(text), *actions(buttons)])


def linked_already(known: KnownProject, project: Project | None, linked_by: str) -> Message:
    where = harvest_name(project) if project else "a Harvest project that is gone"
    text = (
        f"*{name(known.project.name)}* is linked to {where} already; {by(linked_by)} did that, so nothing was changed. "
        "Edit changes it."
    )
    return Message(
        text, [section(text), *actions([button("Edit", LINK_FORM, AsanaProjectValue(known.project.gid).write())])]
    )


def begun(known: KnownProject) -> Message:
    return plain(f":hourglass_flowing_sand: Creating *{name(known.project.name)}* in Harvest.")


def ignored(known: KnownProject) -> Message:
    text = f":no_bell: *{name(known.project.name)}* is ignored now: its hours do not wait, and nobody hears of them."
    return Message(
        text, [section(text), *actions([button("Stop ignoring", HEED, AsanaProjectValue(known.project.gid).write())])]
    )


def bold(known: KnownProject) -> str:
    return f"*{name(known.project.name)}*"


def still_waits(waiting: Waiting) -> Message:
    return plain(f"Still waiting: {name(waiting.lines[0].task)} was checked just now, and the cause is still there.")


def export_hint() -> Message:
    return plain(
        "The mapping goes to a CSV file on the machine that runs Gleaner: `gleaner mapping export FILE`, and back with "
        "`gleaner mapping import FILE`."
    )


def _unlinked(proposed: Proposed) -> list[Block]:
    gid, surely = proposed.project.project.gid, proposed.is_certain
    buttons = unmapped_buttons(gid, proposed.found, is_certain=surely)
    return [section(_unlinked_text(proposed)), *actions(buttons)]


def _unlinked_text(proposed: Proposed) -> str:
    known = proposed.project
    hours = Hours(sum(hold.hours for hold in proposed.waiting))
    waits = f" :hourglass: {show(hours)} of {_tasks_many(len(proposed.waiting))} wait." if proposed.waiting else ""
    mark = _MARKS[Mapped(known, None, None, 0, Hours(0)).origin]
    near = [f"\n• {proposal_line(one, project)}" for one, project in proposed.found]
    nearest = f"\nNearest in Harvest:{''.join(near)}" if near else "\nNo Harvest project has a similar name."
    return f":white_circle: {_asana_name(known)}{mark} is not linked.{waits}{nearest}"


def _linked_texts(linked: Sequence[Mapped]) -> list[str]:
    """Lines of linked projects, ten to a section."""
    lines = [_linked_line(one) for one in linked]
    return ["\n".join(lines[start : start + 10]) for start in range(0, len(lines), 10)]


def _linked_line(mapped: Mapped) -> str:
    where = harvest_name(mapped.harvest) if mapped.harvest else "*a Harvest project that is gone*"
    states = [" _(archived in Asana)_"] if mapped.project.project.is_archived else []
    states += [" _(archived in Harvest)_"] if mapped.harvest and not mapped.harvest.is_active else []
    waits = f" :hourglass: {show(mapped.hours)} wait" if mapped.waiting else ""
    return f":link: {_asana_name(mapped.project)} → {where}{''.join(states)}{waits}"


def _asana_name(known: KnownProject) -> str:
    return f"*{task_name(known.project.name, known.project.url)}*"


def _settings(mapping: ProjectMapping, names: Mapping[int, str]) -> list[str]:
    default = names.get(mapping.default_task_id or 0)
    other = names.get(mapping.non_billable_task_id or 0)
    return [
        f"Default task: {name(default) if default else 'none, so what no section says waits'}",
        f"Non-billable work: {name(other) if other else 'waits, as no task is set for it'}",
        f"Hours: {_SOURCES[mapping.source]}; whose: {_WHOSE[mapping.attribution]}",
        "Tasks and their subtasks: "
        + ("both count" if mapping.counts_parents else "asks, because hours may be entered twice"),
        "Billable percentage: " + ("ignored" if mapping.ignores_percentage else "hours are multiplied by it"),
    ]


def _tasks(choices: Sequence[Choice], tasks: Mapping[str, int], names: Mapping[int, str]) -> list[str]:
    lines = []
    for one in choices[:20]:
        kind = f"{name(one.field_name)}: " if one.field_name else "Section "
        task = names.get(tasks.get(one.gid, 0))
        lines.append(f"• {kind}{name(one.name)} → {name(task) if task else 'default task'}")
    if len(choices) > 20:
        lines.append(f"• and {len(choices) - 20} more")
    return lines


def _foot(loose: int, linked: int, ignored: int) -> str:
    parts = [f"{loose} more are not linked." if loose > 0 else "", f"{linked} more are linked." if linked > 0 else ""]
    parts += [f"{ignored} ignored: `/gleaner map ignored`." if ignored else ""]
    parts += ["`/gleaner map NAME` shows one with its tasks."]
    return " ".join(part for part in parts if part)


def _tasks_many(count: int) -> str:
    return "1 task" if count == 1 else f"{count} tasks"


def _sum(lines: Sequence[PendingHours]) -> str:
    hours = Hours(sum(line.hours for line in lines))
    return f"{show(hours)} of {_tasks_many(len(lines))}"
