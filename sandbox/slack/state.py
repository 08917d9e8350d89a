"""What the workspace holds: people, conversations, messages, views and the app installed in it."""

import copy
import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from sandbox.slack import elements, texts
from sandbox.slack.changes import Changes
from sandbox.slack.identity import BOT_USER, SLACKBOT
from sandbox.slack.manifest import App
from sandbox.slack.refusals import SlackRefusal
from sandbox.slack.tickets import TRIGGER_SECONDS, Hook, Hooks, Triggers
from sandbox.slack.views import Views

Json = dict[str, Any]


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, in UTC."""
        ...


@dataclass
class Member:
    """A person (or bot) of the workspace; tz is an IANA name."""

    id: str
    name: str
    email: str
    tz: str = "UTC"
    is_admin: bool = False
    title: str = ""
    locale: str = "en-GB"
    is_bot: bool = False
    is_restricted: bool = False
    deleted: bool = False
    avatar_colour: str = "#4a7c59"

    @property
    def username(self) -> str:
        return ".".join(self.name.casefold().split())


@dataclass
class Channel:
    """A channel, or the direct messages of one person (user) with the bot."""

    id: str
    name: str
    members: list[str]
    kind: Literal["channel", "dm"] = "channel"
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    user: str | None = None
    created: int = 0
    purpose: str = ""


@dataclass
class File:
    """A file on its way: first a promise of so many bytes, then its content, then shown in a message."""

    id: str
    name: str
    length: int
    address: str
    """Where it is read from, once it is shown."""
    content: bytes | None = None
    title: str = ""
    is_shared: bool = False


@dataclass
class Message:
    """One message; ephemeral_to names the only person who sees it."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    ephemeral_to: str | None = None
    edited: bool = False
    state: dict[str, dict[str, Json]] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)

    @property
    def reading(self) -> str:
        """What is shown and what is read aloud: blocks, attachments, the text and the titles of files."""
        titles = [file.title for file in self.files]
        return "\n".join((texts.reading(self.blocks), texts.reading(self.attachments), self.text, *titles))


@dataclass(frozen=True)
class Call:
    """One Web API call as the bot made it, and what it was answered."""

    method: str
    arguments: Json
    answer: Json
    at: datetime


class Workspace:
    """The double's memory. Channels, messages and people may be read and written by tests."""

    def __init__(self, clock: Clock, trigger_seconds: float = TRIGGER_SECONDS) -> None:
        self.clock = clock
        self.app = App()
        self.base_url = ""
        self.people: dict[str, Member] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: defaultdict[str, list[Message]] = defaultdict(list)
        self.files: dict[str, File] = {}
        self.last_read: dict[tuple[str, str], str] = {}
        self.views = Views()
        self.triggers = Triggers(trigger_seconds)
        self.hooks = Hooks()
        self.changes = Changes()
        self.calls: list[Call] = []
        self._last_ts = 0
        self._ids = itertools.count(1)
        self.people[BOT_USER] = Member(BOT_USER, "app", "", is_bot=True)
        self.people[SLACKBOT] = Member(SLACKBOT, "Slackbot", "", is_bot=True)

    @property
    def commands(self) -> list[Json]:
        return list(self.app.commands.values())

    @property
    def homes(self) -> dict[str, Json]:
        return {user: view.as_json() for user, view in self.views.homes.items()}

    def next_ts(self) -> str:
        """The clock's time as Slack writes it, never the same twice."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.now().timestamp() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def next_id(self, letters: str) -> str:
        return f"{letters}{next(self._ids):09d}"

    def member(self, user: str, refusal: str = "user_not_found") -> Member:
        if user not in self.people:
            raise SlackRefusal(refusal)
        return self.people[user]

    def dm(self, user: str) -> Channel:
        """The person's direct messages with the bot, opened if they never were."""
        identity = f"D{user[1:]}"
        if identity not in self.channels:
            created = int(self.clock.now().timestamp())
            members = [user, BOT_USER]
            self.channels[identity] = Channel(identity, "directmessage", members, "dm", user=user, created=created)
        return self.channels[identity]

    def stamp(self, blocks: Iterable[Json]) -> list[Json]:
        """The blocks with the ids that Slack gives to those that came without."""
        stamped = copy.deepcopy(list(blocks))
        for block in stamped:
            block.setdefault("block_id", self.next_id("b"))
        for _, element in elements.walk(stamped):
            element.setdefault("action_id", self.next_id("a"))
        return stamped

    def add_message(self, message: Message) -> Message:
        self.messages[message.channel].append(message)
        self.changed(message)
        return message

    def remove_message(self, message: Message) -> None:
        self.messages[message.channel].remove(message)
        self.changed(message)

    def changed(self, message: Message) -> None:
        seen_by = [message.ephemeral_to] if message.ephemeral_to else self.channels[message.channel].members
        self.changes.touch(seen_by)

    def message(self, channel: str, ts: str | None) -> Message:
        for message in self.messages[channel]:
            if message.ts == ts:
                return message
        raise SlackRefusal("message_not_found")

    def seen_by(self, user: str, channel: str) -> list[Message]:
        return [message for message in self.messages[channel] if message.ephemeral_to in (None, user)]

    def channels_of(self, user: str) -> list[Channel]:
        self.dm(user)
        return [channel for channel in self.channels.values() if user in channel.members]

    def forget_ephemerals(self, user: str) -> None:
        """What a reload of Slack does."""
        for channel, messages in self.messages.items():
            self.messages[channel] = [message for message in messages if message.ephemeral_to != user]
        self.changes.touch([user])

    def hook_url(self, hook: Hook) -> str:
        return f"{self.base_url}/hooks/{hook.id}"
