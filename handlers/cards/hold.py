"""The card of hours typed in Asana that wait: whose and how much, why, and the mends that fit that reason.

A button carries the hold's key and revision, or the Asana project's gid; who may, and whether it still waits, is asked
when it is pressed.
"""

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject, PlainTextObject

from handlers.cards.hold_reasons import may_be_logged, why
from handlers.slack.blocks import actions, button, cut, name, quoted, section
from handlers.slack.replies import Message
from handlers.slack.values import AsanaProjectValue, HoldValue
from store.asana.records.state import Hold, HoldKind, HoldState
from store.harvest.records import Project
from store.time_entries.records import EntryState, TimeEntry
from store.units import Hours
from sync.asana.holds.queries import PendingHours, Waiting
from sync.rules.asana.hold_policy import POLICIES, Fix, can_be
from sync.rules.asana.project_match import Proposal, Reason
from sync.rules.text.durations import show
from sync.rules.text.slack import escape

LINK, LINK_FORM, CREATE_FORM, IGNORE = "asana.link", "asana.link_form", "asana.create_form", "asana.ignore"
RETRY, DISCARD, COUNT, RESTORE = "asana.retry", "asana.discard", "asana.count", "asana.restore"
LOG_FORM, PLACE_FORM, PERSON_FORM = "asana.log_form", "asana.place_form", "asana.person_form"
FREED = "Resolved: the cause is gone, or the hours in Asana have changed."
TRASHED = "No longer waiting: the task is in Asana's trash. If somebody restores the task, I check its hours again."
_LISTED = 5
_FITS = {
    Reason.CODE: "its code stands in the name",
    Reason.CLIENT_AND_NAME: "client and name fit",
    Reason.NAME: "the names are alike",
}
_BUTTONS: Mapping[Fix, tuple[str, str, str | None]] = {
    Fix.LINK_PROJECT: ("Link project", LINK_FORM, "primary"),
    Fix.EDIT_LINK: ("Edit", LINK_FORM, "primary"),
    Fix.CHOOSE_PROJECT: ("Edit", PLACE_FORM, "primary"),
    Fix.MATCH_PERSON: ("Edit", PERSON_FORM, "primary"),
    Fix.LOG_AS_WELL: ("Log time", COUNT, None),
    Fix.LOG_FOR: ("Log time", LOG_FORM, "primary"),
    Fix.RESTORE: ("Restore", RESTORE, None),
    Fix.ACCEPT: ("Accept", DISCARD, None),
    Fix.RETRY: ("Retry", RETRY, None),
}
"""Label, action and style."""


def card(waiting: Waiting) -> Message:
    """As it stands now: open with its mends, or what became of it."""
    if not waiting.is_open or waiting.is_linked or _is_ignored(waiting):
        text = f"{_head(waiting)}\n{_outcome(waiting)}"
        return Message(text, [section(text)])
    text = cut("\n".join([_head(waiting), why(waiting.hold), *_details(waiting)]), 2900)
    blocks: list[Block] = [section(text), *actions(fixes(waiting))]
    return Message(text, blocks)


def one_line(waiting: Waiting) -> str:
    """For a list: how much of whom waits, where and why."""
    return f"{_head(waiting)}\n{why(waiting.hold)}"


def fixes(waiting: Waiting) -> list[ButtonElement]:
    """The buttons that fit the reason, the likeliest first."""
    hold = waiting.hold
    if hold.kind is HoldKind.UNMAPPED:
        return unmapped_buttons(hold.project_gid or "", waiting.found, is_certain=waiting.is_certain)
    return [_button(waiting, fix) for fix in POLICIES[hold.kind].fixes if fix is not Fix.LOG_FOR or may_be_logged(hold)]


def pressed(hold: Hold) -> str:
    """What a button about a hold carries."""
    return HoldValue(hold.key, hold.revision).write()


def proposal_line(found: Proposal, project: Project) -> str:
    """`*Website relaunch* (ACME-12), Acme: its code stands in the name`."""
    return f"{harvest_name(project)}, {name(project.client_name)}: {_FITS[found.reason]}"


def harvest_name(project: Project) -> str:
    code = f" ({name(project.code)})" if project.code else ""
    return f"*{name(project.name)}*{code}"


def task_name(task: str, url: str | None) -> str:
    """A task as a link, if its address is one."""
    shown = name(task.replace("|", "/")) or "a task"
    if url is None or not url.startswith("https://") or any(sign in url for sign in "<>| \n"):
        return f"“{shown}”"
    return f"<{url}|{shown}>"


def by(slack_id: str | None) -> str:
    """Who did it; the command line has no Slack id."""
    return f"<@{slack_id}>" if slack_id and slack_id.startswith(("U", "W")) else "the person who runs Gleaner"


def _is_ignored(waiting: Waiting) -> bool:
    return waiting.hold.kind is HoldKind.UNMAPPED and waiting.project is not None and waiting.project.is_ignored


