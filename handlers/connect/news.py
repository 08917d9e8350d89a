"""The wording of news about a person's sign-in to Harvest."""

from handlers.slack.addressed import Addressed, Place
from handlers.slack.replies import plain
from sync.news.harvest import SignInLost


def word(news: SignInLost) -> Addressed:
    text = "Harvest no longer takes your sign-in, so I cannot act as you. `/gleaner connect` mends that."
    return Addressed([Place(news.slack_id)], plain(text))
