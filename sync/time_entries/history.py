"""One entry's past: who logged it where, and what became of it since (`/gleaner why`)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from store.database import Transaction
from store.engine.records import AuditEvent
from store.harvest.records import HarvestEntry
from store.people.records import Person
from store.time_entries.records import EntryState, TimeEntry
from store.units import Hours
from sync.engine.tenant import Tenant
from sync.errors import Refused
from sync.people.permissions import Managers
from sync.rules.text.durations import show
from sync.rules.text.slack import unwrap

_LAST_NUMBER = re.compile(r"(\d{1,15})/?$")
_SHORT = re.compile(r"[0-9a-f]{8}(-[0-9a-f-]*)?", re.IGNORECASE)
_STATES = {
    EntryState.INTENDED: "On its way to Harvest",
    EntryState.HELD: "Held here, not in Harvest",
    EntryState.REFUSED: "Refused by Harvest",
    EntryState.DISCARDED: "Discarded here, never in Harvest",
    EntryState.UNDONE: "Undone: deleted in Harvest",
}


_VERBS = {"edit": "change asked", "undo": "undo asked", "retry": "sent again", "moved": "moved elsewhere"}
"""Deeds on an entry as people call them; others are words already."""


class NoSuchEntry(Refused):
    """I keep no entry of that id. Type its number in Harvest, its address there, or the short id from a card."""


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """`by`: a Slack id; empty for what was found out. `details` and `what` are words."""

    at: datetime
    what: str
    by: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class EntryHistory:
    """`deeds`: oldest first."""

    hours: Hours | None
    who: str
    project: str
    task: str
    spent_date: date
    state: str
    deeds: Sequence[HistoryStep]


@dataclass(frozen=True)
class EntryHistories:
    tenant: Tenant
    managers: Managers

    async def past(self, person: Person, typed: str) -> EntryHistory:
        """By Harvest's id, the entry's address in Harvest, or our short id; one's own, or of a project one manages."""
        text = unwrap(typed).strip().strip("<>")
        async with self.tenant.reading() as tx:
            ours, theirs = await self._find(tx, text)
            found = ours or theirs
            if found is None:
                raise NoSuchEntry
            is_mine = (ours and ours.slack_id == person.slack_id) or found_user(found) == person.harvest_user_id
            if not is_mine and not await self.managers.may_decide(tx, person, found.project_id):
                raise NoSuchEntry
            return await self._told(tx, ours, theirs, found)

    async def _find(self, tx: Transaction, text: str) -> tuple[TimeEntry | None, HarvestEntry | None]:
        if _SHORT.fullmatch(text) and (ours := await tx.time_entries.by_short_id(text.lower())) is not None:
            return ours, await tx.mirror.get(ours.harvest_id) if ours.harvest_id else None
        number = _LAST_NUMBER.search(text)
        if number is None:
            return None, None
        harvest_id = int(number[1])
        return await tx.time_entries.by_harvest_id(harvest_id), await tx.mirror.get(harvest_id)

    async def _told(
        self, tx: Transaction, ours: TimeEntry | None, theirs: HarvestEntry | None, found: TimeEntry | HarvestEntry
    ) -> EntryHistory:
        project, task = await tx.directory.project(found.project_id), await tx.directory.task(found.task_id)
        names = await tx.directory.user_names([found_user(found)])
        harvest_id = theirs.id if theirs else ours.harvest_id if ours else None
        gone = await tx.mirror.deleted(harvest_id) if harvest_id and theirs is None else None
        in_harvest = f"In Harvest as {harvest_id}" if harvest_id else "Not in Harvest"
        state = _STATES.get(ours.state, in_harvest) if ours else in_harvest
        reason = f": {ours.reason}" if ours and ours.reason else ""
        deeds = [await self._deed(tx, event) for event in await tx.audit.of(ours.key)] if ours else []
        if gone is not None:
            deeds.append(HistoryStep(gone.noticed_at, "found deleted in Harvest", details=show(gone.hours)))
        origin = "" if ours and ours.slack_id else ". Logged in Harvest itself, not through Gleaner"
        return EntryHistory(
            hours=theirs.hours if theirs else ours.hours if ours else None,
            who=names.get(found_user(found), f"user {found_user(found)}"),
            project=project.name if project else f"project {found.project_id}",
            task=task.name if task else f"task {found.task_id}",
            spent_date=found.spent_date,
            state=f"{state}{reason}{origin}",
            deeds=deeds,
        )

    async def _deed(self, tx: Transaction, event: AuditEvent) -> HistoryStep:
        verb = event.deed.removeprefix("entry.")
        project = await tx.directory.project(event.facts.get("project_id") or 0)
        task = await tx.directory.task(event.facts.get("task_id") or 0)
        where = " › ".join(one.name for one in (project, task) if one)
        details = ", ".join(part for part in (where, *_facts(event.facts)) if part)
        return HistoryStep(event.at, _VERBS.get(verb, verb), event.actor, details)


def found_user(found: TimeEntry | HarvestEntry) -> int:
    return found.harvest_user_id if isinstance(found, TimeEntry) else found.user_id


def _facts(facts: Mapping[str, object]) -> list[str]:
    """What was asked for, or how the entry stood, in words; project and task apart."""
    hours, day, note, state = (facts.get(name) for name in ("hours", "spent_date", "note", "state"))
    return [
        show(Hours(hours)) if isinstance(hours, int) else "",
        str(day or ""),
        f"“{note}”" if note else "",
        f"it was {state}" if state else "",
    ]
