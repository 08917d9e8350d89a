"""What flows need of the process they run in, as narrow protocols: the time, and wake-ups."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, UTC."""


class Job(StrEnum):
    """All work that runs by itself. Those up to `CARDS` are woken for one row, the others run whole."""

    ENTRY = "entry"
    INBOX = "inbox"
    NOTICE = "notice"
    CARDS = "cards"
    ASANA_TASKS = "asana-tasks"
    IMPORT = "import"
    SWEEP = "sweep"
    BUDGETS = "budgets"
    ASANA = "asana"
    WEEKLY_REPORT = "weekly-report"
    DELIVER = "deliver"


class Jobs(Protocol):
    def wake(self, job: Job, key: str, at: datetime | None = None, lane: str | None = None) -> None:
        """Run `job` for the row `key` at that time (None: now). A hint only: rows that are due are found anyway."""
