"""Hours that are taken back: which pools give them, in which order, and what is left for somebody to decide."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from store.asana.records.state import ACCEPTED, Allocation, AllocationKind, HoldKind, Part
from store.harvest.records import HarvestEntry
from store.units import Hours
from sync.rules.asana.claims import Claim
from sync.rules.asana.lower_entries import lower
from sync.rules.asana.plan_records import EntryStanding, Held, SyncedEntry, Taken

_NEVER_THERE = (EntryStanding.DISCARDED, EntryStanding.DELETED, EntryStanding.HELD)
_ALL = ""
"""The key of hours that may be taken back for any source."""


@dataclass(frozen=True, slots=True)
class ReductionTerms:
    """How hours of one task are taken back. `user_ids`: Harvest's, by Asana's gids; `order`: places of the stories.

    Not `is_netted`: each source gives for itself. `ignored`: hours of before go-live. `tolerance`: how far a start/end
    account may be off by its minutes.
    """

    user_ids: Mapping[str, int | None]
    order: Mapping[str, int]
    is_netted: bool
    ignored: Hours
    tolerance: int

    def may_give(self, source: str, claim: Claim) -> bool:
        """Never from what was typed after the hours were taken back: if the rest cannot give, somebody is asked."""
        if not self.is_netted:
            return source == claim.story_gid
        return self.order.get(source, -1) <= self.order[claim.story_gid]


@dataclass(frozen=True, slots=True)
class Reductions:
    """`changes`: what an entry shall hold from now on; 0: it shall go. `waits`: for entries that are on their way."""

    taken: tuple[Taken, ...]
    changes: Mapping[str, Hours]
    held: tuple[Held, ...]
    waits: bool


def reductions(
    claims: Iterable[Claim], allocations: Sequence[Allocation], synced: Sequence[SyncedEntry], terms: ReductionTerms
) -> Reductions:
    """Take hours back: first what is not in Harvest, then from entries there, last from hours of before go-live.

    What is not there: hours that were discarded or wait, and what somebody took out of Harvest already, be it accepted
    or not.
    """
    discarded, gone, accepted, missing = _not_in_harvest(allocations, synced, terms)
    there, ignored = _there(synced, terms), _ignored(discarded, terms)
    is_moving = any(one.standing is EntryStanding.MOVING for one in synced)
    taken: list[Taken] = []
    held: list[Held] = []
    waits = False
    for claim in claims:
        rest = _from(claim, -claim.hours, (discarded, gone, accepted, missing), taken)
        if rest and is_moving:
            waits = True
            continue
        if rest := _from(claim, rest, (there, ignored), taken):
            part = Part(claim.story_gid, Hours(-rest))
            held.append(Held(HoldKind.LOWERING, part.hours, (part,), claim.user, claim.story_gid))
    waiting = {one.key for one in synced if one.standing is EntryStanding.HELD}
    shrunk = {some.entry_key for some in taken if some.entry_key in waiting}
    changes = {key: Hours(left) for key, left in gone.left.items() if key in shrunk}
    return Reductions(tuple(taken), {**changes, **there.changes}, tuple(held), waits)


class _Pool(Protocol):
    def give(self, claim: Claim, wanted: int) -> list[Taken]:
        """At most `wanted` hours (hundredths) for that claim; what was given is gone from the pool."""


def _from(claim: Claim, wanted: int, pools: Iterable[_Pool], taken: list[Taken]) -> int:
    """Take from one pool after the other; what none of them could give."""
    for pool in pools:
        given = pool.give(claim, wanted) if wanted else []
        taken += given
        wanted -= sum(some.hours for some in given)
    return wanted


@dataclass
class _NoEntry:
    """Hours that are in no entry, by source."""

    left: dict[str, int]
    key_of: Callable[[Claim], str]

    def give(self, claim: Claim, wanted: int) -> list[Taken]:
        key = self.key_of(claim)
        given = min(wanted, max(self.left.get(key, 0), 0))
        if not given:
            return []
        self.left[key] -= given
        return [Taken(claim, None, Hours(given))]


@dataclass
class _ShortEntries:
    """What entries are short of already, by entry: nothing changes in Harvest."""

    left: dict[str, int]
    sources: Mapping[str, str]
    terms: ReductionTerms
    is_accepted: bool = False

    def give(self, claim: Claim, wanted: int) -> list[Taken]:
        taken = []
        for key, left in self.left.items():
            given = min(wanted, max(left, 0)) if self.terms.may_give(self.sources.get(key, ""), claim) else 0
            if given:
                self.left[key] = left - given
                taken.append(Taken(claim, key, Hours(given), is_accepted=self.is_accepted))
            wanted -= given
        return taken


@dataclass
class _InHarvest:
    """Entries there: first what was made for the same source, of each the person's newest first."""

    there: dict[str, HarvestEntry]
    sources: Mapping[str, str]
    terms: ReductionTerms
    changes: dict[str, Hours] = field(default_factory=dict)

    def give(self, claim: Claim, wanted: int) -> list[Taken]:
        giving = {key for key in self.there if self.terms.may_give(self.sources.get(key, ""), claim)}
        own = {key for key in giving if self.sources.get(key) == claim.story_gid}
        taken = self._from(claim, wanted, own)
        rest = wanted - sum(some.hours for some in taken)
        return [*taken, *self._from(claim, rest, giving - own)] if rest else taken

    def _from(self, claim: Claim, wanted: int, chosen: Collection[str]) -> list[Taken]:
        keys = {self.there[key].id: key for key in chosen}
        entries = [self.there[key] for key in sorted(chosen)]
        taken = []
        for one in lower(entries, Hours(wanted), self.terms.user_ids.get(claim.user.gid)).reductions:
            key = keys[one.entry.id]
            taken.append(Taken(claim, key, Hours(one.entry.hours - one.hours)))
            self.changes[key] = one.hours
            self.there[key] = one.entry._replace(hours=one.hours)
        return taken


