"""What the log says while a test runs: nothing that comes from outside may leave a traceback there."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from structlog.testing import capture_logs


@dataclass(frozen=True)
class Noise:
    ours: list[Any]
    theirs: list[logging.LogRecord] = field(default_factory=list)

    @property
    def tracebacks(self) -> list[str]:
        own = [str(line) for line in self.ours if line.get("exc_info") or line["log_level"] in {"error", "critical"}]
        others = [one.getMessage() for one in self.theirs if one.exc_info or "Traceback" in one.getMessage()]
        return [*own, *others]

    @property
    def text(self) -> str:
        return "\n".join([*map(str, self.ours), *(one.getMessage() for one in self.theirs)])

    def clear(self) -> None:
        self.ours.clear()
        self.theirs.clear()


class _Kept(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.INFO)
        self.records = records

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def noise() -> Iterator[Noise]:
    """Lines of both kinds of loggers, ours and the libraries'."""
    with capture_logs() as ours:
        heard = Noise(ours)
        handler = _Kept(heard.theirs)
        logging.getLogger().addHandler(handler)
        try:
            yield heard
        finally:
            logging.getLogger().removeHandler(handler)
