"""How a project's budget stands, for whoever asks, and what its managers decide about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from store.budget.records import BudgetSettings
from store.database import Transaction
from store.engine.records import AuditEvent
from store.harvest.records import HarvestEntry, Project
from store.people.records import Person
from store.time_entries.records import TimeEntry
from store.units import Hours
from sync.budget.lines import load_lines
from sync.budget.locks import Locks
from sync.budget.policy import BudgetRules
from sync.budget.status import BudgetStatus
from sync.engine.tenant import Tenant
from sync.errors import Refused
from sync.people.permissions import Managers
from sync.ports.engine import Job
from sync.rules.budget.bands import OVER, BudgetLine, band, day_of, month_of, period_of
from sync.rules.budget.burn import burn
from sync.rules.budget.command import SetHours
from sync.rules.budget.forecast import LOOK_BACK, Forecast, forecast

_LAST = 5
"""Entries shown on a card."""
_SETTLED_AFTER = timedelta(seconds=1)
"""A wake-up from within a transaction: the job finds it kept."""
_SHOWN_BACK = 59
"""Days of a burn chart before today, for a budget without months."""


@dataclass(frozen=True, slots=True)
class Visibility:
    """What the reader may see of a budget (BUDGET_VISIBILITY): hours with all that is concluded from them, and money.

    `money_shares`: percentages of money, which are shown to everybody unless Harvest decides.
    """

    hours: bool
    money: bool
    money_shares: bool = True

    def of(self, line: BudgetLine) -> bool:
        """Whether the amounts of this line are shown."""
        return self.money if line.is_money else self.hours

    def share_of(self, line: BudgetLine) -> bool:
        """Whether its percentage is shown, and with it every bar, colour and forecast."""
        return self.of(line) or (line.is_money and self.money_shares)

    def seen(self, standing: BudgetStatus) -> BudgetStatus:
        """Without the running timers of lines that are not shown."""
        lines = [one if self.share_of(one) else replace(one, running=0, timers=0) for one in standing.lines]
        return replace(standing, lines=lines)


@dataclass(frozen=True, slots=True)
class Card:
    """Everything `/budget CODE` shows its reader. `last` are entries with their people's names.

    What the reader may not see is not in it, but for the lines' own figures: `sight` decides about those.
    """

    standing: BudgetStatus
    sight: Visibility
    may_decide: bool
    forecast: Forecast | None
    last: Sequence[tuple[HarvestEntry, str]]
    today: date
    burn: Sequence[tuple[date, Hours]] = ()
    """Days and the hours used up to each; empty but for a whole budget of hours."""


@dataclass(frozen=True, slots=True)
class Impact:
    """The budget after an entry, in one line under its card.

    `takes_to`: the band that the entry carries it over, running timers counted; 0: none.
    """

    project: Project
    line: BudgetLine
    sight: Visibility
    takes_to: int
    is_closed: bool
    is_over: bool


@dataclass(frozen=True)
class Budgets:
    tenant: Tenant
    rules: BudgetRules
    managers: Managers
    locks: Locks

    async def card(self, person: Person | None, project: Project, period: str | None = None) -> Card:
        """`person` None: for a channel, where everybody reads. `period`: not the present one."""
        today = self.rules.today(self.tenant.now())
        async with self.tenant.reading() as tx:
            standing = await self.locks.standing(tx, project, day_of(period) if period else today)
            may_decide = person is not None and await self.managers.may_decide(tx, person, project.id)
            sight = await self._sight(tx, person, project, may_decide=may_decide)
            return Card(
                standing=sight.seen(standing),
                sight=sight,
                may_decide=may_decide,
                forecast=await self._forecast(tx, standing, today) if sight.hours else None,
                last=await self._last(tx, person, standing, may_decide=may_decide) if person and sight.hours else [],
                today=today,
                burn=await self._burn(tx, standing, today) if sight.hours else [],
            )

    async def overview(self, person: Person) -> list[Card]:
        """The person's projects and those they manage, the fullest first; without forecast and last entries."""
        today = self.rules.today(self.tenant.now())
        async with self.tenant.reading() as tx:
            managed = await self.managers.managed(tx, person)
            mine = {project.id for project in await tx.directory.projects_of(person.harvest_user_id or 0)}
            chosen = [
                one for one in await tx.directory.projects(mine | managed) if one.is_active and not one.is_excluded
            ]
            standings = await self.locks.standings(tx, chosen, today)
            sees_money = await self._sees_money(tx, person)
            decides = await self.managers.decides_everywhere(tx, person)
        cards = []
        for standing in standings:
            project = standing.project
            may_decide = decides or project.id in managed
            sight = self._sees(project, may_decide=may_decide, money=sees_money)
            cards.append(Card(sight.seen(standing), sight, may_decide, None, [], today))
        return sorted(cards, key=lambda card: -fullest(card))

    async def glance(self, person: Person, entry: TimeEntry) -> Impact | None:
        """The fullest line that this entry counts to; None where no budget is set or it is not shown to the person."""
        async with self.tenant.reading() as tx:
            project = await tx.directory.project(entry.project_id)
            if project is None or project.is_excluded:
                return None
            user_id = entry.harvest_user_id
            standing = await self.locks.standing(tx, project, entry.spent_date, task_id=entry.task_id, user_id=user_id)
            decides = await self.managers.may_decide(tx, person, project.id)
            sight = await self._sight(tx, person, project, may_decide=decides)
            is_counted = entry.harvest_id is not None and await tx.mirror.get(entry.harvest_id) is not None
        line = max(standing.lines, key=lambda one: one.share or 0, default=None)
        if line is None or line.share is None or not sight.share_of(line):
            return None
        hours = entry.hours or Hours(0)
        after = line if is_counted else line.plus(hours)
        before = line.plus(-hours) if is_counted else line
        with_timers = after.plus(line.running)
        reached = band(with_timers.share, self.rules.bands)
        takes_to = reached if reached > band(before.share, self.rules.bands) else 0
        is_over = _is_over(after)
        return Impact(project, after, sight, takes_to, bool(standing.closed), is_over)

    async def over(self) -> set[int]:
        """Projects that wear the "Over budget" badge (S2-29): a line of theirs has reached 100 % in this period.

        Where 100 is a band, the states tell. Where it is none, they only tell who reached the last band below, so
        those are counted; where no band is below, everybody is.
        """
        today = self.rules.today(self.tenant.now())
        nearest = band(Fraction(OVER), self.rules.bands)
        async with self.tenant.reading() as tx:
            reached = await tx.budgets.over(nearest, period_of(today, is_monthly=True))
            if nearest == OVER:
                return reached
            chosen = await (tx.directory.projects(reached) if nearest else tx.directory.all_projects())
            return await self._counted_over(tx, chosen, today)

    async def set_hours(self, person: Person, project: Project, asked: SetHours) -> BudgetSettings:
        """Hours of our own, never written to Harvest (ruling 7)."""
        await self.locks.require(person, project.id, "budget.set")
        async with self.tenant.transaction() as tx:
            settings = await tx.budgets.settings(project.id)
            hours = None if asked.uses_harvest else asked.hours if asked.hours is not None else settings.hours
            quoted = asked.quoted if asked.quoted is not None else settings.quoted
            settings = replace(settings, hours=hours or None, quoted=quoted)
            await tx.budgets.save_settings(settings)
            await self._changed(tx, person, project, "budget.set", {"hours": hours, "quoted": quoted})
        return settings

    async def set_channel(self, person: Person, project: Project, channel: str | None, *, may_be_shared: bool) -> None:
        await self.locks.require(person, project.id, "budget.channel")
        async with self.tenant.transaction() as tx:
            settings = await tx.budgets.settings(project.id)
            await tx.budgets.save_settings(replace(settings, channel_id=channel, may_be_shared=may_be_shared))
            await self._changed(tx, person, project, "budget.channel", {"channel": channel, "shared": may_be_shared})

    async def set_policy(self, person: Person, project: Project, policy: str | None) -> None:
        await self.locks.require(person, project.id, "budget.policy")
        async with self.tenant.transaction() as tx:
            settings = await tx.budgets.settings(project.id)
            await tx.budgets.save_settings(replace(settings, lock_policy=policy))
            await self._changed(tx, person, project, "budget.policy", {"policy": policy})

    async def mute(self, person: Person, project: Project, until: date | None, *, is_off: bool) -> None:
        """No alerts up to and including that day; None: until they are switched on again."""
        await self.locks.require(person, project.id, "budget.mute")
        silent = None if is_off else date.max if until is None else until + timedelta(days=1)
        async with self.tenant.transaction() as tx:
            settings = await tx.budgets.settings(project.id)
            await tx.budgets.save_settings(replace(settings, muted_until=silent))
            await self._changed(tx, person, project, "budget.mute", {"until": silent.isoformat() if silent else None})

    async def set_manager(self, person: Person, project: Project, slack_id: str, *, is_off: bool) -> bool:
        """False if there was nothing to take back."""
        await self.locks.require(person, project.id, "budget.manager")
        async with self.tenant.transaction() as tx:
            if is_off:
                done = await tx.budgets.dismiss_manager(project.id, slack_id)
            else:
                await tx.budgets.name_manager(project.id, slack_id)
                done = True
            await self._changed(tx, person, project, "budget.manager", {"who": slack_id, "off": is_off})
        return done

    async def names(self, user_ids: Sequence[int]) -> list[str]:
        """Names of Harvest users, in the same order."""
        async with self.tenant.reading() as tx:
            known = await tx.directory.user_names(user_ids)
        return [known.get(user_id, f"user {user_id}") for user_id in user_ids]

    async def _counted_over(self, tx: Transaction, projects: Sequence[Project], today: date) -> set[int]:
        account = await tx.accounts.get()
        sees_rates = account is not None and account.sees_rates
        found: set[int] = set()
        for is_monthly in (False, True):
            chosen = [project for project in projects if project.is_monthly == is_monthly]
            lines = await load_lines(tx, chosen, period_of(today, is_monthly=is_monthly), sees_rates=sees_rates)
            found |= {project_id for project_id, its in lines.items() if any(map(_is_over, its))}
        return found

    async def _sight(self, tx: Transaction, person: Person | None, project: Project, *, may_decide: bool) -> Visibility:
        money = person is not None and await self._sees_money(tx, person)
        return self._sees(project, may_decide=may_decide, money=money)

    def _sees(self, project: Project, *, may_decide: bool, money: bool) -> Visibility:
        """The one decision about what a reader sees. Where Harvest decides, it decides about percentages too."""
        hours = may_decide or not self.rules.hides_hours or project.shows_budget
        return Visibility(hours=hours, money=money, money_shares=not self.rules.hides_hours)

    async def _sees_money(self, tx: Transaction, person: Person) -> bool:
        user = await tx.directory.user(person.harvest_user_id) if person.harvest_user_id else None
        return user is not None and bool({"administrator", "billable_rates_manager"} & set(user.access_roles))

    async def _last(
        self, tx: Transaction, person: Person, standing: BudgetStatus, *, may_decide: bool
    ) -> list[tuple[HarvestEntry, str]]:
        """For who decides or works on the project and is known to Harvest; others' notes only for who decides."""
        user_id, project = person.harvest_user_id, standing.project
        if user_id is None or not (may_decide or project in await tx.directory.projects_of(user_id)):
            return []
        last = await tx.mirror.recent(project.id, month=month_of(standing.period), limit=_LAST)
        names = await tx.directory.user_names({entry.user_id for entry in last})
        shown = [one if may_decide or one.user_id == user_id else one._replace(notes="") for one in last]
        return [(entry, names.get(entry.user_id, f"user {entry.user_id}")) for entry in shown]

    async def _forecast(self, tx: Transaction, standing: BudgetStatus, today: date) -> Forecast | None:
        """Of the project's own hour budget in the present period; tasks, people and money move too unevenly."""
        line, project = _whole(standing), standing.project
        is_over = standing.period not in {"", period_of(today, is_monthly=True)}
        if line is None or not line.left or is_over:
            return None
        days = await tx.mirror.hours_by_day(project.id, today - timedelta(days=LOOK_BACK), is_ours=project.is_ours)
        return forecast(days, line.left, today, _month_end(today) if standing.period else None)

    async def _burn(self, tx: Transaction, standing: BudgetStatus, today: date) -> Sequence[tuple[date, Hours]]:
        """Up to today; of a month that is over, up to its end."""
        line, project = _whole(standing), standing.project
        if line is None or not line.used:
            return []
        first = day_of(standing.period) if standing.period else today - timedelta(days=_SHOWN_BACK)
        end = _month_end(first) if standing.period else date.max
        days = await tx.mirror.hours_by_day(project.id, first, is_ours=project.is_ours)
        return burn([(day, hours) for day, hours in days if day <= end], line.used, first, min(today, end))

    async def _changed(
        self, tx: Transaction, person: Person, project: Project, deed: str, facts: Mapping[str, object]
    ) -> None:
        now = self.tenant.now()
        today = self.rules.today(now)
        await tx.mirror.touch({(project.id, today.year * 100 + today.month)})
        await tx.audit.add(AuditEvent(now, person.slack_id, deed, f"project:{project.id}", {**facts}))
        self.locks.jobs.wake(Job.BUDGETS, "", at=now + _SETTLED_AFTER)


def fullest(card: Card) -> float:
    """The share of the fullest line that the reader may see, for sorting."""
    lines = card.standing.lines
    return max((float(one.share) for one in lines if one.share is not None and card.sight.share_of(one)), default=-1.0)


def _whole(standing: BudgetStatus) -> BudgetLine | None:
    """The project's own budget of hours, if that is its only line."""
    line = standing.lines[0] if len(standing.lines) == 1 else None
    return None if line is None or line.key or line.is_money else line


def _is_over(line: BudgetLine) -> bool:
    return line.share is not None and line.share >= OVER


def require_shown(project: Project) -> None:
    """Raises Refused for a project that is tagged `sync_off`."""
    if project.is_excluded:
        raise Refused("That project is tagged `sync_off` in Harvest, so I keep out of it. Take the tag away to use it.")


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
