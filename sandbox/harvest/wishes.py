"""What a request's body asks for: read leniently (numbers as text, form or JSON), faults named as Harvest does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.harvest import times
from sandbox.harvest.records import Reference
from sandbox.harvest.refusals import unprocessable


@dataclass
class EntryWish:
    """None: not asked for. `given` holds the names that came, also those with null."""

    user_id: int | None = None
    project_id: int | None = None
    task_id: int | None = None
    spent_date: date | None = None
    hours: Decimal | None = None
    started: time | None = None
    ended: time | None = None
    notes: str | None = None
    reference: Reference | None = None
    given: frozenset[str] = frozenset()
    faults: list[str] = field(default_factory=list)


def read_entry(body: Mapping[str, Any]) -> EntryWish:
    """Unknown fields are ignored, as Harvest does. What cannot be read is listed in `faults`."""
    faults: list[str] = []
    return EntryWish(
        user_id=number(body.get("user_id")),
        project_id=number(body.get("project_id")),
        task_id=number(body.get("task_id")),
        spent_date=_day(body.get("spent_date"), faults),
        hours=_hours(body.get("hours"), faults),
        started=_time("Started time", body.get("started_time"), faults),
        ended=_time("Ended time", body.get("ended_time"), faults),
        notes=None if body.get("notes") is None else str(body["notes"]),
        reference=_reference(body.get("external_reference")),
        given=frozenset(body),
        faults=faults,
    )


def number(value: Any) -> int | None:
    """Ids come as numbers or as text; anything else counts as not given."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def amount(body: Mapping[str, Any], name: str) -> Decimal | None:
    """Raises 422 for what is no number."""
    value = body.get(name)
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise unprocessable(f"{name.replace('_', ' ').capitalize()} is not a number") from None


def flag(value: Any) -> bool:
    """`true` as text counts too (seen in 2019)."""
    return str(value).casefold() in {"true", "1"}


def _day(value: Any, faults: list[str]) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        faults.append("Spent date is not a valid date")
        return None


def _hours(value: Any, faults: list[str]) -> Decimal | None:
    """Any size is accepted: 99 hours went through."""
    if value is None or value == "":
        return None
    try:
        return times.two_decimals(Decimal(str(value)))
    except InvalidOperation:
        faults.append("Hours is not a number")
        return None


def _time(label: str, value: Any, faults: list[str]) -> time | None:
    if value is None or value == "":
        return None
    parsed = times.parse_time(str(value))
    if parsed is None:
        faults.append(f"{label} is not a valid time")
    return parsed


def _reference(value: Any) -> Reference | None:
    if not isinstance(value, Mapping):
        return None
    names = ("id", "group_id", "account_id", "permalink")
    return Reference(**{name: str(value[name]) for name in names if value.get(name) is not None})
