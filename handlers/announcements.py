"""Words and posts what sync has kept as news: the only unasked speech.

A post of unknown outcome is looked for by its metadata before it is made again, so nobody is told twice.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.models.metadata import Metadata
from slack_sdk.web.async_client import AsyncWebClient

from handlers.asana.news import AsanaWords, Decided, entry_words
from handlers.budget.news import BudgetNews, Told
from handlers.cards import entry as entries
from handlers.imports.views import vanished
from handlers.slack.addressed import Addressed, Place
from handlers.slack.blocks import TEXT, context, cut, section
from handlers.slack.channels import Places
from handlers.slack.outages import OUTAGES
from handlers.slack.replies import Message, say
from store.engine.records import NoticeState
from sync.engine.notices import Due, NoticeLost
from sync.errors import OutsideError, Refused
from sync.flows import Flows
from sync.news import (
    KINDS,
    AccessLost,
    AsanaResumed,
    AsanaStalled,
    BothSources,
    BudgetCrossed,
    EntriesVanished,
    EntryArrived,
    EntryHeld,
    FoundOver,
    HoursChanged,
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
    StartOffered,
    StopOffered,
    TaskMoved,
    TaskTrashed,
    TimerReady,
    TimeWithoutTask,
    UnlockAnswered,
    UnlockAsked,
    WeeklyReport,
)
from sync.rules.text.slack import escape

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
_LOST = {
    "EntryArrived": "that their entry has reached Harvest",
    "EntryHeld": "that their entry is held",
    "SignInLost": "that Harvest no longer takes their sign-in",
    "BudgetCrossed": "that a budget has reached a band",
    "LockTriggered": "that a project has locked",
    "UnlockAsked": "that somebody asks to unlock a project",
    "UnlockAnswered": "how their request to unlock was answered",
    "TimerReady": "that their timer may start",
    "OverageSeen": "that hours went over a lock",
}
_PAGES, _PER_PAGE = 10, 200
"""How far back a post of unknown outcome is looked for: 2,000 messages, or fewer where Slack lists fewer at once."""
_KINDS: dict[str, type[News | NoticeLost]] = {**KINDS, NoticeLost.__name__: NoticeLost}


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
        is_unknown = due.was is NoticeState.POSTING
        try:
            news = _KINDS[due.news](**due.facts)
            if isinstance(news, HoursReleased | HoursChanged):
                await self.refresh(f"hold:{news.hold_key}:")
            addressed = await self.word(news)
            is_unknown = is_unknown or addressed is not None
            is_posted = addressed is not None and await self._deliver(due, addressed)
        except (Refused, OutsideError, *OUTAGES) as error:
            log.warning("notice waits", notice=due.id, why=str(error))
            await self.flows.notices.postpone(due, is_unknown=is_unknown)
        except Exception:
            # One bad row must not keep the rest from being told.
            log.exception("notice failed", notice=due.id, news=due.news)
            await self.flows.notices.postpone(due, is_unknown=is_unknown)
        else:
            if addressed is None:
                await self.flows.notices.drop(due, "nobody to tell")
            elif is_posted and isinstance(news, Told | Decided):
                await self._look_again(due, news, addressed)

    async def _look_again(self, due: Due, news: News, addressed: Addressed) -> None:
        """Somebody may have decided while it was on its way; they could not find it to bring it up to date."""
        with _logged(due.id):
            again = await self.word(news)
            if again is not None and again.message != addressed.message:
                await self.refresh(due.key)

    async def refresh(self, key_prefix: str) -> None:
        """Bring posted messages up to date, so that no button in them is dead.

        What fails is old, not wrong: whoever presses its button is told how things stand.
        """
        for posted in await self.flows.notices.posted_as(key_prefix):
            with _logged(posted.id):
                news = _KINDS[posted.news](**posted.facts)
                if isinstance(news, BudgetCrossed) and not news.has_locked:
                    continue  # It has no button, and Slack would mark it as edited.
                addressed = await self.word(news)
                if addressed is not None:
                    message = _with_note(addressed.message, posted.note)
                    await self._update(posted.channel_id, posted.message_ts, message)

    async def word(self, news: News | NoticeLost) -> Addressed | None:
        """The message for each kind of news; None if there is nobody to tell."""
        match news:
            case EntryArrived() | EntryHeld():
                return await self._entry(news.entry_key)
            case PersonUnmatched() | ImportStalled() | ImportResumed() | EntriesVanished() | NoticeLost():
                return self._coordinated(_for_coordinator(news))
            case (
                HoursHeld()
                | TaskTrashed()
                | TaskMoved()
                | BothSources()
                | ProjectUnmapped()
                | ProjectArchived()
                | ProjectRenamed()
                | AccessLost()
                | TimeWithoutTask()
                | WeeklyReport()
                | StartOffered()
                | StopOffered()
                | AsanaStalled()
                | AsanaResumed()
            ):
                return await self.asana.word(news)
            case HoursReleased() | HoursChanged():
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
        """Of somebody who is not in Slack: the coordinator hears of what came from Asana, nobody of the rest."""
        entry = await self.flows.entries.any_entry(key)
        if not entry.slack_id:
            return self._coordinated(_plain(entry_words(entry))) if entry.asana_task_gid else None
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
                note = " ".join(one for one in (*passed, place.note) if one)
                message = _with_note(addressed.message, note)
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
                await self.flows.notices.posted(due, channel, ts, note)
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
        async def post(said: Message) -> str:
            posted = await self.client.chat_postMessage(
                channel=channel,
                text=said.text,
                blocks=list(said.blocks),
                metadata=Metadata(event_type="gleaner_notice", event_payload={"notice": str(due.id)}),
                unfurl_links=False,
                unfurl_media=False,
            )
            return str(posted["ts"])

        return await say(message, post)

    async def _update(self, channel: str, ts: str, message: Message) -> None:
        async def update(said: Message) -> None:
            await self.client.chat_update(channel=channel, ts=ts, text=said.text, blocks=list(said.blocks))

        await say(message, update)

    async def _posted_before(self, due: Due, channel: str) -> str | None:
        """The message, if an earlier attempt whose answer was lost did post it, however much was said since."""
        if due.was is not NoticeState.POSTING:
            return None
        cursor: str | None = None
        for _ in range(_PAGES):
            found = await self.client.conversations_history(
                channel=channel,
                include_all_metadata=True,
                oldest=_slack_ts(due.created_at - timedelta(minutes=5)),
                limit=_PER_PAGE,
                cursor=cursor,
            )
            messages: list[dict[str, Any]] = found.get("messages") or []
            ours = next((str(one["ts"]) for one in messages if _notice_of(one) == str(due.id)), None)
            cursor = (found.get("response_metadata") or {}).get("next_cursor")
            if ours or not cursor:
                return ours
        log.warning("an earlier post was looked for in vain", notice=due.id, pages=_PAGES)
        return None


@contextmanager
def _logged(notice_id: int) -> Iterator[None]:
    """Whatever keeps a message as it is, is logged and no more."""
    try:
        yield
    except (Refused, OutsideError, *OUTAGES) as error:
        log.warning("message not brought up to date", notice=notice_id, why=str(error))
    except Exception:
        log.exception("message not brought up to date", notice=notice_id)


class Unreachable(Exception):
    """A place that cannot take a message; `why` is a key of the known reasons."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _for_coordinator(news: PersonUnmatched | ImportStalled | ImportResumed | EntriesVanished | NoticeLost) -> Message:
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
        case NoticeLost():
            return _plain(
                f":warning: For a day and a half I could not tell somebody {_LOST.get(news.news, 'some news')}, and I "
                f"have given it up. Nothing but the message is lost; `/gleaner status` and `/budget` show how things "
                f"stand. Whoever runs Gleaner finds why in the log, under notice {news.notice}."
            )


def _passed(place: Place, why: str) -> str:
    where = f"<#{place.address}>" if place.address.startswith(("C", "G")) else "A project manager"
    return f"{where} {_WHY[why]}, so this came here."


def _with_note(message: Message, note: str) -> Message:
    if not note:
        return message
    return Message(cut(f"{message.text}\n{note}", TEXT), [*(message.blocks or [section(message.text)]), context(note)])


def _notice_of(message: dict[str, Any]) -> str | None:
    payload: dict[str, Any] = (message.get("metadata") or {}).get("event_payload") or {}
    return payload.get("notice")


def _slack_ts(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def _plain(text: str) -> Message:
    return Message(text, [section(text)])
