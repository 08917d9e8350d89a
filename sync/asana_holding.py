"""Keeps the rows of what waits in step with what a task's booking found, and tells of what is new."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from store.database import Transaction
from store.mapping_records import OF_PERSON, OF_PROJECT, Hold, HoldKind, HoldState, KnownTask
from sync.asana_desk import Desk
from sync.news import HoursHeld, HoursReleased, keep
from sync.rules.plan_parts import Held

_SETTLED = frozenset({HoldKind.UNFIT, HoldKind.MISPLACED})
"""Where Discard means that it shall be so: asked again once it is otherwise."""
_TOLD_TO_PERSON = frozenset({HoldKind.DUPLICATE, HoldKind.OVER_A_DAY})


@dataclass(frozen=True)
class Holding:
    workspace_id: str

    async def keep(
        self,
        tx: Transaction,
        known: KnownTask,
        desk: Desk,
        held: Sequence[Held],
        now: datetime,
        *,
        is_blind: bool = False,
    ) -> None:
        """Open what waits now, release what does not any more; nothing where the hours could not be seen."""
        before = {hold.key: hold for hold in await tx.asana_holds.of_task(known.gid)}
        wanted = {self.key(known.gid, one): one for one in held}
        for key, one in wanted.items():
            await self._open(tx, _hold(key, known, desk, one), before.get(key), desk, now)
        for key, hold in before.items():
            if key not in wanted and hold.state is HoldState.OPEN and not is_blind:
                released = replace(hold, state=HoldState.RELEASED, revision=hold.revision + 1)
                await tx.asana_holds.save(released, now)
                await keep(tx, f"released:{key}:{released.revision}", HoursReleased(key), now)

    def key(self, task_gid: str, held: Held) -> str:
        """The same trouble of the same task has the same key, however often it is found."""
        return str(uuid5(NAMESPACE_URL, f"{self.workspace_id}:hold:{task_gid}:{held.kind}:{held.who}"))

    async def _open(self, tx: Transaction, hold: Hold, before: Hold | None, desk: Desk, now: datetime) -> None:
        is_news = before is None or before.state is not HoldState.OPEN
        if before is not None and before.state is HoldState.DISCARDED and before.kind in _SETTLED:
            is_news = (before.hours, before.words) != (hold.hours, hold.words)
            if not is_news:
                return
        if before is not None and not is_news:
            same = replace(before, revision=0, opened_at=None, decided_by=None)
            if same == hold:
                return
        hold = replace(
            hold,
            revision=before.revision + 1 if before else 0,
            opened_at=now if before is None or is_news else before.opened_at,
        )
        if is_news and not await self._is_told(tx, hold):
            await keep(tx, f"hold:{hold.key}:{hold.revision}", await _news(tx, hold, desk), now)
        await tx.asana_holds.save(hold, now)

    async def _is_told(self, tx: Transaction, hold: Hold) -> bool:
        """A hundred tasks that wait for one mend are one message."""
        if hold.kind in OF_PROJECT:
            return bool(await tx.asana_holds.open(project_gid=hold.project_gid, kinds=[hold.kind]))
        if hold.kind in OF_PERSON:
            same = await tx.asana_holds.open(user_gid=hold.user_gid, kinds=[hold.kind])
            return any(one.project_gid == hold.project_gid for one in same)
        return False


def _hold(key: str, known: KnownTask, desk: Desk, held: Held) -> Hold:
    return Hold(
        key=key,
        kind=held.kind,
        project_gid=desk.project_gid,
        task_gid=known.gid,
        parts=held.parts,
        user_gid=held.user.gid if held.user else None,
        hours=held.hours,
        day=None,
        words=held.words,
        entry_key=held.entry_key,
        entry_ids=held.entry_ids,
    )


async def _news(tx: Transaction, hold: Hold, desk: Desk) -> HoursHeld:
    who = desk.seen.people.get(hold.user_gid or "")
    project = await tx.asana.project(hold.project_gid) if hold.project_gid else None
    names = {one.project_gid: one.project_name for one in desk.seen.memberships}
    return HoursHeld(
        hold_key=hold.key,
        kind=hold.kind.value,
        project=project.project.name if project else names.get(hold.project_gid or "", ""),
        task=desk.seen.task.name,
        url=desk.seen.task.url,
        who=who.user.name if who else None,
        hours=hold.hours,
        words=hold.words,
        slack_id=(who.slack_id or None) if who and hold.kind in _TOLD_TO_PERSON else None,
    )
