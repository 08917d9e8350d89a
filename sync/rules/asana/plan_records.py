"""What a plan for a task's hours is made of: entries as they stand; what is logged, taken back, moved, or waits."""

from dataclasses import dataclass, field
from enum import Enum, auto

from store.asana.records.api import AsanaUser
from store.asana.records.state import HoldKind, Part
from store.harvest.records import HarvestEntry
from store.units import Hours
from sync.rules.asana.claims import Claim


class EntryStanding(Enum):
    """How an entry of ours stands. Moving ones are on their way to Harvest, or perhaps there, and are not touched."""

    MOVING = auto()
    LOGGED = auto()
    HELD = auto()
    DISCARDED = auto()
    """By its person, before it reached Harvest."""
    DELETED = auto()
    """In Harvest or by Undo, after it was there."""


@dataclass(frozen=True, slots=True)
class SyncedEntry:
    """An entry that was made from the task. `booked`: what it should hold; `entry`: as Harvest holds it, if it does."""

    key: str
    user_id: int
    standing: EntryStanding
    booked: Hours
    entry: HarvestEntry | None
    source: str
    """The story or time entry it was made for."""
    project_id: int
    task_id: int
    """Where we put it, or Harvest's answer said it went."""
    refusal: str | None = None
    """Why Harvest refused the last change."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why hours cannot go through now."""

    kind: HoldKind
    words: str = ""
    entry_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """Hours that wait. `who`: what tells it from others of its kind: a person's gid, an entry's key."""

    kind: HoldKind
    hours: Hours
    parts: tuple[Part, ...] = ()
    user: AsanaUser | None = None
    who: str = ""
    words: str = ""
    entry_key: str | None = None
    entry_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """Hours (more than 0) that a claim takes off an entry; off no entry where they were discarded, or never counted.

    `is_accepted`: Harvest's entry was smaller by them already, and somebody had said that this is right.
    """

    claim: Claim
    entry_key: str | None
    hours: Hours
    is_accepted: bool = False


@dataclass
class Plan:
    """`changes`: what an entry shall hold from now on; 0: it shall go. `waits`: for entries that are on their way.

    `moves`: the Harvest task that an entry goes to.
    """

    logs: list[Claim] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    changes: dict[str, Hours] = field(default_factory=dict)
    moves: dict[str, int] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    waits: bool = False
    is_blind: bool = False
    """The field was not seen: what waits goes on waiting."""
