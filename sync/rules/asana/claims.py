"""What a task's `Billable Hours` come to, claim by claim, and what of it is yet to be booked.

Claims are made by `billable_hours`; here is what they are, and how they meet what was booked before.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from fractions import Fraction

from store.asana.records.api import AsanaUser
from store.units import Hours
from sync.rules.asana.billable_share import Share, UnclearShare
from sync.rules.text.durations import DAY

_NONE = Hours(0)


class Attribution(StrEnum):
    """Whose hours, and on which day, by the project's setting (ruling 11, S1-28)."""

    TYPED = "typed"
    """Of who typed them, when they were typed; of the assignee where a rule of Asana's did."""
    COMPLETION = "completion"
    """Of the assignee, when the task was completed."""


class FindingKind(StrEnum):
    """What is wrong with a task's hours. `blocks`: nothing is changed until somebody mends it."""

    FIELD_MISSING = "field_missing"
    """The token's user does not see it, which is not the same as 0."""
    WRONG_KIND = "wrong_kind"
    """No number, or of a format that does not mean hours, such as `duration`."""
    FORMULA = "formula"
    DISABLED = "disabled"
    """The field was taken from the project; the value stays."""
    NEGATIVE = "negative"
    OVER_100 = UnclearShare.OVER_100.value
    NEGATIVE_PERCENTAGE = UnclearShare.NEGATIVE_PERCENTAGE.value
    UNKNOWN_PERCENTAGE = UnclearShare.UNKNOWN_PERCENTAGE.value
    UNKNOWN_TYPE = UnclearShare.UNKNOWN_TYPE.value
    CONFLICT = UnclearShare.CONFLICT.value
    NOT_COMPLETED = "not_completed"
    """Nothing wrong: hours count on the completion day, which is yet to come."""
    COPIED = "copied"
    """A number that was there from the start and that nobody typed: copied, or made with the task."""
    UNEXPLAINED = "unexplained"
    """The changes that are told do not add up to what stands there."""
    NOBODY = "nobody"
    """Typed by a rule of Asana's on a task without assignee, or completed without one."""
    OVER_A_DAY = "over_a_day"
    """More than 24 h of one person on one day."""
    BEFORE_GO_LIVE = "before_go_live"
    """Ignored (S1-44)."""

    @property
    def blocks(self) -> bool:
        return self not in _PARTIAL


_PARTIAL = frozenset(
    {
        FindingKind.COPIED,
        FindingKind.UNEXPLAINED,
        FindingKind.NOBODY,
        FindingKind.OVER_A_DAY,
        FindingKind.BEFORE_GO_LIVE,
    }
)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a project's hours are read. `go_live`: nothing typed (or completed) earlier counts.

    Nor does what was typed in the `pause`, which begins with its first moment and ends before its second.
    The gids are those of the project's fields where they are known. `zones`: time zones of people, by Asana's gids.
    """

    go_live: datetime
    attribution: Attribution = Attribution.TYPED
    ignores_percentage: bool = False
    """Only what is billable is typed (S1-40)."""
    hours_gid: str | None = None
    percentage_gid: str | None = None
    type_gid: str | None = None
    options: Mapping[str, Share] = field(default_factory=dict)
    zones: Mapping[str, tzinfo] = field(default_factory=dict)
    timezone: tzinfo = UTC
    """Of everybody else."""
    pause: tuple[datetime, datetime] | None = None

    def counts(self, moment: datetime) -> bool:
        paused = self.pause is not None and self.pause[0] <= moment < self.pause[1]
        return moment >= self.go_live and not paused

    def day(self, claim: "Claim") -> date:
        """The person's own."""
        return claim.moment.astimezone(self.zones.get(claim.user.gid, self.timezone)).date()


@dataclass(frozen=True, slots=True)
class Claim:
    """Hours that a story brings to somebody; less than 0 to be taken back, 0 where only a later one counts."""

    story_gid: str
    user: AsanaUser
    moment: datetime
    hours: Hours


@dataclass(frozen=True, slots=True)
class Finding:
    """`hours`: how many it is about, as they would be billed (as typed where it blocks). `stories`: claims to hold."""

    kind: FindingKind
    hours: Hours = _NONE
    stories: tuple[str, ...] = ()
    user: AsanaUser | None = None


@dataclass(frozen=True, slots=True)
class Billing:
    """What a task's hours come to. `claims` in the order of time, held ones included; none where a finding blocks.

    `is_billable` False: they go to the project's non-billable task. `rounding`: what rounding takes away from the
    exact hours (less than 0: adds), in hundredths; it is logged, never passed on.
    """

    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]
    is_billable: bool = True
    rounding: Fraction = Fraction(0)

    @property
    def is_blocked(self) -> bool:
        return any(finding.kind.blocks for finding in self.findings)

    @property
    def held_stories(self) -> frozenset[str]:
        return frozenset(gid for finding in self.findings for gid in finding.stories)

    def hours_of(self, *kinds: FindingKind) -> Hours:
        return Hours(sum(finding.hours for finding in self.findings if finding.kind in kinds))


def outstanding(billed: Billing, booked: Mapping[str, Hours]) -> list[Claim]:
    """What is yet to be logged or taken back, held claims left out.

    `booked`: hours accounted for so far, by story. A difference is left where the percentage was changed, or a story,
    since Asana merges quick edits.
    """
    if billed.is_blocked:
        return []
    left = (replace(one, hours=Hours(one.hours - booked.get(one.story_gid, 0))) for one in billed.claims)
    return [claim for claim in left if claim.hours and claim.story_gid not in billed.held_stories]


def unexplained(billed: Billing, booked: Mapping[str, Hours]) -> Hours:
    """Hours to hold for somebody to decide about, less those that were booked for stories which are gone since."""
    if billed.is_blocked:
        return Hours(0)
    told = billed.held_stories.union(claim.story_gid for claim in billed.claims)
    gone = sum(hours for gid, hours in booked.items() if gid not in told)
    return Hours(billed.hours_of(FindingKind.COPIED, FindingKind.UNEXPLAINED) - gone)


def net(claims: Iterable[Claim]) -> list[Claim]:
    """The same hours in the fewest steps: what is taken back comes first off what is not in Harvest yet.

    Off the person's own newest claim first, then off others'; what is left of it stays less than 0.
    """
    left: list[Claim] = []
    for claim in claims:
        left = [*left, claim] if claim.hours >= 0 else _lowered(left, claim)
    return [claim for claim in left if claim.hours]


def long_days(claims: Iterable[Claim], terms: Terms) -> list[Finding]:
    """More than 24 h of one person on one day; Harvest takes no more in an entry, and nobody works more."""
    days: dict[tuple[str, date], list[Claim]] = defaultdict(list)
    for claim in claims:
        days[claim.user.gid, terms.day(claim)].append(claim)
    totals = [(day, Hours(sum(claim.hours for claim in day))) for day in days.values()]
    return [
        Finding(FindingKind.OVER_A_DAY, total, tuple(claim.story_gid for claim in day), day[0].user)
        for day, total in totals
        if total > DAY
    ]


def _lowered(claims: Sequence[Claim], lowering: Claim) -> list[Claim]:
    rest, lowered = -lowering.hours, list(claims)
    for place in sorted(range(len(claims)), key=lambda at: (claims[at].user.gid != lowering.user.gid, -at)):
        taken = min(rest, max(lowered[place].hours, 0))
        lowered[place] = replace(lowered[place], hours=Hours(lowered[place].hours - taken))
        rest -= taken
    return [*lowered, replace(lowering, hours=Hours(-rest))]
