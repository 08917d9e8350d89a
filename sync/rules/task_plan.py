"""From what a task's hours come to and what was booked: what to log, what to take back, and what has to wait.

For every task: what Harvest holds, and what waits or was decided otherwise, is together what stands in Asana.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from store.asana_records import AsanaUser
from store.harvest_records import HarvestEntry
from store.mapping_records import OF_PROJECT, Booking, BookingKind, HoldKind, Part
from store.records import Hours
from sync.rules.billing_claims import Billing, Claim, Finding, FindingKind, net, outstanding, unexplained
from sync.rules.lowering import lower


class Standing(Enum):
    """How an entry of ours stands. Moving ones are on their way to Harvest and are not touched."""

    MOVING = auto()
    LOGGED = auto()
    HELD = auto()
    DISCARDED = auto()
    """By its person, before it reached Harvest."""
    DELETED = auto()
    """In Harvest or by Undo, after it was there."""


@dataclass(frozen=True, slots=True)
class Made:
    """An entry that was made from the task. `booked`: what it should hold; `entry`: as Harvest holds it, if it does."""

    key: str
    user_id: int
    standing: Standing
    booked: Hours
    entry: HarvestEntry | None = None
    source: str = ""
    """The story or time entry it was made for."""
    project_id: int = 0
    task_id: int = 0
    """Where we put it, or Harvest's answer said it went."""
    refusal: str | None = None
    """Why Harvest refused the last change."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why hours cannot go through now."""

    kind: HoldKind
    words: str = ""
    entry_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """Hours that wait. `who`: what tells it from others of its kind: a person's gid, an entry's key."""

    kind: HoldKind
    hours: Hours
    parts: tuple[Part, ...] = ()
    user: AsanaUser | None = None
    who: str = ""
    words: str = ""
    entry_key: str | None = None
    entry_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """Hours (more than 0) that a claim takes off an entry; off no entry where they were discarded before."""

    claim: Claim
    entry_key: str | None
    hours: Hours


@dataclass
class Plan:
    """`changes`: what an entry shall hold from now on; 0: it shall go. `waits`: for entries that are on their way.

    `moves`: the Harvest task that an entry goes to.
    """

    logs: list[Claim] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    changes: dict[str, Hours] = field(default_factory=dict)
    moves: dict[str, int] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    waits: bool = False


Troubled = Callable[[Claim], Trouble | None]


def booked_by_source(bookings: Iterable[Booking]) -> dict[str, Hours]:
    """What is accounted for, by story; corrections have none."""
    sums: defaultdict[str, int] = defaultdict(int)
    for booking in bookings:
        if booking.kind is not BookingKind.CORRECTION:
            sums[booking.source] += booking.hours
    return {source: Hours(hours) for source, hours in sums.items()}


def plan(
    billed: Billing,
    bookings: Sequence[Booking],
    made: Sequence[Made],
    troubled: Troubled,
    user_ids: Mapping[str, int | None],
    *,
    is_netted: bool,
    tolerance: int,
) -> Plan:
    """`user_ids`: Harvest's, by Asana's gids. `tolerance`: how far a start/end account may be off by its minutes.

    `is_netted`: what is taken back comes off what is to be logged first; else each source has an entry of its own.
    """
    planned = Plan()
    if billed.is_blocked:
        planned.held = [*_astray(made, [], tolerance), *_blocked(billed, bookings)]
        return planned
    booked = booked_by_source(bookings)
    left = outstanding(billed, booked)
    claims = net(given_back(left, billed.claims)) if is_netted else left
    planned.held = [*_found(billed, booked), *_troubles(claims, troubled)]
    planned.logs = [claim for claim in claims if claim.hours > 0 and troubled(claim) is None]
    order = {claim.story_gid: place for place, claim in enumerate(billed.claims)}
    _Taking(planned, bookings, made, user_ids, order).take([claim for claim in claims if claim.hours < 0])
    planned.held += _astray(made, planned.taken, tolerance)
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


def _astray(made: Iterable[Made], taken: Sequence[Taken], tolerance: int) -> list[Held]:
    """Where somebody changed or deleted in Harvest what we booked: never put right by itself (ruling 12)."""
    held = []
    for one in made:
        if one.standing is Standing.DELETED:
            left = Hours(one.booked - sum(some.hours for some in taken if some.entry_key == one.key))
            held += [Held(HoldKind.DELETED, left, who=one.key, entry_key=one.key)] if left else []
        elif one.standing is Standing.LOGGED and one.entry is not None:
            missing = Hours(one.booked - one.entry.hours)
            if abs(missing) > tolerance:
                held.append(Held(HoldKind.EDITED, missing, who=one.key, entry_key=one.key))
    return held


