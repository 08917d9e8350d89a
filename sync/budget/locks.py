"""Locks: what waits while a budget is used up, and what a manager opens or closes.

Locked are new logs and starts. Stopping a timer never is, and what was typed is kept until it opens (section 5.4).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import NoReturn

from store.budget.records import BudgetState, LockState, UnlockRequest
from store.database import Transaction
from store.harvest.records import Project
from store.people.records import Person
from store.time_entries.records import EntryState, HeldFor, TimeEntry
from store.units import Amount, Hours
from sync.budget.status import BudgetStatus, BudgetStatuses, load_project
from sync.budget.unlock_answers import grant, is_about, load_request
from sync.errors import Refused
from sync.news import enqueue
from sync.news.budget import TimerReady
from sync.people.permissions import Manager, NotYourBudget
from sync.ports.engine import Job, Jobs
from sync.rules.budget.bands import POLICY, BudgetLine, day_of, has_ended, period_of
from sync.rules.budget.command import show_amount
from sync.rules.time_entries import transitions

_TRIES = 3
"""Looks at a line that somebody else begins in the same moment."""


@dataclass(frozen=True, slots=True)
class Unlocked:
    """`opened`: period and line of each that was closed; `released`: entries that were held and go out now."""

    project: Project
    by: str
    extra: Hours | None
    """None: without a new limit, as always where the budget is in money."""
    until: date | None
    opened: Sequence[tuple[str, BudgetLine]]
    released: int
    answered: Sequence[str]
    """Keys of the requests that this grants."""


@dataclass(frozen=True, slots=True)
class _Grant:
    """What a manager allows. `is_chosen`: the hours were chosen, not just those that somebody had asked for."""

    by: str
    extra: Hours | None
    until: date | None
    is_chosen: bool


@dataclass(frozen=True)
class Locks(BudgetStatuses):
    jobs: Jobs

    async def managing(self, project_id: int) -> list[Manager]:
        async with self.tenant.reading() as tx:
            return await self.managers.of(tx, project_id)

    async def administrators(self) -> list[Manager]:
        async with self.tenant.reading() as tx:
            return await self.managers.administrators(tx)

    async def require(self, person: Person, project_id: int, deed: str) -> None:
        """Raises NotYourBudget for those who may not decide, and notes that they tried."""
        async with self.tenant.transaction() as tx:
            await load_project(tx, project_id)
            if await self.managers.may_decide(tx, person, project_id):
                return
            names = await self.managers.names(tx, project_id)
            await self._audit(tx, person.slack_id, f"{deed}.refused", project_id, {})
        raise NotYourBudget(names)

    async def refuse(self, person: Person, deed: str, given: str) -> NoReturn:
        """A button or form carried something we did not write: note it, and say so in a sentence."""
        async with self.tenant.transaction() as tx:
            facts = {"given": given[:100]}
            await self.tenant.audit(tx, person.slack_id, f"{deed}.refused", "unknown", facts)
        raise Refused("That button does not belong to anything I know. Nothing was changed; `/budget` shows the rest.")

    async def unlock(
        self,
        person: Person,
        project_id: int,
        extra: Hours | None,
        until: date | None,
        request_key: str | None,
        *,
        period: str = "",
        is_chosen: bool = True,
    ) -> Unlocked:
        """Open what is closed and send what was held; nothing is `opened` if it was open already.

        `extra` hours: it locks again once they are used. `until`: the last day. Neither: open to the period's end.
        A request opens its own line alone; else all lines of the `period` open, and without one those of every
        period that is closed or in which something is held. `is_chosen`: the hours are not just those asked for.
        """
        await self.require(person, project_id, "unlock")
        granted = _Grant(person.slack_id, extra, until, is_chosen)
        async with self.tenant.transaction() as tx:
            project = await load_project(tx, project_id)
            request = await load_request(tx, request_key) if request_key else None
            if request is not None and request.project_id != project_id:
                raise Refused("That request is about another project. Open its own card and press Unlock there.")
            opened = await self._open(tx, project, request, period, granted)
            if any(line.is_money for _, line in opened):
                extra = None
            facts = {"extra": extra, "until": until.isoformat() if until else None, "opened": len(opened)}
            await self._audit(tx, person.slack_id, "unlock" if opened else "unlock.no-op", project_id, facts)
            released = await self.release(tx, project_id)
            answered = await self._grant(tx, project_id, opened, request_key, (person.slack_id, _answer(extra, until)))
            answered += await self.answer_open(tx, project_id)
        for key in released:
            self.jobs.wake(Job.ENTRY, key)
        return Unlocked(project, person.slack_id, extra, until, opened, len(released), answered)

    async def lock(self, person: Person, project_id: int) -> Project:
        """Close every line of the project in this period, whatever is used."""
        await self.require(person, project_id, "lock")
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            project = await load_project(tx, project_id)
            await self._change(
                tx,
                project,
                self.rules.today(now),
                lambda standing: standing.lines,
                lambda standing, line: _locked(standing.state(line), person, now),
            )
            await self._audit(tx, person.slack_id, "lock", project_id, {})
        return project

    async def release(self, tx: Transaction, project_id: int) -> list[str]:
        """Send on whatever was held for this project and is free now; the keys to wake. A timer is asked about."""
        released: list[str] = []
        standings: dict[str, BudgetStatus] = {}
        for entry in await tx.time_entries.held(project_id, HeldFor.LOCKED):
            standing = await self.known(tx, project_id, entry.spent_date, standings)
            if standing is not None and standing.closed_to(entry.task_id, entry.harvest_user_id):
                continue
            if await self.let_go(tx, entry, _opened_at(standing, entry)):
                released.append(entry.key)
                standings.clear()  # Its hours count from now on.
        return released

    async def let_go(self, tx: Transaction, entry: TimeEntry, stamp: str) -> bool:
        """Send on one that nothing keeps any more; True if it goes out. A timer is asked about, once a `stamp`."""
        now = self.tenant.now()
        if entry.is_to_run:
            await enqueue(tx, f"timer-ready:{entry.key}:{stamp}", TimerReady(entry.key), now)
            return False
        return await tx.time_entries.apply(entry.key, transitions.release(told_at=now)) is not None

    async def answer_open(self, tx: Transaction, project_id: int) -> list[str]:
        """Grant requests of which the line is open by now, whatever opened it; the keys of those."""
        free = []
        standings: dict[str, BudgetStatus] = {}
        for asked in await tx.budgets.asked(project_id):
            entry = await waiting_entry(tx, asked)
            day = entry.spent_date if entry else self.day_in(asked.period)
            standing = await self.known(tx, project_id, day, standings)
            if standing is None:
                continue
            of = standing.closed_to(entry.task_id, entry.harvest_user_id) if entry else standing.closed
            if not (of if entry else is_about(asked, [line.key for line in of])):
                free.append(asked)
        return await grant(tx, free, POLICY, "", self.tenant.now())

    def day_in(self, period: str) -> date:
        """A day in that period; today if none is given."""
        return day_of(period) if period else self.rules.today(self.tenant.now())

    async def held(self, project_id: int) -> Sequence[TimeEntry]:
        async with self.tenant.reading() as tx:
            return await tx.time_entries.held(project_id, HeldFor.LOCKED)

    async def _open(
        self, tx: Transaction, project: Project, request: UnlockRequest | None, period: str, granted: _Grant
    ) -> list[tuple[str, BudgetLine]]:
        """Open what is closed of that request, that period, or all that is; period and line of each."""
        entry = await waiting_entry(tx, request) if request else None
        if request is not None:
            days = [entry.spent_date if entry else self.day_in(request.period)]
        else:
            days = [self.day_in(period)] if period else await self._days(tx, project)

        def wanted(standing: BudgetStatus) -> list[BudgetLine]:
            if entry is not None:
                return standing.closed_to(entry.task_id, entry.harvest_user_id)
            return [line for line in standing.closed if request is None or is_about(request, [line.key])]

        opened = []
        for day in days:
            opened += await self._change(
                tx, project, day, wanted, lambda standing, line: self._opened(standing, line, granted)
            )
        return opened

    async def _days(self, tx: Transaction, project: Project) -> list[date]:
        """A day in the present period, and one in each other that is closed or in which something is held."""
        present = self.rules.today(self.tenant.now())
        if not project.is_monthly:
            return [present]
        states = await tx.budgets.states([project.id])
        held = await tx.time_entries.held(project.id, HeldFor.LOCKED)
        periods = {one.period for one in states if one.period and one.lock is LockState.CLOSED}
        periods |= {period_of(entry.spent_date, is_monthly=True) for entry in held}
        return [present, *map(day_of, sorted(periods - {period_of(present, is_monthly=True)}))]

    async def _change(
        self,
        tx: Transaction,
        project: Project,
        day: date,
        wanted: Callable[[BudgetStatus], Sequence[BudgetLine]],
        after: Callable[[BudgetStatus, BudgetLine], BudgetState],
    ) -> list[tuple[str, BudgetLine]]:
        """Change the states of those lines, again where somebody else began one in this moment; what was changed."""
        changed: dict[str, tuple[str, BudgetLine]] = {}
        for _ in range(_TRIES):
            standing = await self.standing(tx, project, day, for_change=True)
            left = [line for line in wanted(standing) if line.key not in changed]
            for line in left:
                if await tx.budgets.save_state(standing.state(line), after(standing, line)):
                    changed[line.key] = (standing.period, line)
            if all(line.key in changed for line in left):
                break
        return list(changed.values())

    def _opened(self, standing: BudgetStatus, line: BudgetLine, granted: _Grant) -> BudgetState:
        if line.is_money and granted.extra is not None and granted.is_chosen:
            raise Refused("That budget is in money, so I cannot add hours to it. Unlock it without, or until a day.")
        before, now = standing.state(line), self.tenant.now()
        extra = None if line.is_money else granted.extra
        return replace(
            before,
            lock=LockState.OPEN,
            locked_by=granted.by,
            is_decided=True,
            limit=_raised(line, _allowed(before, standing.limits[line.key], now), extra),
            open_until=self._end_of(granted.until),
            changed_at=now,
        )

    async def _grant(
        self,
        tx: Transaction,
        project_id: int,
        opened: Sequence[tuple[str, BudgetLine]],
        request_key: str | None,
        given: tuple[str, str],
    ) -> list[str]:
        """Answer the requests of which the line was opened. `given`: by whom, and in which words."""
        lines: dict[str, list[str]] = {}
        for period, line in opened:
            lines.setdefault(period, []).append(line.key)
        asked = [
            one
            for one in await tx.budgets.asked(project_id)
            if is_about(one, lines.get(one.period, [])) or (opened and one.key == request_key)
        ]
        by, words = given
        return await grant(tx, asked, by, words, self.tenant.now())

    def _end_of(self, until: date | None) -> datetime | None:
        return datetime.combine(until + timedelta(days=1), time(), self.rules.timezone) if until else None

    async def addresses(self, tx: Transaction, project_id: int) -> list[str]:
        """Whom a lock concerns: the project's managers, else the coordinator, else Harvest's administrators."""
        if found := [manager.address for manager in await self.managers.of(tx, project_id)]:
            return found
        if self.managers.coordinator:
            return [self.managers.coordinator]
        return [one.address for one in await self.managers.administrators(tx)]

    async def _audit(
        self, tx: Transaction, actor: str, deed: str, project_id: int, facts: Mapping[str, object]
    ) -> None:
        await self.tenant.audit(tx, actor, deed, f"project:{project_id}", facts)


def _opened_at(standing: BudgetStatus | None, entry: TimeEntry) -> str:
    """When the lines of that work last opened: a lock that opens again is told again."""
    states = standing.states.values() if standing else []
    keys = {"", f"task:{entry.task_id}", f"person:{entry.harvest_user_id}"}
    moments = [one.changed_at for one in states if one.line in keys and one.changed_at]
    return max(moments).isoformat() if moments else ""


def _locked(before: BudgetState, person: Person, now: datetime) -> BudgetState:
    return replace(
        before,
        lock=LockState.CLOSED,
        locked_by=person.slack_id,
        is_decided=True,
        limit=None,
        open_until=None,
        changed_at=now,
    )


def _allowed(state: BudgetState, limit: Amount | None, now: datetime) -> Amount:
    """Up to where it is open: the policy's limit, or what a manager granted beyond it, while that holds."""
    granted = None if has_ended(state, now) else state.limit
    return Amount(max(limit or 0, granted or 0))


def _raised(line: BudgetLine, allowed: Amount, extra: Hours | None) -> Amount | None:
    """Where it locks again: `extra` beyond what is used or allowed already."""
    return None if extra is None else Amount(max(line.used or 0, allowed) + extra)


def _answer(extra: Hours | None, until: date | None) -> str:
    hours = f"{show_amount(extra)} more" if extra else "no new limit"
    return f"{hours}, until {until.isoformat()}" if until else hours


async def waiting_entry(tx: Transaction, request: UnlockRequest) -> TimeEntry | None:
    """What is held for a request, if it still waits for that project."""
    entry = await tx.time_entries.get(request.entry_key) if request.entry_key else None
    if entry is None or entry.state is not EntryState.HELD or entry.held_for is not HeldFor.LOCKED:
        return None
    return entry if entry.project_id == request.project_id else None
