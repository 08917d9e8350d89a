"""What people decide about hours from Asana that wait: the buttons of their cards, checked when they are pressed."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

from store.asana.records.api import AsanaUser
from store.asana.records.state import ACCEPTED, Allocation, AllocationKind, Hold, HoldKind, HoldState, KnownTask, Part
from store.database import Transaction
from store.people.records import Person
from store.time_entries.records import EntryState, TimeEntry
from store.units import Hours
from sync.asana.holds.entries import HoldEntries
from sync.asana.task.context import AsanaRules, load_context
from sync.asana.task.due import mark_due
from sync.asana.task.hold_causes import beside, mark
from sync.asana.task.holds import TaskHolds
from sync.asana.task.reader import TaskReader, TaskSnapshot
from sync.asana.task.sync import TaskSync
from sync.asana.task.users import AsanaUsers, MatchedUser
from sync.engine.tenant import Tenant
from sync.errors import Gone, Refused
from sync.people.permissions import Managers
from sync.ports.asana import AsanaConnection
from sync.ports.engine import Job, Jobs
from sync.rules.asana.hold_policy import POLICIES, Decider, DiscardBooks, Fix, can_be
from sync.rules.text.durations import DAY


class NotYourHours(Refused):
    """Only the coordinator, a Harvest administrator or the person themselves can decide that; ask one of them."""


class NotTheirHours(Refused):
    """You can log these for yourself alone; the coordinator or a Harvest administrator can say they are another's."""


class NotYourTask(Refused):
    """Only its assignee, who manages its Harvest project, or the coordinator can say that; ask one of them."""


class Decided(Refused):
    """That has been decided, or has changed, since the message was written. `/gleaner status` shows what waits now."""


