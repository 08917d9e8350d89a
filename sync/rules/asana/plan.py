"""From what a task's hours come to and what was booked: what to log, what to take back, and what has to wait.

For every task: what Harvest holds, and what waits or was decided otherwise, is together what stands in Asana.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from store.asana.records.state import Allocation, AllocationKind, HoldKind, Part
from store.units import Hours
from sync.rules.asana.claims import Billing, Claim, Finding, FindingKind, net, outstanding, unexplained
from sync.rules.asana.hold_policy import POLICIES, HoldScope
from sync.rules.asana.plan_records import Blocker, EntryStanding, Held, Plan, SyncedEntry, Taken
from sync.rules.asana.reductions import ReductionTerms, reductions

_SHARES = frozenset(
    {
        FindingKind.OVER_100,
        FindingKind.NEGATIVE_PERCENTAGE,
        FindingKind.UNKNOWN_PERCENTAGE,
        FindingKind.UNKNOWN_TYPE,
        FindingKind.CONFLICT,
    }
)

Troubled = Callable[[Claim], Blocker | None]


def booked_by_source(bookings: Iterable[Allocation]) -> dict[str, Hours]:
    """What is accounted for, by story; corrections have none."""
    sums: defaultdict[str, int] = defaultdict(int)
    for booking in bookings:
        if booking.kind is not AllocationKind.CORRECTION:
            sums[booking.source] += booking.hours
    return {source: Hours(hours) for source, hours in sums.items()}


def plan(
    billed: Billing,
    bookings: Sequence[Allocation],
    synced: Sequence[SyncedEntry],
    troubled: Troubled,
    user_ids: Mapping[str, int | None],
    *,
    is_netted: bool,
    tolerance: int,
) -> Plan:
    """`user_ids`: Harvest's, by Asana's gids. `tolerance`: how far a start/end account may be off by its minutes.

    `is_netted`: what is taken back comes off what is to be logged first; else each source has an entry of its own.
    """
    planned = Plan(is_blind=any(finding.kind is FindingKind.FIELD_MISSING for finding in billed.findings))
    if billed.is_blocked:
        planned.held = [*_mismatched(synced, planned, tolerance), *_blocked(billed, bookings)]
        return planned
    booked = booked_by_source(bookings)
    left = outstanding(billed, booked)
    claims = net(given_back(left, billed.claims)) if is_netted else left
    planned.held = [*_found(billed, booked), *_blockers(claims, troubled)]
    planned.logs = [claim for claim in claims if claim.hours > 0 and troubled(claim) is None]
    order = {claim.story_gid: place for place, claim in enumerate(billed.claims)}
    terms = ReductionTerms(user_ids, order, is_netted, billed.hours_of(FindingKind.BEFORE_GO_LIVE), tolerance)
    reduced = reductions([claim for claim in claims if claim.hours < 0], bookings, synced, terms)
    planned.taken, planned.changes, planned.waits = list(reduced.taken), dict(reduced.changes), reduced.waits
    planned.held += [*reduced.held, *_mismatched(synced, planned, tolerance)]
    return planned


def given_back(left: Sequence[Claim], claims: Iterable[Claim]) -> list[Claim]:
    """What was taken back by more than it should, as a percentage was lowered since, goes to whom it was taken from.

    The hours of whoever corrected a number are not theirs: they only make smaller what is taken from the others.
    """
    lowering = {claim.story_gid for claim in claims if claim.hours < 0}
    hours = [int(claim.hours) for claim in left]
    for at, claim in enumerate(left):
        if hours[at] <= 0 or claim.story_gid not in lowering:
            continue
        for other in [*range(at - 1, -1, -1), *range(at + 1, len(left))]:
            given = min(hours[at], max(-hours[other], 0))
            hours[at], hours[other] = hours[at] - given, hours[other] + given
    return [replace(claim, hours=Hours(rest)) for claim, rest in zip(left, hours, strict=True) if rest]


def _mismatched(synced: Iterable[SyncedEntry], planned: Plan, tolerance: int) -> list[Held]:
    """Where somebody changed or deleted in Harvest what we booked: never put right by itself (ruling 12)."""
    held = []
    for one in synced:
        booked = one.booked - _off(planned.taken, one.key)
        if one.standing is EntryStanding.DELETED:
            left = Hours(booked)
            held += [Held(HoldKind.DELETED, left, who=one.key, entry_key=one.key)] if left else []
        elif one.standing is EntryStanding.LOGGED and one.entry is not None:
            missing = Hours(booked - planned.changes.get(one.key, one.entry.hours))
            if abs(missing) > tolerance:
                held.append(Held(HoldKind.EDITED, missing, who=one.key, entry_key=one.key))
    return held


def _off(taken: Iterable[Taken], key: str) -> int:
    """What the entry's bookings become less by; what was accepted is booked off already."""
    return sum(some.hours for some in taken if some.entry_key == key and not some.is_accepted)


