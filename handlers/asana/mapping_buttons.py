"""Link project, Create project, Ignore and what belongs to a mapping; who may is asked when it is pressed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from handlers.asana.choices import AsanaChoices
from handlers.asana.views import forms
from handlers.asana.views import mapping as views
from handlers.cards.hold import CREATE_FORM, IGNORE, LINK, LINK_FORM
from handlers.slack.listening import Listening
from handlers.slack.replies import Replies, plain
from handlers.slack.requests import Received, Request, number
from handlers.slack.values import AsanaProjectValue
from store.asana.records.state import KnownProject, ProjectMapping
from store.harvest.records import Client, Project, Task
from store.people.records import Person
from sync.asana.flows import AsanaFlows
from sync.asana.holds.queries import ProjectLink
from sync.asana.mapping.mapping import MappingChange
from sync.errors import Refused
from sync.people.people import People
from sync.time_entries.targets import Targets

Refresh = Callable[[str], Awaitable[None]]
"""Brings every message of ours whose notice has a key that begins so up to date."""


@dataclass(frozen=True)
class MappingButtons:
    asana: AsanaFlows
    people: People
    targets: Targets
    replies: Replies
    choices: AsanaChoices
    refresh: Refresh

    def register(self, listening: Listening) -> None:
        listening.action(LINK, self.link)
        listening.action(LINK_FORM, self.open_link)
        listening.action(CREATE_FORM, self.open_create)
        listening.action(IGNORE, self.ignore)
        listening.action(views.HEED, self.heed)
        listening.action(views.UNLINK, self.unlink)
        listening.action(views.TASKS_FORM, self.open_tasks)
        listening.form(forms.LINK, self.choices.check_link, self.linked)
        listening.form(forms.CREATE, self.choices.check_create, self.created)
        listening.form(forms.TASKS, self.check_tasks, self.tasks_chosen)

    async def link(self, received: Received) -> None:
        """One press, where the proposal is certain. The task is the one that the project's entries are on."""
        person, gid, project_id = await self._pressed(received, "mapping.link")
        link = await self._link_of(gid)
        known = link.project
        if link.mapping is not None:
            await self.replies.answer(received, views.linked_already(known, link.harvest, link.mapping.linked_by))
            await self._bring_up_to_date(gid, [])
            return
        project = await self.targets.project(project_id or 0)
        if project is None:
            raise Refused(
                "I can't find that Harvest project, so nothing was changed. `/gleaner map` lists the projects."
            )
        task = await self.asana.board.usual_task(project.id)
        await self._link(
            received, person, known, project, MappingChange(default_task_id=task.id if task else None), task
        )

    async def open_link(self, received: Received) -> None:
        _, gid, _ = await self._pressed(received, "mapping.link")
        link = await self._link_of(gid)
        known, mapping, project = link.project, link.mapping, link.harvest
        proposed = await self.asana.mapping.propose(gid)
        if project is None and proposed.is_certain:
            project = proposed.found[0][1]
        default, other = await self._tasks(mapping, project)
        fields = forms.LinkFields(known, mapping, project, default, other, await self.asana.board.lines_of(gid))
        await self.replies.open_or_say(received, forms.link_form(fields))

    async def linked(self, received: Received) -> None:
        person, gid, _ = await self._pressed(received, "mapping.link")
        known = (await self._link_of(gid)).project
        project, change = await self.choices.read_link(received.request)
        task = await self._task(project, change.default_task_id)
        await self._link(received, person, known, project, change, task)

    async def open_create(self, received: Received) -> None:
        _, gid, _ = await self._pressed(received, "mapping.create")
        link = await self._link_of(gid)
        known = link.project
        if link.mapping is not None:
            await self.replies.answer(received, views.linked_already(known, link.harvest, link.mapping.linked_by))
            return
        choices, _ = await self.asana.mapping.choices(gid)
        sections = [one for one in choices if one.field_name is None]
        await self.replies.open_or_say(
            received,
            forms.create_form(known, await self._client(known), sections, await self.asana.board.lines_of(gid)),
        )

    async def created(self, received: Received) -> None:
        """Never twice: what was linked meanwhile is said, what was made before is found again."""
        person, gid, _ = await self._pressed(received, "mapping.create")
        link = await self._link_of(gid)
        known = link.project
        if link.mapping is not None:
            await self.replies.answer(received, views.linked_already(known, link.harvest, link.mapping.linked_by))
            return
        through, keys = await self.asana.board.lines_of(gid), await self.asana.board.keys_of(gid)
        await self.replies.answer(received, views.begun(known))
        mapping = await self.asana.creation.create(person, gid, self.choices.read_create(received.request))
        project = (await self._link_of(gid)).harvest
        if project is not None:
            task = await self._task(project, mapping.default_task_id)
            await self.replies.answer(received, views.linked(known, project, task, through))
        await self._bring_up_to_date(gid, keys)

    async def ignore(self, received: Received) -> None:
        person, gid, _ = await self._pressed(received, "mapping.ignore")
        known = (await self._link_of(gid)).project
        keys = await self.asana.board.keys_of(gid)
        await self.asana.mapping.ignore(person, gid)
        await self.replies.answer(received, views.ignored(known))
        await self._bring_up_to_date(gid, keys)

    async def heed(self, received: Received) -> None:
        person, gid, _ = await self._pressed(received, "mapping.ignore")
        known = (await self._link_of(gid)).project
        await self.asana.mapping.ignore(person, gid, is_ignored=False)
        said = f":bell: {views.bold(known)} is no longer ignored. `/gleaner map` shows what you can link it to."
        await self.replies.answer(received, plain(said))
        await self._bring_up_to_date(gid, [])

    async def unlink(self, received: Received) -> None:
        person, gid, _ = await self._pressed(received, "mapping.unlink")
        known = (await self._link_of(gid)).project
        await self.asana.mapping.unlink(person, gid)
        said = f":white_circle: {views.bold(known)} is no longer linked. Logged hours stay in Harvest; new hours wait."
        await self.replies.answer(received, plain(said))

    async def open_tasks(self, received: Received) -> None:
        _, gid, _ = await self._pressed(received, "mapping.task")
        link = await self._link_of(gid)
        if link.harvest is None:
            raise Refused("That project is not linked yet. Press Link project first.")
        choices, mapped = await self.asana.mapping.choices(gid)
        tasks = await self.targets.tasks(link.harvest.id)
        await self.replies.open_or_say(received, forms.tasks_form(link.project, choices, tasks, mapped))

    async def check_tasks(self, request: Request) -> Mapping[str, str]:
        value = AsanaProjectValue.read(request.metadata)
        link = await self.asana.board.project(value.gid) if value else None
        tasks = await self.targets.tasks(link.harvest.id) if link and link.harvest else []
        ids = {str(task.id) for task in tasks}
        wrong = [block for block, chosen in request.fields.items() if chosen and chosen not in ids]
        return dict.fromkeys(wrong, "Choose a task of the Harvest project.")

    async def tasks_chosen(self, received: Received) -> None:
        person, gid, _ = await self._pressed(received, "mapping.task")
        known = (await self._link_of(gid)).project
        _, before = await self.asana.mapping.choices(gid)
        wanted = {block.removeprefix("c:"): number(chosen) for block, chosen in received.request.fields.items()}
        changed = {choice: task for choice, task in wanted.items() if before.get(choice) != task}
        for choice, task in changed.items():
            await self.asana.mapping.map_task(person, gid, choice, task)
        said = f":white_check_mark: {len(changed)} of the tasks of {views.bold(known)} changed."
        await self.replies.answer(received, plain(said if changed else "Nothing was changed."))

    async def _link(
        self,
        received: Received,
        person: Person,
        known: KnownProject,
        project: Project,
        change: MappingChange,
        task: Task | None,
    ) -> None:
        gid = known.project.gid
        through, keys = await self.asana.board.lines_of(gid), await self.asana.board.keys_of(gid)
        await self.asana.mapping.link(person, gid, project.id, change)
        await self.replies.answer(received, views.linked(known, project, task, through))
        await self._bring_up_to_date(gid, keys)

    async def _pressed(self, received: Received, deed: str) -> tuple[Person, str, int | None]:
        """Who, the Asana project, and what else the button or form carries. Raises NotYourMapping."""
        request = received.request
        person = await self.people.person(request.user)
        text = request.text or request.metadata
        value = AsanaProjectValue.read(text) or AsanaProjectValue("")
        await self.asana.mapping.require(person, deed, value.gid)
        return person, value.gid, value.project_id

    async def _link_of(self, gid: str) -> ProjectLink:
        link = await self.asana.board.project(gid)
        if link is None:
            raise Refused("I can't find that Asana project. `/gleaner map` lists the projects.")
        return link

    async def _tasks(self, mapping: ProjectMapping | None, project: Project | None) -> tuple[Task | None, Task | None]:
        if project is None:
            return None, None
        if mapping is None:
            return await self.asana.board.usual_task(project.id), None
        ids = (mapping.default_task_id, mapping.non_billable_task_id)
        default, other = [await self._task(project, one) for one in ids]
        return default, other

    async def _task(self, project: Project, task_id: int | None) -> Task | None:
        tasks = await self.targets.tasks(project.id)
        return next((task for task in tasks if task.id == task_id), None)

    async def _client(self, known: KnownProject) -> Client | None:
        """The client whose name stands in the project's, if one does."""
        said = known.project.name.casefold()
        clients = await self.asana.board.clients()
        return next((one for one in clients if one.name and one.name.casefold() in said), None)

    async def _bring_up_to_date(self, gid: str, hold_keys: Sequence[str]) -> None:
        for key in hold_keys:
            await self.refresh(f"hold:{key}:")
        await self.refresh(f"asana-project:{gid}:new")
