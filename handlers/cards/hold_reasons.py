"""Why hours typed in Asana wait, how they stand in Harvest meanwhile, and what can be done, in words."""

from handlers.slack.blocks import name
from store.asana.records.state import Hold, HoldKind
from sync.rules.asana.hold_policy import Fix, can_be
from sync.rules.text.durations import DAY

_REASONS = {
    HoldKind.UNMAPPED: "their Asana project is not linked to a Harvest project yet",
    HoldKind.NO_PROJECT: "neither the task nor its parent is in a project. Add it to one in Asana",
    HoldKind.SEVERAL_PROJECTS: "the task is in several linked projects. Press Edit to choose one",
    HoldKind.ASANA_ARCHIVED: "the project is archived in Asana. Once it is restored there, the hours are logged",
    HoldKind.HARVEST_ARCHIVED: "the Harvest project is archived. Restore it in Harvest, or link another one",
    HoldKind.NO_TASK: "no Harvest task is set for them. Press Edit to choose one",
    HoldKind.NO_NON_BILLABLE_TASK: "no Harvest task is set for non-billable work. Press Edit to choose one",
    HoldKind.NOT_IN_HARVEST: (
        "this person isn't an active Harvest user. Add them in Harvest with their Asana address, or press Edit to say "
        "who they are"
    ),
    HoldKind.NOT_ASSIGNED: "this person is not on the Harvest project. Add them there, and the hours are logged",
    HoldKind.DUPLICATE: (
        "time is already logged on this task in Harvest, so these may be the same hours. Press Log time if they are "
        "different, Discard if they are the same"
    ),
    HoldKind.PARENT: "both the task and its subtasks have hours. Press Edit to count both, or Discard to drop these",
    HoldKind.COPIED: "the task began with this number, as copies do. Press Log time if it is work, else Discard",
    HoldKind.UNEXPLAINED: "Asana does not tell who changed the number. Press Log time to say whose hours they are",
    HoldKind.NOBODY: "nobody typed them, and the task has no assignee. Press Log time to say whose they are",
    HoldKind.OVER_A_DAY: "one person would have more than 24 h on one day. Correct it in Asana, or press Log time",
    HoldKind.FIELD_MISSING: (
        "I can't see the field Billable Hours there any more. Share it with the user whose token I use, or add it "
        "again; until then the entries stay, and nothing new is read"
    ),
    HoldKind.UNFIT: "what stands in Asana's fields cannot be read as hours",
    HoldKind.MISPLACED: (
        "the task's billable setting changed, but its Harvest entry is locked. Unlock the entry there and press "
        "Retry, or Discard to leave Harvest as it is"
    ),
    HoldKind.LOWERING: (
        "Asana took these hours back, but their entries in Harvest are locked or gone. Lower them in Harvest, or "
        "Discard to leave Harvest as it is"
    ),
    HoldKind.DELETED: "somebody deleted the entry in Harvest. Restore it, or accept that",
    HoldKind.EDITED: "somebody changed the entry there. Restore what Asana says, or accept the change",
}
_STANDS = {
    HoldKind.MISPLACED: "On the wrong task in Harvest",
    HoldKind.LOWERING: "Still in Harvest",
    HoldKind.FIELD_MISSING: "Still in Harvest",
    HoldKind.EDITED: "Otherwise in Harvest",
}
"""How things stand, where it is not that the hours are missing there."""
_UNFIT = {
    "wrong_kind": "Billable Hours is not a plain number: make it a number field",
    "formula": "Billable Hours is a formula, so nobody types it: make it a number field",
    "disabled": "Billable Hours was taken from the project: put it back there",
    "negative": "the number is below 0: correct it",
    "over_100": "more than 100 % are billable: correct the percentage",
    "negative_percentage": "the percentage is below 0: correct it",
    "unknown_percentage": "Billable Percentage is not a percentage: choose a number from 0 to 100 %",
    "unknown_type": "that billing type has no percentage: choose one that has, such as 50 % or Non-billable",
    "conflict": "Billable Percentage and Billing type contradict each other: correct or empty one of them",
}
_TAKEN_BACK = (
    "the number was lowered, and Asana does not say whose hours that takes back. Discard leaves Harvest as it is; "
    "what is too much there can be lowered in Harvest, and is then asked about"
)
_ONCE_FIT = " Once that is fixed in Asana, the hours are logged by themselves; Discard leaves Harvest as it is."
_TOO_LONG = "that is more than 24 h, which no entry can hold. Correct it in Asana, or press Discard"


def may_be_logged(hold: Hold) -> bool:
    """Whether Log time can make entries of it: they are hours to log, and each part fits into one."""
    return all(0 < hours <= DAY for hours in ([part.hours for part in hold.parts] or [hold.hours]))


def why(hold: Hold) -> str:
    """How it stands in Harvest, the reason, and what can be done."""
    words = _UNFIT.get(hold.words, hold.words) if hold.kind is HoldKind.UNFIT else hold.words
    said = f" ({name(words)})" if words else ""
    stands, reason = _STANDS.get(hold.kind, "Not in Harvest"), _REASONS[hold.kind]
    if can_be(hold.kind, Fix.LOG_FOR) and not may_be_logged(hold):
        stands, reason = ("Still in Harvest", _TAKEN_BACK) if hold.hours < 0 else (stands, _TOO_LONG)
    return f"{stands}: {reason}{said}.{_ONCE_FIT if hold.kind is HoldKind.UNFIT else ''}"
