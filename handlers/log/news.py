"""The wording of news about a person's own entries."""

from dataclasses import dataclass

from handlers.cards import entry as cards
from handlers.cards.hold import entry_words
from handlers.slack.addressed import Addressed, Place
from handlers.slack.replies import plain
from store.time_entries.records import EntryState, TimeEntry
from sync.news.time_entries import EntryBlocked, EntryNews
from sync.people.people import People
from sync.time_entries.entries import TimeEntries


@dataclass(frozen=True)
class EntryWords:
    entries: TimeEntries
    people: People
    coordinator: str | None

    async def word(self, news: EntryNews) -> Addressed | None:
        """To the entry's person. The coordinator hears of what came from Asana for somebody who is not in Slack."""
        entry = await self.entries.any_entry(news.entry_key)
        if isinstance(news, EntryBlocked):
            return await self._blocked(news, entry)
        if entry.slack_id:
            person = await self.people.person(entry.slack_id)
            return Addressed([Place(entry.slack_id)], cards.card(await self.entries.show(person, entry)))
        if entry.asana_task_gid and self.coordinator:
            return Addressed([Place(self.coordinator)], plain(entry_words(entry)))
        return None

    async def _blocked(self, news: EntryBlocked, entry: TimeEntry) -> Addressed | None:
        """To somebody who can mend it; nothing once it is held no longer."""
        if entry.state is not EntryState.HELD:
            return None
        owner = await self.people.person(entry.slack_id)
        shown = await self.entries.show(owner, entry, with_total=False)
        return Addressed([Place(news.address)], plain(cards.blocked(shown, owner.name)))