def _blocked(billed: Billing, bookings: Sequence[Allocation]) -> list[Held]:
    """Nothing is changed until the field can be read; what was booked stays."""
    total = sum(booking.hours for booking in bookings)
    for finding in billed.findings:
        if finding.kind is FindingKind.NOT_COMPLETED or not finding.kind.blocks:
            continue
        if finding.kind is FindingKind.FIELD_MISSING:
            return [Held(HoldKind.FIELD_MISSING, Hours(-total))] if total else []
        hours = Hours(finding.hours - total)
        # A share that cannot be read is wrong even where what is typed is what was booked.
        is_wrong = hours or finding.kind in _SHARES
        return [Held(HoldKind.UNFIT, hours, words=finding.kind.value)] if is_wrong else []
    return []


def _found(billed: Billing, booked: Mapping[str, Hours]) -> list[Held]:
    """Hours that nobody can be named for, or of more than a day."""
    claimed = {claim.story_gid: claim.hours for claim in billed.claims}
    held = []
    if hours := unexplained(billed, booked):
        is_copied = any(finding.kind is FindingKind.COPIED for finding in billed.findings)
        held.append(Held(HoldKind.COPIED if is_copied else HoldKind.UNEXPLAINED, hours))
    for finding in billed.findings:
        if finding.kind is FindingKind.NOBODY:
            hours = Hours(finding.hours - sum(booked.get(gid, 0) for gid in finding.stories))
            held += [Held(HoldKind.NOBODY, hours, (Part(finding.stories[-1], hours),))] if hours else []
        elif finding.kind is FindingKind.OVER_A_DAY:
            parts = [Part(gid, Hours(claimed[gid] - booked.get(gid, 0))) for gid in finding.stories]
            held += _long_day(finding, [part for part in parts if part.hours])
    return held


def _long_day(finding: Finding, parts: Sequence[Part]) -> list[Held]:
    hours = Hours(sum(part.hours for part in parts))
    who = f"{finding.user.gid if finding.user else ''}:{min(finding.stories)}"
    return [Held(HoldKind.OVER_A_DAY, hours, tuple(parts), finding.user, who)] if parts else []


def _blockers(claims: Iterable[Claim], troubled: Troubled) -> list[Held]:
    """One for each mend: a project's trouble is one, whoever typed the hours."""
    alike: defaultdict[tuple[HoldKind, str], list[tuple[Claim, Blocker]]] = defaultdict(list)
    for claim in claims:
        blocker = troubled(claim) if claim.hours > 0 else None
        if blocker is not None:
            alike[blocker.kind, _whose(claim, blocker)].append((claim, blocker))
    return [
        Held(
            kind=kind,
            hours=Hours(sum(claim.hours for claim, _ in some)),
            parts=tuple(Part(claim.story_gid, claim.hours) for claim, _ in some),
            user=some[-1][0].user,
            who=who,
            words=some[0][1].words,
            entry_ids=some[0][1].entry_ids,
        )
        for (kind, who), some in alike.items()
    ]


def _whose(claim: Claim, blocker: Blocker) -> str:
    """What keeps one trouble apart from another of its kind. Other entries are another question."""
    if POLICIES[blocker.kind].scope in {HoldScope.PROJECT, HoldScope.TASK}:
        return ""
    return ":".join([claim.user.gid, *(str(one) for one in blocker.entry_ids)])
