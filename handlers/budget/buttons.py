"""Request unlock, Unlock, Keep locked, Lock, Approve, Move: what is pressed, and who may is asked when it is."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date

from handlers.budget.views import cards as views
from handlers.budget.views import lock_cards as decisions
from handlers.cards.project_fields import BookingFields, FieldRefused
from handlers.slack.listening import Listening
from handlers.slack.refusals import ASK
from handlers.slack.replies import Message, Replies
from handlers.slack.requests import Received, Request, number
from store.budget.records import UnlockRequest
from store.people.records import Person
from store.time_entries.records import TimeEntry
from store.units import Hours
from sync.budget.flows import BudgetFlows
from sync.errors import Refused
from sync.people.people import People
from sync.ports.engine import Clock
from sync.rules.budget.command import parse_hours
from sync.rules.text.slack import escape, tidy_note, unwrap
from sync.time_entries.entries import TimeEntries
from sync.time_entries.keys import entry_key
from sync.time_entries.targets import Targets

_PROJECT = re.compile(
    r"p:(?P<project>\d{1,18})(?::(?P<period>[12]\d{3}-(?:0[1-9]|1[0-2]))?(?::(?P<line>(?:task|person):\d{1,18}))?)?",
    re.ASCII,
)
Refresh = Callable[[str], Awaitable[None]]
"""Brings every message of ours whose notice has a key that begins so up to date."""


@dataclass(frozen=True)
class BudgetButtons:
    flows: BudgetFlows
    clock: Clock
    entries: TimeEntries
    people: People
    targets: Targets
    replies: Replies
    booking: BookingFields
    refresh: Refresh

    def register(self, listening: Listening) -> None:
        listening.action(ASK, self.ask)
        listening.action(views.UNLOCK, self.unlock)
        listening.action(views.LOCK, self.lock)
        listening.action(decisions.KEEP, self.keep)
        listening.action(decisions.APPROVE, self.approve)
        listening.action(decisions.MOVE, self.move)
        listening.link(decisions.CHOOSE_EXTRA)
        listening.link(decisions.CHOOSE_UNTIL)
        listening.form(decisions.ASK_FORM, self.check_ask, self.asked)
        listening.form(decisions.KEEP_FORM, self.check_reason, self.kept)
        listening.form(decisions.MOVE_FORM, self.check_move, self.moved)

    async def ask(self, received: Received) -> None:
        """The form for a request; the value is a held entry's key, or a project's id."""
        person, value = await self._who(received), received.request.text
        subject, hours = await self._wanted(person, value)
        project = await self.flows.overages.project(subject.project_id)
        view = decisions.ask_form(project, hours, value)
        if not await self.replies.open(received, view):
            await self.replies.answer(received, _too_late())

    async def check_ask(self, request: Request) -> Mapping[str, str]:
        typed = request.fields.get(decisions.HOURS) or ""
        if typed.strip() and not parse_hours(typed):
            return {decisions.HOURS: "Type hours, such as 4 or 1.5, or leave the field empty."}
        return {}

    async def asked(self, received: Received) -> None:
        request = received.request
        person = await self._who(received)
        subject, _ = await self._wanted(person, request.metadata)
        kept = request.metadata.removeprefix("e:") if request.metadata.startswith("e:") else None
        asked = await self.flows.requests.ask(
            person,
            subject.project_id,
            parse_hours(request.fields.get(decisions.HOURS) or "") or None,
            _typed(request, decisions.REASON),
            kept,
            entry_key(request),
            period=subject.period,
            line=subject.line,
        )
        await self.replies.answer(received, Message(_what_became(asked, has_entry=kept is not None)))

    async def unlock(self, received: Received) -> None:
        request = received.request
        person = await self._who(received)
        subject = await self._subject(person, request.text, "unlock")
        asked = (await self.flows.requests.get(subject.request)).hours if subject.request else None
        extra = decisions.read_extra(request.fields.get(decisions.EXTRA), asked)
        until = _day(request.fields.get(decisions.UNTIL))
        await self._open(received, person, subject, (extra, until), asked)

    async def open_project(
        self,
        received: Received,
        person: Person,
        project_id: int,
        extra: Hours | None,
        until: date | None,
        request_key: str | None,
    ) -> None:
        """By command: every period that is closed or holds something."""
        await self._open(received, person, _Subject(project_id, request=request_key), (extra, until), None)

    async def _open(
        self,
        received: Received,
        person: Person,
        subject: "_Subject",
        limits: tuple[Hours | None, date | None],
        asked: Hours | None,
    ) -> None:
        """The answer, and every card about it brought up to date. `asked`: hours that nobody had to choose."""
        extra, until = limits
        today = self.flows.budgets.rules.today(self.clock.now())
        if until is not None and until < today:
            raise Refused(f"{until:%Y-%m-%d} is over. Choose today or a later day; nothing was changed.")
        opened = await self.flows.locks.unlock(
            person,
            subject.project_id,
            extra,
            until,
            subject.request,
            period=subject.period,
            is_chosen=extra != asked,
        )
        await self.replies.answer(received, decisions.opened(opened, asked and extra, f"{today:%Y-%m}"))
        await self._bring_up_to_date(subject.project_id, [*opened.answered, subject.request])

    async def lock(self, received: Received) -> None:
        person = await self._who(received)
        subject = await self._subject(person, received.request.text, "lock")
        await self.lock_project(received, person, subject.project_id)

    async def lock_project(self, received: Received, person: Person, project_id: int) -> None:
        project = await self.flows.locks.lock(person, project_id)
        await self.replies.answer(received, views.locked_by_hand(project))

    async def keep(self, received: Received) -> None:
        """Who may not is told at once, before anything is typed."""
        person, value = await self._who(received), received.request.text
        subject = await self._subject(person, value, "keep-locked")
        if subject.request is None:
            await self.flows.locks.refuse(person, "keep-locked", value)
        await self.flows.locks.require(person, subject.project_id, "keep-locked")
        if not await self.replies.open(received, decisions.keep_form(value)):
            await self.replies.answer(received, _too_late())

    async def kept(self, received: Received) -> None:
        person, value = await self._who(received), received.request.metadata
        subject = await self._subject(person, value, "keep-locked")
        if subject.request is None:
            await self.flows.locks.refuse(person, "keep-locked", value)
        reason = _typed(received.request, decisions.REASON)
        answered = await self.flows.requests.keep_locked(person, subject.request, reason)
        said = (
            f":lock: It stays locked; I have told <@{answered.slack_id}> why."
            if answered
            else "Somebody already answered that request, so nothing was changed."
        )
        await self.replies.answer(received, Message(said))
        await self._bring_up_to_date(subject.project_id, [subject.request])

    async def approve(self, received: Received) -> None:
        person = await self._who(received)
        ids = await self._overages(person, received.request.text)
        count = await self.flows.overages.accept(person, ids)
        said = (
            f":white_check_mark: {count} {_stand(count)} as logged."
            if count
            else "Somebody already decided about these."
        )
        await self.replies.answer(received, Message(said))
        await self._refresh_overages(ids)

    async def move(self, received: Received) -> None:
        person, value = await self._who(received), received.request.text
        ids = await self._overages(person, value)
        overs = await self.flows.overages.of(ids)
        for project_id in {over.overage.project_id for over in overs}:
            await self.flows.locks.require(person, project_id, "overage.moved")
        if not await self.replies.open(received, decisions.move_form(value, len(overs))):
            await self.replies.answer(received, _too_late())

    async def check_reason(self, request: Request) -> Mapping[str, str]:
        return {} if (request.fields.get(decisions.REASON) or "").strip() else {decisions.REASON: "Type a reason."}

    async def check_move(self, request: Request) -> Mapping[str, str]:
        try:
            await self.booking.read(request.fields)
        except FieldRefused as refusal:
            return {refusal.block_id: str(refusal)}
        return {}

    async def moved(self, received: Received) -> None:
        person = await self._who(received)
        ids = await self._overages(person, received.request.metadata)
        try:
            booking = await self.booking.read(received.request.fields)
        except FieldRefused as refusal:
            # A field's own words are plain; here they are read as a message.
            raise Refused(f"{escape(str(refusal))} Nothing was moved; press Move elsewhere again.") from None
        result = await self.flows.overages.move(person, ids, booking.project, booking.task)
        await self.replies.answer(received, views.moved(booking.project, result))
        await self._refresh_overages(ids)

    async def _who(self, received: Received) -> Person:
        return await self.people.person(received.request.user)

    async def _subject(self, person: Person, value: str, deed: str) -> "_Subject":
        """What a button is about: `p:<project>:<period>[:<line>]` or `r:<request>`; else it is noted and refused."""
        kind, _, rest = value.partition(":")
        if kind == "r" and (request := await self.flows.requests.known(rest)):
            return _Subject(request.project_id, request=request.key)
        found = _PROJECT.fullmatch(value)
        if found and await self.targets.project(int(found["project"])):
            return _Subject(int(found["project"]), found["period"] or "", found["line"] or "")
        return await self.flows.locks.refuse(person, deed, value)

    async def _wanted(self, person: Person, value: str) -> tuple["_Subject", Hours | None]:
        """What somebody wants unlocked, and the hours that wait for it."""
        if value.startswith("e:"):
            entry = await self.entries.get(person.slack_id, value.removeprefix("e:"))
            return _Subject(entry.project_id), entry.hours
        return await self._subject(person, value, "unlock.ask"), None

    async def _overages(self, person: Person, value: str) -> list[int]:
        ids = [row for part in value.split(",") if (row := number(part)) is not None]
        if not ids or len(ids) != len(value.split(",")) or not await self.flows.overages.of(ids):
            await self.flows.locks.refuse(person, "overage", value)
        return ids

    async def _bring_up_to_date(self, project_id: int, request_keys: list[str | None]) -> None:
        for key in {one for one in request_keys if one}:
            await self.refresh(f"unlock:{key}:")
        await self.refresh(f"locked:{project_id}:")
        await self.refresh(f"budget:{project_id}:")

    async def _refresh_overages(self, ids: list[int]) -> None:
        for project_id in {over.overage.project_id for over in await self.flows.overages.of(ids)}:
            await self.refresh(f"overage:{project_id}:")


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a button is about. Without a period: whichever are closed; without a line: the whole project."""

    project_id: int
    period: str = ""
    line: str = ""
    request: str | None = None


def _what_became(asked: UnlockRequest | TimeEntry, *, has_entry: bool) -> str:
    if isinstance(asked, UnlockRequest):
        waits = " What you typed is kept, and will be logged once it is unlocked." if has_entry else ""
        return f":outbox_tray: Your request is with the project's managers.{waits}"
    going = "I will ask you whether to start the timer" if asked.is_to_run else "what you typed is being logged now"
    return f":unlock: It is already open, so nobody needs to be asked: {going}."


def _typed(request: Request, block_id: str) -> str:
    return tidy_note(unwrap(request.fields.get(block_id) or "")).text


def _stand(count: int) -> str:
    return "entry stands" if count == 1 else "entries stand"


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _too_late() -> Message:
    return Message("Slack did not let me open the form in time. Please press the button again.")
