"""What somebody does "in Harvest" through the side API: adds and edits entries, changes projects.

People, projects and tasks are named as a person would: by name and code. What cannot be done raises `Unclear`.
"""

from collections.abc import Callable, Iterable
from datetime import time
from decimal import Decimal
from typing import Any, TypeVar

from sandbox.harvest import budgets, entry_writing, timers, times, wishes
from sandbox.harvest.records import Entry, Project, Task, User
from sandbox.harvest.refusals import HarvestRefusal
from sandbox.harvest.state import HarvestState
from sandbox.harvest.wishes import EntryWish

_MORNING = time(9)
_LAST_MINUTE = 24 * 60 - 1

Row = TypeVar("Row")
Body = dict[str, Any]


class Unclear(Exception):
    """Says in a sentence what is wrong with the request."""


def add_entry(state: HarvestState, body: Body) -> Entry:
    """Today where the person is, unless `date` says otherwise; without hours a timer, if `running` asks for one."""
    wish = _read(body)
    user, project = _user(state, body.get("who")), project_named(state, body.get("project"))
    task = _task(state, body.get("task"))
    entry_writing.check_assigned(state, user.id, project.id, task.id)
    if wish.hours is None and not wishes.flag(body.get("running")):
        raise Unclear("hours is missing")
    hours = wish.hours or Decimal(0)
    runs = {"booked": hours, **_from_now(state, user)}
    return state.add_entry(
        user_id=user.id,
        project_id=project.id,
        task_id=task.id,
        spent_date=wish.spent_date or times.local(state.now(), user.timezone).date(),
        notes=wish.notes,
        **(runs if wishes.flag(body.get("running")) else _span(state, _MORNING, hours)),
    )


def edit_entry(state: HarvestState, entry: Entry, body: Body) -> Entry:
    """Only what is given. Started on an account with start and end times, a finished entry is followed by a new one."""
    wish = _read(body)
    fields: Body = {"notes": wish.notes} if "notes" in wish.given else {}
    fields |= {"spent_date": wish.spent_date} if wish.spent_date else {}
    fields |= _moved(state, entry, body)
    if wish.hours is not None:
        span = _span(state, entry.started or _MORNING, wish.hours)
        fields |= {"booked": wish.hours, "timer_started_at": state.now()} if entry.is_running else span
    if fields:
        state.change(entry, **fields)
    if "running" not in body or wishes.flag(body["running"]) == entry.is_running:
        return entry
    turn = timers.restart if wishes.flag(body["running"]) else timers.stop
    return turn(state, state.users[entry.user_id], entry)


def change_project(state: HarvestState, project: Project, body: Body) -> None:
    """`budget` is a number, or null for none; `archived`, `notes` and `name` as they are called."""
    fields: Body = {"notes": body["notes"]} if "notes" in body else {}
    if "name" in body:
        if not str(body["name"] or "").strip():
            raise Unclear("name is empty")
        fields["name"] = str(body["name"]).strip()
    if "archived" in body:
        fields["is_active"] = not wishes.flag(body["archived"])
    amount = wishes.amount(body, "budget")
    if amount is not None and amount < 0:
        raise Unclear("Budget is below zero")
    if fields:
        state.change(project, **fields)
    if "budget" in body:
        budgets.set_budget(state, project, amount)


def project_named(state: HarvestState, code: Any) -> Project:
    return _the_one("project", code, state.projects.values(), lambda row: [row.code or "", row.name])


def worded(refusal: HarvestRefusal) -> str:
    """The sentence in an answer of Harvest's."""
    return str(refusal.body.get("message") or refusal.body.get("error"))


def _read(body: Body) -> EntryWish:
    wish = wishes.read_entry({**body, "spent_date": body.get("date")})
    if wish.faults:
        raise Unclear(", ".join(wish.faults))
    return EntryWish(spent_date=wish.spent_date, hours=wish.hours, notes=wish.notes, given=frozenset(body))


def _moved(state: HarvestState, entry: Entry, body: Body) -> Body:
    """To another project or task, which the person must be able to log on."""
    project = project_named(state, body["project"]) if body.get("project") else state.projects[entry.project_id]
    task = _task(state, body["task"]) if body.get("task") else state.tasks[entry.task_id]
    if (project.id, task.id) == (entry.project_id, entry.task_id):
        return {}
    entry_writing.check_assigned(state, entry.user_id, project.id, task.id)
    return {"project_id": project.id, "task_id": task.id}


def _span(state: HarvestState, started: time, hours: Decimal) -> Body:
    """Where the account keeps start and end times, the entry ends so many hours later, before midnight at the most."""
    if not state.company.wants_timestamp_timers:
        return {"booked": hours}
    minutes = started.hour * 60 + started.minute + round(hours * 60)
    ended = times.of_minutes(min(minutes, _LAST_MINUTE))
    return {"started": started, "ended": ended, "booked": times.between(started, ended)}


def _from_now(state: HarvestState, user: User) -> Body:
    return {"timer_started_at": state.now(), "started": timers.minute_of(state.now(), user.timezone)}


def _user(state: HarvestState, name: Any) -> User:
    return _the_one("person", name, state.users.values(), lambda row: [row.name, row.first_name])


def _task(state: HarvestState, name: Any) -> Task:
    return _the_one("task", name, state.tasks.values(), lambda row: [row.name])


def _the_one(kind: str, wanted: Any, rows: Iterable[Row], names: Callable[[Row], list[str]]) -> Row:
    """Whichever case it is written in."""
    if not wanted:
        raise Unclear(f"{kind} is missing")
    found = [row for row in rows if str(wanted).casefold() in [name.casefold() for name in names(row)]]
    if len(found) != 1:
        raise Unclear(f"There is {'more than one' if found else 'no'} {kind} called {wanted}")
    return found[0]
