"""Why hours typed in Asana wait, how they stand in Harvest meanwhile, and what can be done, in words."""

from handlers.slack.blocks import name
from store.asana.records.state import Hold, HoldKind
from sync.rules.asana.hold_policy import Fix, can_be
from sync.rules.text.hours import DAY

_REASONS = {
    HoldKind.UNMAPPED: "their Asana project is linked to no Harvest project yet",
    HoldKind.NO_PROJECT: "the task is in no project, nor is any task above it. Put it into one in Asana",
    HoldKind.SEVERAL_PROJECTS: "the task is in several linked projects. Press Edit to choose one",
    HoldKind.ASANA_ARCHIVED: "the project is archived in Asana. Once it is restored they go out by themselves",
    HoldKind.HARVEST_ARCHIVED: "the Harvest project is archived. Restore it in Harvest, or link another one",
    HoldKind.NO_TASK: "no Harvest task is set for them. Press Edit to choose one",
    HoldKind.NO_NON_BILLABLE_TASK: "they are not billable, and no Harvest task is set for such work. Press Edit",
    HoldKind.NOT_IN_HARVEST: (
        "this person is no active Harvest user. Add them in Harvest with their Asana address, or press Edit to say "
        "who they are"
    ),
    HoldKind.NOT_ASSIGNED: "this person is not on the Harvest project. Add them there; they go out by themselves",
    HoldKind.DUPLICATE: (
        "time is logged on this task in Harvest already, so these may be the same hours. Log time if they are others, "
        "Discard if they are not"
    ),
    HoldKind.PARENT: "hours stand on the task and on its subtasks as well. Press Edit to count both, or Discard these",
    HoldKind.COPIED: "the number was there from the start, as in a copied task. Log time if it is work, else Discard",
    HoldKind.UNEXPLAINED: "Asana does not tell who changed the number. Press Log time to say whose hours they are",
    HoldKind.NOBODY: "nobody typed them, and the task has no assignee. Press Log time to say whose they are",
    HoldKind.OVER_A_DAY: "that is more than 24 h of one person on one day. Correct it in Asana, or press Log time",
    HoldKind.UNFIT: "what stands in Asana's fields cannot be read as hours",
    HoldKind.MISPLACED: (
        "the task became billable, or is so no more, and their entry in Harvest is locked. Unlock it there and press "
        "Retry, or Discard to leave Harvest as it is"
    ),
    HoldKind.LOWERING: (
        "they were taken back in Asana, and the entries in Harvest are locked or gone. Take them out in Harvest, or "
        "Discard to leave Harvest as it is"
    ),
    HoldKind.DELETED: "somebody deleted the entry in Harvest. Restore it, or accept that",
    HoldKind.EDITED: "somebody changed the entry there. Restore what Asana says, or accept the change",
}
_STANDS = {
    HoldKind.MISPLACED: "On the wrong task in Harvest",
    HoldKind.LOWERING: "Still in Harvest",
    HoldKind.EDITED: "Otherwise in Harvest",
}
"""How things stand, where it is not that the hours are missing there."""
_UNFIT = {
    "field_missing": "I do not see the field Billable Hours: share it with the user whose token I have",
    "wrong_kind": "Billable Hours is no plain number: make it a number field",
    "formula": "Billable Hours is a formula, so nobody types it: make it a number field",
    "disabled": "Billable Hours was taken from the project: put it back there",
    "negative": "it is less than 0: correct the number",
    "over_100": "more than 100 % are billable: correct the percentage",
    "negative_percentage": "the percentage is less than 0: correct it",
    "unknown_percentage": "Billable Percentage is no percentage: choose a number from 0 to 100 %",
    "unknown_type": "that billing type says no percentage: choose one that does, as 50 % or Non-billable",
    "conflict": "Billable Percentage and Billing type contradict each other: correct or empty one of them",
}
_TAKEN_BACK = (
    "the number became less, and Asana does not tell whose hours that takes back. Discard leaves Harvest as it is; "
    "what is too much there can be lowered in Harvest, and is then asked about"
)
_ONCE_FIT = " Once that is mended in Asana they go out by themselves; Discard leaves Harvest as it is."
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
