"""`/gleaner WORD …`: finds the word's listener; help, status and link are its own."""

from dataclasses import dataclass, replace

from handlers.settings import views
from handlers.slack.listening import Listening
from handlers.slack.replies import Message, Replies
from handlers.slack.requests import Received
from sync.asana.holds.queries import HoldQueries
from sync.errors import Refused
from sync.people.people import People
from sync.rules.text.slack import channel_id, quote, unwrap
from sync.rules.text.words import first_word, fold
from sync.time_entries.channels import Channels
from sync.time_entries.status import PersonStatuses
from sync.time_entries.targets import Targets, UnclearTarget


@dataclass(frozen=True)
class SettingsListeners:
    people: People
    targets: Targets
    channels: Channels
    status_of: PersonStatuses
    asana: HoldQueries
    replies: Replies
    listening: Listening

    def register(self) -> None:
        self.listening.command("gleaner", self.gleaner)
        self.listening.word("help", self.help)
        self.listening.word("status", self.status)
        self.listening.word("link", self.link)
        self.listening.profile_change(self.people.changed)

    async def gleaner(self, received: Received) -> None:
        """The first word decides; the rest is that word's text, kept as it was typed."""
        word, rest = first_word(received.request.text)
        listener = self.listening.words.get(fold(word).lstrip("/") or "help")
        if listener is None or listener == self.gleaner:
            known = ", ".join(sorted(set(self.listening.words) - {"gleaner"}))
            text = f"“{quote(word)}” is not a word I know. Try one of: {known}. `/gleaner help` explains them."
            await self.replies.answer(received, Message(text))
            return
        await listener(replace(received, request=replace(received.request, text=rest)))

    async def help(self, received: Received) -> None:
        await self.replies.answer(received, views.help_text(self.listening.prefix))

    async def status(self, received: Received) -> None:
        person = await self.people.person(received.request.user)
        standing = await self.status_of.read(person, received.request.channel)
        await self.replies.answer(received, views.status(person, standing, await self.asana.standing()))

    async def link(self, received: Received) -> None:
        """`link [#channel] PROJECT`; without a channel, the one it is typed in."""
        words = unwrap(received.request.text).split()
        named = channel_id(words[0]) if words else None
        channel = named or received.request.channel
        name = " ".join(words[1:] if named else words)
        if not name or channel is None:
            raise Refused("Which project? Type its code: `/gleaner link ACME-12`, or `/gleaner link #channel ACME-12`.")
        person, _ = await self.people.logger(received.request.user)
        found = await self.targets.named(person, name)
        if isinstance(found, UnclearTarget):
            await self.replies.answer(received, views.not_linked(found))
            return
        await self.channels.link(person, channel, found)
        await self.replies.answer(received, views.linked(channel, found))
