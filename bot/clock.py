"""The one place that reads the machine's clock."""

from datetime import UTC, datetime


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the Clock that everything else is given


class FixedClock:
    """Always the same moment: for a job that is run as if it were another time (`gleaner job --now`)."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment
