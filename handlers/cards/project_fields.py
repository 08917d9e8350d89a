"""Choosing a project and a task in a form: the two searching selects, and what is read from them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    ExternalDataSelectElement,
    InputBlock,
    Option,
    OptionGroup,
    PlainTextObject,
)

from handlers.slack.blocks import OPTION, OPTIONS, cut, option
from handlers.slack.requests import Search, number
from store.harvest.records import Project, Task
from sync.budget.budgets import Budgets
from sync.errors import Refused
from sync.people.people import People
from sync.rules.time_entries import suggestions
from sync.time_entries.targets import Target, Targets

PROJECT, TASK = "project", "task"
"""Block ids."""
PROJECTS = "form.project"
TASKS = "form.task"
"""Action ids: the choices come from the store while somebody types."""
OVER = " · Over budget"


class FieldRefused(Refused):
    """One field of a form cannot be taken."""

    def __init__(self, block_id: str, message: str) -> None:
        super().__init__(message)
        self.block_id = block_id


@dataclass(frozen=True)
class BookingFields:
    people: People
    targets: Targets
    budgets: Budgets

    async def search_projects(self, search: Search) -> Sequence[OptionGroup]:
        person = await self.people.person(search.user)
        mine = await self.targets.projects(person)
        return project_groups(matching(search.query, mine) if search.query else mine, await self.budgets.over())

    async def search_tasks(self, search: Search) -> Sequence[Option]:
        project_id = number(search.fields.get(PROJECT))
        tasks = await self.targets.tasks(project_id) if project_id is not None else []
        query = search.query.casefold()
        return task_options([task for task in tasks if query in task.name.casefold()])

    async def read(self, fields: Mapping[str, str | None]) -> Target:
        """What was chosen; raises FieldRefused naming the field."""
        project_id, task_id = number(fields.get(PROJECT)), fields.get(TASK) or ""
        project = await self.targets.project(project_id) if project_id is not None else None
        if project is None:
            raise FieldRefused(PROJECT, "Choose a project.")
        tasks = await self.targets.tasks(project.id)
        task = next((one for one in tasks if str(one.id) == task_id), None)
        if task is None:
            raise FieldRefused(TASK, f"Choose a task of {project.name}: {_names(tasks)}.")
        return Target(project, task)


def selects(project: Project | None, task: Task | None) -> list[InputBlock]:
    """The two selects with what is chosen already."""
    return [
        _select("Project", PROJECT, PROJECTS, _project_option(project), "Type a name, client or code"),
        _select("Task", TASK, TASKS, _task_option(task), "Choose the project first"),
    ]


def project_groups(projects: Sequence[Project], over: Collection[int] = ()) -> list[OptionGroup]:
    """Choices by client, at most a hundred in all; `over`: those that wear the badge (S2-29)."""
    groups: dict[str, list[Option]] = {}
    for project in projects[:OPTIONS]:
        badge = OVER if project.id in over else ""
        label = cut(project_label(project), OPTION - len(badge)) + badge
        groups.setdefault(project.client_name, []).append(option(label, str(project.id)))
    return [
        OptionGroup(label=PlainTextObject(text=cut(client or "–", OPTION)), options=some)
        for client, some in groups.items()
    ]


def task_options(tasks: Sequence[Task]) -> list[Option]:
    return [option(task.name, str(task.id)) for task in tasks[:OPTIONS]]


def project_label(project: Project) -> str:
    return f"{project.code} {project.name}".strip()


def _names(tasks: Sequence[Task]) -> str:
    return ", ".join(task.name for task in tasks) or "it has none, ask its manager to add one"


def matching(query: str, projects: Sequence[Project]) -> Sequence[Project]:
    """Those that contain what was typed; if none does, the nearest ones."""
    typed = query.casefold()
    found = [p for p in projects if typed in f"{p.code} {p.name} {p.client_name}".casefold()]
    return found or suggestions.nearest(query, projects)


def _select(label: str, block_id: str, action_id: str, chosen: Option | None, placeholder: str) -> InputBlock:
    element = ExternalDataSelectElement(
        action_id=action_id,
        placeholder=PlainTextObject(text=placeholder),
        initial_option=chosen,
        min_query_length=0,
    )
    return InputBlock(block_id=block_id, label=PlainTextObject(text=label), element=element)


def _project_option(project: Project | None) -> Option | None:
    return option(project_label(project), str(project.id)) if project else None


def _task_option(task: Task | None) -> Option | None:
    return option(task.name, str(task.id)) if task else None