def _blocked(billed: Billing, bookings: Sequence[Booking]) -> list[Held]:
    """Nothing is changed until the field can be read; what was booked stays."""
    total = sum(booking.hours for booking in bookings)
    for finding in billed.findings:
        if finding.kind is FindingKind.NOT_COMPLETED or not finding.kind.blocks:
            continue
        if finding.kind is FindingKind.FIELD_MISSING and not total:
            continue
        hours = Hours(finding.hours - total)
        return [Held(HoldKind.UNFIT, hours, words=finding.kind.value)] if hours else []
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


def _troubles(claims: Iterable[Claim], troubled: Troubled) -> list[Held]:
    """One for each mend: a project's trouble is one, whoever typed the hours."""
    alike: defaultdict[tuple[HoldKind, str], list[tuple[Claim, Trouble]]] = defaultdict(list)
    for claim in claims:
        trouble = troubled(claim) if claim.hours > 0 else None
        if trouble is not None:
            alike[trouble.kind, _whose(claim, trouble)].append((claim, trouble))
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


def _whose(claim: Claim, trouble: Trouble) -> str:
    """What keeps one trouble apart from another of its kind. Other entries are another question."""
    if trouble.kind in OF_PROJECT or trouble.kind in _OF_TASK:
        return ""
    return ":".join([claim.user.gid, *(str(one) for one in trouble.entry_ids)])


_OF_TASK = frozenset({HoldKind.SEVERAL_PROJECTS, HoldKind.NO_PROJECT, HoldKind.PARENT})


class _Taking:
    """Takes hours back: first what never was in Harvest, then from entries there, the person's newest first.

    Never from what was typed after they were taken back (`order`): if those cannot give, somebody is asked.
    """

    def __init__(
        self,
        planned: Plan,
        bookings: Sequence[Booking],
        made: Sequence[Made],
        user_ids: Mapping[str, int | None],
        order: Mapping[str, int],
    ) -> None:
        self._plan = planned
        self._user_ids = user_ids
        self._is_moving = any(one.standing is Standing.MOVING for one in made)
        dropped = sum(booking.hours for booking in bookings if booking.kind is BookingKind.DISCARDED)
        never_there = (Standing.DISCARDED, Standing.DELETED, Standing.HELD)
        gone = [(one.key, one.booked) for standing in never_there for one in made if one.standing is standing]
        self._gone: dict[str | None, int] = {None: dropped, **dict(gone)}
        self._held = {one.key for one in made if one.standing is Standing.HELD}
        self._there = {one.key: one.entry for one in made if one.standing is Standing.LOGGED and one.entry}
        self._sources = {one.key: one.source for one in made}
        self._order = order

    def take(self, claims: Iterable[Claim]) -> None:
        for claim in claims:
            rest = self._from_gone(claim, -claim.hours)
            if rest and self._is_moving:
                self._plan.waits = True
                continue
            rest = self._from_harvest(claim, rest) if rest else 0
            if rest:
                part = Part(claim.story_gid, Hours(-rest))
                held = Held(HoldKind.LOWERING, part.hours, (part,), claim.user, claim.story_gid)
                self._plan.held.append(held)

    def _from_gone(self, claim: Claim, wanted: int) -> int:
        for key, left in self._gone.items():
            taken = min(wanted, max(left, 0)) if self._is_earlier(key, claim) else 0
            if taken:
                self._gone[key] = left - taken
                self._plan.taken.append(Taken(claim, key, Hours(taken)))
                if key in self._held:
                    self._plan.changes[str(key)] = Hours(left - taken)
            wanted -= taken
        return wanted

    def _from_harvest(self, claim: Claim, wanted: int) -> int:
        """First off what was made for the same source, which matters where each has an entry of its own."""
        earlier = {key for key in self._there if self._is_earlier(key, claim)}
        own = {key for key in earlier if self._sources[key] == claim.story_gid}
        rest = self._from_some(claim, wanted, own)
        return self._from_some(claim, rest, earlier - own) if rest else 0

    def _is_earlier(self, key: str | None, claim: Claim) -> bool:
        source = self._sources.get(key or "", "")
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
