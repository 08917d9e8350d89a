"""Entries, allocations and a small Harvest in memory that does what a plan says."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from store.asana.records.state import ACCEPTED, Allocation, AllocationKind
from store.harvest.records import HarvestEntry
from store.units import Hours
from sync.rules.asana.claims import Billing, Claim, Finding
from sync.rules.asana.plan import plan
from sync.rules.asana.plan_records import Blocker, EntryStanding, Plan, SyncedEntry
from tests.rules.asana_samples import ANA, BO, at

DAY = date(2026, 11, 19)
USER_IDS: dict[str, int | None] = {ANA.gid: 1, BO.gid: 2}


def claim(number: int, hours: int, user: Any = ANA) -> Claim:
    """The claim of story `number`, typed in that minute after noon."""
    return Claim(f"s{number}", user, at(number), Hours(hours))


def billed(*claims: Claim, findings: Sequence[Finding] = ()) -> Billing:
    return Billing(claims, tuple(findings))


def in_harvest(number: int, hours: int, user: int = 1, **changes: Any) -> HarvestEntry:
    entry = HarvestEntry(
        id=number, user_id=user, project_id=10, task_id=20, spent_date=DAY, hours=Hours(hours),
        rounded_hours=Hours(hours), notes="", billable=True, budgeted=True, billable_rate=None, is_running=False,
        is_locked=False, locked_reason=None, approval_status="", is_billed=False, timer_started_at=None, started=None,
        ended=None, reference_id=None, permalink=None, updated_at=datetime(2026, 11, 19, tzinfo=UTC),
    )  # fmt: skip
    return entry._replace(**changes)


def logged(number: int, booked: int, hours: int | None = None, user: int = 1, **changes: Any) -> SyncedEntry:
    """Entry `number`, made for story `number`; Harvest holds what was booked unless `hours` says otherwise."""
    there = in_harvest(number, booked if hours is None else hours, user, **changes)
    return SyncedEntry(f"e{number}", user, EntryStanding.LOGGED, Hours(booked), there, f"s{number}", 10, 20)


def standing(number: int, booked: int, how: EntryStanding, user: int = 1) -> SyncedEntry:
    return SyncedEntry(f"e{number}", user, how, Hours(booked), None, f"s{number}", 10, 20)


def allocated(number: int, hours: int, key: str | None = "", kind: AllocationKind = AllocationKind.CLAIM) -> Allocation:
    """Hours of story `number`, in its own entry unless `key` says otherwise."""
    return Allocation("1201", f"s{number}", kind, ANA.gid, DAY, Hours(hours), f"e{number}" if key == "" else key)


def accepted(number: int, hours: int) -> Allocation:
    """Somebody accepted that entry `number` holds `hours` less."""
    return Allocation("1201", f"{ACCEPTED}{number}", AllocationKind.CORRECTION, "", DAY, Hours(-hours), f"e{number}")


def planned(
    of: Billing,
    allocations: Sequence[Allocation] = (),
    synced: Sequence[SyncedEntry] = (),
    blocked: dict[str, Blocker] | None = None,
    *,
    is_netted: bool = True,
    tolerance: int = 0,
) -> Plan:
    why = blocked or {}
    return plan(
        of, allocations, synced, lambda one: why.get(one.story_gid), USER_IDS, is_netted=is_netted, tolerance=tolerance
    )


@dataclass
class World:
    """What was booked for one task, and Harvest as it stands after each plan."""

    allocations: list[Allocation] = field(default_factory=list)
    entries: dict[str, SyncedEntry] = field(default_factory=dict)

    def look(self, of: Billing) -> Plan:
        """Plan and do it: entries are made and changed at once."""
        found = planned(of, self.allocations, list(self.entries.values()))
        for one in found.logs:
            self._book(one, one.hours, self._made(one))
        for some in found.taken:
            self._book(some.claim, Hours(-some.hours), some.entry_key)
        for key, hours in found.changes.items():
            self._hold(key, hours)
        return found

    @property
    def hours(self) -> int:
        """Everything that Harvest holds."""
        return sum(one.entry.hours for one in self.entries.values() if one.entry)

    def hours_of(self, user_id: int) -> int:
        return sum(one.entry.hours for one in self.entries.values() if one.entry and one.entry.user_id == user_id)

    def _made(self, one: Claim) -> str:
        number, user = len(self.entries) + 1, USER_IDS[one.user.gid] or 0
        key = f"e{number}"
        self.entries[key] = SyncedEntry(
            key, user, EntryStanding.LOGGED, Hours(0), in_harvest(number, one.hours, user), one.story_gid, 10, 20
        )
        return key

    def _book(self, one: Claim, hours: Hours, key: str | None) -> None:
        kind = AllocationKind.CLAIM if key else AllocationKind.DISCARDED
        self.allocations.append(Allocation("1201", one.story_gid, kind, one.user.gid, DAY, hours, key))
        if key:
            was = self.entries[key]
            self.entries[key] = replace(was, booked=Hours(was.booked + hours))

    def _hold(self, key: str, hours: Hours) -> None:
        was = self.entries[key]
        if was.entry is None:
            return
        gone = replace(was, entry=None, standing=EntryStanding.DELETED)
        self.entries[key] = replace(was, entry=was.entry._replace(hours=hours)) if hours else gone