@dataclass(frozen=True)
class AsanaDecisions:
    tenant: Tenant
    managers: Managers
    people: AsanaUsers
    tasks: TaskSync
    asana: AsanaConnection
    jobs: Jobs
    reading: TaskReader
    rules: AsanaRules
    fixes: HoldEntries

    async def waiting(self, person: Person) -> Sequence[Hold]:
        """What this person may decide about, oldest first."""
        async with self.tenant.reading() as tx:
            every = await tx.asana_holds.open()
            return [hold for hold in every if await self._may(tx, person, hold)]

    async def hold(self, key: str) -> Hold:
        async with self.tenant.reading() as tx:
            return await _hold(tx, key)

    async def retry(self, person: Person, key: str) -> Hold:
        """Look at its task now; the hold as it stands then."""
        hold = await self.hold(key)
        async with self.tenant.reading() as tx:
            if not await self._may(tx, person, hold):
                raise NotYourHours
        await self.tasks.handle(hold.task_gid)
        return await self.hold(key)

    async def discard(self, person: Person, key: str, revision: int, shown: str = "") -> None:
        """These hours are no time, or Harvest is right as it is: nothing is logged, and nobody is asked again.

        `shown`: the mark of all that wait for the same mend, as the person saw them: they are discarded together.
        """
        async with self._deciding() as tx:
            if not shown:
                hold = await self._discard(tx, person, key, revision)
                await TaskHolds(self.tenant).pass_card_on(tx, hold, self.tenant.now())
                return
            every = await beside(tx, await _hold(tx, key))
            if mark(every) != shown:
                raise Decided
            for one in every:
                await self._discard(tx, person, one.key, one.revision)

    async def count(self, person: Person, key: str, revision: int) -> None:
        """They are other hours than those that stand in Harvest already: log them."""
        async with self._deciding() as tx:
            hold, _ = await self._take(tx, person, key, revision, HoldState.RELEASED, "hold.count")
            if not can_be(hold.kind, Fix.LOG_AS_WELL):
                raise Decided

    async def log_for(self, person: Person, key: str, revision: int, user_gid: str, day: date) -> Sequence[TimeEntry]:
        """Somebody says whose hours these are, and of which day; where the budget is used up they are held."""
        who = await self._named(user_gid)
        seen = await self._seen(person, key)
        async with self._deciding() as tx:
            hold, known = await self._take(tx, person, key, revision, HoldState.RELEASED, "hold.log")
            if user_gid != hold.user_gid and not await self.managers.decides_everywhere(tx, person):
                raise NotTheirHours
            parts = self._parts(hold)
            if not can_be(hold.kind, Fix.LOG_FOR) or any(not 0 < part.hours <= DAY for part in parts):
                raise Refused("These hours cannot be logged as they are. Correct them in Asana, or press Discard.")
            context = await load_context(tx, known, seen, self.rules)
            made = [await self.fixes.entry(tx, known, context, hold, who, part, day) for part in parts]
            rows = [
                Allocation(known.gid, part.source, AllocationKind.CLAIM, user_gid, day, part.hours, entry.key)
                for part, entry in zip(parts, made, strict=True)
            ]
            await tx.asana_work.book(known, rows)
            await TaskHolds(self.tenant).pass_card_on(tx, hold, self.tenant.now())
        self._wake(made)
        return made

    async def restore(self, person: Person, key: str, revision: int) -> TimeEntry:
        """Harvest shall hold again what was booked (ruling 12). Raises Locked where that takes an unlock first."""
        async with self._deciding() as tx:
            hold, known = await self._take(tx, person, key, revision, HoldState.RELEASED, "hold.restore")
            entry = await tx.time_entries.get(hold.entry_key or "")
            if not can_be(hold.kind, Fix.RESTORE) or entry is None:
                raise Decided
            if hold.kind is HoldKind.EDITED:
                restored = await self.fixes.restore_hours(tx, known, entry)
            else:
                restored = await self.fixes.recreate(tx, hold, known, entry)
            if restored is None:
                raise Decided
        self._wake([restored])
        return restored

    async def choose_project(self, person: Person, key: str, revision: int, project_gid: str) -> None:
        """Which of several mapped projects the task's hours belong to."""
        seen = await self._seen(person, key)
        async with self._deciding() as tx:
            hold, _ = await self._take(tx, person, key, revision, HoldState.RELEASED, "hold.project")
            if not can_be(hold.kind, Fix.CHOOSE_PROJECT):
                raise Decided
            is_in = project_gid in {one.project_gid for one in seen.memberships}
            if not is_in or await tx.mappings.get(project_gid) is None:
                raise Refused("The task is not in that project, or it is linked to nothing. Press Edit and choose one.")
            await tx.asana_work.change(hold.task_gid, chosen_project=project_gid)

    async def mark_free(self, person: Person, task_gid: str, *, is_free: bool = True) -> None:
        """The task genuinely cost nothing, so no report names it (S1-38)."""
        async with self.tenant.transaction() as tx:
            known = await tx.asana_work.task(task_gid)
            if known is None:
                raise Refused("I can't find that task any more. The next weekly report shows what is missing.")
            may = await self._may_free(tx, person, known)
            if may:
                await tx.asana_work.change(task_gid, is_free=is_free)
            await self._audit(tx, person, "task.free" if may else "task.free.refused", task_gid, {"is_free": is_free})
        if not may:
            raise NotYourTask

    @asynccontextmanager
    async def _deciding(self) -> AsyncIterator[Transaction]:
        """What is decided in here and the mark that its tasks are due stand together, or not at all."""
        async with self.tenant.transaction() as tx:
            yield tx
            due_at = await mark_due(tx, [], self.tenant.now())
        self.jobs.wake(Job.ASANA_TASKS, "", at=due_at)

    async def _seen(self, person: Person, key: str) -> TaskSnapshot:
        """The task of the hours as Asana has it now, for those who may decide about them."""
        async with self.tenant.reading() as tx:
            hold = await _hold(tx, key)
            known = await tx.asana_work.task(hold.task_gid)
            if not await self._may(tx, person, hold):
                raise NotYourHours
        if known is None:
            raise Decided
        try:
            return await self.reading.read(self.asana.client, known)
        except Gone:
            raise Refused("The task is in Asana's trash. Restore it there first, or press Discard.") from None

    async def _discard(self, tx: Transaction, person: Person, key: str, revision: int) -> Hold:
        hold, known = await self._take(tx, person, key, revision, HoldState.DISCARDED, "hold.discard")
        kind, parts = AllocationKind.DISCARDED, list[Part]()
        match POLICIES[hold.kind].books_on_discard:
            case DiscardBooks.HOURS:
                parts = [*self._parts(hold)]
            case DiscardBooks.CORRECTION:
                entry = await tx.time_entries.get(hold.entry_key or "")
                hours = await self.fixes.accepted(tx, known, entry) if entry else Hours(0)
                kind, parts = AllocationKind.CORRECTION, [Part(f"{ACCEPTED}{key}", hours)] if hours else []
            case DiscardBooks.NOTHING:
                pass
        day, user = hold.day, hold.user_gid or ""
        rows = [Allocation(known.gid, one.source, kind, user, day, one.hours, hold.entry_key) for one in parts]
        await tx.asana_work.book(known, rows)
        return hold

    def _wake(self, entries: Sequence[TimeEntry]) -> None:
        """Those that are on their way; what is held waits for its budget."""
        for entry in entries:
            if entry.state is not EntryState.HELD:
                self.jobs.wake(Job.ENTRY, entry.key)

    async def _take(
        self, tx: Transaction, person: Person, key: str, revision: int, state: HoldState, deed: str
    ) -> tuple[Hold, KnownTask]:
        """The open hold as it was shown, closed by this person; its task is due, whoever is at it looks again."""
        hold = await _hold(tx, key)
        known = await tx.asana_work.task(hold.task_gid)
        if not await self._may(tx, person, hold):
            raise NotYourHours
        if known is None or hold.revision != revision or not await tx.asana_holds.decide(hold, state, person.slack_id):
            raise Decided
        if not await tx.asana_work.overtake(known):
            raise Decided
        await mark_due(tx, [hold.task_gid], self.tenant.now())
        await self._audit(tx, person, deed, hold.task_gid, {"kind": hold.kind.value, "hours": hold.hours})
        return hold, known

    async def _may(self, tx: Transaction, person: Person, hold: Hold) -> bool:
        if await self.managers.decides_everywhere(tx, person):
            return True
        return POLICIES[hold.kind].who_may is Decider.PERSON and await self._is(tx, person, hold.user_gid)

    async def _may_free(self, tx: Transaction, person: Person, known: KnownTask) -> bool:
        """Whoever decides everywhere, its assignee, and who manages the project that its own is linked to."""
        mapping = await tx.mappings.get(known.project_gid or "")
        if mapping is not None and await self.managers.may_decide(tx, person, mapping.harvest_project_id):
            return True
        return await self.managers.decides_everywhere(tx, person) or await self._is(tx, person, known.assignee_gid)

    async def _is(self, tx: Transaction, person: Person, user_gid: str | None) -> bool:
        """Whether that is this person in Asana: said by hand, else by address."""
        if not user_gid or person.harvest_user_id is None:
            return False
        for user in await tx.asana.users([user_gid]):
            found = await tx.directory.user_by_email(user.email) if user.email else None
            if person.harvest_user_id == (user.harvest_user_id or (found.id if found else None)):
                return True
        return False

    def _parts(self, hold: Hold) -> list[Part]:
        return list(hold.parts) or [Part(f"decided:{hold.key}:{hold.revision}", hold.hours)]

    async def _named(self, user_gid: str) -> MatchedUser:
        async with self.tenant.reading() as tx:
            users = await tx.asana.users([user_gid])
        found = await self.people.find([AsanaUser(one.gid, one.name, one.email) for one in users])
        who = found.get(user_gid)
        if who is None or who.harvest_user_id is None:
            raise Refused(
                "That person isn't an active Harvest user. Add them in Harvest first, or choose somebody else."
            )
        return who

    async def _audit(
        self, tx: Transaction, person: Person, deed: str, task_gid: str, facts: Mapping[str, object]
    ) -> None:
        await self.tenant.audit(tx, person.slack_id, deed, f"asana:{task_gid}", facts)


async def _hold(tx: Transaction, key: str) -> Hold:
    hold = await tx.asana_holds.get(key)
    if hold is None:
        raise Decided
    return hold
