"""The wording of news about budgets: alerts for channels, cards for managers, answers for who asked.

Money never goes to a channel; hours go there by BUDGET_VISIBILITY. A message that is brought up to date is worded anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement

from handlers.budget.views import cards as views
from handlers.budget.views import lock_cards as decisions
from handlers.cards import entry as entries
from handlers.cards.budget import chart, one_line, outlook, timers_of
from handlers.slack.addressed import Addressed, Place
from handlers.slack.blocks import actions, button, context, cut, name, quoted, section
from handlers.slack.refusals import ASK, about
from handlers.slack.replies import Message
from store.budget.records import RequestState, UnlockRequest
from store.harvest.records import Project
from store.people.records import Person
from store.time_entries.records import EntryState, HeldFor, TimeEntry
from sync.budget.budgets import Card, Visibility
from sync.budget.flows import BudgetFlows
from sync.budget.status import BudgetStatus
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
from sync.rules.budget.bands import POLICY, period_of, show_share
from sync.rules.budget.command import show_amount
from sync.rules.text.slack import escape
from sync.time_entries.entries import TimeEntries

_LISTED = 15
_GOING = {EntryState.INTENDED, EntryState.LOGGED}


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
        return Addressed(places, crossed(news, shown, who)) if places else None

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
        text = answered(request, project, await self.flows.requests.entry(request))
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
        return Addressed(places, found_over(cards, self.flows.budgets.rules.bands))

    async def _for_manager(self, project_id: int, address: str, period: str) -> tuple[Project, Card]:
        """With what this manager may see."""
        project = await self.flows.overages.project(project_id)
        return project, _of_then(await self.flows.budgets.card(await self._shown_to(address), project, period))

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


def crossed(news: BudgetCrossed, shown: Card, who: Sequence[str]) -> Message:
    """What, how much, since when, who pushed it over, and how long it will last."""
    shown = _of_then(shown)
    standing = shown.standing
    project, sight = standing.project, shown.sight
    highest = max(line["band"] for line in news.lines)
    when = f" for {news.period}" if news.period else ""
    head = f"{_siren(highest)} *{name(project.name)}* has reached {highest} % of its budget{when}."
    if news.has_locked:
        head += _lock_words(news, standing)
    lines = [_crossed_line(line, sight, project.currency) for line in news.lines]
    running = [timers_of(line) + " besides" for line in standing.lines if line.timers and not line.key]
    coming = outlook(shown.forecast, shown.today)
    facts = [*lines, _pushed(who, news.since), *running, f"{coming[0].upper()}{coming[1:]}" if coming else ""]
    text = cut("\n".join([head, *(fact for fact in facts if fact)]), 2900)
    blocks: list[Block] = [section(text), *chart(standing, sight, shown.burn)]
    return Message(text, [*blocks, *actions(_alert_buttons(shown))])


def found_over(cards: Sequence[Card], bands: Sequence[int]) -> Message:
    """The digest after the first import (ruling 5)."""
    head = (
        f":mag: I have read all of Harvest. {len(cards)} {'project is' if len(cards) == 1 else 'projects are'} over "
        "the limit already. Nothing was announced and nothing is locked; lock those that should be."
    )
    blocks: list[Block] = [section(head)]
    lines = [head]
    for shown in cards[:_LISTED]:
        line = one_line(shown, bands)
        lines.append(line)
        locked = bool(shown.standing.closed)
        blocks.append(section(line))
        blocks += [] if locked else actions([button("Lock", views.LOCK, about(shown.standing))])
    if len(cards) > _LISTED:
        lines.append(f"and {len(cards) - _LISTED} more; `/budget` lists them.")
        blocks.append(context(lines[-1]))
    return Message(cut("\n".join(lines), 3900), blocks)


def answered(request: UnlockRequest, project: Project, entry: TimeEntry | None) -> str:
    """For who asked. `entry`: what they had typed, as it stands now."""
    what = f"*{name(project.name)}*"
    if request.state is not RequestState.GRANTED:
        return (
            f":lock: <@{request.decided_by}> keeps {what} locked.{quoted(request.answer)}\nWhat you typed is still "
            "kept: `/log list` shows it, to edit or discard."
        )
    how = f" ({request.answer})" if request.answer else ""
    by = "" if request.decided_by == POLICY else f" <@{request.decided_by}> unlocked it."
    return f":unlock: {what} is open again{how}.{by}{_goes_out(entry)}"


def _goes_out(entry: TimeEntry | None) -> str:
    if entry is None or entry.is_timer:
        return ""  # A timer is asked about on its own.
    if entry.state is EntryState.HELD and entry.held_for is HeldFor.LOCKED:
        return (
            " What you typed still waits, because others have already used these hours. Request unlock asks for more; "
            "`/log list` shows it."
        )
    return " Your held hours are being logged now." if entry.state in _GOING else ""


def _of_then(shown: Card) -> Card:
    """A month that is over has no outlook, and no chart of today's."""
    is_over = shown.standing.period not in {"", period_of(shown.today, is_monthly=True)}
    return replace(shown, forecast=None, burn=()) if is_over else shown


def _lock_words(news: BudgetCrossed, standing: BudgetStatus) -> str:
    """The lock as it stands now: the alert is brought up to date when somebody opens it."""
    locked = [decisions.Closed.read(line) for line in news.lines if line.get("is_locked", True)]
    closed = {line.key for line in standing.closed}
    lines = [line for line in locked if line.key in closed]
    if locked and not lines:
        return " It had locked and is open again."
    if lines and all(line.key for line in lines):
        return f" {decisions.has_locked(standing.project, lines)}"
    return " It is locked: new logs and timers wait until a manager unlocks it." if lines else ""


def _crossed_line(line: Mapping[str, Any], sight: Visibility, currency: str | None) -> str:
    """As it was when it crossed: an alert does not change its figures afterwards."""
    used, budget, is_money = line["used"], line["budget"], line["is_money"]
    share = show_share(Fraction(used * 100, budget))
    label = f"{name(line['name'])}: " if line["name"] else ""
    if not (sight.money if is_money else sight.hours):
        return f"{label}{share} used"
    unit = (currency or "") if is_money else None
    return f"{label}{show_amount(used, unit)} of {show_amount(budget, unit)} used ({share})"


def _pushed(who: Sequence[str], since: str | None) -> str:
    if not who:
        return ""
    names = ", ".join(escape(one) for one in who[:3]) + (f" and {len(who) - 3} more" if len(who) > 3 else "")
    return f"The latest hours are of {names}{_since(since)}."


def _since(iso: str | None) -> str:
    if iso is None:
        return ""
    at = datetime.fromisoformat(iso)
    return f", since <!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def _siren(band: int) -> str:
    return ":rotating_light:" if band >= 100 else ":warning:" if band >= 90 else ":large_yellow_circle:"


def _alert_buttons(shown: Card) -> list[ButtonElement]:
    """While it is locked: managers open it, everybody else asks; who may is checked when it is pressed."""
    if not shown.standing.closed:
        return []
    value = about(shown.standing)
    return [button("Unlock", views.UNLOCK, value, style="primary"), button("Request unlock", ASK, value)]


def _no_manager(project: Project) -> str:
    code = name(project.code or project.name)
    return (
        "You get this because no manager of the project can be reached. Name one in Harvest, or with "
        f"`/budget manager {code} @name`."
    )
