"""`/budget`: looking, and what a project's managers set."""

from dataclasses import dataclass

from handlers.budget.buttons import BudgetButtons
from handlers.budget.views import cards as views
from handlers.slack.channels import SlackChannels
from handlers.slack.listening import Listening
from handlers.slack.replies import Replies, plain
from handlers.slack.requests import Received
from store.harvest.records import Project
from store.people.records import Person
from sync.budget.budgets import require_shown
from sync.budget.flows import BudgetFlows
from sync.errors import Refused
from sync.people.people import People, local
from sync.rules.budget.command import (
    BudgetCommand,
    BudgetHelp,
    Lock,
    Look,
    Mute,
    Overview,
    SetChannel,
    SetHours,
    SetManager,
    SetPolicy,
    Unlock,
    parse,
)
from sync.rules.text.slack import escape, quote
from sync.time_entries.targets import Targets, UnclearTarget


@dataclass(frozen=True)
class BudgetListeners:
    flows: BudgetFlows
    people: People
    targets: Targets
    replies: Replies
    places: SlackChannels
    buttons: BudgetButtons

    def register(self, listening: Listening) -> None:
        listening.command("budget", self.budget)
        self.buttons.register(listening)

    async def budget(self, received: Received) -> None:
        person = await self.people.person(received.request.user)
        today = local(received.at, person).date()
        typed = parse(received.request.text, codes=await self.targets.codes_and_names(), today=today)
        match typed:
            case BudgetHelp():
                await self.replies.answer(received, views.help_text())
            case Overview():
                cards = await self.flows.budgets.overview(person)
                await self.replies.answer(received, views.overview(cards, self.flows.budgets.rules.bands))
            case _:
                await self._on_project(received, person, typed)

    async def _on_project(self, received: Received, person: Person, typed: BudgetCommand) -> None:
        target = getattr(typed, "target", "")
        project = await self.targets.named(person, target)
        if isinstance(project, UnclearTarget):
            await self.replies.answer(received, views.unclear(project, received.request.text, target))
            return
        require_shown(project)
        match typed:
            case Look(_, month):
                if month and not project.is_monthly:
                    raise Refused(f"This budget has no months: `/budget {quote(target)}` shows all of it.")
                shown = await self.flows.budgets.card(person, project, f"{month:%Y-%m}" if month else None)
                await self.replies.answer(received, views.card(shown, self.flows.budgets.rules.bands))
            case Lock():
                await self.buttons.lock_project(received, person, project.id)
            case Unlock(_, extra, until):
                await self.buttons.open_project(received, person, project.id, extra, until, None)
            case SetChannel(_, channel):
                said = await self._set_channel(person, project, typed)
                await self.replies.answer(received, plain(said))
                if channel is not None:
                    await self.replies.announce(received, channel, views.alerts_come_here(person, project))
            case _:
                said = await self._set(person, project, typed)
                await self.replies.answer(received, plain(said))

    async def _set(self, person: Person, project: Project, typed: BudgetCommand) -> str:
        """What a manager sets, and the sentence that confirms it."""
        budgets = self.flows.budgets
        match typed:
            case SetHours():
                return views.hours_set(project, await budgets.set_hours(person, project, typed))
            case SetPolicy():
                await budgets.set_policy(person, project, typed.policy)
                return views.policy_set(project, typed)
            case Mute():
                await budgets.mute(person, project, typed.until, is_off=typed.is_off)
                return views.muted(project, typed)
            case SetManager():
                await self.people.person(typed.slack_id)
                changed = await budgets.set_manager(person, project, typed.slack_id, is_off=typed.is_off)
                return views.manager_set(project, typed, changed=changed)
        raise TypeError(f"no answer to {type(typed).__name__}")

    async def _set_channel(self, person: Person, project: Project, typed: SetChannel) -> str:
        await self.flows.locks.require(person, project.id, "budget.channel")
        if typed.channel is not None:
            again = f"/budget channel {quote(project.code or project.name)} #channel confirm"
            await self.places.enter(typed.channel, is_confirmed=typed.is_confirmed, again=again)
        await self.flows.budgets.set_channel(person, project, typed.channel, may_be_shared=typed.is_confirmed)
        where = f"go to <#{typed.channel}>" if typed.channel else "go to the usual alert channel"
        return f":white_check_mark: Alerts of *{escape(project.name)}* {where} now."
