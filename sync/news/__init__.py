"""What people must be told, as frozen values: rows of `notices`, worded and posted by handlers/announcements.py.

A kind of news for one person has `IF_LOST`: what the coordinator is told they missed, where nobody could be told.
"""

from dataclasses import asdict
from datetime import datetime
from typing import get_args

from store.database import Transaction
from sync.news.asana import AsanaNews
from sync.news.budget import BudgetNews
from sync.news.engine import EngineNews
from sync.news.harvest import HarvestNews
from sync.news.people import PeopleNews
from sync.news.time_entries import EntryNews

News = EntryNews | PeopleNews | HarvestNews | BudgetNews | AsanaNews | EngineNews

KINDS: dict[str, type[News]] = {kind.__name__: kind for kind in get_args(News)}


async def enqueue(tx: Transaction, key: str, news: News, now: datetime) -> None:
    """A notice to be posted, once for each `key`."""
    await tx.notices.add(key, type(news).__name__, asdict(news), now)