def _head(waiting: Waiting) -> str:
    lines = waiting.lines
    where = f" in *{name(waiting.project.project.name)}*" if waiting.project else ""
    if len(lines) == 1:
        return f":hourglass: {_line(lines[0])}{where}"
    return f":hourglass: {show(Hours(abs(waiting.hours)))} of {len(lines)} tasks{where}"


def _line(line: PendingHours) -> str:
    who = f" of {name(line.who)}" if line.who else ""
    back = " less" if line.hours < 0 else ""
    return f"{show(Hours(abs(line.hours)))}{back}{who} on {task_name(line.task, line.url)}"


def _details(waiting: Waiting) -> list[str]:
    listed = waiting.lines if len(waiting.lines) > 1 else ()
    details = [f"• {_line(line)}" for line in listed[:_LISTED]]
    details += [f"• and {len(listed) - _LISTED} more"] if len(listed) > _LISTED else []
    if waiting.others and can_be(waiting.hold.kind, Fix.LOG_FOR) and may_be_logged(waiting.hold):
        details.append("Log time is for the first of them, and the next one follows; Discard is for them all.")
    if waiting.hold.kind is HoldKind.UNMAPPED:
        near = [f"• {proposal_line(one, project)}" for one, project in waiting.found]
        details += ["Nearest in Harvest:", *near] if near else ["No Harvest project has a similar name."]
    if waiting.entry is not None:
        details.append(f"Entry of {waiting.entry.spent_date:%Y-%m-%d}{quoted(waiting.entry.note, 100)}")
    return details


def _button(waiting: Waiting, fix: Fix) -> ButtonElement:
    hold = waiting.hold
    if fix is Fix.DISCARD:
        return _discard(waiting)
    label, action, style = _BUTTONS[fix]
    value = AsanaProjectValue(hold.project_gid or "").write() if action == LINK_FORM else pressed(hold)
    return button(label, action, value, style=style)


def unmapped_buttons(
    project_gid: str, found: Sequence[tuple[Proposal, Project]], *, is_certain: bool
) -> list[ButtonElement]:
    """Of a project that is linked to nothing: one press links where the proposal is certain."""
    gid = AsanaProjectValue(project_gid).write()
    if is_certain:
        surely = AsanaProjectValue(project_gid, found[0][1].id).write()
        link = [button("Link project", LINK, surely, style="primary"), button("Another project", LINK_FORM, gid)]
    else:
        link = [button("Link project", LINK_FORM, gid, style="primary")]
    return [*link, button("Create project", CREATE_FORM, gid), button("Ignore", IGNORE, gid)]


def _discard(waiting: Waiting) -> ButtonElement:
    """Of many at once only after a question that says how many."""
    hold = waiting.hold
    if not waiting.others:
        return button("Discard", DISCARD, pressed(hold), style="danger")
    many = button("Discard", DISCARD, HoldValue(hold.key, hold.revision, waiting.mark).write(), style="danger")
    many.confirm = ConfirmObject(
        title="Discard them all?",
        text=PlainTextObject(text=f"{show(waiting.hours)} of {len(waiting.lines)} tasks will not be logged."),
        confirm="Discard",
        deny="Keep",
    )
    return many


def _outcome(waiting: Waiting) -> str:
    hold, decider = waiting.hold, by(waiting.hold.decided_by)
    if waiting.is_linked and waiting.mapping is not None:
        where = harvest_name(waiting.harvest) if waiting.harvest else "a Harvest project that is gone"
        return (
            f":link: {by(waiting.mapping.linked_by)} linked it to {where}. The waiting hours will be logged in Harvest."
        )
    if _is_ignored(waiting):
        return ":no_bell: This project is ignored: its hours are not logged."
    if hold.decided_by is None:
        return f":wastebasket: {TRASHED}" if waiting.is_trashed else f":white_check_mark: {FREED}"
    if hold.state is HoldState.DISCARDED and can_be(hold.kind, Fix.ACCEPT):
        return f":white_check_mark: {decider} accepted what stands in Harvest."
    if hold.state is HoldState.DISCARDED:
        return f":wastebasket: Discarded by {decider}: nothing is logged."
    return f":white_check_mark: {decider} decided: {_DECIDED.get(hold.kind, 'it goes out to Harvest now')}."


_DECIDED = {
    HoldKind.DUPLICATE: "these are different hours, and they are logged as well",
    HoldKind.DELETED: "the entry is put back into Harvest",
    HoldKind.EDITED: "the entry is put back as Asana has it",
}


def entry_words(entry: TimeEntry) -> str:
    """Of an entry for somebody who is not in Slack."""
    state = "is held" if entry.state is EntryState.HELD else f"is {entry.state.value} now"
    hours = show(Hours(entry.hours or 0))
    return f"{hours} of Asana's “{escape(entry.note)}” {state}. {escape(entry.reason or '')}".strip()
