"""How a project's budget stands, for whoever asks, and what its managers decide about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from store.budget_records import BudgetSettings
from store.database import Store, Transaction
from store.harvest_records import HarvestEntry, Project
from store.records import AuditEvent, Hours, Person, TimeEntry
from sync.budget_rules import BudgetRules
from sync.errors import Refused
from sync.locks import Locks, Standing
from sync.managers import Managers
from sync.ports import Clock
from sync.rules.budget import BudgetLine, band, day_of, month_of, period_of
from sync.rules.budget_text import SetHours
from sync.rules.burn import burn
from sync.rules.forecast import LOOK_BACK, Forecast, forecast

_LAST = 5
"""Entries shown on a card."""
_SHOWN_BACK = 59
"""Days of a burn chart before today, for a budget without months."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the reader may see of a budget: hours and percentages, money (BUDGET_VISIBILITY)."""

    hours: bool
    money: bool

    def of(self, line: BudgetLine) -> bool:
        """Whether the amounts of this line are shown."""
        return self.money if line.is_money else self.hours


@dataclass(frozen=True, slots=True)
class Card:
    """Everything `/budget CODE` shows. `last` are entries with their people's names."""

    standing: Standing
    sight: Sight
    may_decide: bool
    forecast: Forecast | None
    last: Sequence[tuple[HarvestEntry, str]]
    today: date
    burn: Sequence[tuple[date, Hours]] = ()
    """Days and the hours used up to each; empty but for a whole budget of hours."""


@dataclass(frozen=True, slots=True)
class Glance:
    """The budget after an entry, in one line under its card.

    `takes_to`: the band that the entry carries it over, running timers counted; 0: none.
    """

    project: Project
    line: BudgetLine
    sight: Sight
    takes_to: int
    is_closed: bool
    is_over: bool


