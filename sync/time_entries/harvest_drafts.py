"""How an entry of ours is written for Harvest and read back from it. Pure, but for one look at the day's entries."""

from datetime import date, datetime, time, timedelta

from store.harvest.records import Account, HarvestEntry
from store.time_entries.records import EntryEdit, TimeEntry, TimerStop
from store.units import Hours
from sync.errors import OutsideError, Rejected
from sync.ports.harvest import EntryChange, EntryDraft, Harvest
from sync.rules.time_entries.timesheet import slot


class NoSlot(Rejected):
    """A start/end account has no room for the hours before midnight (ruling 4)."""


_MARK = "gleaner:"
_AT_ONCE = timedelta(seconds=10)
"""A start that reaches Harvest no later than this after it was asked for is on time."""


def reference(entry: TimeEntry) -> str:
    """The id of an entry's external reference: its Asana task, else our key (contract, section 6)."""
    return entry.asana_task_gid or f"{_MARK}{entry.key}"


def key_in(found: HarvestEntry) -> str | None:
    """Our key in an entry of Harvest's, of either form; None if it is none of ours."""
    said = found.reference_id or ""
    if said.startswith(_MARK):
        return said.removeprefix(_MARK)
    _, is_ours, key = (found.permalink or "").rpartition(f"#{_MARK}")
    return key if is_ours else None


def _permalink(entry: TimeEntry) -> str | None:
    return f"{entry.asana_url}#{_MARK}{entry.key}" if entry.asana_task_gid else None


def carried(begun: datetime, now: datetime) -> Hours | None:
    """What a timer that began then has to bring along now; None if that is as good as nothing."""
    return Hours(round((now - begun).total_seconds() / 36)) if now - begun > _AT_ONCE else None


def draft(
    entry: TimeEntry, account: Account, user_id: int | None, last_end: time | None, behind: Hours | None
) -> EntryDraft:
    """`last_end`: when the day's last entry ended, for accounts that want start and end. Raises NoSlot.

    `behind`: hours that a timer, which is to run on, has run already.
    """
    started, ended, hours = entry.started, entry.ended, entry.hours or behind
    if entry.is_to_run and behind is None:
        started = None
    if not account.uses_timestamps:
        started = ended = None
    else:
        hours = None
        if entry.hours and started is None:
            started, ended = _slot(entry.hours, last_end)
    return EntryDraft(
        project_id=entry.project_id,
        task_id=entry.task_id,
        spent_date=entry.spent_date,
        notes=entry.note,
        reference_id=reference(entry),
        user_id=user_id,
        hours=hours or None,
        started=started,
        ended=ended,
        group_id=entry.asana_project_gid,
        permalink=_permalink(entry),
    )


async def last_end(harvest: Harvest, entry: TimeEntry) -> time | None:
    """When this person's last entry of that day ended, as Harvest has it."""
    day = await harvest.entries(user_id=entry.harvest_user_id, from_date=entry.spent_date, to_date=entry.spent_date)
    return max((one.ended for one in day if one.ended), default=None)


def _slot(hours: Hours, last: time | None) -> tuple[time, time]:
    found = slot(hours, last)
    if found is None:
        raise NoSlot(
            "Harvest",
            "This account keeps start and end times, and these hours would run past midnight after the day's last "
            "entry. Press Edit and choose when you worked.",
            422,
        )
    return found


def known_id(entry: TimeEntry) -> int:
    """Harvest's id; only entries that reached Harvest are stopped, changed or undone."""
    if entry.harvest_id is None:
        raise Rejected("Harvest", "This entry never reached Harvest.", 404)
    return entry.harvest_id


def stop_of(entry: TimeEntry) -> TimerStop:
    """The stop that was asked for."""
    if not isinstance(entry.wanted, TimerStop):
        raise Rejected("Harvest", "It is not known when this timer was to be stopped.", 409)
    return entry.wanted


def after_stop(stopped: HarvestEntry, wanted: TimerStop, *, is_late: bool) -> EntryChange | None:
    """What still has to change once Harvest stopped a timer: the note, and the hours if the stop came late."""
    notes = wanted.note if wanted.note is not None and wanted.note != stopped.notes else None
    if not is_late or stopped.hours == wanted.hours:
        return EntryChange(notes=notes) if notes is not None else None
    if stopped.started and stopped.ended:
        ended = plus(stopped.started, wanted.hours)
        return EntryChange(notes=notes, started=stopped.started, ended=ended)
    return EntryChange(notes=notes, hours=wanted.hours)


def change(entry: TimeEntry, account: Account) -> EntryChange:
    """The edit as Harvest takes it: start/end accounts keep the start and move the end."""
    wanted = entry.wanted if isinstance(entry.wanted, EntryEdit) else EntryEdit()
    started = ended = None
    hours = wanted.hours
    if account.uses_timestamps and hours is not None:
        started, ended = entry.started, entry.started and plus(entry.started, hours)
        if ended is None:
            started, ended = _slot(hours, None)
        hours = None
    return EntryChange(
        project_id=wanted.project_id,
        task_id=wanted.task_id,
        spent_date=wanted.spent_date,
        hours=hours,
        started=started,
        ended=ended,
        notes=wanted.note,
    )


def plus(start: time, hours: Hours) -> time:
    moment = datetime.combine(date.min, start) + timedelta(seconds=hours * 36)
    if moment.date() != date.min:
        raise NoSlot(
            "Harvest", "These hours would run past midnight. Press Edit and choose fewer, or another day.", 422
        )
    return moment.time()


def wants_own_sign_in(error: OutsideError) -> bool:
    """Harvest does not let one token write for somebody else (ruling 13): the person's own sign-in would."""
    return isinstance(error, Rejected) and error.status == 403
