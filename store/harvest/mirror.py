"""The mirror of Harvest's time entries: saved by id, counted by day, added up by project."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from store.budget.tables import touched_budgets
from store.harvest.records import DeletedEntry, HarvestEntry
from store.harvest.tables import deleted_entries, harvest_entries
from store.scope import Scope
from store.units import Hours

_FIELDS = HarvestEntry._fields
_COLUMNS = [harvest_entries.c[name] for name in _FIELDS]
_IDS_A_STATEMENT = 2000
"""As many as a page of Harvest's has; SQLite binds at most 32,766 values in one statement."""


Group = Literal["task_id", "user_id"]


@dataclass(frozen=True, slots=True)
class Saved:
    """How many entries were new, changed, or just as they were."""

    added: int = 0
    changed: int = 0
    same: int = 0


@dataclass(frozen=True, slots=True)
class Total:
    """What counts to a budget: `hours` as the account rounds; `fees` in ten-thousandths of the currency's main unit.

    `group` is the task's or user's id where totals were asked for by one, else 0.
    """

    project_id: int
    group: int
    hours: Hours
    fees: int


class Mirror(Scope):
    async def save(self, entries: Sequence[HarvestEntry], now: datetime, *, is_first: bool = False) -> Saved:
        """Insert or update by Harvest's id, and mark the budgets that this touches.

        `is_first`: nothing was kept before, so nothing is compared.
        """
        known = {} if is_first else await self._known([entry.id for entry in entries])
        fresh = [entry for entry in entries if _is_news(entry, known.get(entry.id))]
        if not fresh:
            return Saved(same=len(entries))
        await self._write(fresh, now)
        before = [known[entry.id] for entry in fresh if entry.id in known]
        await self.touch({(entry.project_id, entry.month) for entry in [*fresh, *before]})
        return Saved(len(fresh) - len(before), len(before), len(entries) - len(fresh))

    async def remove(self, ids: Collection[int], now: datetime) -> Sequence[HarvestEntry]:
        """Take out what is gone from Harvest; what it was is kept apart. The answer is what was there."""
        gone = list((await self._known(ids)).values())
        kept = [name for name in DeletedEntry.__slots__ if name in _FIELDS]
        rows = [{**{name: getattr(entry, name) for name in kept}, "noticed_at": now} for entry in gone]
        await self._upsert(deleted_entries, rows)
        for part in _parts(entry.id for entry in gone):
            one_of = harvest_entries.c.id.in_(part)
            await self._connection.execute(sa.delete(harvest_entries).where(self._mine(harvest_entries), one_of))
        await self.touch({(entry.project_id, entry.month) for entry in gone})
        return gone

    async def get(self, entry_id: int) -> HarvestEntry | None:
        return (await self._known([entry_id])).get(entry_id)

    async def of_day(self, user_id: int, day: date) -> Sequence[HarvestEntry]:
        """A person's entries of that spent date, oldest first."""
        of = harvest_entries.c
        return await self._many(of.user_id == user_id, of.spent_date == day)

    async def newest(self, user_id: int, project_id: int | None = None, *, limit: int = 1) -> Sequence[HarvestEntry]:
        """The entries this person made last, newest first: Harvest numbers them in order."""
        of = harvest_entries.c
        where = [] if project_id is None else [of.project_id == project_id]
        rows = await self._connection.execute(
            sa.select(*_COLUMNS)
            .where(self._mine(harvest_entries), of.user_id == user_id, *where)
            .order_by(of.id.desc())
            .limit(limit)
        )
        return [HarvestEntry(*row) for row in rows]

    async def referring_to(self, reference_id: str) -> Sequence[HarvestEntry]:
        """Entries with that external reference, such as an Asana task's gid."""
        return await self._many(harvest_entries.c.reference_id == reference_id)

    async def deleted(self, entry_id: int) -> DeletedEntry | None:
        """What it was; None if it was never missed, or stands in the mirror again."""
        columns = [deleted_entries.c[name] for name in DeletedEntry.__slots__]
        stands = sa.exists().where(self._mine(harvest_entries), harvest_entries.c.id == entry_id)
        row = await self._connection.execute(
            sa.select(*columns).where(self._mine(deleted_entries), deleted_entries.c.id == entry_id, ~stands)
        )
        found = row.one_or_none()
        return DeletedEntry(*found) if found else None

    async def count(self, first: date | None = None, last: date | None = None) -> int:
        """Entries with a spent date in that span, both ends included; None: without an end."""
        found = await self._connection.scalar(
            sa.select(sa.func.count()).where(self._mine(harvest_entries), *_within(first, last))
        )
        return found or 0

    async def ids(self, first: date | None, last: date | None) -> set[int]:
        rows = await self._connection.execute(
            sa.select(harvest_entries.c.id).where(self._mine(harvest_entries), *_within(first, last))
        )
        return {row.id for row in rows}

    async def days(self) -> Sequence[tuple[date, int]]:
        """Every spent date there is and how many entries it has, oldest first."""
        rows = await self._connection.execute(
            sa.select(harvest_entries.c.spent_date, sa.func.count())
            .where(self._mine(harvest_entries))
            .group_by(harvest_entries.c.spent_date)
            .order_by(harvest_entries.c.spent_date)
        )
        return [(row[0], row[1]) for row in rows]

    async def running(self, project_ids: Collection[int] | None = None) -> Sequence[HarvestEntry]:
        """Timers that ran at the last look."""
        wanted = [] if project_ids is None else [harvest_entries.c.project_id.in_(list(project_ids))]
        return await self._many(harvest_entries.c.is_running, *wanted)

    async def timers_on(self, reference_id: str) -> Sequence[HarvestEntry]:
        """Timers with that external reference which ran at the last look."""
        return await self._many(harvest_entries.c.is_running, harvest_entries.c.reference_id == reference_id)

    async def has_timer(self, user_id: int) -> bool:
        """Whether any of this person's timers ran at the last look."""
        return bool(await self._many(harvest_entries.c.is_running, harvest_entries.c.user_id == user_id))

    async def is_approved(self, user_id: int, day: date) -> bool:
        """Whether anything of this person's on that day is approved, so that Harvest takes nothing more there."""
        of = harvest_entries.c
        return bool(await self._many(of.user_id == user_id, of.spent_date == day, of.approval_status == "approved"))

    async def recent(self, project_id: int, *, month: int | None = None, limit: int = 5) -> Sequence[HarvestEntry]:
        """The last finished ones of a project, newest first."""
        rows = await self._connection.execute(
            sa.select(*_COLUMNS)
            .where(self._mine(harvest_entries), ~harvest_entries.c.is_running, *_of(project_id, month))
            .order_by(harvest_entries.c.updated_at.desc(), harvest_entries.c.id.desc())
            .limit(limit)
        )
        return [HarvestEntry(*row) for row in rows]

    async def seen_since(self, project_id: int, month: int | None, at: datetime) -> Sequence[HarvestEntry]:
        """Finished entries of a project that came here after `at`, newest first."""
        wanted = (harvest_entries.c.seen_at > at, ~harvest_entries.c.is_running)
        rows = await self._connection.execute(
            sa.select(*_COLUMNS)
            .where(self._mine(harvest_entries), *_of(project_id, month), *wanted)
            .order_by(harvest_entries.c.seen_at.desc(), harvest_entries.c.id.desc())
        )
        return [HarvestEntry(*row) for row in rows]

    async def hours_by_day(
        self, project_id: int, since: date, *, is_ours: bool = False
    ) -> Sequence[tuple[date, Hours]]:
        """Hours that count to the budget, of each day from `since` on, oldest first; `is_ours` as in `totals`."""
        rows = await self._connection.execute(
            sa.select(harvest_entries.c.spent_date, sa.func.sum(harvest_entries.c.rounded_hours))
            .where(self._mine(harvest_entries), *_counted(is_ours=is_ours))
            .where(harvest_entries.c.project_id == project_id)
            .where(harvest_entries.c.spent_date >= since)
            .group_by(harvest_entries.c.spent_date)
            .order_by(harvest_entries.c.spent_date)
        )
        return [(row[0], Hours(int(row[1]))) for row in rows]

    async def totals(
        self, project_ids: Collection[int], *, by: Group | None = None, month: int | None = None, is_ours: bool = False
    ) -> Sequence[Total]:
        """What counts to the budgets of these projects, in all or in one month; running timers are not counted.

        `is_ours`: budgets set in Slack on projects that have none in Harvest, where Harvest calls nothing budgeted.
        """
        of = harvest_entries.c
        group: Any = of[by] if by else sa.literal(0)
        fees = sa.func.sum(sa.case((of.billable, of.rounded_hours * sa.func.coalesce(of.billable_rate, 0)), else_=0))
        wanted = [of.project_id.in_(list(project_ids)), *([] if month is None else [of.month == month])]
        rows = await self._connection.execute(
            sa.select(of.project_id, group, sa.func.sum(of.rounded_hours), fees)
            .where(self._mine(harvest_entries), *_counted(is_ours=is_ours), *wanted)
            .group_by(of.project_id, *([of[by]] if by else []))
        )
        return [Total(row[0], row[1], Hours(int(row[2])), int(row[3])) for row in rows]

    async def hours_of(self, project_ids: Collection[int], month: int | None = None) -> dict[int, Hours]:
        """Finished hours of each project, budgeted or not, in all or in one month."""
        of = harvest_entries.c
        wanted = [of.project_id.in_(list(project_ids)), *([] if month is None else [of.month == month])]
        rows = await self._connection.execute(
            sa.select(of.project_id, sa.func.sum(of.hours))
            .where(self._mine(harvest_entries), ~of.is_running, *wanted)
            .group_by(of.project_id)
        )
        return {row[0]: Hours(int(row[1])) for row in rows}

    async def by_person_and_day(self) -> Sequence[tuple[int, int, date, Hours]]:
        """Project, user, day and finished hours: what must equal Harvest's own (contract, section 5.2)."""
        of = harvest_entries.c
        keys = (of.project_id, of.user_id, of.spent_date)
        rows = await self._connection.execute(
            sa.select(*keys, sa.func.sum(of.hours))
            .where(self._mine(harvest_entries), ~of.is_running)
            .group_by(*keys)
            .order_by(*keys)
        )
        return [(row[0], row[1], row[2], Hours(int(row[3]))) for row in rows]

    async def user_ids(self) -> set[int]:
        """Everybody who has an entry."""
        rows = await self._connection.execute(
            sa.select(harvest_entries.c.user_id).where(self._mine(harvest_entries)).distinct()
        )
        return {row.user_id for row in rows}

    async def touch(self, budgets: Iterable[tuple[int, int]]) -> None:
        """Mark that the budget of a project has to be looked at for a month (202611).

        A mark that stands already is written again: who takes the marks waits for this transaction, and sees its rows.
        """
        if rows := sorted(budgets):
            await self._upsert_many(touched_budgets, ("project_id", "month"), rows)

    async def take_touched(self) -> set[tuple[int, int]]:
        """Project and month of every budget that is marked; the marks are gone once the transaction is kept."""
        of = touched_budgets.c
        marks = sa.select(of.project_id, of.month).where(self._mine(touched_budgets))
        rows = await self._connection.execute(marks.order_by(of.project_id, of.month).with_for_update())
        taken = {(row.project_id, row.month) for row in rows}
        for project_id in sorted({project_id for project_id, _ in taken}):
            wanted = (of.project_id == project_id, of.month.in_([month for one, month in taken if one == project_id]))
            await self._connection.execute(sa.delete(touched_budgets).where(self._mine(touched_budgets), *wanted))
        return taken

    async def _known(self, ids: Collection[int]) -> dict[int, HarvestEntry]:
        parts = _parts(ids)
        return {entry.id: entry for part in parts for entry in await self._many(harvest_entries.c.id.in_(part))}

    async def _many(self, *wanted: sa.ColumnElement[bool]) -> Sequence[HarvestEntry]:
        rows = await self._connection.execute(
            sa.select(*_COLUMNS).where(self._mine(harvest_entries), *wanted).order_by(harvest_entries.c.id)
        )
        return [HarvestEntry(*row) for row in rows]

    async def _write(self, entries: Sequence[HarvestEntry], now: datetime) -> None:
        rows = [(*entry, entry.month, now) for entry in entries]
        await self._upsert_many(harvest_entries, (*_FIELDS, "month", "seen_at"), rows, kept=("seen_at",))


def _is_news(entry: HarvestEntry, known: HarvestEntry | None) -> bool:
    """A page that was on its way while somebody changed an entry through Gleaner does not take that back."""
    return known is None or (entry != known and entry.updated_at >= known.updated_at)


def _parts(ids: Iterable[int]) -> list[list[int]]:
    """In order, each no longer than a statement takes."""
    wanted = sorted(ids)
    return [wanted[start : start + _IDS_A_STATEMENT] for start in range(0, len(wanted), _IDS_A_STATEMENT)]


def _within(first: date | None, last: date | None) -> list[sa.ColumnElement[bool]]:
    spent = harvest_entries.c.spent_date
    return [*([] if first is None else [spent >= first]), *([] if last is None else [spent <= last])]


def _of(project_id: int, month: int | None) -> list[sa.ColumnElement[bool]]:
    whole = [harvest_entries.c.project_id == project_id]
    return whole if month is None else [*whole, harvest_entries.c.month == month]


def _counted(*, is_ours: bool) -> tuple[sa.ColumnElement[bool], ...]:
    """Ruling 6: what Harvest calls budgeted; running timers are shown apart."""
    finished = ~harvest_entries.c.is_running
    return (finished,) if is_ours else (finished, harvest_entries.c.budgeted)
