"""Time entries: insert once, move on from state to state, find what is due."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from store.scope import Scope
from store.time_entries.records import OPEN_STATES, EntryEdit, EntryState, HeldFor, TimeEntry, TimerStop, Transition
from store.time_entries.tables import time_entries
from store.time_entries.truth import COLUMNS, ENTRIES, STATE
from store.units import Hours


class Pending(NamedTuple):
    """Hours of one person on one task and day that are on their way to Harvest."""

    project_id: int
    task_id: int
    user_id: int
    spent_date: date
    hours: Hours


class TimeEntries(Scope):
    async def add(self, entry: TimeEntry) -> bool:
        """False if an entry with this key, or of this Harvest id, stands already."""
        return await self._insert(time_entries, {**asdict(entry), "wanted": _write_wanted(entry.wanted)})

    async def get(self, key: str) -> TimeEntry | None:
        return await self._one(time_entries.c.key == key)

    async def by_harvest_id(self, harvest_id: int) -> TimeEntry | None:
        return await self._one(time_entries.c.harvest_id == harvest_id)

    async def by_short_id(self, beginning: str) -> TimeEntry | None:
        """The entry whose key begins so, if there is just one."""
        rows = await self._many(time_entries.c.key.startswith(beginning, autoescape=True))
        return rows[0] if len(rows) == 1 else None

    async def apply(self, key: str, transition: Transition) -> TimeEntry | None:
        """The changed entry; None if it has moved on meanwhile, so that the transition was not made."""
        wanted = [self._mine(time_entries), time_entries.c.key == key, time_entries.c.state.in_(transition.was)]
        if transition.is_unsent:
            wanted.append(time_entries.c.sent_at.is_(None))
        if transition.revision is not None:
            wanted.append(time_entries.c.revision == transition.revision)
        values: dict[str, Any] = {**transition.values}
        if "wanted" in values:
            values["wanted"] = _write_wanted(values["wanted"])
        done = await self._connection.execute(sa.update(time_entries).where(*wanted).values(**values))
        return await self.get(key) if done.rowcount == 1 else None

    async def lease(self, key: str, now: datetime, until: datetime) -> TimeEntry | None:
        """The entry, if it is open and nobody else is at it; it is the caller's until `until`."""
        done = await self._connection.execute(
            sa.update(time_entries)
            .where(
                self._mine(time_entries),
                time_entries.c.key == key,
                time_entries.c.state.in_(OPEN_STATES),
                sa.or_(time_entries.c.leased_until.is_(None), time_entries.c.leased_until < now),
            )
            .values(leased_until=until, leased_by=self._me)
        )
        return await self.get(key) if done.rowcount == 1 else None

    async def due(self, now: datetime, by: datetime, limit: int = 100) -> Sequence[str]:
        """Keys of open entries that are due `by` then and which nobody is at now, oldest first."""
        rows = await self._connection.execute(
            sa.select(time_entries.c.key)
            .where(
                self._mine(time_entries),
                time_entries.c.state.in_(OPEN_STATES),
                sa.or_(time_entries.c.due_at.is_(None), time_entries.c.due_at <= by),
                sa.or_(time_entries.c.leased_until.is_(None), time_entries.c.leased_until < now),
            )
            .order_by(time_entries.c.created_at)
            .limit(limit)
        )
        return [row.key for row in rows]

    async def release_dead(self) -> int:
        """Take back what processes that died have held."""
        return await self._release_dead(time_entries)

    async def release_all(self) -> None:
        """Take back every lease: for the start of the only process of an embedded store."""
        await self._connection.execute(
            sa.update(time_entries).where(self._mine(time_entries)).values(leased_until=None)
        )

    async def of_day(self, slack_id: str, day: date) -> Sequence[TimeEntry]:
        """A person's entries of that spent date, oldest first, whatever their state."""
        return await self._many(time_entries.c.slack_id == slack_id, COLUMNS["spent_date"] == day)

    async def on_the_way_of(self, harvest_user_id: int) -> Sequence[TimeEntry]:
        """Entries of one Harvest user that wait for Harvest's answer, oldest first."""
        of = time_entries.c
        return await self._many(of.harvest_user_id == harvest_user_id, of.state.in_(OPEN_STATES))

    async def in_state(self, slack_id: str, states: Iterable[EntryState]) -> Sequence[TimeEntry]:
        return await self._many(time_entries.c.slack_id == slack_id, STATE.in_(list(states)))

    async def timers_on(self, asana_task_gid: str) -> Sequence[TimeEntry]:
        """Everybody's timers that run on a task of Asana's."""
        of = time_entries.c
        return await self._many(of.asana_task_gid == asana_task_gid, STATE == EntryState.RUNNING)

    async def held(self, project_id: int, kind: HeldFor) -> Sequence[TimeEntry]:
        """Everybody's entries on that project which are held for that reason, oldest first."""
        of = time_entries.c
        return await self._many(of.project_id == project_id, of.state == EntryState.HELD, of.held_for == kind)

    async def rejected_of_asana(self) -> Sequence[TimeEntry]:
        """Entries made from Asana that Harvest said no to, oldest first."""
        of = time_entries.c
        return await self._many(
            of.asana_task_gid.is_not(None), of.state == EntryState.HELD, of.held_for == HeldFor.REJECTED
        )

    async def waiting(self, kind: HeldFor) -> Sequence[int]:
        """Projects on which anything is held for that reason."""
        of = time_entries.c
        wanted = (of.state == EntryState.HELD, of.held_for == kind)
        rows = await self._connection.execute(
            sa.select(of.project_id).where(self._mine(time_entries), *wanted).distinct().order_by(of.project_id)
        )
        return [row.project_id for row in rows]

    async def on_the_way(self, project_ids: Collection[int]) -> Sequence[Pending]:
        """Hours on these projects that Harvest has not confirmed yet; timers that run are not counted."""
        of = time_entries.c
        wanted = (of.project_id.in_(list(project_ids)), of.state == EntryState.INTENDED, of.hours.is_not(None))
        keys = (of.project_id, of.task_id, of.harvest_user_id, of.spent_date)
        rows = await self._connection.execute(
            sa.select(*keys, sa.func.sum(of.hours)).where(self._mine(time_entries), *wanted).group_by(*keys)
        )
        return [Pending(*row[:4], Hours(int(row[4] or 0))) for row in rows]

    async def latest(self, slack_id: str, *, is_timer: bool | None = None) -> TimeEntry | None:
        """The last one that reached Harvest or will, for `resume`."""
        kept = STATE.in_(
            [EntryState.LOGGED, EntryState.RUNNING, EntryState.STOPPING, EntryState.INTENDED, EntryState.EDITING]
        )
        kind = [] if is_timer is None else [time_entries.c.is_timer == is_timer]
        rows = await self._many(time_entries.c.slack_id == slack_id, kept, *kind)
        return rows[-1] if rows else None

    async def coming(self, slack_id: str, project_id: int | None = None) -> TimeEntry | None:
        """The newest one of this person that Harvest does not have yet and will."""
        of = time_entries.c
        where = [] if project_id is None else [of.project_id == project_id]
        rows = await self._many(of.slack_id == slack_id, of.state == EntryState.INTENDED, *where)
        return rows[-1] if rows else None

    async def timer_ids(self, harvest_ids: Collection[int]) -> set[int]:
        """Those of these Harvest ids that were started as timers here."""
        of = time_entries.c
        rows = await self._connection.execute(
            sa.select(of.harvest_id).where(self._mine(time_entries), of.harvest_id.in_(list(harvest_ids)), of.is_timer)
        )
        return {row.harvest_id for row in rows}

    async def _one(self, *wanted: sa.ColumnElement[bool]) -> TimeEntry | None:
        rows = await self._many(*wanted)
        return rows[0] if rows else None

    async def _many(self, *wanted: sa.ColumnElement[bool]) -> Sequence[TimeEntry]:
        columns = [column.label(name) for name, column in COLUMNS.items()]
        rows = await self._connection.execute(
            sa.select(*columns)
            .select_from(ENTRIES)
            .where(self._mine(time_entries), *wanted)
            .order_by(time_entries.c.created_at)
        )
        return [read_entry(row) for row in rows]


