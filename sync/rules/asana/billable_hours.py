"""Whose hours stand in a task's `Billable Hours`, and when they were worked: claims to be logged (S1-03, S1-05, S1-27).

The field only holds a number; its stories tell who changed it when. What no story explains is held, and nobody is
named for it. Cumulative targets are rounded, so parts of a hundredth never add up to a lost one (ruling 10).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from store.asana.records.api import AsanaTask, AsanaUser, FieldKind, FieldStory, FieldValue
from store.units import Hours
from sync.rules.asana.billable_share import (
    FULL,
    PERCENTAGE_FIELD,
    PLAIN_FORMATS,
    TYPE_FIELD,
    Share,
    UnclearShare,
    find_field,
    read_share,
)
from sync.rules.asana.claims import Attribution, Billing, Claim, Finding, FindingKind, Terms, long_days, net
from sync.rules.asana.field_names import is_called

HOURS_FIELD = "Billable Hours"
_MOST_HOURS = Decimal(1_000_000)


class _Part(NamedTuple):
    """One step from nothing to the number that stands there. `amount` is in typed hours."""

    amount: Fraction
    at: datetime
    story: FieldStory | None
    kind: FindingKind | None = None
    """Of a step that no story tells."""


def billing(task: AsanaTask, stories: Iterable[FieldStory], terms: Terms) -> Billing:
    """The claims and findings of a task, from its value and all stories of its fields, in any order.

    Nothing at all where nobody ever typed hours: 0 never makes an entry (S1-37).
    """
    value = find_field(task.fields, HOURS_FIELD, terms.hours_gid)
    if not (value and value.number) and (stray := _left_behind(task)):
        return Billing((), (Finding(FindingKind.DISABLED, _rounded(_number(stray.number))),))
    if value is None:
        return Billing((), (Finding(FindingKind.FIELD_MISSING),))
    told = _in_order(stories, value.gid)
    if value.kind is FieldKind.NUMBER and not (value.number or told):
        return Billing((), ())
    share, typed = _share(task, terms), _number(value.number)
    wrong = _unfit(value) or _waits(task, terms)
    if wrong or isinstance(share, UnclearShare):
        return Billing((), (Finding(wrong or FindingKind(str(share)), _rounded(typed)),))
    return _counted(task, _steps(task, told, typed), share, terms)


def _left_behind(task: AsanaTask) -> FieldValue | None:
    """Hours in a field of that name which the task's project does not have any more, or never had: it moved here."""
    alike = (one for one in task.fields if is_called(one.name, HOURS_FIELD))
    return next((one for one in alike if one.kind is FieldKind.NUMBER and one.number and not one.is_enabled), None)


def _unfit(value: FieldValue) -> FindingKind | None:
    if value.kind is not FieldKind.NUMBER or value.format not in PLAIN_FORMATS:
        return FindingKind.WRONG_KIND
    if value.is_formula:
        return FindingKind.FORMULA
    if value.number and not value.is_enabled:
        return FindingKind.DISABLED
    return FindingKind.NEGATIVE if (value.number or 0) < 0 else None


def _waits(task: AsanaTask, terms: Terms) -> FindingKind | None:
    waits = terms.attribution is Attribution.COMPLETION and not (task.is_completed and task.completed_at)
    return FindingKind.NOT_COMPLETED if waits else None


def _share(task: AsanaTask, terms: Terms) -> Share | UnclearShare:
    if terms.ignores_percentage:
        return FULL
    percentage = find_field(task.fields, PERCENTAGE_FIELD, terms.percentage_gid)
    return read_share(percentage, find_field(task.fields, TYPE_FIELD, terms.type_gid), terms.options)


def _in_order(stories: Iterable[FieldStory], field_gid: str) -> list[FieldStory]:
    """Each story of the field once, oldest first; gids are numbers that rise."""
    once = {story.gid: story for story in stories if story.field_gid == field_gid}
    return sorted(once.values(), key=lambda story: (story.created_at, len(story.gid), story.gid))


