"""The sandbox's time: real time, moved by as much as somebody asked for."""

from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Goes on by itself, as fast as real time. `start` is the moment it shows when made; None: the real one."""

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = timedelta()
        if start is not None:
            self.travel(start)

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return _real() + self._offset

    def advance(self, by: timedelta) -> None:
        """A negative `by` goes back."""
        self._offset += by

    def travel(self, to: datetime) -> None:
        """`to` must be aware."""
        self._offset = to - _real()


def _real() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the one place where the sandbox reads real time
