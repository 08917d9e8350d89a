"""`/log`, the form, the card's buttons and the "Log time" shortcut."""

from dataclasses import dataclass, replace
from datetime import date

from handlers.cards import entry as entries
from handlers.cards.outage import outage
from handlers.cards.project_fields import PROJECT, PROJECTS, TASKS
from handlers.log import views
from handlers.log.form import LogForm, typed_hours
from handlers.slack.listening import Listening
from handlers.slack.replies import Replies
from handlers.slack.requests import Received, Request
from handlers.slack.values import DraftValue, EditValue, EntryValue, NewEntryValue, TaskValue
from store.people.records import Person
from store.time_entries.records import EntryEdit, EntryState, TimeEntry
from sync.asana.holds.queries import HoldQueries
from sync.engine.inbox import Inbox
from sync.errors import Refused
from sync.people.people import People, local
from sync.ports.task_links import LinkedTask
from sync.rules.text.strays import told
from sync.rules.time_entries.log_command import LogAgain, LogEntry, LogHelp, LogList, parse
from sync.rules.time_entries.log_command import LogForm as OpenForm
from sync.rules.time_entries.shown import Shown
from sync.time_entries.entries import ChangedMeanwhile, NewEntry, TimeEntries
from sync.time_entries.form_drafts import FormDrafts
from sync.time_entries.keys import entry_key
from sync.time_entries.refused_hours import RefusedHours
from sync.time_entries.targets import Target, Targets, UnclearTarget

_WARN = ":warning:"
_STANDS = "It cannot be changed as it stands now.\n"


