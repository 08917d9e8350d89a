"""`/gleaner WORD …`: finds the word's listener; help, status and link are its own."""

from dataclasses import dataclass, replace

from handlers.settings import views
from handlers.slack.channels import SlackChannels
from handlers.slack.listening import Listening
from handlers.slack.replies import Message, Replies, plain
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
    places: SlackChannels
    replies: Replies
    listening: Listening

    def register(self) -> None:
        self.listening.command("gleaner", self.gleaner)
        self.listening.word("help", self.help)
        self.listening.word("status", self.status)
        self.listening.word("link", self.link)
        self.listening.word("unlink", self.unlink)
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
        standing = await self.status_of.asked(person, received.request.channel)
        await self.replies.answer(received, views.status(person, standing, await self.asana.standing()))

    async def link(self, received: Received) -> None:
        """`link [#channel] PROJECT`; without a channel, the one it is typed in."""
        channel, name = _channel_and_rest(received)
        if not name:
            raise Refused("Which project? Type its code: `/gleaner link ACME-12`, or `/gleaner link #channel ACME-12`.")
        person, _ = await self.people.logger(received.request.user)
        await self._require_member(received, channel)
        found = await self.targets.named(person, name)
        if isinstance(found, UnclearTarget):
            await self.replies.answer(received, views.not_linked(found))
            return
        before = await self.channels.link(person, channel, found)
        if before and before.id == found.id:
            await self.replies.answer(received, views.linked_already(channel, found))
            return
        await self._announce(received, channel, views.linked(person, channel, found, before))

    async def unlink(self, received: Received) -> None:
        """`unlink [#channel]`; without a channel, the one it is typed in."""
        channel, rest = _channel_and_rest(received)
        if rest:
            raise Refused(
                f"“{quote(rest)}” has no place after `unlink`. `/gleaner unlink`, or `/gleaner unlink #channel`."
            )
        person = await self.people.person(received.request.user)
        await self._require_member(received, channel)
        before = await self.channels.unlink(person, channel)
        if before is None:
            await self.replies.answer(received, views.linked_to_nothing(channel))
            return
        await self._announce(received, channel, views.unlinked(person, channel, before))

    async def _require_member(self, received: Received, channel: str) -> None:
        """Slack lets only those who are in a channel type there."""
        if channel != received.request.channel:
            await self.places.require_member(channel, received.request.user)

    async def _announce(self, received: Received, channel: str, message: Message) -> None:
        """In the channel itself, and to the person where the channel does not say all of it to them."""
        is_shared = await self.places.is_shared(channel)
        said = views.changed_among_others(received.request.user) if is_shared else message
        is_said = await self.replies.announce(received, channel, said)
        if not is_said:
            message = plain(f"{message.text}\nI could not say so in <#{channel}>: please tell the others there.")
        if not is_said or is_shared or channel != received.request.channel:
            await self.replies.answer(received, message)


def _channel_and_rest(received: Received) -> tuple[str, str]:
    """The channel that is named first, else the one it was typed in; and what follows."""
    word, rest = first_word(unwrap(received.request.text))
    if named := channel_id(word):
        return named, rest
    if word.startswith("#"):
        raise Refused(
            f"I can't see a channel called “{quote(word)}”. If it is private, type `/invite @Gleaner` there first. "
            "Nothing was changed."
        )
    if received.request.channel is None:
        raise Refused("Which channel? Name it: `/gleaner link #channel ACME-12`.")
    return received.request.channel, unwrap(received.request.text)
