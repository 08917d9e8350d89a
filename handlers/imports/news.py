"""The wording of what the coordinator is told of imports, of people Harvest does not know, and of lost news."""

from handlers.imports.views import vanished
from handlers.slack.replies import Message, plain
from sync.news import KINDS
from sync.news.engine import NoticeLost
from sync.news.harvest import EntriesVanished, ImportResumed, ImportStalled
from sync.news.people import PersonUnmatched
from sync.rules.text.slack import escape

ForCoordinator = PersonUnmatched | ImportStalled | ImportResumed | EntriesVanished | NoticeLost


def words(news: ForCoordinator) -> Message:
    match news:
        case PersonUnmatched():
            address = escape(news.email) if news.email else "an address Slack does not show me"
            return plain(
                f":wave: <@{news.slack_id}> ({address}) wants to log time and is no active Harvest user. Add them in "
                "Harvest with that address, or let them press Connect Harvest."
            )
        case ImportStalled():
            return plain(
                f":warning: I cannot read from Harvest: {escape(news.reason)}. What people log is kept and goes "
                "out later. If this lasts, check status.getharvest.com and run `gleaner check`."
            )
        case ImportResumed():
            return plain(":white_check_mark: Harvest answers again; nothing was lost.")
        case EntriesVanished():
            return vanished(news)
        case NoticeLost():
            return plain(
                f":warning: For a day and a half I could not tell somebody {_missed(news)}, and I "
                f"have given it up. Nothing but the message is lost; `/gleaner status` and `/budget` show how things "
                f"stand. Whoever runs Gleaner finds why in the log, under notice {news.notice}."
            )


def _missed(news: NoticeLost) -> str:
    return str(getattr(KINDS.get(news.news), "IF_LOST", "some news"))