@dataclass(frozen=True)
class LogListeners:
    time_entries: TimeEntries
    refused: RefusedHours
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
        listening.action(entries.RETRY_FOR, self.retry_for)
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
        kept = None if linked_task else await self.drafts.get(person)
        reference = DraftValue.read(request.text).reference
        if linked_task is not None:
            reference = linked_task.reference
            fields = views.Fields(linked_task.project, linked_task.task, today, note=reference.name)
        elif kept is not None:
            fields = await self.form.left_open(kept, today)
        else:
            linked = await self.targets.find(person, None, None, request.channel)
            booking = linked if isinstance(linked, Target) else None
            project = booking.project if booking else linked.project if isinstance(linked, UnclearTarget) else None
            fields = views.Fields(project, booking.task if booking else None, today)
        view = views.form(fields, metadata=NewEntryValue(received.event_id, reference).write())
        await self.replies.open_or_say(received, view)

    async def submit(self, received: Received) -> None:
        """A new entry, or the change of one, as the form's metadata says; the metadata is checked, not trusted."""
        request = received.request
        person, _ = await self.people.logger(request.user)
        asked = await self.form.read(request, received.at)
        if (opened := EditValue.read(request.metadata)) is not None:
            await self._save_edit(received, person, asked, opened)
            return
        value = NewEntryValue.read(request.metadata)
        origin = await self._origin(received, value.event_id if value else None)
        if value and value.reference:
            asked = replace(asked, booking=replace(asked.booking, reference=value.reference))
        entry = await self.time_entries.log(person, asked, entry_key(request))
        await self.drafts.drop(request.user)
        await self._show(origin, person, entry)

    async def close(self, received: Received) -> None:
        """Closed without sending: what was typed comes back when the form is opened again (S2-20)."""
        await self.drafts.save(received.request.user, received.request.fields, received.at)

    async def edit(self, received: Received) -> None:
        request = received.request
        person = await self.people.person(request.user)
        entry = await self.time_entries.look(request.user, EntryValue.read(request.text).key)
        if entry.state not in {EntryState.LOGGED, EntryState.HELD}:
            await self._show(received, person, entry, prefix=_STANDS, replace_card=True)
            return
        fields = await self.form.filled(entry)
        opened = EditValue(entry.key, entry.revision, Shown.of(entry))
        await self.replies.open_or_say(received, views.form(fields, metadata=opened.write(), is_edit=True))

    async def undo(self, received: Received) -> None:
        request = received.request
        person = await self.people.person(request.user)
        pressed = EntryValue.read(request.text)
        try:
            entry = await self.time_entries.undo(person.slack_id, pressed.key, pressed.shown)
        except ChangedMeanwhile as changed:
            await self._show(received, person, changed.entry, prefix=f"{_WARN} {changed}\n", replace_card=True)
            return
        await self._show(received, person, entry, replace_card=True)

    async def retry(self, received: Received) -> None:
        person = await self.people.person(received.request.user)
        entry = await self.time_entries.retry(person.slack_id, received.request.text)
        await self._show(received, person, entry, replace_card=True)

    async def retry_for(self, received: Received) -> None:
        """By somebody who could fix why Harvest refused other people's hours."""
        person = await self.people.person(received.request.user)
        entry = await self.refused.retry(person, EntryValue.read(received.request.text).key)
        owner = await self.people.person(entry.slack_id)
        shown = await self.time_entries.show(owner, entry, with_total=False)
        await self.replies.answer(received, entries.retried(shown, owner.name), replace=True)

    async def _save_edit(self, received: Received, person: Person, asked: NewEntry, opened: EditValue) -> None:
        wanted = _wanted(asked)
        try:
            entry = await self.time_entries.edit(person.slack_id, opened.key, opened.revision, wanted, opened.shown)
        except ChangedMeanwhile as changed:
            await self._show(received, person, changed.entry, prefix=f"{_WARN} {changed}\n")
            return
        await self._show(received, person, entry)

    async def _log(self, received: Received, person: Person, typed: LogEntry) -> None:
        request = received.request
        found = await self.targets.find(person, typed.target, typed.task, request.channel)
        if isinstance(found, UnclearTarget):
            await self._unclear(received, found, typed)
            return
        asked = NewEntry(found, typed.spent_date, typed.hours, typed.note, typed.started, typed.ended)
        entry = await self.time_entries.log(person, asked, entry_key(request))
        draft = await self.drafts.get(person)
        if draft is not None and self.form.is_same(draft, asked):
            await self.drafts.drop(person.slack_id)
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
        await self.drafts.save(received.request.user, fields, received.at)
        await self.replies.answer(received, views.unclear(found))
        restored = await self.form.restored(fields, typed.spent_date)
        metadata = NewEntryValue(received.event_id, found.reference).write()
        await self.replies.open(received, views.form(restored, metadata=metadata, hint=found.why))

    async def _list(self, received: Received, person: Person, user_id: int, day: date) -> None:
        sheet = await self.time_entries.day(person, user_id, day)
        shown = [await self.time_entries.show(person, row, with_total=False) for row in sheet.rows]
        today = local(received.at, person).date()
        await self.replies.answer(received, views.day_list(shown, day, today, sheet.total, outage(person, sheet)))

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

    async def _origin(self, received: Received, event_id: int | None) -> Received:
        """A form has no answer address of its own: the command that opened it has, if it was this person's."""
        event = None if event_id is None else await self.inbox.received(event_id)
        if event is None or event.payload.get("user") != received.request.user:
            return received
        origin = Request(**event.payload)
        return replace(
            received,
            at=event.received_at,
            request=replace(received.request, response_url=origin.response_url),
        )

    async def _of_asana(self, value: str) -> LinkedTask | None:
        """The task that a button names."""
        task = TaskValue.read(value)
        return await self.asana.task(task.gid) if task else None


def _wanted(asked: NewEntry) -> EntryEdit:
    return EntryEdit(asked.booking.project.id, asked.booking.task.id, asked.spent_date, asked.hours, asked.note)


def _typed_entry(typed: LogEntry) -> str:
    if typed.started and typed.ended:
        return f"{typed.started:%H:%M}-{typed.ended:%H:%M}"
    return typed_hours(typed.hours)