def read_entry(row: sa.Row[Any]) -> TimeEntry:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented way to a row's mapping
    values["state"] = EntryState(values["state"])
    values["held_for"] = HeldFor(values["held_for"]) if values["held_for"] else None
    values["wanted"] = _read_wanted(values["wanted"])
    return TimeEntry(**values)


def _write_wanted(wanted: EntryEdit | TimerStop | None) -> dict[str, Any] | None:
    match wanted:
        case EntryEdit():
            day = wanted.spent_date.isoformat() if wanted.spent_date else None
            return {**asdict(wanted), "spent_date": day}
        case TimerStop():
            return {**asdict(wanted), "at": wanted.at.isoformat(), "then": _write_wanted(wanted.then)}
    return None


def _read_wanted(kept: dict[str, Any] | None) -> EntryEdit | TimerStop | None:
    if not kept:
        return None
    if "at" in kept:
        then = _read_edit(kept["then"]) if kept.get("then") else None
        return TimerStop(
            datetime.fromisoformat(kept["at"]), Hours(kept["hours"]), kept["note"], then, kept.get("is_exact", False)
        )
    return _read_edit(kept)


def _read_edit(kept: dict[str, Any]) -> EntryEdit:
    day = date.fromisoformat(kept["spent_date"]) if kept["spent_date"] else None
    return EntryEdit(**{**kept, "spent_date": day})
