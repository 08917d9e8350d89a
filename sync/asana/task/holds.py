"""Keeps the rows of what waits in step with what a task's booking found, and tells of what is new."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from store.asana.records.state import Hold, HoldState, KnownTask
from store.database import Transaction
from store.units import Hours
from sync.asana.task.context import TaskContext
from sync.asana.task.hold_causes import is_free, mend, siblings
from sync.engine.tenant import Tenant
from sync.news import enqueue
from sync.news.asana import HoursChanged, HoursHeld, HoursReleased
from sync.rules.asana.hold_change import ChangedHold, NewHold, ReopenedHold, SameHold, StillDiscarded, hold_change
from sync.rules.asana.hold_policy import POLICIES, is_shared
from sync.rules.asana.plan_records import Held

_GATHERED = 5
"""Seconds: what changes within them is shown at once."""
_UNKNOWN = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class TaskHolds:
    tenant: Tenant

    async def enqueue(
        self,
        tx: Transaction,
        known: KnownTask,
        context: TaskContext,
        held: Sequence[Held],
        now: datetime,
        *,
        is_blind: bool = False,
    ) -> None:
        """Open what waits now, release what does not any more; nothing where the hours could not be seen."""
        before = {hold.key: hold for hold in await tx.asana_holds.of_task(known.gid)}
        wanted = {self.key(known.gid, one): one for one in held}
        for key, one in wanted.items():
            await self._open(tx, _hold(key, known, context, one), before.get(key), context, now)
        for key, hold in before.items():
            if key not in wanted and hold.state is HoldState.OPEN and not is_blind:
                await self._release(tx, hold, now)

    async def close(self, tx: Transaction, known: KnownTask, now: datetime) -> Hours:
        """Release whatever waits of a task that is in the trash; the hours that are in no entry."""
        hours = 0
        for hold in await tx.asana_holds.of_task(known.gid):
            if hold.state is HoldState.OPEN:
                hours += max(0, hold.hours) if hold.entry_key is None else 0
                await self._release(tx, hold, now)
        return Hours(hours)

    async def pass_card_on(self, tx: Transaction, hold: Hold, now: datetime) -> None:
        """What waits for the same mend as a hold that is closed now: its card stood for them, if it was the oldest."""
        others = await siblings(tx, hold)
        if not others:
            return
        first = others[0]
        if _age(first) < _age(hold):
            await _changed(tx, first, now)
        elif not await is_free(tx, first):
            await enqueue(tx, f"hold:{first.key}:{first.revision}", await _retold(tx, first), now)

    async def _make_sure(self, tx: Transaction, hold: Hold, now: datetime) -> None:
        """It waits on as it did: told now, if its turn came when its cause seemed to be gone."""
        if not is_shared(hold.kind) or await tx.notices.was_kept(f"hold:{hold.key}:"):
            return
        if min([hold, *await siblings(tx, hold)], key=_age) == hold:
            await enqueue(tx, f"hold:{hold.key}:{hold.revision}", await _retold(tx, hold), now)

    async def _release(self, tx: Transaction, hold: Hold, now: datetime) -> None:
        released = replace(hold, state=HoldState.RELEASED, revision=hold.revision + 1)
        await tx.asana_holds.save(released, now)
        await enqueue(tx, f"released:{hold.key}:{released.revision}", HoursReleased(hold.key), now)
        await self.pass_card_on(tx, hold, now)

    def key(self, task_gid: str, held: Held) -> str:
        """The same trouble of the same task has the same key, however often it is found."""
        return self.tenant.uuid("hold", task_gid, held.kind, held.who)

    async def _open(
        self, tx: Transaction, found: Hold, before: Hold | None, context: TaskContext, now: datetime
    ) -> None:
        match hold_change(before, found, now):
            case NewHold(hold) | ReopenedHold(hold):
                others = await siblings(tx, hold)
                if not others:
                    await enqueue(tx, f"hold:{hold.key}:{hold.revision}", await _news(tx, hold, context), now)
                await tx.asana_holds.save(hold, now)
                if others:
                    await _card_changed(tx, [hold, *others], now)
            case ChangedHold(was, hold):
                await tx.asana_holds.save(hold, now)
                await _card_changed(tx, [hold, *await siblings(tx, hold)], now)
                if mend(was) != mend(hold):
                    await self.pass_card_on(tx, was, now)
            case SameHold(hold):
                await self._make_sure(tx, hold, now)
            case StillDiscarded():
                pass


def _hold(key: str, known: KnownTask, context: TaskContext, held: Held) -> Hold:
    return Hold(
        key=key,
        kind=held.kind,
        project_gid=context.project_gid,
        task_gid=known.gid,
        parts=held.parts,
        user_gid=held.user.gid if held.user else None,
        hours=held.hours,
        day=None,
        words=held.words,
        entry_key=held.entry_key,
        entry_ids=held.entry_ids,
    )


def _age(hold: Hold) -> tuple[datetime, str]:
    return hold.opened_at or _UNKNOWN, hold.key


async def _card_changed(tx: Transaction, holds: Sequence[Hold], now: datetime) -> None:
    """A hundred tasks that wait for one mend are one message, that of the oldest."""
    await _changed(tx, min(holds, key=_age), now)


async def _changed(tx: Transaction, hold: Hold, now: datetime) -> None:
    """Its card is brought up to date, once for however many changes come together."""
    at = datetime.fromtimestamp((now.timestamp() // _GATHERED + 1) * _GATHERED, UTC)
    await enqueue(tx, f"changed:{hold.key}:{at:%Y%m%d%H%M%S}", HoursChanged(hold.key), at)


async def _retold(tx: Transaction, hold: Hold) -> HoursHeld:
    """Of a hold that nobody was told of by itself, as another one's card stood for it."""
    task = await tx.asana_work.task(hold.task_gid)
    who = await tx.asana.users([hold.user_gid] if hold.user_gid else [])
    project = await tx.asana.project(hold.project_gid) if hold.project_gid else None
    return HoursHeld(
        hold_key=hold.key,
        kind=hold.kind.value,
        project=project.project.name if project else "",
        task=task.name if task else "",
        url=task.url if task else None,
        who=who[0].name if who else None,
        hours=hold.hours,
        words=hold.words,
        slack_id=None,
    )


async def _news(tx: Transaction, hold: Hold, context: TaskContext) -> HoursHeld:
    who = context.seen.people.get(hold.user_gid or "")
    project = await tx.asana.project(hold.project_gid) if hold.project_gid else None
    names = {one.project_gid: one.project_name for one in context.seen.memberships}
    return HoursHeld(
        hold_key=hold.key,
        kind=hold.kind.value,
        project=project.project.name if project else names.get(hold.project_gid or "", ""),
        task=context.seen.task.name,
        url=context.seen.task.url,
        who=who.user.name if who else None,
        hours=hold.hours,
        words=hold.words,
        slack_id=(who.slack_id or None) if who and POLICIES[hold.kind].tells_person else None,
    )
