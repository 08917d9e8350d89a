"""Words and posts what sync has kept as news: the only unasked speech.

A post of unknown outcome is looked for by its metadata before it is made again, so nobody is told twice.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import get_args

import structlog
from slack_sdk.errors import SlackApiError

from handlers.slack.addressed import Addressed, Place
from handlers.slack.blocks import TEXT, context, cut, section
from handlers.slack.outages import OUTAGES
from handlers.slack.posts import Posts, Unreachable
from handlers.slack.replies import Message
from store.engine.records import NoticeState
from sync.engine.notices import Due, Notices
from sync.errors import OutsideError, Refused
from sync.news import KINDS, News
from sync.news.asana import CardChange, HoursHeld, ProjectUnmapped, WeeklyReport
from sync.news.budget import BudgetCrossed, BudgetNews

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
                channel = await self.posts.channel(place)
                note = " ".join(one for one in (*passed, place.note) if one)
                message = _with_note(addressed.message, note)
                before = None
                if due.was is NoticeState.POSTING:
                    before = await self.posts.posted_before(channel, due.id, due.created_at)
                ts = before or await self.posts.post(channel, message, due.id)
            except SlackApiError as error:
                why = str(error.response.get("error"))
                if why not in _WHY:
                    await self.notices.postpone(due, is_unknown=due.was is NoticeState.POSTING)
                    return False
                passed.append(_passed(place, why))
            except Unreachable as error:
                passed.append(_passed(place, error.why))
            except OUTAGES as error:
                log.warning("outcome of a post is unknown", notice=due.id, why=type(error).__name__)
                await self.notices.postpone(due, is_unknown=True)
                return False
            else:
                await self.notices.posted(due, channel, ts, note)
                return True
        log.warning("notice dropped", notice=due.id, why=passed)
        await self.notices.drop(due, "; ".join(passed)[:200] or "nobody to tell")
        return False


@contextmanager
def _logged(notice_id: int) -> Iterator[None]:
    """Whatever keeps a message as it is, is logged and no more."""
    try:
        yield
    except (Refused, OutsideError, *OUTAGES) as error:
        log.warning("message not brought up to date", notice=notice_id, why=str(error))
    except Exception:
        log.exception("message not brought up to date", notice=notice_id)


def _passed(place: Place, why: str) -> str:
    where = f"<#{place.address}>" if place.address.startswith(("C", "G")) else "A project manager"
    return f"{where} {_WHY[why]}, so this came here."


def _with_note(message: Message, note: str) -> Message:
    if not note:
        return message
    return Message(cut(f"{message.text}\n{note}", TEXT), [*(message.blocks or [section(message.text)]), context(note)])
