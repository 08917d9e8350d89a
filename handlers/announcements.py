"""Words and posts what sync has kept as news: the only unasked speech.

A post of unknown outcome is looked for by its metadata before it is made again, so nobody is told twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.models.metadata import Metadata
from slack_sdk.web.async_client import AsyncWebClient

from handlers import entries
from handlers.blocks import section
from handlers.outages import OUTAGES
from handlers.replies import Message
from store.records import NoticeState
from sync.errors import OutsideError, Refused
from sync.news import (
    KINDS,
    EntryArrived,
    EntryHeld,
    ImportResumed,
    ImportStalled,
    News,
    PersonUnmatched,
    SignInLost,
)
from sync.notices import Due, Notices
from sync.people import People
from sync.ports import Clock
from sync.rules.slack_text import escape
from sync.time_entries import TimeEntries

log = structlog.get_logger()

_LOST = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "account_inactive",
        "user_not_found",
        "messages_tab_disabled",
        "not_in_channel",
    }
)
"""Slack's errors that no second attempt changes."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message and whom it is for: a person or a channel."""

    to: str
    message: Message


@dataclass(frozen=True)
class Announcements:
    """`coordinator`: who hears of automatic failures; None sends those to the log alone (`gleaner check` warns)."""

    client: AsyncWebClient
    notices: Notices
    time_entries: TimeEntries
    people: People
    clock: Clock
    coordinator: str | None

    async def post_due(self) -> int:
        """Post everything that is due; the number of notices that were looked at."""
        due = await self.notices.due()
        for notice_id in due:
            await self.post(str(notice_id))
        return len(due)

    async def post(self, key: str) -> None:
        """Post one notice by the id of its row, unless somebody else is at it."""
        due = await self.notices.take(int(key))
        if due is None:
            return
        try:
            addressed = await self.word(KINDS[due.news](**due.facts))
        except (Refused, OutsideError) as error:
            await self.notices.postpone(due, is_unknown=due.was is NoticeState.POSTING)
            log.warning("notice waits", notice=due.id, why=str(error))
            return
        if addressed is None:
            await self.notices.drop(due, "nobody to tell")
            return
        await self._deliver(due, addressed)

    async def word(self, news: News) -> Addressed | None:
        """The message for each kind of news; None if there is nobody to tell."""
        match news:
            case EntryArrived() | EntryHeld():
                return await self._entry(news.entry_key)
            case PersonUnmatched():
                return self._unmatched(news)
            case SignInLost():
                text = "Harvest no longer takes your sign-in, so I cannot act as you. `/gleaner connect` mends that."
                return Addressed(news.slack_id, _plain(text))
            case ImportStalled():
                text = (
                    f":warning: I cannot read from Harvest: {escape(news.reason)}. What people log is kept and goes "
                    "out later. If this lasts, check status.getharvest.com and run `gleaner check`."
                )
                return self._coordinated(text)
            case ImportResumed():
                return self._coordinated(":white_check_mark: Harvest answers again; nothing was lost.")
        assert_never(news)

    async def _entry(self, key: str) -> Addressed:
        entry = await self.time_entries.any_entry(key)
        person = await self.people.person(entry.slack_id)
        shown = await self.time_entries.show(person, entry)
        return Addressed(entry.slack_id, entries.card(shown))

    def _unmatched(self, news: PersonUnmatched) -> Addressed | None:
        address = escape(news.email) if news.email else "an address Slack does not show me"
        return self._coordinated(
            f":wave: <@{news.slack_id}> ({address}) wants to log time and is no active Harvest user. Add them in "
            "Harvest with that address, or let them press Connect Harvest."
        )

    def _coordinated(self, text: str) -> Addressed | None:
        return Addressed(self.coordinator, _plain(text)) if self.coordinator else None

    async def _deliver(self, due: Due, addressed: Addressed) -> None:
        try:
            channel = await self._channel(addressed.to)
            ts = await self._posted_before(due, channel) or await self._post(due, channel, addressed.message)
        except SlackApiError as error:
            await self._refused(due, error)
        except OUTAGES as error:
            log.warning("outcome of a post is unknown", notice=due.id, why=type(error).__name__)
            await self.notices.postpone(due, is_unknown=True)
        else:
            await self.notices.posted(due, channel, ts)

    async def _refused(self, due: Due, error: SlackApiError) -> None:
        why = str(error.response.get("error"))
        if why in _LOST:
            await self.notices.drop(due, why)
            log.warning("notice dropped", notice=due.id, why=why)
        else:
            await self.notices.postpone(due, is_unknown=due.was is NoticeState.POSTING)

    async def _channel(self, to: str) -> str:
        """A person's direct-message channel; a channel is its own."""
        if not to.startswith(("U", "W")):
            return to
        opened = await self.client.conversations_open(users=to)
        return str(opened["channel"]["id"])

    async def _post(self, due: Due, channel: str, message: Message) -> str:
        posted = await self.client.chat_postMessage(
            channel=channel,
            text=message.text,
            blocks=list(message.blocks),
            metadata=Metadata(event_type="gleaner_notice", event_payload={"notice": str(due.id)}),
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(posted["ts"])

    async def _posted_before(self, due: Due, channel: str) -> str | None:
        """The message, if an earlier attempt whose answer was lost did post it."""
        if due.was is not NoticeState.POSTING:
            return None
        found = await self.client.conversations_history(
            channel=channel,
            include_all_metadata=True,
            oldest=_slack_ts(due.created_at - timedelta(minutes=5)),
            limit=15,
        )
        messages: list[dict[str, Any]] = found.get("messages") or []
        return next((str(one["ts"]) for one in messages if _notice_of(one) == str(due.id)), None)


def _notice_of(message: dict[str, Any]) -> str | None:
    payload: dict[str, Any] = (message.get("metadata") or {}).get("event_payload") or {}
    return payload.get("notice")


def _slack_ts(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def _plain(text: str) -> Message:
    return Message(text, [section(text)])
