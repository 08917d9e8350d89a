"""Hours that are taken back: off what, and whose."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from store.asana.records.state import ACCEPTED, Allocation, AllocationKind, HoldKind, Part
from store.units import Hours
from sync.rules.asana.claims import Claim
from sync.rules.asana.lower_entries import lower
from sync.rules.asana.plan_records import EntryStanding, Held, Plan, SyncedEntry, Taken


class Taking:
    """Takes hours back: first what is not in Harvest, then from entries there, the person's newest first.

    What is not there: hours that were discarded or wait, and what somebody took out of Harvest already, be it accepted
    or not. Never from what was typed after they were taken back (`order`): if those cannot give, somebody is asked.
    """

    def __init__(
        self,
        planned: Plan,
        bookings: Sequence[Allocation],
        synced: Sequence[SyncedEntry],
        user_ids: Mapping[str, int | None],
        order: Mapping[str, int],
        *,
        is_netted: bool,
        ignored: Hours,
        tolerance: int,
    ) -> None:
        """`ignored`: hours of before go-live, the last that give. Not `is_netted`: each source gives for itself."""
        self._plan = planned
        self._user_ids = user_ids
        self._order = order
        self._is_netted = is_netted
        self._is_moving = any(one.standing is EntryStanding.MOVING for one in synced)
        self._discarded = _discarded(bookings, is_netted=is_netted)
        # Hours of before go-live that were taken back are booked as discarded ones, of less than 0.
        self._ignored = ignored + sum(min(hours, 0) for hours in self._discarded.values())
        never_there = (EntryStanding.DISCARDED, EntryStanding.DELETED, EntryStanding.HELD)
        self._gone = {one.key: int(one.booked) for kind in never_there for one in synced if one.standing is kind}
        self._held = {one.key for one in synced if one.standing is EntryStanding.HELD}
        self._there = {one.key: one.entry for one in synced if one.standing is EntryStanding.LOGGED and one.entry}
        self._accepted = _accepted(bookings)
        less = {one.key: one.booked - one.entry.hours for one in synced if one.key in self._there and one.entry}
        self._missing = {key: int(hours) for key, hours in less.items() if hours > tolerance}
        self._sources = {one.key: one.source for one in synced}

    def take(self, claims: Iterable[Claim]) -> None:
        for claim in claims:
            rest = self._from_discarded(claim, -claim.hours)
            rest = self._from_gone(claim, rest)
            rest = self._from_pool(claim, rest, self._accepted, is_accepted=True)
            rest = self._from_pool(claim, rest, self._missing)
            if rest and self._is_moving:
                self._plan.waits = True
                continue
            rest = self._from_harvest(claim, rest) if rest else 0
            rest = self._from_ignored(claim, rest)
            if rest:
                part = Part(claim.story_gid, Hours(-rest))
                held = Held(HoldKind.LOWERING, part.hours, (part,), claim.user, claim.story_gid)
                self._plan.held.append(held)

    def _from_discarded(self, claim: Claim, wanted: int) -> int:
        source = "" if self._is_netted else claim.story_gid
        taken = min(wanted, max(self._discarded.get(source, 0), 0))
        if taken:
            self._discarded[source] -= taken
            self._plan.taken.append(Taken(claim, None, Hours(taken)))
        return wanted - taken

    def _from_ignored(self, claim: Claim, wanted: int) -> int:
        taken = min(wanted, max(self._ignored, 0))
        if taken:
            self._ignored -= taken
            self._plan.taken.append(Taken(claim, None, Hours(taken)))
        return wanted - taken

    def _from_gone(self, claim: Claim, wanted: int) -> int:
        before = len(self._plan.taken)
        rest = self._from_pool(claim, wanted, self._gone)
        for taken in self._plan.taken[before:]:
            if taken.entry_key in self._held:
                self._plan.changes[taken.entry_key] = Hours(self._gone[taken.entry_key])
        return rest

    def _from_pool(self, claim: Claim, wanted: int, pool: dict[str, int], *, is_accepted: bool = False) -> int:
        """Off what entries are short of already; nothing changes in Harvest."""
        for key, left in pool.items():
            taken = min(wanted, max(left, 0)) if self._gives(key, claim) else 0
            if taken:
                pool[key] = left - taken
                self._plan.taken.append(Taken(claim, key, Hours(taken), is_accepted=is_accepted))
            wanted -= taken
        return wanted

    def _from_harvest(self, claim: Claim, wanted: int) -> int:
        """First off what was made for the same source, which matters where each has an entry of its own."""
        giving = {key for key in self._there if self._gives(key, claim)}
        own = {key for key in giving if self._sources[key] == claim.story_gid}
        rest = self._from_some(claim, wanted, own)
        return self._from_some(claim, rest, giving - own) if rest else 0

    def _gives(self, key: str, claim: Claim) -> bool:
        source = self._sources.get(key, "")
        if not self._is_netted:
            return source == claim.story_gid
        return self._order.get(source, -1) <= self._order[claim.story_gid]

    def _from_some(self, claim: Claim, wanted: int, chosen: Collection[str]) -> int:
        keys = {self._there[key].id: key for key in chosen}
        entries = [self._there[key] for key in sorted(chosen)]
        lowered = lower(entries, Hours(wanted), self._user_ids.get(claim.user.gid))
        for reduction in lowered.reductions:
            key = keys[reduction.entry.id]
            self._plan.taken.append(Taken(claim, key, Hours(reduction.entry.hours - reduction.hours)))
            self._plan.changes[key] = reduction.hours
            self._there[key] = reduction.entry._replace(hours=reduction.hours)
        return lowered.remaining


def _discarded(bookings: Iterable[Allocation], *, is_netted: bool) -> dict[str, int]:
    """Hours that somebody said are none, by source where each gives for itself."""
    sums: defaultdict[str, int] = defaultdict(int)
    for booking in bookings:
        if booking.kind is AllocationKind.DISCARDED:
            sums["" if is_netted else booking.source] += booking.hours
    return dict(sums)


def _accepted(bookings: Iterable[Allocation]) -> dict[str, int]:
    """What somebody accepted to be less in Harvest than was booked, by entry."""
    sums: defaultdict[str, int] = defaultdict(int)
    for booking in bookings:
        if booking.kind is AllocationKind.CORRECTION and booking.entry_key and booking.source.startswith(ACCEPTED):
            sums[booking.entry_key] -= booking.hours
    return dict(sums)
