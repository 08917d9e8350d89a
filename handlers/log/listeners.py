"""`/log`, the form, the card's buttons and the "Log time" shortcut."""

from dataclasses import dataclass, replace
from datetime import date

from handlers.cards import entry as entries
from handlers.cards.project_fields import PROJECT, PROJECTS, TASK, TASKS
from handlers.log import views
from handlers.log.form import LogForm
from handlers.slack.listening import Listening
from handlers.slack.replies import Replies
from handlers.slack.requests import Received, Request, number
from store.people.records import Person
from store.time_entries.records import EntryEdit, EntryState, TimeEntry
from store.units import Hours
from sync.asana.holds.queries import HoldQueries
from sync.engine.inbox import Inbox
from sync.errors import Refused
from sync.people.people import People, local
from sync.ports.task_links import LinkedTask, TaskReference
from sync.rules.text.strays import told
from sync.rules.time_entries.log_command import LogAgain, LogEntry, LogHelp, LogList, parse
from sync.rules.time_entries.log_command import LogForm as OpenForm
from sync.time_entries.entries import MovedOn, NewEntry, TimeEntries
from sync.time_entries.form_drafts import FormDrafts
from sync.time_entries.keys import entry_key
from sync.time_entries.targets import Target, Targets, UnclearTarget


