"""Offers around a timer, from what happened to a task in Asana; each can be switched off where it is shown."""

from slack_sdk.models.blocks import Block, ButtonElement

from handlers.cards.entry import STOP, where
from handlers.cards.hold import task_name
from handlers.slack.blocks import actions, button, context, name, section
from handlers.slack.replies import Message
from handlers.slack.values import OfferValue
from sync.news.asana import StartOffered, StopOffered
from sync.rules.text.durations import show_clock
from sync.rules.text.slack import escape
from sync.time_entries.entries import EntryView

START, OFF, SWITCH = "timer.start_task", "timer.offers_off", "home.timer_offers"


def start(offer: StartOffered) -> Message:
    """One click starts it; the button names the task in Asana, and the story that brought the offer."""
    task = f"*{task_name(offer.task, offer.url)}*"
    match offer.by, offer.is_assignment:
        case str(by), True:
            what = f"{escape(by)} assigned {task} to you"
        case str(by), False:
            what = f"{escape(by)} opened your task {task} again"
        case _, True:
            what = f"You took {task}"
        case _:
            what = f"You opened {task} again"
    text = f":stopwatch: {what} ({name(offer.project)}), and you have no timer running."
    start_it = button("Start timer", START, OfferValue(offer.task_gid, offer.story_gid).write(), style="primary")
    return Message(text, [section(text), *actions([start_it, _no_more()])])


def stop(offer: StopOffered, shown: EntryView, seconds: int) -> Message:
    """`shown`: the timer as it runs."""
    task = f"*{task_name(offer.task, offer.url)}*"
    text = f":checkered_flag: {task} is completed, and your timer runs on: {show_clock(seconds)} on {where(shown)}."
    stop_it = button("Stop", STOP, offer.entry_key, style="primary")
    return Message(text, [section(text), *actions([stop_it, _no_more()])])


def switched_off() -> Message:
    text = ":no_bell: I no longer offer you timers for Asana tasks. You can switch this back on in Gleaner's Home tab."
    return Message(text, [section(text)])


def setting(*, are_wanted: bool) -> list[Block]:
    """The line in App Home."""
    say = "I offer you a timer when a task in Asana becomes yours, and to stop it when the task is completed."
    other = "I offer you no timers for Asana tasks."
    press = button("Offer none" if are_wanted else "Offer timers", SWITCH, "off" if are_wanted else "on")
    return [context(say if are_wanted else other), *actions([press])]


def _no_more() -> ButtonElement:
    return button("No more offers", OFF, "dm")
