"""Who words which news: each feature its own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

from handlers.asana.news import AsanaWords
from handlers.budget.news import BudgetWords
from handlers.connect import news as connect
from handlers.imports import news as imports
from handlers.log.news import EntryWords
from handlers.slack.addressed import Addressed, Place
from sync.news import News
from sync.news.asana import AsanaNews
from sync.news.budget import BudgetNews
from sync.news.harvest import SignInLost
from sync.news.time_entries import EntryNews
from sync.people.permissions import Manager


@dataclass(frozen=True)
class NewsWords:
    """`coordinator`: who hears of automatic failures; None sends those to the log alone (`gleaner check` warns).

    `administrators`: Harvest's, who hear of them where the coordinator cannot be told.
    """

    entries: EntryWords
    budgets: BudgetWords
    asana: AsanaWords
    coordinator: str | None
    administrators: Callable[[], Awaitable[Sequence[Manager]]]

    async def word(self, news: News) -> Addressed | None:
        """The message for each kind of news; None if there is nobody to tell."""
        if isinstance(news, EntryNews):
            return await self.entries.word(news)
        if isinstance(news, BudgetNews):
            return await self.budgets.word(news)
        if isinstance(news, AsanaNews):
            return await self.asana.word(news)
        if isinstance(news, SignInLost):
            return connect.word(news)
        if isinstance(news, imports.ForCoordinator):
            return await self._for_coordinator(news)
        assert_never(news)

    async def _for_coordinator(self, news: imports.ForCoordinator) -> Addressed | None:
        if self.coordinator is None:
            return None
        others = [Place(one.address, who=one.name) for one in await self.administrators()]
        return Addressed([Place(self.coordinator), *others], imports.words(news))
