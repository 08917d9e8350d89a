"""What the selects of Asana's forms offer, from the store while somebody types, and what is read from them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from slack_sdk.models.blocks import Option, OptionGroup

from handlers.asana.views import forms
from handlers.cards.project_fields import PROJECT, FieldRefused, matching, project_groups, task_options
from handlers.slack.blocks import OPTIONS, option
from handlers.slack.listening import Listening
from handlers.slack.requests import Request, Search, number
from handlers.slack.values import AsanaProjectValue, HoldValue
from store.asana.records.state import Source, WhoseHours
from store.harvest.records import Project, Task
from sync.asana.flows import AsanaFlows
from sync.asana.mapping.mapping import MappingChange
from sync.asana.mapping.project_creation import Wish
from sync.time_entries.targets import Targets

Row = TypeVar("Row")


@dataclass(frozen=True)
class AsanaChoices:
    asana: AsanaFlows
    targets: Targets

    def register(self, listening: Listening) -> None:
        listening.options(forms.FIND_PROJECT, self.projects, "option_groups")
        listening.options(forms.FIND_TASK, self.tasks, "options")
        listening.options(forms.FIND_CLIENT, self.clients, "options")
        listening.options(forms.FIND_USER, self.users, "options")
        listening.options(forms.FIND_HARVEST_USER, self.harvest_users, "options")
        listening.options(forms.FIND_MAPPED, self.mapped, "options")

    async def projects(self, search: Search) -> Sequence[OptionGroup]:
        """Every active one: who links need not work on it."""
        every = await self.asana.board.harvest_projects()
        return project_groups(matching(search.query, every) if search.query else every)

    async def tasks(self, search: Search) -> Sequence[Option]:
        """Of the project that is chosen in the form, else of the one that is linked."""
        project_id = number(search.fields.get(PROJECT)) or await self._linked(search.metadata)
        tasks = await self.targets.tasks(project_id) if project_id else []
        query = search.query.casefold()
        return task_options([task for task in tasks if query in task.name.casefold()])

    async def clients(self, search: Search) -> Sequence[Option]:
        found = await self.asana.board.clients()
        return _options(search, found, lambda one: one.name, lambda one: str(one.id))

    async def users(self, search: Search) -> Sequence[Option]:
        found = await self.asana.board.people()
        return _options(search, found, lambda one: one.name, lambda one: one.gid)

    async def harvest_users(self, search: Search) -> Sequence[Option]:
        found = await self.asana.board.harvest_users()
        return _options(search, found, lambda one: one.name, lambda one: str(one.id))

    async def mapped(self, search: Search) -> Sequence[Option]:
        """Linked ones that the task of the hours is in; the flow asks Asana once more."""
        hold = HoldValue.read(search.metadata)
        found = await self.asana.board.linked(hold.key) if hold else []
        return _options(search, found, lambda one: one.project.name, lambda one: one.project.gid)

    async def check_link(self, request: Request) -> Mapping[str, str]:
        try:
            await self.read_link(request)
        except FieldRefused as refusal:
            return {refusal.block_id: str(refusal)}
        return {}

    async def read_link(self, request: Request) -> tuple[Project, MappingChange]:
        """What the form asks for; raises FieldRefused naming the field."""
        fields = request.fields
        project_id = number(fields.get(PROJECT))
        project = await self.targets.project(project_id) if project_id else None
        if project is None or not project.is_active:
            raise FieldRefused(PROJECT, "Choose an active Harvest project.")
        tasks = await self.targets.tasks(project.id)
        return project, MappingChange(
            default_task_id=_task_id(fields, forms.DEFAULT, project, tasks),
            non_billable_task_id=_task_id(fields, forms.OTHER, project, tasks),
            source=_among(fields.get(forms.SOURCE), Source, Source.FIELD),
            attribution=_among(fields.get(forms.WHOSE), WhoseHours, WhoseHours.TYPED),
            counts_parents=fields.get(forms.PARENTS) == "yes",
            ignores_percentage=fields.get(forms.PERCENTAGE) == "yes",
        )

    async def check_create(self, request: Request) -> Mapping[str, str]:
        known = {client.id for client in await self.asana.board.clients()}
        if number(request.fields.get(forms.CLIENT)) not in known:
            return {forms.CLIENT: "Choose a client, or add the client in Harvest first."}
        if not request.typed(forms.NAME, 200):
            return {forms.NAME: "Type the name that the project shall have in Harvest."}
        return {}

    def read_create(self, request: Request) -> Wish:
        billing = request.fields.get(forms.BILLING)
        ticked = [chosen for block, chosen in request.fields.items() if block.startswith(forms.SECTIONS)]
        return Wish(
            client_id=number(request.fields.get(forms.CLIENT)) or 0,
            name=request.typed(forms.NAME, 200),
            code=request.typed(forms.CODE, 200),
            is_billable=billing != forms.NOT_BILLABLE,
            is_fixed_fee=billing == forms.FIXED,
            sections=frozenset(gid for chosen in ticked for gid in (chosen or "").split(",")),
        )

    async def _linked(self, metadata: str) -> int | None:
        value = AsanaProjectValue.read(metadata)
        link = await self.asana.board.project(value.gid) if value else None
        return link.harvest.id if link and link.harvest else None


def _options(
    search: Search, rows: Iterable[Row], label: Callable[[Row], str], value: Callable[[Row], str]
) -> list[Option]:
    query = search.query.casefold()
    return [option(label(row), value(row)) for row in rows if query in label(row).casefold()][:OPTIONS]


def _task_id(fields: Mapping[str, str | None], block_id: str, project: Project, tasks: Sequence[Task]) -> int:
    """0: none is to be set."""
    chosen = fields.get(block_id)
    if not chosen:
        return 0
    if number(chosen) not in {task.id for task in tasks}:
        names = ", ".join(task.name for task in tasks) or "none yet, add one in Harvest"
        raise FieldRefused(block_id, f"Choose a task of {project.name}: {names}.")
    return int(chosen)


_Kind = TypeVar("_Kind", Source, WhoseHours)


def _among(chosen: str | None, kind: type[_Kind], usual: _Kind) -> _Kind:
    return next((one for one in kind if one.value == chosen), usual)
