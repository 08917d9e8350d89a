"""What the coordinator is told of people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonUnmatched:
    """Somebody wants to log time and has no Harvest user with their address."""

    slack_id: str
    email: str | None


PeopleNews = PersonUnmatched
