"""Refusals as people read them; one that a lock made carries its way out."""

from handlers.blocks import actions, button, section
from handlers.replies import Message
from sync.errors import Refused
from sync.locks import Locked

ASK = "budget.ask"


def refusal(refused: Refused) -> Message:
    text = str(refused)
    if not isinstance(refused, Locked):
        return Message(text)
    value = f"p:{refused.standing.project.id}"
    return Message(text, [section(text), *actions([button("Request unlock", ASK, value)])])
