"""What each kind of hold allows: how it is grouped, who decides, which buttons fix it, and what Discard books."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from store.asana.records.state import HoldKind


class HoldScope(Enum):
    """One fix lets through everything of the same kind and scope."""

    PROJECT = auto()
    """Reported once for each Asana project, however many tasks wait."""
    PERSON = auto()
    """Reported once for each person and Asana project."""
    TASK = auto()
    """Once for each task, whoever's hours they are."""
    HOURS = auto()
    """For each person's hours on a task, or each entry."""


class Decider(Enum):
    COORDINATOR = auto()
    """Those who decide everywhere: the coordinator and Harvest's administrators."""
    PERSON = auto()
    """They, and the person whose hours these are."""


class Fix(Enum):
    """What a button on a hold's card does."""

    LINK_PROJECT = auto()
    CREATE_PROJECT = auto()
    IGNORE_PROJECT = auto()
    EDIT_LINK = auto()
    CHOOSE_PROJECT = auto()
    MATCH_PERSON = auto()
    LOG_AS_WELL = auto()
    """They are other hours than those in Harvest."""
    LOG_FOR = auto()
    """Say whose hours they are, and of which day."""
    RESTORE = auto()
    """Put the entry back into Harvest."""
    ACCEPT = auto()
    """Harvest is right."""
    RETRY = auto()
    DISCARD = auto()


class DiscardBooks(Enum):
    """What is written down when a hold is discarded, so that nobody is asked about it again."""

    HOURS = auto()
    """They are accounted for, and in no entry."""
    CORRECTION = auto()
    """Harvest's hours count from now on."""
    NOTHING = auto()
    """No hours are missing in Harvest, or none can be read: it is asked about again once it is different."""


@dataclass(frozen=True, slots=True)
class HoldPolicy:
    """`fixes`: the likeliest first. `tells_person`: the person whose hours these are is told, too."""

    scope: HoldScope = HoldScope.HOURS
    fixes: tuple[Fix, ...] = (Fix.RETRY, Fix.DISCARD)
    who_may: Decider = Decider.COORDINATOR
    books_on_discard: DiscardBooks = DiscardBooks.HOURS
    tells_person: bool = False
    allows_timer: bool = False
    """Its typed hours wait, and still a timer on the task may be offered."""


_NEEDS_SETTING = HoldPolicy(HoldScope.PROJECT, (Fix.EDIT_LINK, Fix.RETRY, Fix.DISCARD))
_NEEDS_OWNER = HoldPolicy(fixes=(Fix.LOG_FOR, Fix.DISCARD))
_CHANGED_IN_HARVEST = HoldPolicy(fixes=(Fix.RESTORE, Fix.ACCEPT), books_on_discard=DiscardBooks.CORRECTION)

POLICIES: Mapping[HoldKind, HoldPolicy] = {
    HoldKind.UNMAPPED: HoldPolicy(HoldScope.PROJECT, (Fix.LINK_PROJECT, Fix.CREATE_PROJECT, Fix.IGNORE_PROJECT)),
    HoldKind.NO_PROJECT: HoldPolicy(HoldScope.TASK),
    HoldKind.SEVERAL_PROJECTS: HoldPolicy(HoldScope.TASK, (Fix.CHOOSE_PROJECT, Fix.DISCARD)),
    HoldKind.ASANA_ARCHIVED: HoldPolicy(HoldScope.PROJECT),
    HoldKind.HARVEST_ARCHIVED: HoldPolicy(HoldScope.PROJECT, (Fix.LINK_PROJECT, Fix.RETRY, Fix.DISCARD)),
    HoldKind.NO_TASK: _NEEDS_SETTING,
    HoldKind.NO_NON_BILLABLE_TASK: _NEEDS_SETTING,
    HoldKind.NOT_IN_HARVEST: HoldPolicy(HoldScope.PERSON, (Fix.MATCH_PERSON, Fix.RETRY, Fix.DISCARD)),
    HoldKind.NOT_ASSIGNED: HoldPolicy(HoldScope.PERSON),
    HoldKind.DUPLICATE: HoldPolicy(fixes=(Fix.LOG_AS_WELL, Fix.DISCARD), who_may=Decider.PERSON, tells_person=True),
    HoldKind.PARENT: HoldPolicy(HoldScope.TASK, (Fix.EDIT_LINK, Fix.RETRY, Fix.DISCARD), allows_timer=True),
    HoldKind.COPIED: HoldPolicy(HoldScope.PROJECT, _NEEDS_OWNER.fixes),
    HoldKind.UNEXPLAINED: _NEEDS_OWNER,
    HoldKind.NOBODY: _NEEDS_OWNER,
    HoldKind.OVER_A_DAY: HoldPolicy(fixes=(Fix.LOG_FOR, Fix.DISCARD), who_may=Decider.PERSON, tells_person=True),
    HoldKind.FIELD_MISSING: HoldPolicy(HoldScope.PROJECT, books_on_discard=DiscardBooks.NOTHING),
    HoldKind.UNFIT: HoldPolicy(books_on_discard=DiscardBooks.NOTHING),
    HoldKind.LOWERING: HoldPolicy(who_may=Decider.PERSON),
    HoldKind.DELETED: _CHANGED_IN_HARVEST,
    HoldKind.EDITED: _CHANGED_IN_HARVEST,
    HoldKind.MISPLACED: HoldPolicy(books_on_discard=DiscardBooks.NOTHING),
}

CHANGED_IN_HARVEST = frozenset(kind for kind, policy in POLICIES.items() if Fix.RESTORE in policy.fixes)
"""Somebody changed or deleted in Harvest what was booked."""


def can_be(kind: HoldKind, fix: Fix) -> bool:
    return fix in POLICIES[kind].fixes


def is_shared(kind: HoldKind) -> bool:
    """Whether one message stands for the hours of several tasks."""
    return POLICIES[kind].scope in {HoldScope.PROJECT, HoldScope.PERSON}
