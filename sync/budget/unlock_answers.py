"""What becomes of requests to unlock: kept by their key, and granted once their line is open."""

from collections.abc import Collection, Iterable
from datetime import datetime

from store.budget.records import RequestState, UnlockRequest
from store.database import Transaction
from sync.errors import Refused
from sync.news import enqueue
from sync.news.budget import UnlockAnswered


async def load_request(tx: Transaction, key: str) -> UnlockRequest:
    request = await tx.budgets.request(key)
    if request is None:
        raise Refused("That request is not kept here. `/budget CODE` shows how the project stands.")
    return request


def is_about(request: UnlockRequest, lines: Collection[str]) -> bool:
    """Whether it asks for one of these lines, given by their keys; one for the project as a whole asks for any."""
    return request.line in lines if request.line else bool(lines)


async def grant(tx: Transaction, requests: Iterable[UnlockRequest], by: str, words: str, now: datetime) -> list[str]:
    """Tell whoever asked; the keys of those that nobody had answered. `by`: a Slack id, or POLICY."""
    answered = []
    for asked in requests:
        if await tx.budgets.answer(asked.key, RequestState.GRANTED, by, words):
            await enqueue(tx, f"answered:{asked.key}", UnlockAnswered(asked.key), now)
            answered.append(asked.key)
    return answered
