"""When it is worth asking somebody whether to start a timer: their next task, seldom, and only while it is news."""

from datetime import datetime, timedelta

from store.asana.records.api import AsanaTask, Stories, TurnStory

NEWS = timedelta(minutes=15)
"""After that whoever turned to the task has long begun, or never will."""
QUIET = timedelta(minutes=30)
"""Between two offers to one person: tasks change hands dozens of times a day (S1-49)."""


def turn(task: AsanaTask, stories: Stories, now: datetime) -> TurnStory | None:
    """How the task became its assignee's to do: it was assigned or opened again, just now (S1-02)."""
    if task.is_completed or task.assignee is None or not stories.turns:
        return None
    last = max(stories.turns, key=lambda told: (told.created_at, len(told.gid), told.gid))
    return last if is_news(last.created_at, now) else None


def is_news(at: datetime, now: datetime) -> bool:
    return now - at < NEWS
