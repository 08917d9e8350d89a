"""Refusals as people read them; one that a lock made carries its way out."""

from handlers.slack.blocks import actions, button, section
from handlers.slack.replies import Message
from handlers.slack.values import BudgetValue
from sync.budget.status import BudgetStatus, Locked
from sync.errors import Refused

ASK = "budget.ask"


def about(standing: BudgetStatus, line: str = "") -> str:
    """What a button about a budget carries, and the line where it is about one alone."""
    return BudgetValue(standing.project.id, standing.period, line).write()


def refusal(refused: Refused) -> Message:
    text = str(refused)
    if not isinstance(refused, Locked):
        return Message(text)
    value = about(refused.standing, refused.standing.closed[0].key)
    return Message(text, [section(text), *actions([button("Request unlock", ASK, value)])])
