"""App Home is drawn when it is opened: today, budgets, what is held, what waits of Asana's."""

from dataclasses import dataclass

from handlers.cards import timer_offer as timer_offers
from handlers.cards.outage import outage
from handlers.home import views
from handlers.slack.listening import Listening
from handlers.slack.replies import Replies
from handlers.slack.requests import Received
from sync.asana.flows import AsanaFlows
from sync.budget.budgets import Budgets
from sync.people.people import NotInHarvest, People, local
from sync.time_entries.entries import TimeEntries
from sync.time_entries.status import PersonStatuses


@dataclass(frozen=True)
class HomeListeners:
    time_entries: TimeEntries
    budgets: Budgets
    people: People
    status: PersonStatuses
    asana: AsanaFlows
    replies: Replies

    def register(self, listening: Listening) -> None:
        listening.home(self.open)
        listening.action(timer_offers.SWITCH, self.switch_offers)

    async def switch_offers(self, received: Received) -> None:
        """Drawn anew at once, for a press in App Home has no other answer."""
        await self.asana.offers.switch(received.request.user, is_off=received.request.text == "off")
        await self.open(received)

    async def open(self, received: Received) -> None:
        user = received.request.user
        try:
            person, user_id = await self.people.logger(user)
        except NotInHarvest as stranger:
            await self.replies.show_home(user, views.stranger(str(stranger)))
            return
        sheet = await self.time_entries.day(person, user_id, local(received.at, person).date())
        shown = [await self.time_entries.show(person, row, with_total=False) for row in sheet.rows]
        standing = await self.status.read(person, None)
        held = [await self.time_entries.show(person, entry, with_total=False) for entry in standing.held]
        waiting = await self.asana.board.all(await self.asana.decisions.waiting(person))
        offers = await self.asana.offers.are_wanted(user) if self.asana.is_connected else None
        budgets = await self.budgets.overview(person)
        page = views.HomePage(
            today=shown,
            total=sheet.total,
            outage=outage(person, sheet),
            budgets=budgets,
            held=held,
            is_connected=standing.is_connected,
            asana=waiting,
            offers=offers,
        )
        await self.replies.show_home(user, views.home(page, self.budgets.rules.bands))
