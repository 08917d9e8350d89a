"""Locks: what waits while a budget is used up, who asks for more, and what a manager makes of it.

Locked are new logs and starts. Stopping a timer never is, and what was typed is kept until it opens (section 5.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn

from store.budget_records import BudgetSettings, BudgetState, LockState, RequestState, UnlockRequest
from store.database import Store, Transaction
from store.harvest_records import Project
from store.records import Amount, AuditEvent, EntryState, HeldFor, Hours, Person, TimeEntry
from sync.budget_lines import concerns, load_lines
from sync.budget_rules import BudgetRules
from sync.errors import Refused
from sync.managers import Manager, Managers, NotYourBudget
from sync.news import TimerReady, UnlockAnswered, UnlockAsked, keep
from sync.ports import Clock, Jobs
from sync.rules.budget import BudgetLine, day_of, has_ended, is_closed, period_of
from sync.rules.budget_text import show_amount
from sync.rules.slack_text import escape


@dataclass(frozen=True, slots=True)
class Standing:
    """A project's lines in one period, and which of them are locked."""

    project: Project
    period: str
    settings: BudgetSettings
    lines: Sequence[BudgetLine]
    states: dict[str, BudgetState]
    limits: dict[str, Amount | None]
    closed: Sequence[BudgetLine]
    managers: str

    def state(self, line: BudgetLine) -> BudgetState:
        return self.states.get(line.key) or BudgetState(self.project.id, line.key, self.period)