@dataclass(frozen=True)
class Budgets:
    store: Store
    workspace_id: str
    clock: Clock
    rules: BudgetRules
    managers: Managers
    locks: Locks

    async def card(self, person: Person | None, project: Project, period: str | None = None) -> Card:
        """`person` None: for a channel, where everybody reads. `period`: not the present one."""
        today = self.rules.today(self.clock.now())
        async with self.store.reading(self.workspace_id) as tx:
            standing = await self.locks.standing(tx, project, day_of(period) if period else today)
            sight = await self._sight(tx, person, project)
            last = await tx.mirror.recent(project.id, month=month_of(standing.period), limit=_LAST)
            names = await tx.directory.user_names({entry.user_id for entry in last})
            return Card(
                standing=standing,
                sight=sight,
                may_decide=person is not None and await self.managers.may_decide(tx, person, project.id),
                forecast=await self._forecast(tx, standing, today),
                last=[(entry, names.get(entry.user_id, f"user {entry.user_id}")) for entry in last],
                today=today,
                burn=await self._burn(tx, standing, today),
            )

    async def overview(self, person: Person) -> Sequence[Card]:
        """The person's projects and those they manage, the fullest first."""
        async with self.store.reading(self.workspace_id) as tx:
            mine = {project.id for project in await tx.directory.projects_of(person.harvest_user_id or 0)}
            chosen = await tx.directory.projects(mine | await self.managers.managed(tx, person))
        cards = [
            await self.card(person, project) for project in chosen if project.is_active and not project.is_excluded
        ]
        return sorted(cards, key=lambda card: -fullest(card.standing))

    async def glance(self, person: Person, entry: TimeEntry) -> Glance | None:
        """The fullest line that this entry counts to; None where no budget is set or the person may see nothing."""
        async with self.store.reading(self.workspace_id) as tx:
            project = await tx.directory.project(entry.project_id)
            if project is None or project.is_excluded:
                return None
            user_id = entry.harvest_user_id
            standing = await self.locks.standing(tx, project, entry.spent_date, task_id=entry.task_id, user_id=user_id)
            sight = await self._sight(tx, person, project)
            is_counted = entry.harvest_id is not None and await tx.mirror.get(entry.harvest_id) is not None
        line = max(standing.lines, key=lambda one: one.share or 0, default=None)
        if line is None or line.share is None or (self.rules.hides_hours and not sight.hours):
            return None
        hours = entry.hours or Hours(0)
        after = line if is_counted else line.plus(hours)
        before = line.plus(-hours) if is_counted else line
        with_timers = after.plus(line.running)
        reached = band(with_timers.share, self.rules.bands)
        takes_to = reached if reached > band(before.share, self.rules.bands) else 0
        is_over = after.share is not None and after.share >= min(100, self.rules.bands[-1])
        return Glance(project, after, sight, takes_to, bool(standing.closed), is_over)

    async def over(self) -> set[int]:
        """Projects that wear the "Over budget" badge (S2-29)."""
        month = period_of(self.rules.today(self.clock.now()), is_monthly=True)
        async with self.store.reading(self.workspace_id) as tx:
            return await tx.budgets.over(min(100, self.rules.bands[-1]), month)

    async def set_hours(self, person: Person, project: Project, asked: SetHours) -> BudgetSettings:
        """Hours of our own, never written to Harvest (ruling 7)."""
        await self.locks.require(person, project.id, "budget.set")
        async with self.store.transaction(self.workspace_id) as tx:
            settings = await tx.budgets.settings(project.id)
            hours = None if asked.uses_harvest else asked.hours if asked.hours is not None else settings.hours
            quoted = asked.quoted if asked.quoted is not None else settings.quoted
            settings = replace(settings, hours=hours or None, quoted=quoted)
            await tx.budgets.save_settings(settings)
            await self._changed(tx, person, project, "budget.set", {"hours": hours, "quoted": quoted})
        return settings

    async def set_channel(self, person: Person, project: Project, channel: str | None, *, may_be_shared: bool) -> None:
        await self.locks.require(person, project.id, "budget.channel")
        async with self.store.transaction(self.workspace_id) as tx:
            settings = await tx.budgets.settings(project.id)
            await tx.budgets.save_settings(replace(settings, channel_id=channel, may_be_shared=may_be_shared))
            await self._changed(tx, person, project, "budget.channel", {"channel": channel, "shared": may_be_shared})

    async def set_policy(self, person: Person, project: Project, policy: str | None) -> None:
        await self.locks.require(person, project.id, "budget.policy")
        async with self.store.transaction(self.workspace_id) as tx:
            settings = await tx.budgets.settings(project.id)
            await tx.budgets.save_settings(replace(settings, lock_policy=policy))
            await self._changed(tx, person, project, "budget.policy", {"policy": policy})

    async def mute(self, person: Person, project: Project, until: date | None, *, is_off: bool) -> None:
        """No alerts up to and including that day; None: until they are switched on again."""
        await self.locks.require(person, project.id, "budget.mute")
        silent = None if is_off else date.max if until is None else until + timedelta(days=1)
        async with self.store.transaction(self.workspace_id) as tx:
            settings = await tx.budgets.settings(project.id)
            await tx.budgets.save_settings(replace(settings, muted_until=silent))
            await self._changed(tx, person, project, "budget.mute", {"until": silent.isoformat() if silent else None})

    async def set_manager(self, person: Person, project: Project, slack_id: str, *, is_off: bool) -> bool:
        """False if there was nothing to take back."""
        await self.locks.require(person, project.id, "budget.manager")
        async with self.store.transaction(self.workspace_id) as tx:
            if is_off:
                done = await tx.budgets.dismiss_manager(project.id, slack_id)
            else:
                await tx.budgets.name_manager(project.id, slack_id)
                done = True
            await self._changed(tx, person, project, "budget.manager", {"who": slack_id, "off": is_off})
        return done

    async def names(self, user_ids: Sequence[int]) -> list[str]:
        """Names of Harvest users, in the same order."""
        async with self.store.reading(self.workspace_id) as tx:
            known = await tx.directory.user_names(user_ids)
        return [known.get(user_id, f"user {user_id}") for user_id in user_ids]

    async def _sight(self, tx: Transaction, person: Person | None, project: Project) -> Sight:
        if person is None:
            return Sight(hours=not self.rules.hides_hours or project.shows_budget, money=False)
        user = await tx.directory.user(person.harvest_user_id) if person.harvest_user_id else None
        roles = set(user.access_roles) if user else set()
        sees_money = bool({"administrator", "billable_rates_manager"} & roles)
        decides = await self.managers.may_decide(tx, person, project.id)
        return Sight(hours=decides or not self.rules.hides_hours or project.shows_budget, money=sees_money)

    async def _forecast(self, tx: Transaction, standing: Standing, today: date) -> Forecast | None:
        """Of the project's own hour budget; tasks, people and money move too unevenly."""
        line = standing.lines[0] if len(standing.lines) == 1 else None
        if line is None or line.key or line.is_money or not line.left:
            return None
        days = await tx.mirror.hours_by_day(standing.project.id, today - timedelta(days=LOOK_BACK))
        return forecast(days, line.left, today, _month_end(today) if standing.period else None)

    async def _burn(self, tx: Transaction, standing: Standing, today: date) -> Sequence[tuple[date, Hours]]:
        line = standing.lines[0] if len(standing.lines) == 1 else None
        if line is None or line.key or line.is_money or not line.used:
            return []
        first = today.replace(day=1) if standing.period else today - timedelta(days=_SHOWN_BACK)
        days = await tx.mirror.hours_by_day(standing.project.id, first)
        mine = [(day, hours) for day, hours in days if not standing.period or day <= _month_end(today)]
        return burn(mine, line.used, max(first, mine[0][0]) if mine else first, today)

    async def _changed(
        self, tx: Transaction, person: Person, project: Project, deed: str, facts: dict[str, Any]
    ) -> None:
        now = self.clock.now()
        today = self.rules.today(now)
        await tx.mirror.touch({(project.id, today.year * 100 + today.month)})
        await tx.audit.add(AuditEvent(now, person.slack_id, deed, f"project:{project.id}", facts))


def fullest(standing: Standing) -> float:
    """The share of the fullest line, for sorting."""
    return max((float(line.share) for line in standing.lines if line.share is not None), default=-1.0)


def require_shown(project: Project) -> None:
    """Raises Refused for a project that is tagged `sync_off`."""
    if project.is_excluded:
        raise Refused("That project is tagged `sync_off` in Harvest, so I keep out of it. Take the tag away to use it.")


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
