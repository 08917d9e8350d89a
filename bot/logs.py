"""Log lines: to stderr, one event name a fact, bound per request and per job; secrets are taken out."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

_SECRET = re.compile(
    r"(xox[a-z]-|xapp-|sk-)[\w-]{6,}|(?<=Bearer )[\w.~+/-]{8,}|hooks\.slack\.com/\S+"
    r"|(?<=[?&]code=)[^&\s]+|(?<=[?&]state=)[^&\s]+|(?<=://)[^/@\s:]+:[^/@\s]+(?=@)"
)


def set_up(*, level: str = "INFO", to_terminal: bool | None = None) -> None:
    """Both structlog and the standard library's loggers end in the same lines on stderr."""
    pretty = sys.stderr.isatty() if to_terminal is None else to_terminal
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    render: Any = structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # It warns whenever a tick is still at work when the next one is due, which is how ticks are meant to be.
    logging.getLogger("apscheduler").setLevel("ERROR")
    for chatty in ("httpx", "httpcore", "aiohttp.access", "slack_sdk", "alembic"):
        logging.getLogger(chatty).setLevel("WARNING")


def one_line_log(
    name: str, *, outside: type[Exception], said_already: type[Exception] | tuple[()] = ()
) -> logging.Logger:
    """A logger for a library that meets the outside: errors of these kinds are a line without traceback, or nothing."""

    def tidy(record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, outside):
            record.msg, record.args = "what came in was not understood (%s)", (type(error).__name__,)
            record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
        return not isinstance(error, said_already)

    found = logging.getLogger(name)
    found.filters = [tidy]
    found.setLevel(logging.INFO)  # below, the SDK logs what was said
    return found


def _without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: _SECRET.sub("[secret]", value) if isinstance(value, str) else value for name, value in event.items()}
