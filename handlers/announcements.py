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
from handlers.addressed import Addressed, Place
from handlers.asana_news import AsanaWords, Decided, entry_words
from handlers.blocks import TEXT, context, cut, section
from handlers.budget_news import BudgetNews, Told
from handlers.imports.views import vanished
from handlers.outages import OUTAGES
from handlers.places import Places
from handlers.replies import Message
from store.records import NoticeState
from sync.errors import OutsideError, Refused
from sync.flows import Flows
from sync.news import (
    KINDS,
    AsanaResumed,
    AsanaStalled,
    BothSources,
    BudgetCrossed,
    EntriesVanished,
    EntryArrived,
    EntryHeld,
    FoundOver,
    HoursHeld,
    HoursReleased,
    ImportResumed,
    ImportStalled,
    LockTriggered,
    News,
    OverageSeen,
    PersonUnmatched,
    ProjectArchived,
    ProjectRenamed,
    ProjectUnmapped,
    SignInLost,
    TaskMoved,
    TaskTrashed,
    TimerReady,
    UnlockAnswered,
    UnlockAsked,
    WeeklyReport,
)
from sync.notices import Due
from sync.rules.slack_text import escape

log = structlog.get_logger()

_WHY = {
    "is_archived": "is archived",
    "not_in_channel": "does not have me in it (`/invite @Gleaner`)",
    "channel_not_found": "is gone, or is private and does not have me in it",
    "is_shared": "is shared with people outside (`/budget channel CODE #channel confirm` allows it)",
    "account_inactive": "is no longer active in Slack",
    "user_not_found": "is not in this Slack",
    "messages_tab_disabled": "takes no messages of mine",
    "restricted_action": "lets only some people post",
}
"""Slack's errors that no second attempt changes, as the end of a sentence about the place."""


