"""Who words which news: each feature its own."""

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


@dataclass(frozen=True)
class NewsWords:
    """`coordinator`: who hears of automatic failures; None sends those to the log alone (`gleaner check` warns)."""

    entries: EntryWords
    budgets: BudgetWords
    asana: AsanaWords
    coordinator: str | None

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
            return Addressed([Place(self.coordinator)], imports.words(news)) if self.coordinator else None
        assert_never(news)
