"""Forms about Asana: link a project, create one in Harvest, map its tasks, say whose hours something is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from handlers.cards.hold import task_name
from handlers.cards.project_fields import PROJECT, project_label
from handlers.slack.blocks import context, cut, name, option, section
from handlers.slack.values import AsanaProjectValue
from store.asana.records.state import Choice, KnownProject, KnownUser, ProjectMapping, Source, WhoseHours
from store.harvest.records import Client, Project, Task
from sync.asana.holds.queries import PendingHours, Waiting
from sync.rules.text.durations import show

LINK, CREATE, TASKS, LOG, PLACE, PERSON = (
    "asana.link_view",
    "asana.create_view",
    "asana.tasks_view",
    "asana.log_view",
    "asana.place_view",
    "asana.person_view",
)
FIND_PROJECT, FIND_TASK = "asana.find_project", "asana.find_task"
FIND_CLIENT, FIND_USER, FIND_HARVEST_USER = "asana.find_client", "asana.find_user", "asana.find_harvest_user"
FIND_MAPPED = "asana.find_mapped"
DEFAULT, OTHER, SOURCE, WHOSE, PARENTS, PERCENTAGE = "default", "other", "source", "whose", "parents", "percentage"
CLIENT, NAME, CODE, BILLING, SECTIONS = "client", "name", "code", "billing", "sections"
WHO, DAY, PLACE_CHOICE = "who", "day", "place"
"""Block ids."""
HOURLY, FIXED, NOT_BILLABLE = "hourly", "fixed", "not_billable"
MOST_CHOICES = 60
"""Sections and options of one form: with what stands around them, under Slack's 100 blocks."""
_LISTED = 5
_SECTIONS, _TICKS = 50, 10


@dataclass(frozen=True, slots=True)
class LinkFields:
    """What the form holds when it opens."""

    known: KnownProject
    mapping: ProjectMapping | None
    project: Project | None
    default: Task | None
    other: Task | None
    waiting: Sequence[PendingHours]


def link_form(fields: LinkFields) -> View:
    """Which Harvest project, and how its hours are read; the same form changes it later."""
    mapping = fields.mapping
    source = mapping.source if mapping else Source.FIELD
    whose = mapping.attribution if mapping else WhoseHours.TYPED
    project = option(project_label(fields.project), str(fields.project.id)) if fields.project else None
    blocks: list[Block] = [
        section(f"*{name(fields.known.project.name)}* in Asana{_through(fields.waiting)}"),
        _search("Harvest project", PROJECT, FIND_PROJECT, project, "Type a name, client or code"),
        _search(
            "Default task",
            DEFAULT,
            FIND_TASK,
            _task(fields.default),
            "Used unless a section or option has a task of its own",
        ),
        _search("Task for non-billable work", OTHER, FIND_TASK, _task(fields.other), "None: those hours wait"),
        _choice("Where hours are typed", SOURCE, _SOURCES, source.value),
        _choice("Whose hours, and when", WHOSE, _WHOSE, whose.value),
        _choice("Hours on a task and on its subtasks", PARENTS, _PARENTS, _yes(mapping and mapping.counts_parents)),
        _choice("Billable percentage", PERCENTAGE, _SHARES, _yes(mapping and mapping.ignores_percentage)),
    ]
    title = "Change project" if mapping else "Link project"
    return _form(LINK, title, "Save", AsanaProjectValue(fields.known.project.gid).write(), blocks)


def create_form(
    known: KnownProject, client: Client | None, choices: Sequence[Choice], waiting: Sequence[PendingHours]
) -> View:
    """A new project in Harvest. The sections ticked become its tasks."""
    chosen = option(client.name, str(client.id)) if client else None
    blocks: list[Block] = [
        section(f"*{name(known.project.name)}* in Asana{_through(waiting)}"),
        _search("Client", CLIENT, FIND_CLIENT, chosen, "Type a client's name", is_optional=False),
        _text("Name in Harvest", NAME, cut(known.project.name, 150)),
        _text("Code", CODE, None, is_optional=True),
        _choice("Billing", BILLING, _BILLING, HOURLY),
    ]
    blocks += _ticked([option(one.name, one.gid) for one in choices[:_SECTIONS]])
    blocks.append(
        context("People whose hours wait are assigned to the project. Pressing twice still creates one project.")
    )
    return _form(CREATE, "Create project", "Create", AsanaProjectValue(known.project.gid).write(), blocks)


def tasks_form(
    known: KnownProject, choices: Sequence[Choice], tasks: Sequence[Task], mapped: Mapping[str, int]
) -> View:
    """A Harvest task for each section and option; none: the project's default."""
    by_id = {task.id: task for task in tasks}
    blocks: list[Block] = [
        section(f"*{name(known.project.name)}*: whatever you leave empty goes to the project's default task."),
        *(_choice_of(one, by_id.get(mapped.get(one.gid, 0))) for one in choices[:MOST_CHOICES]),
    ]
    if len(choices) > MOST_CHOICES:
        more = f"{len(choices) - MOST_CHOICES} more go to the project's default task"
        blocks.append(context(f"{more}; `gleaner mapping import` maps them by their gids."))
    return _form(TASKS, "Tasks", "Save", AsanaProjectValue(known.project.gid).write(), blocks)