@dataclass(frozen=True)
class Announcements:
    """`coordinator`: who hears of automatic failures; None sends those to the log alone (`gleaner check` warns)."""

    client: AsyncWebClient
    flows: Flows
    budgets: BudgetNews
    asana: AsanaWords
    places: Places
    coordinator: str | None

    async def post_due(self) -> int:
        """Post everything that is due; the number of notices that were looked at."""
        due = await self.flows.notices.due()
        for notice_id in due:
            await self.post(str(notice_id))
        return len(due)

    async def post(self, key: str) -> None:
        """Post one notice by the id of its row, unless somebody else is at it."""
        due = await self.flows.notices.take(int(key))
        if due is None:
            return
        news = KINDS[due.news](**due.facts)
        if isinstance(news, HoursReleased):
            await self.refresh(f"hold:{news.hold_key}:")
            await self.flows.notices.drop(due, "its card says so")
            return
        try:
            addressed = await self.word(news)
        except (Refused, OutsideError) as error:
            await self.flows.notices.postpone(due, is_unknown=due.was is NoticeState.POSTING)
            log.warning("notice waits", notice=due.id, why=str(error))
            return
        if addressed is None:
            await self.flows.notices.drop(due, "nobody to tell")
        elif await self._deliver(due, addressed) and isinstance(news, Told | Decided):
            # Somebody may have decided while it was on its way; they could not find it to bring it up to date.
            again = await self.word(news)
            if again is not None and again.message != addressed.message:
                await self.refresh(due.key)

    async def refresh(self, key_prefix: str) -> None:
        """Bring posted messages up to date, so that no button in them is dead."""
        for posted in await self.flows.notices.posted_as(key_prefix):
            news = KINDS[posted.news](**posted.facts)
            if isinstance(news, BudgetCrossed) and not news.has_locked:
                continue  # It has no button, and Slack would mark it as edited.
            try:
                addressed = await self.word(news)
                if addressed is not None:
                    await self._update(posted.channel_id, posted.message_ts, addressed.message)
            except (Refused, OutsideError, *OUTAGES) as error:
                # The message is old, not wrong: whoever presses its button is told how things stand.
                log.warning("message not brought up to date", notice=posted.id, why=str(error))

    async def word(self, news: News) -> Addressed | None:
        """The message for each kind of news; None if there is nobody to tell."""
        match news:
            case EntryArrived() | EntryHeld():
                return await self._entry(news.entry_key)
            case PersonUnmatched() | ImportStalled() | ImportResumed() | EntriesVanished():
                return self._coordinated(_for_coordinator(news))
            case (
                HoursHeld()
                | TaskTrashed()
                | TaskMoved()
                | BothSources()
                | ProjectUnmapped()
                | ProjectArchived()
                | ProjectRenamed()
                | WeeklyReport()
                | AsanaStalled()
                | AsanaResumed()
            ):
                return await self.asana.word(news)
            case HoursReleased():
                return None
            case SignInLost():
                text = "Harvest no longer takes your sign-in, so I cannot act as you. `/gleaner connect` mends that."
                return Addressed([Place(news.slack_id)], _plain(text))
            case (
                BudgetCrossed()
                | LockTriggered()
                | UnlockAsked()
                | UnlockAnswered()
                | TimerReady()
                | OverageSeen()
                | FoundOver()
            ):
                return await self.budgets.word(news)
        assert_never(news)

    async def _entry(self, key: str) -> Addressed | None:
        entry = await self.flows.entries.any_entry(key)
        if not entry.slack_id:
            # Made from Asana for somebody who is not in Slack.
            return self._coordinated(_plain(entry_words(entry)))
        person = await self.flows.people.person(entry.slack_id)
        shown = await self.flows.entries.show(person, entry)
        return Addressed([Place(entry.slack_id)], entries.card(shown))

    def _coordinated(self, message: Message) -> Addressed | None:
        return Addressed([Place(self.coordinator)], message) if self.coordinator else None

    async def _deliver(self, due: Due, addressed: Addressed) -> bool:
        """To the first place that takes it; the later ones learn why it came there. False: not posted."""
        passed: list[str] = []
        for place in addressed.places:
            try:
                channel = await self._channel(place)
                message = _with_notes(addressed.message, [*passed, place.note])
                ts = await self._posted_before(due, channel) or await self._post(due, channel, message)
            except SlackApiError as error:
                why = str(error.response.get("error"))
                if why not in _WHY:
                    await self.flows.notices.postpone(due, is_unknown=due.was is NoticeState.POSTING)
                    return False
                passed.append(_passed(place, why))
            except Unreachable as error:
                passed.append(_passed(place, error.why))
            except OUTAGES as error:
                log.warning("outcome of a post is unknown", notice=due.id, why=type(error).__name__)
                await self.flows.notices.postpone(due, is_unknown=True)
                return False
            else:
                await self.flows.notices.posted(due, channel, ts)
                return True
        log.warning("notice dropped", notice=due.id, why=passed)
        await self.flows.notices.drop(due, "; ".join(passed)[:200] or "nobody to tell")
        return False

    async def _channel(self, place: Place) -> str:
        """A person's direct-message channel, or a channel that may be read by those who are in it."""
        address = await self.flows.people.reach(place.address)
        if address is None:
            raise Unreachable("user_not_found")
        if address.startswith(("U", "W")):
            opened = await self.client.conversations_open(users=address)
            return str(opened["channel"]["id"])
        if address.startswith(("C", "G")) and not place.may_be_shared and (await self.places.look(address)).is_shared:
            raise Unreachable("is_shared")
        return address

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

    async def _update(self, channel: str, ts: str, message: Message) -> None:
        await self.client.chat_update(channel=channel, ts=ts, text=message.text, blocks=list(message.blocks))

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


class Unreachable(Exception):
    """A place that cannot take a message; `why` is a key of the known reasons."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _for_coordinator(news: PersonUnmatched | ImportStalled | ImportResumed | EntriesVanished) -> Message:
    match news:
        case PersonUnmatched():
            address = escape(news.email) if news.email else "an address Slack does not show me"
            return _plain(
                f":wave: <@{news.slack_id}> ({address}) wants to log time and is no active Harvest user. Add them in "
                "Harvest with that address, or let them press Connect Harvest."
            )
        case ImportStalled():
            return _plain(
                f":warning: I cannot read from Harvest: {escape(news.reason)}. What people log is kept and goes "
                "out later. If this lasts, check status.getharvest.com and run `gleaner check`."
            )
        case ImportResumed():
            return _plain(":white_check_mark: Harvest answers again; nothing was lost.")
        case EntriesVanished():
            return vanished(news)


def _passed(place: Place, why: str) -> str:
    where = f"<#{place.address}>" if place.address.startswith(("C", "G")) else "A project manager"
    return f"{where} {_WHY[why]}, so this came here."


def _with_notes(message: Message, notes: list[str]) -> Message:
    said = " ".join(note for note in notes if note)
    if not said:
        return message
    return Message(cut(f"{message.text}\n{said}", TEXT), [*(message.blocks or [section(message.text)]), context(said)])


def _notice_of(message: dict[str, Any]) -> str | None:
    payload: dict[str, Any] = (message.get("metadata") or {}).get("event_payload") or {}
    return payload.get("notice")


def _slack_ts(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def _plain(text: str) -> Message:
    return Message(text, [section(text)])
