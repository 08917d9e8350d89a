"""News about budgets: where each goes, and what it is worded from. The words are those of the views.

Money never goes to a channel; hours go there by BUDGET_VISIBILITY. A message that is brought up to date is worded anew.
"""

from dataclasses import dataclass

from handlers.budget.views import alerts
from handlers.budget.views import lock_cards as decisions
from handlers.cards import entry as entries
from handlers.slack.addressed import Addressed, Place
from handlers.slack.blocks import actions, button, name, quoted, section
from handlers.slack.replies import Message
from store.harvest.records import Project
from store.people.records import Person
from store.time_entries.records import EntryState, TimeEntry
from sync.budget.budgets import Card
from sync.budget.flows import BudgetFlows
from sync.errors import Gone, Rejected
from sync.news.budget import (
    BudgetCrossed,
    BudgetNews,
    FoundOver,
    LockTriggered,
    OverageSeen,
    TimerReady,
    UnlockAnswered,
    UnlockAsked,
)
from sync.people.people import People
from sync.ports.engine import Clock
from sync.rules.budget.bands import period_of
from sync.time_entries.entries import TimeEntries


@dataclass(frozen=True)
class BudgetWords:
    """`alert_channel`: ALERT_CHANNEL. `coordinator`: COORDINATOR."""

    flows: BudgetFlows
    clock: Clock
    entries: TimeEntries
    people: People
    alert_channel: str | None
    coordinator: str | None

    async def word(self, news: BudgetNews) -> Addressed | None:
        """None if there is nobody to tell."""
        match news:
            case BudgetCrossed():
                return await self._crossed(news)
            case LockTriggered():
                return await self._locked(news)
            case UnlockAsked():
                return await self._asked(news)
            case UnlockAnswered() | TimerReady():
                return await self._for_person(news)
            case OverageSeen():
                return await self._went_over(news)
            case FoundOver():
                return await self._found(news)

    async def _crossed(self, news: BudgetCrossed) -> Addressed | None:
        """Of a period that has ended, a manager hears; if it locked, by the card that tells them of that."""
        if news.is_past and news.has_locked:
            return None
        project = await self.flows.overages.project(news.project_id)
        shown = await self.flows.budgets.card(None, project, news.period)
        who = await self.flows.budgets.names(news.pushed_by)
        places = await (self._managers(project) if news.is_past else self._places(project, shown))
        return Addressed(places, alerts.crossed(news, shown, who)) if places else None

    async def _locked(self, news: LockTriggered) -> Addressed | None:
        project, shown = await self._for_manager(news.project_id, news.manager, news.period)
        held = await self._held(project, shown)
        message = decisions.lock_card(shown, held, self.flows.budgets.rules.bands, news.lines)
        return Addressed(await self._of_manager(news.manager, project), message)

    async def _asked(self, news: UnlockAsked) -> Addressed | None:
        request = await self.flows.requests.get(news.request_key)
        project, shown = await self._for_manager(request.project_id, news.manager, request.period)
        held = await self._held(project, shown)
        message = decisions.request_card(request, shown, held, self.flows.budgets.rules.bands)
        note = "" if await self._manages(news.manager, project) else _no_manager(project)
        return Addressed(await self._of_manager(news.manager, project, note), message)

    async def _for_person(self, news: UnlockAnswered | TimerReady) -> Addressed | None:
        return await (self._answered(news) if isinstance(news, UnlockAnswered) else self._ready(news))

    async def _answered(self, news: UnlockAnswered) -> Addressed:
        request = await self.flows.requests.get(news.request_key)
        project = await self.flows.overages.project(request.project_id)
        text = alerts.answered(request, project, await self.flows.requests.entry(request))
        return Addressed([Place(request.slack_id)], Message(text, [section(text)]))

    async def _ready(self, news: TimerReady) -> Addressed | None:
        entry = await self.entries.any_entry(news.entry_key)
        if entry.state is not EntryState.HELD:
            return None
        person = await self.people.person(entry.slack_id)
        shown = await self.entries.show(person, entry, with_total=False)
        text = f":unlock: {entries.where(shown)} is open again. Start the timer now?{quoted(entry.note)}"
        buttons = [
            button("Start timer", entries.BEGIN, entry.key, style="primary"),
            button("Discard", entries.DISCARD, entry.key),
        ]
        return Addressed([Place(entry.slack_id)], Message(text, [section(text), *actions(buttons)]))

    async def _went_over(self, news: OverageSeen) -> Addressed:
        project = await self.flows.overages.project(news.project_id)
        overs = await self.flows.overages.of(news.entry_ids)
        today = self.flows.budgets.rules.today(self.clock.now())
        message = decisions.overage_card(project, overs, today)
        return Addressed(await self._of_manager(news.manager, project), message)

    async def _found(self, news: FoundOver) -> Addressed | None:
        places = await self._last("")
        if not places:
            return None
        projects = [await self.flows.overages.project(project_id) for project_id in news.project_ids]
        person = await self._shown_to(places[0].address)
        cards = [await self.flows.budgets.card(person, project) for project in projects]
        return Addressed(places, alerts.found_over(cards, self.flows.budgets.rules.bands))

    async def _for_manager(self, project_id: int, address: str, period: str) -> tuple[Project, Card]:
        """With what this manager may see."""
        project = await self.flows.overages.project(project_id)
        return project, alerts.of_then(await self.flows.budgets.card(await self._shown_to(address), project, period))

    async def _shown_to(self, address: str) -> Person | None:
        """None where Slack does not show them: somebody else will read it, who sees what everybody may."""
        try:
            slack_id = await self.people.reach(address)
            return await self.people.person(slack_id) if slack_id else None
        except (Gone, Rejected):
            return None

    async def _held(self, project: Project, shown: Card) -> list[TimeEntry]:
        """What waits on the project in that period."""
        period, is_monthly = shown.standing.period, project.is_monthly
        held = await self.flows.locks.held(project.id)
        return [one for one in held if period_of(one.spent_date, is_monthly=is_monthly) == period]

    async def _places(self, project: Project, shown: Card) -> list[Place]:
        """The project's channel, the one for all, its managers, the coordinator, administrators; each learns why."""
        settings = shown.standing.settings
        own = [Place(settings.channel_id, "", settings.may_be_shared)] if settings.channel_id else []
        common = [Place(self.alert_channel)] if self.alert_channel else []
        hint = f"`/budget channel {name(project.code or project.name)} #channel` sends these alerts to a channel."
        managers = await self.flows.locks.managing(project.id)
        people = [Place(one.address, hint, who=one.name) for one in managers]
        return [*own, *common, *people, *await self._last(hint if managers else _no_manager(project))]

    async def _managers(self, project: Project) -> list[Place]:
        managers = await self.flows.locks.managing(project.id)
        people = [Place(one.address, who=one.name) for one in managers]
        return [*people, *await self._last("" if managers else _no_manager(project))]

    async def _of_manager(self, manager: str, project: Project, note: str = "") -> list[Place]:
        """A card of theirs, and where it goes if they cannot be given it. The other managers have their own."""
        names = {one.address: one.name for one in await self.flows.locks.managing(project.id)}
        is_alone = names.keys() <= {manager}
        last = await self._last(_no_manager(project) if is_alone else "")
        return [Place(manager, note, who=names.get(manager, "")), *last]

    async def _manages(self, address: str, project: Project) -> bool:
        return address in {one.address for one in await self.flows.locks.managing(project.id)}

    async def _last(self, note: str) -> list[Place]:
        """The coordinator, then Harvest's administrators: somebody reads it."""
        administrators = await self.flows.locks.administrators()
        coordinator = [Place(self.coordinator, note)] if self.coordinator else []
        return [*coordinator, *(Place(one.address, note, who=one.name) for one in administrators)]


def _no_manager(project: Project) -> str:
    code = name(project.code or project.name)
    return (
        "You get this because no manager of the project can be reached. Name one in Harvest, or with "
        f"`/budget manager {code} @name`."
    )
