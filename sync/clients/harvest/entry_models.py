"""Time entries from Harvest's JSON to records: a typed dictionary each, because 120,000 pass through an import.

Checked like everything else from outside; what has to be turned into another type is turned inside the check, so that
a broken one is a fault of the answer.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Annotated, Any, NotRequired, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, with_config
from typing_extensions import TypedDict

from store.harvest.records import HarvestEntry
from store.units import Amount, Hours
from sync.rules.text.times_of_day import parse_time


def utc(moment: datetime) -> datetime:
    """One without a zone is UTC already."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment outside of the calendar") from error


@lru_cache(maxsize=2048)
def _time_of_day(said: str) -> time | None:
    """`8:00am` or `14:59`, whichever the company's clock is."""
    if not said:
        return None
    found = parse_time(said.replace(" ", ""))
    if found is None:
        raise ValueError("no time of day")
    return found


Id = Annotated[int, Field(ge=0, lt=2**63)]
"""As large as a database keeps."""
Said = Annotated[str, AfterValidator(lambda word: word[:32])]
"""A word of a few that Harvest knows; another one is cut to what fits."""
_CONFIG = ConfigDict(extra="ignore", coerce_numbers_to_str=True)
_Figure = Annotated[float, Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)]
_Moment = Annotated[datetime, AfterValidator(utc)]
_TimeOfDay = Annotated[str, AfterValidator(_time_of_day)]
_Rate = Annotated[float, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]
"""An hour in the smallest of currencies is millions."""


@with_config(_CONFIG)
class _Id(TypedDict):
    id: Id


@with_config(_CONFIG)
class _Reference(TypedDict):
    id: NotRequired[str | None]
    permalink: NotRequired[str | None]


@with_config(_CONFIG)
class _Entry(TypedDict):
    """Null counts as missing, as in recorded answers."""

    id: Id
    user: _Id
    project: _Id
    task: _Id
    spent_date: date
    hours: _Figure
    rounded_hours: NotRequired[_Figure | None]
    notes: NotRequired[str | None]
    billable: NotRequired[bool | None]
    budgeted: NotRequired[bool | None]
    billable_rate: NotRequired[_Rate | None]
    is_running: bool
    is_locked: NotRequired[bool | None]
    locked_reason: NotRequired[str | None]
    approval_status: NotRequired[Said | None]
    is_billed: NotRequired[bool | None]
    timer_started_at: NotRequired[_Moment | None]
    started_time: NotRequired[_TimeOfDay | None]
    ended_time: NotRequired[_TimeOfDay | None]
    external_reference: NotRequired[_Reference | None]
    updated_at: _Moment


def _record(said: Any) -> HarvestEntry:
    get = said.get
    reference = get("external_reference") or {}
    hours, rounded, rate = _hundredths(said["hours"]), get("rounded_hours"), get("billable_rate")
    return HarvestEntry(
        id=said["id"],
        user_id=said["user"]["id"],
        project_id=said["project"]["id"],
        task_id=said["task"]["id"],
        spent_date=said["spent_date"],
        hours=hours,
        rounded_hours=hours if rounded is None else _hundredths(rounded),
        notes=get("notes") or "",
        billable=bool(get("billable")),
        budgeted=bool(get("budgeted")),
        billable_rate=None if rate is None else Amount(_hundredths(rate)),
        is_running=said["is_running"],
        is_locked=bool(get("is_locked")),
        locked_reason=get("locked_reason"),
        approval_status=get("approval_status") or "",
        is_billed=bool(get("is_billed")),
        timer_started_at=get("timer_started_at"),
        started=get("started_time"),
        ended=get("ended_time"),
        reference_id=reference.get("id"),
        permalink=reference.get("permalink"),
        updated_at=said["updated_at"],
    )


class EntryModel(RootModel[Annotated[_Entry, AfterValidator(_record)]]):
    """One time entry."""

    def record(self) -> HarvestEntry:
        return cast("HarvestEntry", self.root)


class _Links(BaseModel):
    model_config = _CONFIG

    next: str | None = None


class EntriesModel(BaseModel):
    """One page of time entries."""

    model_config = _CONFIG

    time_entries: list[Annotated[_Entry, AfterValidator(_record)]]
    total_entries: Id
    links: _Links
    """Required: a page without would pass for the last one, and what stands on the others for deleted."""

    def records(self) -> Sequence[HarvestEntry]:
        return cast("Sequence[HarvestEntry]", self.time_entries)


@lru_cache(maxsize=4096)
def _hundredths(figure: float) -> Hours:
    """Half-up, in decimals: a float's shortest text is what stood in the answer."""
    return Hours(int((Decimal(repr(figure)) * 100).quantize(Decimal(1), ROUND_HALF_UP)))
