"""What the coordinator is told of Gleaner's own rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoticeLost:
    """News could not be told in all its attempts. `news`: its kind, `notice`: its row's id."""

    news: str
    notice: int


@dataclass(frozen=True, slots=True)
class EntryStuck:
    """An entry cannot be moved on, by a fault of ours; it is tried again now and then. For the coordinator."""

    entry_key: str
    slack_id: str
    fault: str


EngineNews = NoticeLost | EntryStuck
