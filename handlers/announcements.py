"""Words and posts what sync has kept as news: the only unasked speech.

A post of unknown outcome is looked for by its metadata before it is made again, so nobody is told twice.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import get_args

import structlog
from slack_sdk.errors import SlackApiError

from handlers.slack.addressed import Addressed, Place
from handlers.slack.blocks import TEXT, context, cut, section
from handlers.slack.outages import OUTAGES
from handlers.slack.post_refusals import PLACE_REFUSALS, NextTry, next_try
from handlers.slack.posts import Posts, Unreachable
from handlers.slack.replies import Message
from handlers.slack.web import refusal
from store.engine.records import NoticeState
from sync.engine.notices import Due, Notices
from sync.errors import OutsideError, Refused
from sync.news import KINDS, News
from sync.news.asana import CardChange, HoursHeld, ProjectUnmapped, WeeklyReport
from sync.news.budget import BudgetCrossed, BudgetNews
from sync.rules.text.slack import escape

log = structlog.get_logger()

DECIDED = (*get_args(BudgetNews), HoursHeld, ProjectUnmapped, WeeklyReport)
"""What people decide about, so that the message changes with the decision."""


@dataclass(frozen=True)
class Announcements:
    """`word`: the message for each kind of news, and whom it is for; None if there is nobody to tell."""

    notices: Notices
    posts: Posts
    word: Callable[[News], Awaitable[Addressed | None]]

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
        is_unknown = due.was is NoticeState.POSTING
        try:
            news = KINDS[due.news](**due.facts)
            if isinstance(news, CardChange):
                await self.refresh(f"hold:{news.hold_key}:")
            addressed = await self.word(news)
            is_unknown = is_unknown or addressed is not None
            is_posted = addressed is not None and await self._deliver(due, addressed)
        except (Refused, OutsideError, *OUTAGES) as error:
            log.warning("notice waits", notice=due.id, why=str(error))
            await self.notices.postpone(due, is_unknown=is_unknown)
        except Exception:
            # One bad row must not keep the rest from being told.
            log.exception("notice failed", notice=due.id, news=due.news)
            await self.notices.postpone(due, is_unknown=is_unknown)
        else:
            if addressed is None:
                await self.notices.drop(due, "nobody to tell")
            elif is_posted and isinstance(news, DECIDED):
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
        for posted in await self.notices.posted_as(key_prefix):
            with _logged(posted.id):
                news = KINDS[posted.news](**posted.facts)
                if isinstance(news, BudgetCrossed) and not news.has_locked:
                    continue  # It has no button, and Slack would mark it as edited.
                addressed = await self.word(news)
                if addressed is not None:
                    message = _with_note(addressed.message, posted.note)
                    await self.posts.update(posted.channel_id, posted.message_ts, message)

    async def _deliver(self, due: Due, addressed: Addressed) -> bool:
        """To the first place that takes it; the later ones learn why it came there. False: not posted."""
        passed: list[str] = []
        for place in addressed.places:
            try:
                channel, ts, note = await self._post(due, place, addressed.message, passed)
            except SlackApiError as error:
                code = refusal(error)
                if next_try(code) is not NextTry.ELSEWHERE:
                    await self._refused(due, code)
                    return False
                passed.append(_passed(place, code))
            except Unreachable as error:
                passed.append(_passed(place, error.why))
            except OUTAGES as error:
                log.warning("outcome of a post is unknown", notice=due.id, why=type(error).__name__)
                await self.notices.postpone(due, is_unknown=True)
                return False
            else:
                await self.notices.posted(due, channel, ts, note)
                return True
        await self.notices.lose(due, "; ".join(passed))
        return False

    async def _post(self, due: Due, place: Place, message: Message, passed: Sequence[str]) -> tuple[str, str, str]:
        """Where it stands now: channel, timestamp, and the note on why it came there."""
        channel = await self.posts.channel(place)
        came_here = [f"{one}, so this came here." for one in passed]
        note = " ".join(one for one in (*came_here, place.note) if one)
        before = None
        if due.was is NoticeState.POSTING:
            before = await self.posts.posted_before(channel, due.id, due.created_at)
        return channel, before or await self.posts.post(channel, _with_note(message, note), due.id), note

    async def _refused(self, due: Due, code: str) -> None:
        """Slack refuses it here as anywhere: for now, or for good."""
        follows = next_try(code)
        if follows is NextTry.NEVER:
            await self.notices.lose(due, f"Slack does not take the message ({code})")
            return
        log.warning("slack does not take a post now", notice=due.id, why=code)
        is_unknown = follows is NextTry.LOOK_FIRST or due.was is NoticeState.POSTING
        await self.notices.postpone(due, is_unknown=is_unknown)


@contextmanager
def _logged(notice_id: int) -> Iterator[None]:
    """Whatever keeps a message as it is, is logged and no more."""
    try:
        yield
    except (Refused, OutsideError, *OUTAGES) as error:
        log.warning("message not brought up to date", notice=notice_id, why=str(error))
    except Exception:
        log.exception("message not brought up to date", notice=notice_id)


def _passed(place: Place, code: str) -> str:
    return f"{_who_lives_at(place)} {PLACE_REFUSALS[code]}"


def _who_lives_at(place: Place) -> str:
    if place.address.startswith(("U", "W")):
        return f"<@{place.address}>"
    if place.address.startswith(("C", "G")):
        return f"<#{place.address}>"
    return escape(place.who or place.address)


def _with_note(message: Message, note: str) -> Message:
    if not note:
        return message
    return Message(cut(f"{message.text}\n{note}", TEXT), [*(message.blocks or [section(message.text)]), context(note)])