@dataclass(frozen=True)
class LogListeners:
    time_entries: TimeEntries
    people: People
    targets: Targets
    drafts: FormDrafts
    form: LogForm
    asana: HoldQueries
    inbox: Inbox
    replies: Replies

    def register(self, listening: Listening) -> None:
        listening.command("log", self.log)
        listening.shortcut("log_time", self.open)
        listening.action(entries.OPEN_FORM, self.open)
        listening.action(entries.EDIT, self.edit)
        listening.action(entries.UNDO, self.undo)
        listening.action(entries.DISCARD, self.undo)
        listening.action(entries.RETRY, self.retry)
        listening.form(views.FORM, self.form.check, self.submit, self.close)
        listening.options(PROJECTS, self.form.booking.search_projects, "option_groups")
        listening.options(TASKS, self.form.booking.search_tasks, "options")

    async def log(self, received: Received) -> None:
        request = received.request
        person, user_id = await self.people.logger(request.user)
        limits = self.form.limits
        typed = parse(
            request.text,
            today=local(received.at, person).date(),
            codes=await self.targets.codes(),
            step=limits.step,
            minimum=limits.minimum,
        )
        match typed:
            case LogHelp():
                await self.replies.answer(received, views.help_text())
            case OpenForm():
                await self.open(received)
            case LogList(day):
                await self._list(received, person, user_id, day)
            case LogAgain():
                await self._again(received, person)
            case LogEntry():
                await self._log(received, person, typed)

    async def open(self, received: Received) -> None:
        """The form, with what was last typed into it and not sent, or with what a button carries."""
        request = received.request
        person, _ = await self.people.logger(request.user)
        today = local(received.at, person).date()
        linked_task = await self._of_asana(request.text)
        kept = None if linked_task else await self.drafts.get(request.user)
        reference = TaskReference.read(request.text.removeprefix("draft:"))
        if linked_task is not None:
            reference = linked_task.reference
            fields = views.Fields(linked_task.project, linked_task.task, today, note=reference.name)
        elif kept is not None:
            fields = await self.form.restored(person, kept, today)
        else:
            linked = await self.targets.find(person, None, None, request.channel)
            booking = linked if isinstance(linked, Target) else None
            project = booking.project if booking else linked.project if isinstance(linked, UnclearTarget) else None
            fields = views.Fields(project, booking.task if booking else None, today)
        view = views.form(fields, metadata=_metadata(received, reference))
        await self.replies.open_or_say(received, view)

    async def submit(self, received: Received) -> None:
        """A new entry, or the change of one, as the form's metadata says; the metadata is checked, not trusted."""
        request = received.request
        person, _ = await self.people.logger(request.user)
        asked = await self.form.read(request, received.at)
        kind, _, row = request.metadata.partition(":")
        event_id, _, task = row.partition(":")
        origin = await self._origin(received, event_id if kind == "log" else "")
        if kind == "log" and (reference := TaskReference.read(task)):
            asked = replace(asked, booking=replace(asked.booking, reference=reference))
        if kind == "edit":
            key, _, revision = row.partition(":")
            wanted = _wanted(asked)
            shown = number(revision)
            entry = await self.time_entries.edit(request.user, key, -1 if shown is None else shown, wanted)
        else:
            entry = await self.time_entries.log(person, asked, entry_key(request))
        await self.drafts.drop(request.user)
        await self._show(origin, person, entry)

    async def close(self, received: Received) -> None:
        """Closed without sending: what was typed comes back when the form is opened again (S2-20)."""
        await self.drafts.save(received.request.user, dict(received.request.fields))

    async def edit(self, received: Received) -> None:
        request = received.request
        person = await self.people.person(request.user)
        entry = await self.time_entries.get(request.user, request.text)
        if entry.state not in {EntryState.LOGGED, EntryState.HELD}:
            raise MovedOn
        shown = {
            PROJECT: str(entry.project_id),
            TASK: str(entry.task_id),
            views.DAY: entry.spent_date.isoformat(),
            views.DURATION: _typed(entry.hours),
            views.NOTE: entry.note,
        }
        fields = await self.form.restored(person, shown, entry.spent_date)
        view = views.form(fields, metadata=f"edit:{entry.key}:{entry.revision}", is_edit=True)
        await self.replies.open_or_say(received, view)

    async def undo(self, received: Received) -> None:
        person = await self.people.person(received.request.user)
        entry = await self.time_entries.undo(person.slack_id, received.request.text)
        await self._show(received, person, entry, replace_card=True)

    async def retry(self, received: Received) -> None:
        person = await self.people.person(received.request.user)
        entry = await self.time_entries.retry(person.slack_id, received.request.text)
        await self._show(received, person, entry, replace_card=True)

    async def _log(self, received: Received, person: Person, typed: LogEntry) -> None:
        request = received.request
        found = await self.targets.find(person, typed.target, typed.task, request.channel)
        if isinstance(found, UnclearTarget):
            await self._unclear(received, found, typed)
            return
        asked = NewEntry(found, typed.spent_date, typed.hours, typed.note, typed.started, typed.ended)
        entry = await self.time_entries.log(person, asked, entry_key(request))
        prefix = told(typed.left) + (entries.NOTE_CUT if typed.note_was_cut else "")
        await self._show(received, person, entry, prefix=prefix)

    async def _unclear(self, received: Received, found: UnclearTarget, typed: LogEntry) -> None:
        """What was understood goes into the form, which opens at once where Slack still lets it."""
        fields: dict[str, str | None] = {
            PROJECT: str(found.project.id) if found.project else None,
            views.DAY: typed.spent_date.isoformat(),
            views.DURATION: _typed_entry(typed),
            views.NOTE: typed.note or (found.reference.name if found.reference else ""),
        }
        await self.drafts.save(received.request.user, fields)
        await self.replies.answer(received, views.unclear(found))
        person = await self.people.person(received.request.user)
        restored = await self.form.restored(person, fields, typed.spent_date)
        metadata = _metadata(received, found.reference)
        await self.replies.open(received, views.form(restored, metadata=metadata, hint=found.why))

    async def _list(self, received: Received, person: Person, user_id: int, day: date) -> None:
        rows = await self.time_entries.day(person, user_id, day)
        shown = [await self.time_entries.show(person, row, with_total=False) for row in rows]
        total = Hours(sum(row.hours or 0 for row in rows if row.state is EntryState.LOGGED))
        today = local(received.at, person).date()
        await self.replies.answer(received, views.day_list(shown, day, today, total))

    async def _again(self, received: Received, person: Person) -> None:
        last = await self.time_entries.again(person)
        project = await self.targets.project(last.project_id)
        task = next((t for t in await self.targets.tasks(last.project_id) if t.id == last.task_id), None)
        if project is None or task is None or last.hours is None:
            raise Refused("The project or task of your last entry is gone from Harvest. `/log` opens the form.")
        today = local(received.at, person).date()
        asked = NewEntry(Target(project, task), today, last.hours, last.note)
        entry = await self.time_entries.log(person, asked, entry_key(received.request))
        await self._show(received, person, entry)

    async def _show(
        self, received: Received, person: Person, entry: TimeEntry, *, prefix: str = "", replace_card: bool = False
    ) -> None:
        shown = await self.time_entries.show(person, entry)
        await self.replies.answer(received, entries.card(shown, prefix=prefix), replace=replace_card)

    async def _origin(self, received: Received, row: str) -> Received:
        """A form has no answer address of its own: the command that opened it has, if it was this person's."""
        event_id = number(row)
        event = await self.inbox.received(event_id) if event_id is not None else None
        if event is None or event.payload.get("user") != received.request.user:
            return received
        origin = Request(**event.payload)
        return replace(
            received,
            at=event.received_at,
            request=replace(received.request, response_url=origin.response_url),
        )

    async def _of_asana(self, value: str) -> LinkedTask | None:
        """The task that a button names, as `asana:<gid>`."""
        gid = value.removeprefix("asana:")
        return await self.asana.task(gid) if gid != value and gid.isdecimal() else None


def _metadata(received: Received, reference: TaskReference | None) -> str:
    """Of the form that this request opens: where its answer goes, and the Asana task that the time is of."""
    return f"log:{received.event_id}:{reference.write() if reference else ''}"


def _wanted(asked: NewEntry) -> EntryEdit:
    return EntryEdit(asked.booking.project.id, asked.booking.task.id, asked.spent_date, asked.hours, asked.note)


def _typed(hours: Hours | None) -> str:
    return "" if hours is None else f"{hours / 100:g}"


def _typed_entry(typed: LogEntry) -> str:
    if typed.started and typed.ended:
        return f"{typed.started:%H:%M}-{typed.ended:%H:%M}"
    return _typed(typed.hours)
