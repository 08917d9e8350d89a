"""What is told of hours from Asana, of projects there, and of timers on tasks."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class HoursHeld:
    """Hours typed in Asana wait. `kind`: a HoldKind; `hours` in hundredths, less than 0 where they were taken back.

    `slack_id` None: for the coordinator; else for that person. `words`: what more there is to the kind.
    """

    hold_key: str
    kind: str
    project: str
    task: str
    url: str | None
    who: str | None
    hours: int
    words: str
    slack_id: str | None


@dataclass(frozen=True, slots=True)
class HoursReleased:
    """Hours wait no more, though nobody decided: nobody is told anew, the card that told of them says so."""

    hold_key: str


@dataclass(frozen=True, slots=True)
class HoursChanged:
    """Hours that wait became more or less, or others wait beside them: the card that tells of them says so."""

    hold_key: str


@dataclass(frozen=True, slots=True)
class TaskTrashed:
    """A task with hours is in Asana's trash. `hours` (hundredths) stay in Harvest; `waiting` wait no more."""

    task_gid: str
    task: str
    url: str | None
    hours: int
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class TaskMoved:
    """A task moved to another project; the hours that were logged before stay where they are."""

    task_gid: str
    task: str
    url: str | None
    hours: int
    project_gid: str


@dataclass(frozen=True, slots=True)
class BothSources:
    """A task has typed hours and time entries; only `source` counts (`field` or `time_entries`)."""

    task_gid: str
    task: str
    url: str | None
    source: str


@dataclass(frozen=True, slots=True)
class HoursUnread:
    """Hours (hundredths) stand where a project's are not read from; `source` is where they are read from.

    `task` is empty for time on the project itself; `url` is the project's then.
    """

    project_gid: str
    project: str
    task: str
    url: str | None
    hours: int
    source: str


def unread(project_gid: str, source: str) -> str:
    """The key of the news, one for a project, that hours stand in the other source than `source`."""
    return f"unread:{project_gid}:{source}"


@dataclass(frozen=True, slots=True)
class ProjectUnmapped:
    """A new Asana project belongs to no Harvest project yet. `origin`: `own`, `copy` or `template`."""

    project_gid: str
    project: str
    url: str | None
    origin: str


def new_project(project_gid: str) -> str:
    """The key of the news that a project is new."""
    return f"asana-project:{project_gid}:new"


@dataclass(frozen=True, slots=True)
class ProjectArchived:
    """A mapped project was archived or is gone on one `side` (`asana` or `harvest`); its hours wait."""

    project_gid: str
    project: str
    harvest_project: str
    side: str


@dataclass(frozen=True, slots=True)
class ProjectRenamed:
    """A mapped project is called otherwise; nothing else changed. `side`: `asana` or `harvest`."""

    project_gid: str
    before: str
    after: str
    side: str


@dataclass(frozen=True, slots=True)
class NoHoursField:
    """A linked project's hours are to be typed into a field that it does not have. `fields`: its number fields."""

    project_gid: str
    project: str
    url: str | None
    fields: list[str]


@dataclass(frozen=True, slots=True)
class SecondHoursField:
    """The field that hours are read from is called `read` since, and another one of the right name is there."""

    project_gid: str
    project: str
    url: str | None
    read: str


class Lost(StrEnum):
    """What of a project Asana does not show any more."""

    PROJECT = "project"
    FIELDS = "fields"
    TASKS = "tasks"
    TIME = "time"
    """Its plan has no time tracking."""


@dataclass(frozen=True, slots=True)
class AccessLost:
    """What a project's hours are read from is not shown any more. `what`: a Lost; `why` is Asana's own words."""

    project_gid: str
    project: str
    url: str | None
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class TimeWithoutTask:
    """Time was entered on a project of Asana's and on no task. `hours` in hundredths; `day` is ISO."""

    project_gid: str
    project: str
    url: str | None
    who: str | None
    hours: int
    day: str


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """Tasks completed in the week from `since` (ISO) on in which no hours stand: gid, name, address, project, who."""

    since: str
    tasks: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class AsanaStalled:
    """Asana does not answer, or does not take the token; `reason` is its own words."""

    reason: str


@dataclass(frozen=True, slots=True)
class AsanaResumed:
    """Asana answers again."""


@dataclass(frozen=True, slots=True)
class StartOffered:
    """A task became this person's to do, and no timer of theirs runs. `by` None: their own doing; `since`: ISO.

    `is_assignment` False: it was opened again.
    """

    task_gid: str
    story_gid: str
    task: str
    url: str | None
    project: str
    slack_id: str
    by: str | None
    is_assignment: bool
    since: str


@dataclass(frozen=True, slots=True)
class StopOffered:
    """A task was completed in Asana while a timer of this person runs on it."""

    entry_key: str
    slack_id: str
    task: str
    url: str | None


ForCoordinator = (
    HoursHeld
    | TaskTrashed
    | TaskMoved
    | BothSources
    | HoursUnread
    | ProjectUnmapped
    | ProjectArchived
    | ProjectRenamed
    | NoHoursField
    | SecondHoursField
    | AccessLost
    | TimeWithoutTask
    | WeeklyReport
    | AsanaStalled
    | AsanaResumed
)
"""But for HoursHeld with a person of its own."""

TimerOffer = StartOffered | StopOffered

CardChange = HoursReleased | HoursChanged
"""Nobody is told anew: the card that stands in Slack is brought up to date."""

AsanaNews = ForCoordinator | TimerOffer | CardChange
