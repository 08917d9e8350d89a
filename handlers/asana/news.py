"""News of Asana's side in words: cards of hours that wait, what became of projects and tasks, the weekly report."""

from dataclasses import dataclass
from typing import assert_never

from handlers.asana.views import reports as report_views
from handlers.cards import hold as held_hours
from handlers.cards import timer_offer as timer_offers
from handlers.cards.hold import task_name, unmapped_buttons
from handlers.slack.addressed import Addressed, Place
from handlers.slack.blocks import actions, name, section
from handlers.slack.replies import Message, plain
from store.time_entries.records import EntryState
from store.units import Hours
from sync.asana.flows import AsanaFlows
from sync.asana.mapping.mapping import Proposed
from sync.errors import Refused
from sync.news.asana import (
    AccessLost,
    AsanaNews,
    AsanaResumed,
    AsanaStalled,
    BothSources,
    CardChange,
    ForCoordinator,
    HoursHeld,
    HoursUnread,
    Lost,
    NoHoursField,
    ProjectArchived,
    ProjectRenamed,
    ProjectUnmapped,
    SecondHoursField,
    StartOffered,
    TaskMoved,
    TaskTrashed,
    TimerOffer,
    TimeWithoutTask,
    WeeklyReport,
)
from sync.people.people import People
from sync.rules.text.durations import show
from sync.rules.text.slack import escape
from sync.time_entries.entries import TimeEntries
from sync.time_entries.timers import Timers

NO_COORDINATOR = "This came to you as a Harvest administrator, because no COORDINATOR is set for Gleaner."

_SOURCES = {"field": "the field Billable Hours", "time_entries": "Asana's time tracking"}
_NAMED = 5
"""Fields of a project that are named."""


@dataclass(frozen=True)
class AsanaWords:
    """`coordinator`: COORDINATOR."""

    asana: AsanaFlows
    entries: TimeEntries
    people: People
    timers: Timers
    coordinator: str | None

    async def word(self, news: AsanaNews) -> Addressed | None:
        """To the person the news is for, else to the coordinator, else to Harvest's administrators.

        None if nobody is to be told, or nothing now. Hours that wait are told without a coordinator, too.
        """
        if isinstance(news, CardChange):
            return None
        if isinstance(news, TimerOffer):
            return await self._offer(news)
        person = news.slack_id if isinstance(news, HoursHeld) else None
        places = [Place(address) for address in (person, self.coordinator) if address]
        if isinstance(news, HoursHeld) or places:
            note = "" if self.coordinator else NO_COORDINATOR
            places += [Place(address, note) for address in await self.asana.board.administrators()]
        return Addressed(places, await self._message(news)) if places else None

    async def _offer(self, offer: TimerOffer) -> Addressed | None:
        """To its person alone; None once there is nothing to start or stop any more."""
        place = Place(offer.slack_id)
        if isinstance(offer, StartOffered):
            stands = await self.asana.offers.stands(offer)
            return Addressed([place], timer_offers.start(offer)) if stands else None
        entry = await self.entries.any_entry(offer.entry_key)
        if entry.state is not EntryState.RUNNING:
            return None
        shown = await self.entries.show(await self.people.person(offer.slack_id), entry, with_total=False)
        return Addressed([place], timer_offers.stop(offer, shown, await self.timers.seconds(entry)))

    async def _message(self, news: ForCoordinator) -> Message:
        match news:
            case HoursHeld():
                waiting = await self.asana.board.waiting(news.hold_key)
                return held_hours.card(waiting) if waiting else plain(gone(news))
            case ProjectUnmapped():
                return await self._unmapped(news)
            case WeeklyReport():
                free = await self.asana.board.free([task["gid"] for task in news.tasks])
                return report_views.weekly(news.since, news.tasks, free)
        return plain(words(news))

    async def _unmapped(self, news: ProjectUnmapped) -> Message:
        link = await self.asana.board.project(news.project_gid)
        if link is None:
            raise Refused("I can't find that project any more. `/gleaner map` lists the projects.")
        what = f"*{task_name(news.project, news.url)}*"
        if link.mapping is not None:
            where = held_hours.harvest_name(link.harvest) if link.harvest else "a Harvest project that is gone"
            return plain(f":link: {what} is linked to {where}: {held_hours.by(link.mapping.linked_by)} did that.")
        if link.project.is_ignored:
            return plain(f":no_bell: {what} is ignored: its hours are not logged.")
        return unmapped(news, await self.asana.mapping.propose(news.project_gid))


def unmapped(news: ProjectUnmapped, proposed: Proposed) -> Message:
    """A new project, with the Harvest projects that may be meant (S1-33, S1-34)."""
    made = {"copy": " It looks like a copy of another project.", "template": " It looks like a template."}
    near = [f"\n• {held_hours.proposal_line(one, project)}" for one, project in proposed.found]
    nearest = f"Nearest in Harvest:{''.join(near)}" if near else "No Harvest project has a similar name."
    text = (
        f":new: *{task_name(news.project, news.url)}* is new in Asana and not linked to a Harvest project, so "
        f"hours typed there wait.{made.get(news.origin, '')}\n{nearest}"
    )
    buttons = unmapped_buttons(news.project_gid, proposed.found, is_certain=proposed.is_certain)
    return Message(text, [section(text), *actions(buttons)])


