"""What the coordinator is told of Gleaner's own rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoticeLost:
    """News could not be told in all its attempts. `news`: its kind, `notice`: its row's id."""

    news: str
    notice: int


EngineNews = NoticeLost
