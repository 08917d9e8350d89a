"""Offers to stop the timer of a task that was completed in Asana, and to start one on a task that became somebody's.

An offer is no duty: one that a crash swallows is not made up for, and none is made twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.asana.records.state import KnownTask
from store.database import Transaction
from store.time_entries.records import EntryState, TimeEntry
from sync.asana.task.context import AsanaRules, load_context
from sync.asana.task.reader import TaskSnapshot
from sync.asana.task.users import MatchedUser
from sync.engine.tenant import Tenant
from sync.news import enqueue
from sync.news.asana import StartOffered, StopOffered
from sync.rules.asana.hold_policy import POLICIES
from sync.rules.asana.timer_offer import QUIET, is_news, turn
from sync.time_entries.adoption import adopt


@dataclass(frozen=True)
class TimerOffers:
    tenant: Tenant
    rules: AsanaRules

    async def consider(self, known: KnownTask, seen: TaskSnapshot) -> None:
        """A task as it is now: keep as news what is to be offered to whom."""
        if seen.task.is_completed:
            await self._offer_stop(seen)
        else:
            await self._offer_start(known, seen)

    async def switch(self, slack_id: str, *, is_off: bool) -> None:
        """Each person says for themself whether they want offers."""
        async with self.tenant.transaction() as tx:
            await tx.timer_offers.switch(slack_id, is_off=is_off)

    async def are_wanted(self, slack_id: str) -> bool:
        async with self.tenant.reading() as tx:
            return await tx.timer_offers.are_wanted(slack_id)

    async def stands(self, offer: StartOffered) -> bool:
        """Whether it is still worth telling, as its message is about to go out."""
        now = self.tenant.now()
        async with self.tenant.reading() as tx:
            person = await tx.people.get(offer.slack_id)
            user_id = person.harvest_user_id if person else None
            is_idle = user_id is not None and not await _runs(tx, offer.slack_id, user_id)
            is_wanted = await tx.timer_offers.are_wanted(offer.slack_id)
        return is_idle and is_wanted and is_news(datetime.fromisoformat(offer.since), now)

    async def _offer_stop(self, seen: TaskSnapshot) -> None:
        task = seen.task
        async with self.tenant.reading() as tx:
            if not (await tx.time_entries.timers_on(task.gid) or await tx.mirror.timers_on(task.gid)):
                return
        async with self.tenant.transaction() as tx:
            for entry in await self._timers(tx, task.gid):
                if entry.slack_id and await tx.timer_offers.are_wanted(entry.slack_id):
                    news = StopOffered(entry.key, entry.slack_id, task.name, task.url)
                    await enqueue(tx, f"stop:{entry.key}:{task.completed_at}", news, self.tenant.now())

    async def _timers(self, tx: Transaction, task_gid: str) -> Sequence[TimeEntry]:
        """Those that run on the task, ones started in Harvest or by its own Asana integration as well."""
        found = list(await tx.time_entries.timers_on(task_gid))
        for theirs in await tx.mirror.timers_on(task_gid):
            person = await tx.people.by_harvest_user(theirs.user_id)
            if person is not None and await tx.time_entries.by_harvest_id(theirs.id) is None:
                found.append(await adopt(tx, person.slack_id, theirs, self.tenant.clock))
        return found

    async def _offer_start(self, known: KnownTask, seen: TaskSnapshot) -> None:
        now, task = self.tenant.now(), seen.task
        told = turn(task, seen.stories, now)
        who = seen.people.get(task.assignee.gid) if told and task.assignee else None
        if told is None or who is None or not who.slack_id or who.harvest_user_id is None:
            return
        async with self.tenant.reading() as tx:
            if not await tx.timer_offers.may_be_asked(who.slack_id, now - QUIET):
                return
        async with self.tenant.transaction() as tx:
            project = await self._bookable(tx, known, seen, who)
            if project is None or await _runs(tx, who.slack_id, who.harvest_user_id):
                return
            if await tx.timer_offers.claim(who.slack_id, now, now - QUIET):
                by = told.created_by.name if told.created_by and told.created_by.gid != who.user.gid else None
                offer = StartOffered(
                    task_gid=task.gid,
                    story_gid=told.gid,
                    task=task.name,
                    url=task.url,
                    project=project,
                    slack_id=who.slack_id,
                    by=by,
                    is_assignment=told.is_assignment,
                    since=told.created_at.isoformat(),
                )
                await enqueue(tx, f"start:{told.gid}:{who.slack_id}", offer, now)

    async def _bookable(self, tx: Transaction, known: KnownTask, seen: TaskSnapshot, who: MatchedUser) -> str | None:
        """The Harvest project's name, where this person could log on the task."""
        context = await load_context(tx, known, seen, self.rules)
        blocker = context.place_blocker()
        if (
            context.harvest is None
            or (blocker and not POLICIES[blocker.kind].allows_timer)
            or who.harvest_user_id is None
        ):
            return None
        is_assigned = await tx.directory.is_assigned(who.harvest_user_id, context.harvest.id)
        return context.harvest.name if is_assigned else None


async def _runs(tx: Transaction, slack_id: str, user_id: int) -> bool:
    """Whether any timer of this person runs, or is about to."""
    ours = await tx.time_entries.in_state(slack_id, [EntryState.RUNNING, EntryState.INTENDED])
    return any(entry.is_timer for entry in ours) or await tx.mirror.has_timer(user_id)