def _steps(task: AsanaTask, stories: Sequence[FieldStory], value: Fraction) -> list[_Part]:
    """Steps that are told, then those that must have been: where a story does not begin where the last one ended.

    Where all that is missing comes to 0, stories of the same moment only stand in another order. A step to below 0
    ends at 0 and the next one starts there, for nobody works less than nothing: so the steps come to what stands there.
    """
    told, missing, level, kind, at = [], [], Fraction(0), FindingKind.COPIED, task.created_at
    for story in stories:
        old, new = _level(story.old), _level(story.new)
        missing.append(_Part(old - level, min(at, story.created_at), None, kind))
        told.append(_Part(new - old, story.created_at, story))
        # A gap is as old as the story after it at most; after the last story it has no end.
        level, kind, at = new, FindingKind.UNEXPLAINED, datetime.max.replace(tzinfo=UTC)
    missing.append(_Part(value - level, at, None, kind))
    return [*told, *missing] if sum(part.amount for part in missing) else told


def _number(value: Decimal | None) -> Fraction:
    """A slip of many digits waits for somebody as more hours than anybody works, not as more than a row can hold."""
    return Fraction(max(-_MOST_HOURS, min(value or 0, _MOST_HOURS)))


def _level(value: Decimal | None) -> Fraction:
    """The hours that a number in the field stands for."""
    return max(_number(value), Fraction(0))


def _counted(task: AsanaTask, parts: Sequence[_Part], share: Share, terms: Terms) -> Billing:
    claims: list[Claim] = []
    findings: list[Finding] = []
    before = [part for part in parts if not terms.counts(_moment(part, task, terms))]
    counted = [part for part in parts if terms.counts(_moment(part, task, terms))]
    if ignored := _rounded(sum((part.amount for part in before), Fraction(0)) * share.part):
        findings.append(Finding(FindingKind.BEFORE_GO_LIVE, ignored))
    for part, hours in _rounded_parts(counted, share):
        user = _person(part.story, task, terms)
        if part.story is None:
            findings.append(Finding(part.kind or FindingKind.UNEXPLAINED, hours))
        elif user is None:
            findings.append(Finding(FindingKind.NOBODY, hours, (part.story.gid,)))
        else:
            claims.append(Claim(part.story.gid, user, _moment(part, task, terms), hours))
    # A figure that was corrected since is judged as it stands now, on the day when it was typed.
    findings = [*_joined(findings), *long_days(net(claims), terms)]
    exact = sum((part.amount for part in counted), Fraction(0)) * share.part * 100
    return Billing(tuple(claims), tuple(findings), share.is_billable, exact - _half_up(exact))


def _moment(part: _Part, task: AsanaTask, terms: Terms) -> datetime:
    by_completion = terms.attribution is Attribution.COMPLETION and task.completed_at
    return task.completed_at if by_completion and task.completed_at else part.at


def _person(story: FieldStory | None, task: AsanaTask, terms: Terms) -> AsanaUser | None:
    typist = story.created_by if story and terms.attribution is Attribution.TYPED else None
    return typist or task.assignee


def _rounded_parts(parts: Iterable[_Part], share: Share) -> Iterator[tuple[_Part, Hours]]:
    """Each with what it adds to the rounded cumulative target."""
    exact, reached = Fraction(0), 0
    for part in parts:
        exact += part.amount
        target = _rounded(exact * share.part)
        yield part, Hours(target - reached)
        reached = target


def _rounded(hours: Fraction) -> Hours:
    return Hours(_half_up(hours * 100))


def _half_up(hundredths: Fraction) -> int:
    """Halves away from 0, so that taking back is rounded as adding is."""
    size = int(abs(hundredths) + Fraction(1, 2))
    return size if hundredths >= 0 else -size


def _joined(findings: Sequence[Finding]) -> list[Finding]:
    """One of each kind; those without hours, such as gaps that cancel each other out, say nothing."""
    kinds = dict.fromkeys(finding.kind for finding in findings)
    joined = []
    for kind in kinds:
        alike = [finding for finding in findings if finding.kind is kind]
        gids = tuple(gid for finding in alike for gid in finding.stories)
        joined.append(Finding(kind, Hours(sum(finding.hours for finding in alike)), gids))
    return [finding for finding in joined if finding.hours or finding.stories]