def _not_in_harvest(
    allocations: Sequence[Allocation], synced: Sequence[SyncedEntry], terms: ReductionTerms
) -> tuple[_NoEntry, _ShortEntries, _ShortEntries, _ShortEntries]:
    """Hours that were discarded; that are in entries which never were there; accepted and other shortfalls."""
    sources = {one.key: one.source for one in synced}
    discarded = _NoEntry(_discarded(allocations, terms), lambda claim: _ALL if terms.is_netted else claim.story_gid)
    gone = {one.key: int(one.booked) for kind in _NEVER_THERE for one in synced if one.standing is kind}
    missing = {
        one.key: one.booked - one.entry.hours
        for one in synced
        if one.standing is EntryStanding.LOGGED and one.entry and one.booked - one.entry.hours > terms.tolerance
    }
    return (
        discarded,
        _ShortEntries(gone, sources, terms),
        _ShortEntries(_accepted(allocations), sources, terms, is_accepted=True),
        _ShortEntries(missing, sources, terms),
    )


def _there(synced: Sequence[SyncedEntry], terms: ReductionTerms) -> _InHarvest:
    there = {one.key: one.entry for one in synced if one.standing is EntryStanding.LOGGED and one.entry}
    return _InHarvest(there, {one.key: one.source for one in synced}, terms)


def _ignored(discarded: _NoEntry, terms: ReductionTerms) -> _NoEntry:
    """Hours of before go-live that were taken back are booked as discarded ones, of less than 0."""
    left = terms.ignored + sum(min(hours, 0) for hours in discarded.left.values())
    return _NoEntry({_ALL: left}, lambda _claim: _ALL)


def _discarded(allocations: Iterable[Allocation], terms: ReductionTerms) -> dict[str, int]:
    """Hours that somebody said are none, by source where each gives for itself."""
    sums: defaultdict[str, int] = defaultdict(int)
    for one in allocations:
        if one.kind is AllocationKind.DISCARDED:
            sums[_ALL if terms.is_netted else one.source] += one.hours
    return dict(sums)


def _accepted(allocations: Iterable[Allocation]) -> dict[str, int]:
    """What somebody accepted to be less in Harvest than was booked, by entry."""
    sums: defaultdict[str, int] = defaultdict(int)
    for one in allocations:
        if one.kind is AllocationKind.CORRECTION and one.entry_key and one.source.startswith(ACCEPTED):
            sums[one.entry_key] -= one.hours
    return dict(sums)