def words(
    news: TaskTrashed
    | TaskMoved
    | BothSources
    | HoursUnread
    | ProjectArchived
    | ProjectRenamed
    | NoHoursField
    | SecondHoursField
    | AccessLost
    | TimeWithoutTask
    | AsanaStalled
    | AsanaResumed,
) -> str:
    """News that asks for nothing here."""
    match news:
        case TaskTrashed() | TaskMoved() | BothSources() | HoursUnread():
            return _of_task(news)
        case ProjectArchived() | ProjectRenamed() | NoHoursField() | SecondHoursField():
            return _of_project(news)
        case AccessLost():
            return _of_access(news)
        case TimeWithoutTask():
            who = f" of {escape(news.who)}" if news.who else ""
            return (
                f":hourglass: {show(Hours(news.hours))}{who} on {news.day} are entered on the project "
                f"*{task_name(news.project, news.url)}* in Asana and on no task, so they cannot go to Harvest. Enter "
                "them on a task of the project instead, and they are logged; or log them with `/log`."
            )
        case AsanaStalled():
            return (
                f":warning: I cannot read from Asana: {escape(news.reason)}. Nothing is lost: what is typed there "
                "meanwhile is read later. If this lasts, check status.asana.com and run `gleaner check`."
            )
        case AsanaResumed():
            return ":white_check_mark: Asana answers again; nothing was lost."
    assert_never(news)


def gone(news: HoursHeld) -> str:
    who = f" of {escape(news.who)}" if news.who else ""
    return f"{show(Hours(abs(news.hours)))}{who} on {task_name(news.task, news.url)} are no longer waiting."


def _of_task(news: TaskTrashed | TaskMoved | BothSources | HoursUnread) -> str:
    task = task_name(news.task, news.url)
    match news:
        case TaskTrashed():
            stay = f" Its {show(Hours(news.hours))} stay in Harvest; delete them there if they were no work."
            wait = f" {show(Hours(news.waiting))} were waiting and are not logged; restore the task if they were work."
            gone_now = f":wastebasket: {task} is in Asana's trash, or Asana no longer shows it to me."
            return f"{gone_now}{stay if news.hours else ''}{wait if news.waiting else ''}"
        case TaskMoved():
            return (
                f":twisted_rightwards_arrows: {task} moved to another project. Its {show(Hours(news.hours))} stay "
                "where they were logged; move them in Harvest if they belong elsewhere. New hours go where it is now."
            )
        case BothSources():
            return (
                f":memo: {task} has typed hours and time entries. Only {_SOURCES[news.source]} counts in its project; "
                "`/gleaner map` shows and changes that. I say this once for a project."
            )
        case HoursUnread():
            task = task_name(news.task or "the project", news.url)
            where = _SOURCES["field" if news.source == "time_entries" else "time_entries"]
            return (
                f":warning: {show(Hours(news.hours))} of {task} stand in {where}, but hours of "
                f"*{escape(news.project)}* are read from {_SOURCES[news.source]}, so they do not go to Harvest. Enter "
                "them there, or change it in `/gleaner map`. I say this once for a project."
            )


def _of_project(news: ProjectArchived | ProjectRenamed | NoHoursField | SecondHoursField) -> str:
    match news:
        case NoHoursField() | SecondHoursField():
            return _of_field(news)
        case ProjectArchived():
            beside = f" It is linked to {escape(news.harvest_project)}." if news.harvest_project else ""
            return (
                f":file_cabinet: *{escape(news.project)}*: its project in {news.side.title()} is archived or gone, so "
                f"new hours wait until it is restored or you link another one (`/gleaner map`).{beside}"
            )
        case ProjectRenamed():
            return (
                f":memo: *{escape(news.before)}* is called *{escape(news.after)}* in {news.side.title()} now. The link "
                "stays, and nothing is to be done."
            )


def _of_field(news: NoHoursField | SecondHoursField) -> str:
    project = f"*{task_name(news.project, news.url)}*"
    if isinstance(news, SecondHoursField):
        return (
            f":warning: Hours of {project} are read from its field “{name(news.read)}”, which was called `Billable "
            "Hours` before. There is another field of that name now, and it is not read. Take the new one from the "
            "project, and call the first one `Billable Hours` again."
        )
    there = ", ".join(f"“{name(field)}”" for field in news.fields[:_NAMED])
    beside = f" Its number fields are {there}: rename the right one." if there else ""
    return (
        f":warning: {project} is linked to Harvest, but has no field `Billable Hours` in "
        f"Asana, so no hours are read from it. Add a number field of that name there.{beside} If its hours are in "
        "Asana's time tracking instead, change that in `/gleaner map`."
    )


def _of_access(news: AccessLost) -> str:
    project, why = f"*{task_name(news.project, news.url)}*", escape(news.why)
    if news.what == Lost.TIME:
        return (
            f":lock: The hours of {project} are to be read from Asana's time tracking, which Asana does not show me "
            f"({why}), so none of them arrive. Change in `/gleaner map` where its hours stand, or take a plan of "
            "Asana's that has time tracking."
        )
    hidden = {
        Lost.PROJECT: "no longer shows me {}: it was deleted, or is no longer shared with me",
        Lost.FIELDS: "does not show me the custom fields of {}",
        Lost.TASKS: "no longer shows me every task of {}",
    }[Lost(news.what)]
    return (
        f":lock: Asana {hidden.format(project)} ({why}). What is in Harvest stays; what is typed there I cannot see. "
        "If it is still wanted, share the project in Asana with the user whose token I have (`gleaner check` names "
        "the user): what was typed meanwhile is read then."
    )
