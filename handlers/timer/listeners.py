"""`/timer` and the Stop button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handlers.cards import entry as entries
from handlers.cards import timer_offer as timer_offers
from handlers.cards.outage import outage
from handlers.slack.listening import Listening
from handlers.slack.replies import Replies
from handlers.slack.requests import Received
from handlers.slack.values import OfferValue
from handlers.timer import views
from store.people.records import Person
from store.time_entries.records import EntryState, TimeEntry
from sync.asana.task.timer_offers import TimerOffers
from sync.errors import Refused
from sync.people.people import People, local
from sync.rules.text.durations import show_clock
from sync.rules.text.strays import told
from sync.rules.text.work import asana_task_address
from sync.rules.time_entries.backdating import moment_of
from sync.rules.time_entries.timer_command import Cancel, Resume, Start, Status, Stop, Switch, TimerHelp, parse
from sync.time_entries.entries import TimeEntries
from sync.time_entries.keys import entry_key, offered_key
from sync.time_entries.targets import Target, Targets, UnclearTarget
from sync.time_entries.timers import SeveralRun, Timers, TimerStart


@dataclass(frozen=True)
class TimerListeners:
    timers: Timers
    time_entries: TimeEntries
    people: People
    targets: Targets
    offers: TimerOffers
    replies: Replies

    def register(self, listening: Listening) -> None:
        listening.command("timer", self.timer)
        listening.action(entries.STOP, self.stop_button)
        listening.action(entries.BEGIN, self.begin)
        listening.action(timer_offers.START, self.start_task)
        listening.action(timer_offers.OFF, self.offers_off)

    async def timer(self, received: Received) -> None:
        typed = parse(received.request.text, codes=await self.targets.codes(), today=received.at.date())
        if isinstance(typed, TimerHelp):
            await self.replies.answer(received, views.help_text())
            return
        person, _ = await self.people.logger(received.request.user)
        match typed:
            case Start():
                back = _back(typed, local(received.at, person))
                await self._start(received, person, typed, back)
            case Switch():
                await self._start(received, person, typed, timedelta(0))
            case Stop():
                await self._stop(received, person, typed)
            case Cancel():
                await self._card(received, person, await self.timers.cancel(person))
            case Resume():
                await self._resume(received, person)
            case Status():
                look = await self.timers.look(person)
                await self._status(received, person, look.rows, head=outage(person, look))

    async def stop_button(self, received: Received) -> None:
        """The Stop under a card; pressed late it shows how the entry stands."""
        person, _ = await self.people.logger(received.request.user)
        entry = await self.time_entries.get(person.slack_id, received.request.text)
        if entry.state is EntryState.RUNNING or (entry.state is EntryState.INTENDED and entry.is_to_run):
            await self._stopped(received, person, entry, None, replace=True)
        else:
            await self._card(received, person, entry, replace=True)

    async def begin(self, received: Received) -> None:
        """A timer that waited for an unlock."""
        person, _ = await self.people.logger(received.request.user)
        await self._started(received, person, await self.timers.begin(person, received.request.text))

    async def start_task(self, received: Received) -> None:
        """The Start timer of an offer, whose value is an Asana task's gid and its story's."""
        request = received.request
        person, _ = await self.people.logger(request.user)
        offer = OfferValue.read(request.text)
        if offer is None:
            raise Refused("I don't know the task of that button. `/timer start CODE` starts a timer on a project.")
        found = await self.targets.find(person, asana_task_address(offer.task_gid), None, None)
        if isinstance(found, UnclearTarget):
            await self.replies.answer(received, views.unclear(found))
            return
        key = offered_key(request.team, request.user, request.text)
        started = await self.timers.start(person, found, "", key, timedelta(0))
        await self._started(received, person, started, replace=True)

    async def offers_off(self, received: Received) -> None:
        await self.offers.switch(received.request.user, is_off=True)
        await self.replies.answer(received, timer_offers.switched_off(), replace=True)

    async def _start(self, received: Received, person: Person, typed: Start | Switch, back: timedelta) -> None:
        """The new target is found first, so a switch that cannot be done leaves the old timer running (ruling 8)."""
        found = await self.targets.find(person, typed.target, typed.task, received.request.channel)
        if isinstance(found, UnclearTarget):
            await self.replies.answer(received, views.unclear(found))
            return
        started = await self.timers.start(person, found, typed.note, entry_key(received.request), back, received.at)
        prefix = told(typed.left) + (entries.NOTE_CUT if typed.note_was_cut else "")
        await self._started(received, person, started, prefix)

    async def _resume(self, received: Received, person: Person) -> None:
        last = await self.timers.resumable(person)
        project = await self.targets.project(last.project_id)
        task = next((one for one in await self.targets.tasks(last.project_id) if one.id == last.task_id), None)
        if project is None or task is None:
            raise Refused(
                "The project or task of your last timer is gone from Harvest. `/timer start CODE` begins anew."
            )
        key = entry_key(received.request)
        await self._started(received, person, await self.timers.resume(person, last, Target(project, task), key))

    async def _started(
        self, received: Received, person: Person, started: TimerStart, prefix: str = "", *, replace: bool = False
    ) -> None:
        for stopped in started.stopped:
            shown = await self.time_entries.show(person, stopped, with_total=False)
            prefix += f"Stopped {entries.where(shown)} at {entries.hours_of(stopped)}.\n"
        await self._card(received, person, started.entry, prefix=prefix, replace=replace)

    async def _stop(self, received: Received, person: Person, typed: Stop) -> None:
        try:
            running = await self.timers.only_running(person)
        except SeveralRun as several:
            await self._status(received, person, several.running, head=str(several))
            return
        prefix = told(typed.left) + (entries.NOTE_CUT if typed.note_was_cut else "")
        await self._stopped(received, person, running, typed.note or None, prefix=prefix)

    async def _stopped(
        self,
        received: Received,
        person: Person,
        entry: TimeEntry,
        note: str | None,
        *,
        prefix: str = "",
        replace: bool = False,
    ) -> None:
        seconds = await self.timers.seconds(entry, received.at)
        stopped = await self.timers.stop_entry(person, entry, note, received.at)
        elapsed = seconds if stopped.state is EntryState.LOGGED else None
        await self._card(received, person, stopped, prefix=prefix, elapsed=elapsed, replace=replace)

    async def _status(
        self, received: Received, person: Person, running: Sequence[TimeEntry], *, head: str = ""
    ) -> None:
        shown = [
            views.Running(
                await self.time_entries.show(person, entry, with_total=False), await self.timers.seconds(entry)
            )
            for entry in running
        ]
        await self.replies.answer(received, views.status(shown, head=head))

    async def _card(
        self,
        received: Received,
        person: Person,
        entry: TimeEntry,
        *,
        prefix: str = "",
        elapsed: int | None = None,
        replace: bool = False,
    ) -> None:
        shown = await self.time_entries.show(person, entry)
        await self.replies.answer(received, entries.card(shown, prefix=prefix, elapsed=elapsed), replace=replace)


def _back(typed: Start, now: datetime) -> timedelta:
    """How long ago the timer shall have begun; raises Refused for a time that has not come yet."""
    if typed.since is None:
        return timedelta(minutes=typed.back or 0)
    begun = moment_of(typed.since, now)
    if begun is None:
        raise Refused(
            f"{typed.since:%H:%M} has not come yet: it is {now:%H:%M} for you. A timer that began "
            f"{show_clock(900)} ago is `/timer start CODE -15m`."
        )
    return now.astimezone(UTC) - begun
