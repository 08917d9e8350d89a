"""What is said about connecting."""

from handlers.cards.entry import CONNECT
from handlers.slack.blocks import actions, button, link, section
from handlers.slack.replies import Message
from sync.rules.text.slack import escape

OPEN_LINK = "connect.open"


def invitation(url: str) -> Message:
    text = (
        "Sign in to Harvest, so that Gleaner acts as you: your timers, your permissions, your name in the timesheet. "
        "The link is yours alone and good for ten minutes."
    )
    return Message(f"{text} {url}", [section(text), *actions([link("Open Harvest", OPEN_LINK, url)])])


def connected() -> Message:
    text = "You are connected to Harvest. Gleaner acts as you; `/gleaner disconnect` ends that."
    return Message(text, [section(text)])


def disconnected(*, was: bool) -> Message:
    text = (
        "Your Harvest sign-in is forgotten here." if was else "You were not connected, so there was nothing to forget."
    )
    return Message(text, [section(text), *actions([button("Connect Harvest", CONNECT, "again")])])


def welcome(name: str, account: str) -> Message:
    text = f":white_check_mark: Connected: you are {escape(name)} in the Harvest account {escape(account)}."
    return Message(text, [section(text)])
