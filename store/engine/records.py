"""The rows that drive work, as frozen records: inbox events, notices, audit events. No I/O, no clock."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that stands in Slack. `note`: the small print under it, on why it came there."""

    id: int
    news: str
    facts: dict[str, Any]
    channel_id: str
    message_ts: str
    note: str = ""


class NoticeState(StrEnum):
    """due -> posting -> posted | dropped(reason)."""

    DUE = "due"
    POSTING = "posting"
    POSTED = "posted"
    DROPPED = "dropped"


class InboxState(StrEnum):
    """received -> handled | failed; a failed event was told to its person and is kept for the operator."""

    RECEIVED = "received"
    HANDLED = "handled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person must be told. `news` is the name of a kind in sync/news.py, `facts` its fields."""

    id: int
    key: str
    news: str
    facts: dict[str, Any]
    state: NoticeState
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class InboxEvent:
    """A command, form or button as it was received, kept before it was acknowledged."""

    id: int
    key: str
    kind: str
    payload: dict[str, Any]
    received_at: datetime
    state: InboxState
    attempts: int


@dataclass(frozen=True, slots=True)
class AuditEvent:
    at: datetime
    actor: str
    deed: str
    subject: str
    facts: dict[str, Any]
