"""News of Asana's side in one plain sentence each."""

from typing import assert_never

from handlers.addressed import Addressed, Place
from handlers.blocks import section
from handlers.replies import Message
from store.records import EntryState, Hours, TimeEntry
from sync.news import (
    AsanaNews,
    AsanaResumed,
    AsanaStalled,
    BothSources,
    HoursHeld,
    ProjectArchived,
    ProjectRenamed,
    ProjectUnmapped,
    TaskMoved,
    TaskTrashed,
    WeeklyReport,
)
from sync.rules.hours import show
from sync.rules.slack_text import escape

_WHY = {
    "unmapped": "its project is linked to no Harvest project yet",
    "no_project": "the task is in no project",
    "several_projects": "the task is in several linked projects, and somebody has to choose one",
    "asana_archived": "its project is archived in Asana",
    "harvest_archived": "its Harvest project is archived",
    "no_task": "no Harvest task is set for it",
    "no_non_billable_task": "no Harvest task is set for non-billable work",
    "not_in_harvest": "this person is no active Harvest user: add them in Harvest with their Asana address",
    "not_assigned": "this person is not on the Harvest project: add them there",
    "duplicate": "time is already logged on this task in Harvest, so these may be the same hours",
    "parent": "hours stand on the task and on its subtasks as well",
    "copied": "the number was there from the start, as in a copied task",
    "unexplained": "Asana does not tell who changed the number",
    "nobody": "nobody typed it, and the task has no assignee",
    "over_a_day": "that is more than 24 h of one person on one day",
    "unfit": "what stands in the fields cannot be read as hours",
    "lowering": "they were taken back in Asana, and the entries in Harvest are locked or gone",
    "deleted": "somebody deleted the entry in Harvest: restore it, or accept that",
    "misplaced": "the task is billable now, or is not any more, and their entry in Harvest cannot change its task",
    "edited": "somebody changed the entry in Harvest: restore it, or accept that",
}


def addressed(news: AsanaNews, coordinator: str | None) -> Addressed | None:
    """To the person the news is for, else to the coordinator; None if there is neither."""
    person = news.slack_id if isinstance(news, HoursHeld) else None
    places = [Place(address) for address in (person, coordinator) if address]
    text = words(news)
    return Addressed(places, Message(text, [section(text)])) if places else None


def words(news: AsanaNews) -> str:
    match news:
        case HoursHeld():
            return _held(news)
        case TaskTrashed() | TaskMoved() | BothSources():
            return _of_task(news)
        case ProjectUnmapped() | ProjectArchived() | ProjectRenamed():
            return _of_project(news)
        case WeeklyReport():
            return f":calendar: {len(news.tasks)} tasks were completed since {news.since} without hours."
        case AsanaStalled():
            return f":warning: I cannot read from Asana: {escape(news.reason)}. Nothing is lost; see `gleaner check`."
        case AsanaResumed():
            return ":white_check_mark: Asana answers again; nothing was lost."
    assert_never(news)


def entry_words(entry: TimeEntry) -> str:
    """Of an entry for somebody who is not in Slack."""
    state = "is held" if entry.state is EntryState.HELD else f"is {entry.state.value} now"
    hours = show(Hours(entry.hours or 0))
    return f"{hours} of Asana's “{escape(entry.note)}” {state}. {escape(entry.reason or '')}".strip()


def _held(news: HoursHeld) -> str:
    who = f" of {escape(news.who)}" if news.who else ""
    task = f"<{news.url}|{escape(news.task)}>" if news.url else f"“{escape(news.task)}”"
    where = f" ({escape(news.project)})" if news.project else ""
    return f":hourglass: {show(Hours(abs(news.hours)))}{who} on {task}{where} wait: {_WHY.get(news.kind, news.kind)}."


def _of_task(news: TaskTrashed | TaskMoved | BothSources) -> str:
    task = f"“{escape(news.task)}”"
    match news:
        case TaskTrashed():
            return f":wastebasket: {task} is in Asana's trash. Its {show(Hours(news.hours))} stay in Harvest."
        case TaskMoved():
            return f":memo: {task} moved to another project. Its {show(Hours(news.hours))} stay where they are."
        case BothSources():
            return f":memo: {task} has typed hours and time entries; only one of the two is counted."


def _of_project(news: ProjectUnmapped | ProjectArchived | ProjectRenamed) -> str:
    match news:
        case ProjectUnmapped():
            return (
                f":link: “{escape(news.project)}” in Asana is linked to no Harvest project yet: `/gleaner map` does it."
            )
        case ProjectArchived():
            where = news.side.title()
            return (
                f":warning: “{escape(news.project)}” is archived in {where}: new hours wait until it is opened again."
            )
        case ProjectRenamed():
            where = news.side.title()
            return f":memo: “{escape(news.before)}” is called “{escape(news.after)}” in {where}; all else stays."
