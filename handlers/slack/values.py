"""What a button or a form carries, typed: views write it, listeners read it.

It comes back from outside, months later perhaps, so reading gives None for whatever was not written here, and what was
once written is read for ever.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.slack.requests import number
from sync.ports.task_links import TaskReference
from sync.rules.time_entries.shown import Shown

_ID = r"\d{1,18}"
_GID = r"\d{1,64}"
_BUDGET = re.compile(
    rf"p:(?P<project>{_ID})(?::(?P<period>[12]\d{{3}}-(?:0[1-9]|1[0-2]))?(?::(?P<line>(?:task|person):{_ID}))?)?",
    re.ASCII,
)
_ASANA_PROJECT = re.compile(rf"p:(?P<gid>{_GID})(?::(?P<project>{_ID}))?", re.ASCII)
_HOLD = re.compile(r"h:(?P<key>[^:]+):(?P<revision>\d{1,9})(?::(?P<mark>.*))?", re.ASCII)
_TASK = re.compile(rf"(?:asana|t):(?P<gid>{_GID})", re.ASCII)
_OFFER = re.compile(rf"(?P<task>{_GID}):(?P<story>{_GID})", re.ASCII)
_OVERAGES = re.compile(rf"{_ID}(?:,{_ID})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class EntryValue:
    """A time entry, and what the card showed of it where that matters: `<key>[ <marks>]`."""

    key: str
    shown: Shown | None = None

    def write(self) -> str:
        return f"{self.key} {self.shown.write()}" if self.shown else self.key

    @classmethod
    def read(cls, text: str) -> "EntryValue":
        """Any text may be a key; the flows look whether there is such an entry, and whose."""
        key, _, shown = text.partition(" ")
        return cls(key, Shown.read(shown))


@dataclass(frozen=True, slots=True)
class EditValue:
    """An entry that a form changes, as of which revision, and what it shows: `edit:<key> <revision> <marks>`."""

    key: str
    revision: int
    shown: Shown | None

    def write(self) -> str:
        return f"edit:{self.key} {self.revision} {self.shown.write() if self.shown else ''}"

    @classmethod
    def read(cls, text: str) -> "EditValue | None":
        key, _, rest = (_after("edit:", text) or "").partition(" ")
        revision, _, shown = rest.partition(" ")
        as_of = number(revision)
        return cls(key, as_of, Shown.read(shown)) if key and as_of is not None else None


@dataclass(frozen=True, slots=True)
class NewEntryValue:
    """The event that opened a form for new hours, and the Asana task they are of: `log:<event>:[<task>:<project>]`."""

    event_id: int | None
    reference: TaskReference | None

    def write(self) -> str:
        event = "" if self.event_id is None else str(self.event_id)
        return f"log:{event}:{self.reference.write() if self.reference else ''}"

    @classmethod
    def read(cls, text: str) -> "NewEntryValue | None":
        if (rest := _after("log:", text)) is None:
            return None
        event, _, task = rest.partition(":")
        return cls(number(event), TaskReference.read(task))


@dataclass(frozen=True, slots=True)
class DraftValue:
    """The form that was filled as far as a command was understood: `draft[:<task>:<project>]`."""

    reference: TaskReference | None

    def write(self) -> str:
        return f"draft:{self.reference.write()}" if self.reference else "draft"

    @classmethod
    def read(cls, text: str) -> "DraftValue":
        return cls(TaskReference.read(text.removeprefix("draft:")))


@dataclass(frozen=True, slots=True)
class TaskValue:
    """An Asana task: `asana:<gid>`, once also `t:<gid>`."""

    gid: str

    def write(self) -> str:
        return f"asana:{self.gid}"

    @classmethod
    def read(cls, text: str) -> "TaskValue | None":
        found = _TASK.fullmatch(text)
        return cls(found["gid"]) if found else None


@dataclass(frozen=True, slots=True)
class OfferValue:
    """An Asana task, and the story that made Gleaner offer a timer on it: `<task>:<story>`."""

    task_gid: str
    story_gid: str

    def write(self) -> str:
        return f"{self.task_gid}:{self.story_gid}"

    @classmethod
    def read(cls, text: str) -> "OfferValue | None":
        found = _OFFER.fullmatch(text)
        return cls(found["task"], found["story"]) if found else None


@dataclass(frozen=True, slots=True)
class BudgetValue:
    """A Harvest project's budget: `p:<project>[:<period>[:<line>]]`.

    Without a period: whichever are closed, as `2026-11` where it is by month; without a line: the whole project.
    """

    project_id: int
    period: str = ""
    line: str = ""

    def write(self) -> str:
        return ":".join(["p", str(self.project_id), self.period, self.line]).rstrip(":")

    @classmethod
    def read(cls, text: str) -> "BudgetValue | None":
        found = _BUDGET.fullmatch(text)
        return cls(int(found["project"]), found["period"] or "", found["line"] or "") if found else None


@dataclass(frozen=True, slots=True)
class UnlockRequestValue:
    """A request to unlock a budget: `r:<key>`."""

    key: str

    def write(self) -> str:
        return f"r:{self.key}"

    @classmethod
    def read(cls, text: str) -> "UnlockRequestValue | None":
        key = _after("r:", text)
        return cls(key) if key else None


@dataclass(frozen=True, slots=True)
class HeldEntryValue:
    """An entry for whose sake a budget is to be unlocked: `e:<key>`."""

    key: str

    def write(self) -> str:
        return f"e:{self.key}"

    @classmethod
    def read(cls, text: str) -> "HeldEntryValue | None":
        key = _after("e:", text)
        return cls(key) if key else None


@dataclass(frozen=True, slots=True)
class OveragesValue:
    """Entries in Harvest that went over a lock: `<id>,<id>`."""

    harvest_ids: Sequence[int]

    def write(self) -> str:
        return ",".join(map(str, self.harvest_ids))

    @classmethod
    def read(cls, text: str) -> "OveragesValue | None":
        return cls([int(part) for part in text.split(",")]) if _OVERAGES.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class AsanaProjectValue:
    """An Asana project, and the Harvest project it is to be linked to: `p:<gid>[:<project>]`."""

    gid: str
    project_id: int | None = None

    def write(self) -> str:
        return f"p:{self.gid}" if self.project_id is None else f"p:{self.gid}:{self.project_id}"

    @classmethod
    def read(cls, text: str) -> "AsanaProjectValue | None":
        found = _ASANA_PROJECT.fullmatch(text)
        return cls(found["gid"], int(found["project"]) if found["project"] else None) if found else None


@dataclass(frozen=True, slots=True)
class HoldValue:
    """Waiting hours from Asana as of a revision: `h:<key>:<revision>[:<mark>]`. `mark`: of all shown together."""

    key: str
    revision: int
    mark: str = ""

    def write(self) -> str:
        return f"h:{self.key}:{self.revision}{f':{self.mark}' if self.mark else ''}"

    @classmethod
    def read(cls, text: str) -> "HoldValue | None":
        found = _HOLD.fullmatch(text)
        return cls(found["key"], int(found["revision"]), found["mark"] or "") if found else None


def _after(prefix: str, text: str) -> str | None:
    """What follows the prefix; None for a text that does not begin with it."""
    return text.removeprefix(prefix) if text.startswith(prefix) else None
