"""What the coordinator is told of Gleaner's own rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoticeLost:
    """News could not be told. `news`: its kind, `notice`: its row's id.

    `why`: what every place for it says, in mrkdwn; empty: all attempts of a day and a half failed.
    """

    news: str
    notice: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class EntryStuck:
    """An entry cannot be moved on, by a fault of ours; it is tried again now and then. For the coordinator."""

    entry_key: str
    slack_id: str
    fault: str


EngineNews = NoticeLost | EntryStuck
