"""A month of an agency's work: who logged what on which day, and budgets that this work has eaten into.

The same day of the same person always looks the same, whatever the present moment is.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from sandbox.harvest import times
from sandbox.harvest.records import Entry, Project, User, UserAssignment
from sandbox.harvest.state import HarvestState

DAYS = 30
_FIRST_MINUTE = 9 * 60
_FORGOTTEN = 0.04
"""Share of days on which nothing was written down."""
_NOTES = {
    "Administration": ("Invoices and receipts", "Planning next week", "Inbox and calendar"),
    "Copywriting": ("Headlines, second round", "Tone of voice guide", "Proofreading"),
    "Design": ("Wireframes for the start page", "Icon set", "Feedback from the client worked in", "Mobile layouts"),
    "Development": ("Search filters", "Fixed form validation", "Review and tests", "Content import", "Accessibility"),
    "Meetings": ("Monday stand-up", "Retrospective", "One-to-one"),
    "Project management": ("Status call with the client", "Sprint planning", "Estimates for phase two"),
    "Support": ("Security updates", "Ticket queue", "Broken newsletter form"),
}


class _Block(NamedTuple):
    """A stretch of work; minutes are counted from local midnight."""

    assignment: UserAssignment
    task_id: int
    start: int
    minutes: int
    notes: str


def log_month(state: HarvestState) -> None:
    """Weekdays of the last 30 days, and today as far as it has gone where each person is."""
    for user in list(state.users.values()):
        today = times.local(state.now(), user.timezone).date()
        for back in range(DAYS, -1, -1):
            day = today - timedelta(days=back)
            if day.weekday() < 5:
                _log_day(state, user, day)


def set_budgets(state: HarvestState, project: Project, used: Decimal) -> None:
    """Budgets of which the hours logged so far are about the share `used` (above 0), in whole hours or money."""
    entries = [entry for entry in state.entries.values() if entry.project_id == project.id]
    if project.budget_by == "project":
        project.budget = _whole(_hours(entries), used)
    elif project.budget_by == "project_cost":
        project.cost_budget = _whole(_hours(entries) * (project.hourly_rate or Decimal(0)), used)
    elif project.budget_by == "task":
        for work in (row for row in state.task_assignments.values() if row.project_id == project.id):
            work.budget = _whole(_hours([entry for entry in entries if entry.task_id == work.task_id]), used)
    elif project.budget_by == "person":
        for member in (row for row in state.user_assignments.values() if row.project_id == project.id):
            member.budget = _whole(_hours([entry for entry in entries if entry.user_id == member.user_id]), used)


def _log_day(state: HarvestState, user: User, day: date) -> None:
    chance = random.Random(f"{user.email} {day}")
    if chance.random() < _FORGOTTEN:
        return
    for block in _blocks(state, user, chance):
        ended = times.at_local(day, times.of_minutes(block.start + block.minutes), user.timezone)
        if ended > state.now():
            return
        span = {"started": times.of_minutes(block.start), "ended": times.of_minutes(block.start + block.minutes)}
        state.add_entry(
            user_id=user.id,
            project_id=block.assignment.project_id,
            task_id=block.task_id,
            spent_date=day,
            notes=block.notes,
            booked=times.two_decimals(Decimal(block.minutes) / 60),
            created_at=ended,
            updated_at=ended,
            **(span if state.company.wants_timestamp_timers else {}),
        )


def _blocks(state: HarvestState, user: User, chance: random.Random) -> Iterator[_Block]:
    """Quarter hours from nine on, six and a half to eight hours in all."""
    mine = [row for row in state.user_assignments.values() if row.user_id == user.id]
    start, last = _FIRST_MINUTE, _FIRST_MINUTE + chance.choice((390, 420, 450, 480))
    while start < last:
        minutes = min(15 * chance.randint(2, 12), last - start)
        assignment = chance.choice(mine)
        rows = [row for row in state.task_assignments.values() if row.project_id == assignment.project_id]
        task_id = chance.choice(rows).task_id
        yield _Block(assignment, task_id, start, minutes, chance.choice(_NOTES[state.tasks[task_id].name]))
        start += minutes


def _hours(entries: list[Entry]) -> Decimal:
    return sum((entry.booked for entry in entries), Decimal(0))


def _whole(amount: Decimal, used: Decimal) -> Decimal:
    """At least ten, so that a quiet project has a budget too."""
    return max(Decimal(10), (amount / used).quantize(Decimal(1), ROUND_CEILING))
