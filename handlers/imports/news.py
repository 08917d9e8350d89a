"""The wording of what the coordinator is told of imports, of people Harvest does not know, and of lost news."""

from handlers.imports.views import import_news
from handlers.slack.replies import Message, plain
from sync.news import KINDS
from sync.news.engine import EntryStuck, NoticeLost
from sync.news.harvest import EntriesVanished, ImportResumed, ImportStalled, PartUnread, SignInUnreadable
from sync.news.people import PersonUnmatched
from sync.rules.text.slack import escape

ForCoordinator = (
    PersonUnmatched
    | ImportStalled
    | ImportResumed
    | EntriesVanished
    | PartUnread
    | SignInUnreadable
    | EntryStuck
    | NoticeLost
)


def words(news: ForCoordinator) -> Message:
    match news:
        case PersonUnmatched():
            address = escape(news.email) if news.email else "an address Slack does not show me"
            return plain(
                f":wave: <@{news.slack_id}> ({address}) wants to log time but isn't an active Harvest user. Add them "
                "in Harvest with that address, or ask them to press Connect Harvest."
            )
        case ImportStalled() | ImportResumed() | EntriesVanished() | PartUnread():
            return import_news(news)
        case SignInUnreadable():
            return plain(
                f":warning: I can no longer read the Harvest sign-in of <@{news.slack_id}>, because SECRET_KEYS was "
                "changed. What they log is held until then: put the old key behind the new one in SECRET_KEYS and "
                "start Gleaner again, or ask them to type `/gleaner connect` and to press Retry."
            )
        case EntryStuck():
            who = f"<@{news.slack_id}>" if news.slack_id else "somebody who is not in Slack"
            return plain(
                f":warning: I cannot send an entry of {who} to Harvest, because of a fault of mine "
                f"({escape(news.fault)}). The entry is kept, I try again every few minutes, and nothing else waits for "
                f"it. The person who runs Gleaner finds the fault in the log, under entry {news.entry_key}."
            )
        case NoticeLost():
            return plain(
                f":warning: {_could_not(news)}. Nothing but the message is lost; `/gleaner status` and `/budget` show "
                "how things stand. The person who runs Gleaner finds more in the log, under notice "
                f"{news.notice}."
            )


def _could_not(news: NoticeLost) -> str:
    missed = str(getattr(KINDS.get(news.news), "IF_LOST", "some news"))
    if news.why:
        return f"I could not tell somebody {missed}: {news.why}"
    return f"For a day and a half I could not tell somebody {missed}, and I have given it up"
