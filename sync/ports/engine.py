"""What flows need of the process they run in, as narrow protocols: the time, and wake-ups."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, UTC."""


class Jobs(Protocol):
    def wake(self, job: str, key: str, at: datetime | None = None, lane: str | None = None) -> None:
        """Run `job` for the row `key` at that time (None: now). A hint only: rows that are due are found anyway."""
