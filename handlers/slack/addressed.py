"""Whom a message is for: places to try in turn."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.slack.replies import Message


@dataclass(frozen=True, slots=True)
class Place:
    """`address`: a channel, a Slack user, or `user:<id>`, somebody by their Harvest id. `note`: why it came here.

    `who`: how a sentence names somebody who is known by their Harvest id alone.
    """

    address: str
    note: str = ""
    may_be_shared: bool = False
    """The channel was confirmed although other organizations see it (ruling 14)."""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Addressed:
    """The first place that takes the message gets it."""

    places: Sequence[Place]
    message: Message