def log_form(waiting: Waiting, who: KnownUser | None, day: date, metadata: str) -> View:
    """Whose hours these are, and of which day."""
    line = waiting.lines[0]
    chosen = option(who.name, who.gid) if who else None
    picker = DatePickerElement(action_id=DAY, initial_date=day.isoformat())
    blocks: list[Block] = [
        section(
            f"{show(line.hours)} on {task_name(line.task, line.url)} will be logged in Harvest as you choose here."
        ),
        _search("Whose hours", WHO, FIND_USER, chosen, "Type a name", is_optional=False),
        InputBlock(block_id=DAY, label=PlainTextObject(text="Day"), element=picker),
    ]
    return _form(LOG, "Log time", "Log time", metadata, blocks)


def place_form(waiting: Waiting, metadata: str) -> View:
    """Which of several linked projects the hours belong to."""
    line = waiting.lines[0]
    blocks: list[Block] = [
        section(f"{task_name(line.task, line.url)} is in {name(waiting.hold.words)}."),
        _search("Project", PLACE_CHOICE, FIND_MAPPED, None, "Asana projects that are linked", is_optional=False),
    ]
    return _form(PLACE, "Choose project", "Save", metadata, blocks)


def person_form(waiting: Waiting, metadata: str) -> View:
    """Who somebody of Asana is in Harvest, where the address does not tell."""
    blocks: list[Block] = [
        section(f"Who is *{name(waiting.lines[0].who)}* of Asana in Harvest? Their hours will go to that person."),
        _search("Harvest user", WHO, FIND_HARVEST_USER, None, "Type a name", is_optional=False),
    ]
    return _form(PERSON, "Person in Harvest", "Save", metadata, blocks)


def _ticked(sections: Sequence[Option]) -> list[Block]:
    """All are ticked at first; ten to a group, as Slack takes no more."""
    blocks: list[Block] = []
    for start in range(0, len(sections), _TICKS):
        some = list(sections[start : start + _TICKS])
        element = CheckboxesElement(action_id=SECTIONS, options=some, initial_options=some)
        label = PlainTextObject(text="More sections" if start else "Sections that become its tasks")
        blocks.append(InputBlock(block_id=f"{SECTIONS}{start}", optional=True, label=label, element=element))
    return blocks


def _through(lines: Sequence[PendingHours]) -> str:
    """What linking would let through."""
    if not lines:
        return ": nothing waits."
    listed = "".join(
        f"\n• {show(line.hours)} of {name(line.who) or 'nobody'} on {task_name(line.task, line.url)}"
        for line in lines[:_LISTED]
    )
    more = f"\n• and {len(lines) - _LISTED} more" if len(lines) > _LISTED else ""
    return f". These hours will be logged once it is linked:{listed}{more}"


def _choice_of(choice: Choice, task: Task | None) -> InputBlock:
    kind = f"{choice.field_name}: " if choice.field_name else "Section "
    return _search(cut(f"{kind}{choice.name}", 150), f"c:{choice.gid}", FIND_TASK, _task(task), "Task")


_SOURCES = ((Source.FIELD.value, "The field Billable Hours"), (Source.TIME_ENTRIES.value, "Asana's time tracking"))
_WHOSE = (
    (WhoseHours.TYPED.value, "Who typed them, on that day"),
    (WhoseHours.COMPLETION.value, "The assignee, on the day it was completed"),
)
_PARENTS = (("no", "Ask, as they may be the same"), ("yes", "Count both"))
_SHARES = (("no", "Multiply hours by it"), ("yes", "Ignore it: only billable hours are typed"))
_BILLING = ((HOURLY, "By the hour"), (FIXED, "Fixed fee"), (NOT_BILLABLE, "Not billable"))


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _task(task: Task | None) -> Option | None:
    return option(task.name, str(task.id)) if task else None


def _search(
    label: str, block_id: str, action_id: str, chosen: Option | None, hint: str, *, is_optional: bool | None = None
) -> InputBlock:
    optional = block_id != PROJECT if is_optional is None else is_optional
    element = ExternalDataSelectElement(
        action_id=action_id, placeholder=PlainTextObject(text=hint), initial_option=chosen, min_query_length=0
    )
    return InputBlock(block_id=block_id, optional=optional, label=PlainTextObject(text=label), element=element)


def _choice(label: str, block_id: str, choices: Sequence[tuple[str, str]], chosen: str) -> InputBlock:
    options = [option(text, value) for value, text in choices]
    initial = next(one for one in options if one.value == chosen)
    element = StaticSelectElement(action_id=block_id, options=options, initial_option=initial)
    return InputBlock(block_id=block_id, label=PlainTextObject(text=label), element=element)


def _text(label: str, block_id: str, initial: str | None, *, is_optional: bool = False) -> InputBlock:
    element = PlainTextInputElement(action_id=block_id, initial_value=initial, max_length=200)
    return InputBlock(block_id=block_id, optional=is_optional, label=PlainTextObject(text=label), element=element)


def _form(callback_id: str, title: str, submit: str, metadata: str, blocks: Sequence[Block]) -> View:
    return View(
        type="modal",
        callback_id=callback_id,
        private_metadata=metadata,
        title=PlainTextObject(text=title),
        submit=PlainTextObject(text=submit),
        close=PlainTextObject(text="Cancel"),
        blocks=list(blocks),
    )