class Locked(Refused):
    """New work on the project waits. `standing` says why and who can change that."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(f"{escape(locked_words(standing))} Press Request unlock, or log on another project.")
        self.standing = standing


@dataclass(frozen=True, slots=True)
class Unlocked:
    """`released`: entries that were held and go out now."""

    project: Project
    by: str
    extra: Hours | None
    until: date | None
    released: int
    answered: Sequence[str]
    """Keys of the requests that this grants."""


@dataclass(frozen=True)
class Locks:
    store: Store
    workspace_id: str
    clock: Clock
    jobs: Jobs
    rules: BudgetRules
    managers: Managers

    async def standing(
        self, tx: Transaction, project: Project, day: date, *, task_id: int | None = None, user_id: int | None = None
    ) -> Standing:
        """How the project stands on that day; with `task_id` and `user_id`, only lines which that work concerns."""
        (found,) = await self.standings(tx, [project], day, task_id=task_id, user_id=user_id)
        return replace(found, managers=await self.managers.names(tx, project.id))

    async def standings(
        self,
        tx: Transaction,
        projects: Sequence[Project],
        day: date,
        *,
        task_id: int | None = None,
        user_id: int | None = None,
    ) -> list[Standing]:
        """Of many projects, with as many questions as for one; without their managers' names."""
        account = await tx.workspaces.account()
        sees_rates = account is not None and account.sees_rates
        ids = [project.id for project in projects]
        settings, pending = await tx.budgets.settings_of(ids), await tx.time_entries.on_the_way(ids)
        states = await tx.budgets.states(ids)
        lines: dict[int, list[BudgetLine]] = {}
        for is_monthly in (False, True):
            chosen = [project for project in projects if project.is_monthly is is_monthly]
            lines |= await load_lines(tx, chosen, period_of(day, is_monthly=is_monthly), sees_rates=sees_rates)
        found = []
        for project in projects:
            concerned = [
                line
                for line in lines[project.id]
                if task_id is None or user_id is None or concerns(line, task_id, user_id)
            ]
            mine = [one for one in states if one.project_id == project.id]
            known = settings.get(project.id) or BudgetSettings(project.id)
            found.append(self._standing(project, day, known, concerned, mine, pending.get(project.id, 0)))
        return found

    def _standing(
        self,
        project: Project,
        day: date,
        settings: BudgetSettings,
        lines: Sequence[BudgetLine],
        states: Sequence[BudgetState],
        pending: int,
    ) -> Standing:
        """`pending`: hours on their way to Harvest, which count before they are there."""
        period = period_of(day, is_monthly=project.is_monthly)
        here = {one.line: one for one in states if one.period == period}
        limits = {line.key: self.rules.limit(line, settings) for line in lines}
        unseen, now = BudgetState(project.id, "", period), self.clock.now()
        closed = [
            line
            for line in lines
            if is_closed(here.get(line.key, unseen), line.plus(pending).used, limits[line.key], now)
        ]
        return Standing(project, period, settings, lines, here, limits, closed, "")

    async def closed_for(self, project_id: int, task_id: int, user_id: int, day: date) -> Standing | None:
        """The standing, if that work waits; None if it may be done."""
        async with self.store.reading(self.workspace_id) as tx:
            return await self.closed_in(tx, project_id, task_id, user_id, day)

    async def ask(
        self, person: Person, project_id: int, hours: Hours | None, reason: str, entry_key: str | None, key: str
    ) -> UnlockRequest:
        """Keep the request and send each manager a card; the coordinator where there is no manager."""
        now = self.clock.now()
        async with self.store.transaction(self.workspace_id) as tx:
            entry = await tx.time_entries.get(entry_key) if entry_key else None
            day = entry.spent_date if entry else self.rules.today(now)
            standing = await self.standing(tx, await _project(tx, project_id), day)
            if not standing.closed:
                raise Refused(f"{escape(standing.project.name)} is open: nothing has to be unlocked. Just log again.")
            request = UnlockRequest(
                key=key,
                project_id=project_id,
                line=standing.closed[0].key,
                period=standing.period,
                slack_id=person.slack_id,
                hours=hours,
                reason=reason,
                entry_key=entry.key if entry and entry.slack_id == person.slack_id else None,
                state=RequestState.ASKED,
                decided_by=None,
                answer="",
                created_at=now,
            )
            if await tx.budgets.ask(request):
                await self._audit(tx, person.slack_id, "unlock.asked", project_id, {"hours": hours, "reason": reason})
                for address in await self.addresses(tx, project_id):
                    await keep(tx, f"unlock:{key}:{address}", UnlockAsked(key, address), now)
        return request

    async def known_request(self, key: str) -> UnlockRequest | None:
        async with self.store.reading(self.workspace_id) as tx:
            return await tx.budgets.request(key)

    async def request(self, key: str) -> UnlockRequest:
        async with self.store.reading(self.workspace_id) as tx:
            return await _request(tx, key)

    async def managing(self, project_id: int) -> list[Manager]:
        async with self.store.reading(self.workspace_id) as tx:
            return await self.managers.of(tx, project_id)

    async def require(self, person: Person, project_id: int, deed: str) -> None:
        """Raises NotYourBudget for those who may not decide, and notes that they tried."""
        async with self.store.transaction(self.workspace_id) as tx:
            await _project(tx, project_id)
            if await self.managers.may_decide(tx, person, project_id):
                return
            names = await self.managers.names(tx, project_id)
            await self._audit(tx, person.slack_id, f"{deed}.refused", project_id, {})
        raise NotYourBudget(names)

    async def refuse(self, person: Person, deed: str, given: str) -> NoReturn:
        """A button or form carried something we did not write: note it, and say so in a sentence."""
        async with self.store.transaction(self.workspace_id) as tx:
            facts = {"given": given[:100]}
            await tx.audit.add(AuditEvent(self.clock.now(), person.slack_id, f"{deed}.refused", "unknown", facts))
        raise Refused("That button does not belong to anything I know. Nothing was changed; `/budget` shows the rest.")

    async def unlock(
        self, person: Person, project_id: int, extra: Hours | None, until: date | None, request_key: str | None
    ) -> Unlocked | None:
        """Open what is closed and send what was held; None if it was open already.

        `extra` hours: it locks again once they are used. `until`: the last day. Neither: open to the period's end.
        """
        await self.require(person, project_id, "unlock")
        now = self.clock.now()
        async with self.store.transaction(self.workspace_id) as tx:
            request = await _request(tx, request_key) if request_key else None
            if request is not None and request.project_id != project_id:
                raise Refused("That request is about another project. Open its own card and press Unlock there.")
            opened = await self._open(tx, person, project_id, request, extra, until)
            facts = {"extra": extra, "until": until.isoformat() if until else None, "opened": opened}
            await self._audit(tx, person.slack_id, "unlock" if opened else "unlock.no-op", project_id, facts)
            if not opened:
                return None
            released = await self.release(tx, project_id)
            answer = _answer(extra, until)
            answered = await tx.budgets.asked(project_id)
            for asked in answered:
                if await tx.budgets.answer(asked.key, RequestState.GRANTED, person.slack_id, answer):
                    await keep(tx, f"answered:{asked.key}", UnlockAnswered(asked.key), now)
            project = await _project(tx, project_id)
        for key in released:
            self.jobs.wake("entry", key)
        return Unlocked(project, person.slack_id, extra, until, len(released), [asked.key for asked in answered])

    async def keep_locked(self, person: Person, request_key: str, reason: str) -> UnlockRequest | None:
        """Say no to a request; None if it was answered before."""
        request = await self.request(request_key)
        await self.require(person, request.project_id, "keep-locked")
        async with self.store.transaction(self.workspace_id) as tx:
            answered = await tx.budgets.answer(request_key, RequestState.KEPT, person.slack_id, reason)
            deed = "keep-locked" if answered else "keep-locked.no-op"
            await self._audit(tx, person.slack_id, deed, request.project_id, {"reason": reason})
            if answered:
                await keep(tx, f"answered:{request_key}", UnlockAnswered(request_key), self.clock.now())
        return request if answered else None

    async def lock(self, person: Person, project_id: int) -> Project:
        """Close every line of the project in this period, whatever is used."""
        await self.require(person, project_id, "lock")
        now = self.clock.now()
        async with self.store.transaction(self.workspace_id) as tx:
            project = await _project(tx, project_id)
            standing = await self.standing(tx, project, self.rules.today(now))
            for line in standing.lines:
                await tx.budgets.save_state(standing.state(line), _locked(standing.state(line), person, now))
            await self._audit(tx, person.slack_id, "lock", project_id, {})
        return project

    async def release(self, tx: Transaction, project_id: int) -> list[str]:
        """Send on whatever was held for this project and is free now; the keys to wake. A timer is asked about."""
        now = self.clock.now()
        released = []
        for entry in await tx.time_entries.held(project_id, HeldFor.LOCKED):
            if await self.closed_in(tx, project_id, entry.task_id, entry.harvest_user_id, entry.spent_date):
                continue
            if entry.is_timer:
                await keep(tx, f"timer-ready:{entry.key}:{entry.revision}", TimerReady(entry.key), now)
                continue
            fresh: dict[str, Any] = {"held_for": None, "reason": None, "attempts": 0, "due_at": None, "told_at": now}
            await tx.time_entries.change(entry.key, was=[EntryState.HELD], state=EntryState.INTENDED, **fresh)
            released.append(entry.key)
        return released

    async def held(self, project_id: int) -> Sequence[TimeEntry]:
        async with self.store.reading(self.workspace_id) as tx:
            return await tx.time_entries.held(project_id, HeldFor.LOCKED)

    async def closed_in(
        self, tx: Transaction, project_id: int, task_id: int, user_id: int, day: date
    ) -> Standing | None:
        """`closed_for`, inside a transaction."""
        project = await tx.directory.project(project_id)
        if project is None:
            return None
        standing = await self.standing(tx, project, day, task_id=task_id, user_id=user_id)
        return standing if standing.closed else None

    async def _open(
        self,
        tx: Transaction,
        person: Person,
        project_id: int,
        request: UnlockRequest | None,
        extra: Hours | None,
        until: date | None,
    ) -> int:
        """Open the closed lines of the period; how many there were."""
        now = self.clock.now()
        day = day_of(request.period) if request and request.period else self.rules.today(now)
        standing = await self.standing(tx, await _project(tx, project_id), day)
        opened = 0
        if extra is not None and any(line.is_money for line in standing.closed):
            if request is None:
                raise Refused(
                    "That budget is in money, so I cannot add hours to it. Unlock it without, or until a day."
                )
            extra = None
        for line in standing.closed:
            before = standing.state(line)
            after = replace(
                before,
                lock=LockState.OPEN,
                locked_by=person.slack_id,
                is_decided=True,
                limit=_raised(line, _allowed(before, standing.limits[line.key], now), extra),
                open_until=self._end_of(until),
                changed_at=now,
            )
            opened += await tx.budgets.save_state(before, after)
        return opened

    def _end_of(self, until: date | None) -> datetime | None:
        return datetime.combine(until + timedelta(days=1), time(), self.rules.timezone) if until else None

    async def addresses(self, tx: Transaction, project_id: int) -> list[str]:
        """Whom a lock concerns: the project's managers, else the coordinator."""
        found = [manager.address for manager in await self.managers.of(tx, project_id)]
        return found or ([self.managers.coordinator] if self.managers.coordinator else [])

    async def _audit(self, tx: Transaction, actor: str, deed: str, project_id: int, facts: dict[str, Any]) -> None:
        await tx.audit.add(AuditEvent(self.clock.now(), actor, deed, f"project:{project_id}", facts))


def locked_words(standing: Standing) -> str:
    """State and who can change it, as plain text: `Website relaunch is locked: 101 h of 100 h are used. …`."""
    line = next(iter(standing.closed), None)
    what = standing.project.name + (f" ({line.name})" if line and line.name else "")
    used = ""
    if line is not None and line.budget and line.used is not None and not line.is_money:
        used = f": {show_amount(line.used)} of {show_amount(line.budget)} are used"
    return f"{what} is locked{used}. {standing.managers} can unlock it."


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


async def _project(tx: Transaction, project_id: int) -> Project:
    project = await tx.directory.project(project_id)
    if project is None:
        raise Refused("That project is not in Harvest any more, or not shown to me. `/budget` lists what is.")
    return project


async def _request(tx: Transaction, key: str) -> UnlockRequest:
    request = await tx.budgets.request(key)
    if request is None:
        raise Refused("That request is not kept here. `/budget CODE` shows how the project stands.")
    return request
