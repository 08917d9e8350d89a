"""The table of typed lines in `lines.txt`: reading it, and saying in its words what a command was read as."""

import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import NamedTuple

from store.units import Hours
from sync.errors import Refused
from sync.rules.budget import command as budget
from sync.rules.text.durations import show
from sync.rules.time_entries import log_command, timer_command

TODAY = date(2026, 11, 21)
CODES = ("ACME", "ACME-12", "ACME Web", "BRIG-3", "GAMMA", "SUN", "HR", "3M", "24-7", "acme.com", "GRÖSSE")
NAMES = (*CODES, "Website relaunch")
STEP = Hours(25)

_TABLE = Path(__file__).with_name("lines.txt")
_ESCAPE = re.compile(r"\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[nrt])")
_LINE = re.compile(r"`(/(?:log|timer|budget)\b[^`]*)`")
_SIGNS = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


class Typed(NamedTuple):
    """A row: the command, what is typed behind it, and what must come of it."""

    command: str
    text: str
    expected: str


def table() -> Iterator[Typed]:
    for row in _TABLE.read_text("utf-8").splitlines():
        if row and not row.startswith("# "):
            line, _, expected = row.partition(" => ")
            command, _, text = line.removeprefix("/").partition(" ")
            yield Typed(command, _ESCAPE.sub(lambda one: one[0].encode().decode("unicode_escape"), text), expected)


def read(command: str, text: str) -> object:
    """What the command was read as; raises Refused."""
    match command:
        case "log":
            return log_command.parse(text, today=TODAY, codes=CODES, step=STEP, minimum=STEP)
        case "timer":
            return timer_command.parse(text, codes=CODES, today=TODAY)
        case _:
            return budget.parse(text, codes=NAMES, today=TODAY)


def told(command: str, text: str) -> str:
    """`1.5 h, target ACME, note nav`; `asks` with the lines that are offered; `refuses` with the sentence."""
    try:
        found = read(command, text)
    except Refused as refusal:
        offered = lines_in(str(refusal))
        return f"asks {' or '.join(offered)}" if offered else f"refuses: {refusal}"
    shown = [_shown(name, getattr(found, name)) for name in getattr(found, "__dataclass_fields__", ())]
    return ", ".join([type(found).__name__, *filter(None, shown)])


def lines_in(message: str) -> list[str]:
    """Every line that a message offers to be typed, as Slack sends it back."""
    return [re.sub("&(?:lt|gt|amp);", lambda sign: _SIGNS[sign[0]], line) for line in _LINE.findall(message)]


def _shown(name: str, value: object) -> str:
    if not value or value == TODAY:
        return ""
    match value:
        case True:
            return name
        case time():
            return f"{name} {value:%H:%M}"
        case tuple():
            return f"{name} {' and '.join(value)}"
        case int() if name in {"hours", "extra", "quoted"}:
            return show(Hours(value))
        case _:
            return f"{name} {value}"
