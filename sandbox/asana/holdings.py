"""All records by gid, tokens, and the feed of events: what every kind of edit builds on."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sandbox.asana.changes import Changes
from sandbox.asana.feed_records import Change, Event, Webhook
from sandbox.asana.records import (
    Action,
    Field,
    Job,
    Option,
    Project,
    Record,
    Section,
    Setting,
    Story,
    Task,
    Team,
    TimeEntry,
    User,
    Workspace,
)

_FIRST_GID = 1_200_000_000_000_001


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC."""


@dataclass
class Habits:
    """What is not certain about Asana and may be switched, to show that a client bears both."""

    shows_trashed_tasks: bool = False
    """Whether GET of a task in the trash still gives the record; else 404."""
    tells_retry_after: bool = True
    """Whether 429 for too many requests carries `Retry-After`; for too many at once it never does."""
    merges_edits_within: timedelta = timedelta()
    """Whether somebody's edits of one field that follow so soon become one story, whose new value then changes."""


class Holdings:
    """Dicts by gid, in the order of making."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.habits = Habits()
        self.workspaces: dict[str, Workspace] = {}
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.projects: dict[str, Project] = {}
        self.sections: dict[str, Section] = {}
        self.fields: dict[str, Field] = {}
        self.options: dict[str, Option] = {}
        self.settings: dict[str, Setting] = {}
        self.tasks: dict[str, Task] = {}
        self.stories: dict[str, Story] = {}
        self.time_entries: dict[str, TimeEntry] = {}
        self.jobs: dict[str, Job] = {}
        self.webhooks: dict[str, Webhook] = {}
        self.tokens: dict[str, User] = {}
        self.events: list[Event] = []
        self.listeners: list[Callable[[Event], None]] = []
        self.changes = Changes()
        self._gids = itertools.count(_FIRST_GID)
        self._moment: datetime | None = None

    def now(self) -> datetime:
        moment = self._moment or self.clock.now()
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Edits inside happen at that moment; it must be aware."""
        before, self._moment = self._moment, moment
        try:
            yield
        finally:
            self._moment = before

    def new_gid(self) -> str:
        return str(next(self._gids))

    def grant(self, user: User, token: str) -> None:
        """A personal access token: acts as its user, never ends by itself."""
        self.tokens[token] = user

    def revoke(self, token: str) -> None:
        del self.tokens[token]

    def emit(
        self,
        action: Action,
        resource: Record,
        by: User | None,
        *,
        parent: Record | None = None,
        change: Change | None = None,
    ) -> None:
        """To the feed, and to everyone who listens."""
        seen_from = frozenset(place.gid for place in (*_places(resource), *([parent] if parent else [])))
        event = Event(self.now(), by, action, resource, parent, change, seen_from)
        self.events.append(event)
        for listener in self.listeners:
            listener(event)
        self.changes.announce()


def _places(resource: Record) -> list[Record]:
    """From where a change of it is seen: subtasks and stories bubble up to the project, only projects to the workspace.

    How many levels deep subtasks bubble is not documented: here all.
    """
    match resource:
        case Task():
            return [resource, *resource.ancestors, *resource.homes]
        case Story():
            return [resource, *_places(resource.task)]
        case Section():
            return [resource, resource.project]
        case Project():
            team = [resource.team] if resource.team else []
            return [resource, resource.workspace, *team]
        case _:
            return [resource]
