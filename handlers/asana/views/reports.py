"""What `/gleaner audit` finds, and the weekly report of completed tasks without hours."""

import csv as csv_files
import io
from collections.abc import Collection, Sequence
from typing import Any

from slack_sdk.models.blocks import Block

from handlers.cards.entry import OPEN_FORM
from handlers.cards.hold import task_name
from handlers.slack.blocks import TEXT, actions, button, context, cut, name, section
from handlers.slack.replies import Message
from handlers.slack.values import TaskValue
from sync.asana.reports import AuditReport
from sync.rules.asana.project_audit import FEWEST_CLIENTS, Audit, ProjectFault, RedFlag

FREE = "asana.free"
FILE = "asana-audit.csv"
LISTED = 20
"""Projects of an audit that stand in the message itself."""
TASKS = 15
"""Tasks of a weekly report: three blocks each keep under Slack's 50."""
_FAULTS = {
    ProjectFault.HARVEST_ARCHIVED: "its Harvest project is archived: restore it or link another",
    ProjectFault.UNMAPPED: "not linked to a Harvest project: `/gleaner map`",
    ProjectFault.NO_HOURS_FIELD: "no field called exactly `Billable Hours`: add it in Asana",
    ProjectFault.UNFIT_HOURS_FIELD: "its `Billable Hours` is not a plain number field: make it one in Asana",
    ProjectFault.COPY: "a copy of another project: link it or rename it",
    ProjectFault.INCONSISTENT_NAME: "its Harvest project has a different name: rename one of the two",
    ProjectFault.GENERIC_NAME: "its name is too general: rename it",
    ProjectFault.NO_CLIENT: "its Harvest project has no client: set one in Harvest",
    ProjectFault.TEMPLATE: "a template; no work should be in it",
}
"""The most important first."""
_ORDER = list(_FAULTS)
_FLAGS = {
    RedFlag.GENERIC_PROJECTS: "Several clients have Harvest projects named for a kind of work alone",
    RedFlag.NO_CODES: "Fewer than half of the active Harvest projects have a code, so names alone tell them apart",
    RedFlag.FEW_CLIENTS: (
        f"There are fewer than {FEWEST_CLIENTS} active clients and no retainer, so the synchronization is hardly worth "
        "its keep"
    ),
}


def audit(report: AuditReport, *, is_sent: bool) -> Message:
    """`is_sent`: the whole list went out as a file."""
    if not report.projects and not report.flags:
        text = f":white_check_mark: All {report.checked} Asana projects are ready: linked, named, with their field."
        return Message(text, [section(text)])
    wrong = sorted(report.projects, key=_rank)
    head = f":mag: *{len(wrong)} of {report.checked} Asana projects* need a look."
    flags = [f":triangular_flag_on_post: {_FLAGS[flag]}{_named(report, flag)}." for flag in report.flags]
    lines = [_line(one) for one in wrong[:LISTED]]
    texts = [head, *flags, *("\n".join(lines[start : start + 5]) for start in range(0, len(lines), 5))]
    more = len(wrong) - LISTED
    if is_sent:
        texts.append(f"{f'and {more} more; ' if more > 0 else ''}all of it is in {FILE}, in your messages from me.")
    elif more > 0:
        texts.append(f"and {more} more: fix these, then run the audit again.")
    blocks: list[Block] = [section(text) for text in texts]
    return Message(cut("\n".join(texts), TEXT), blocks)


def csv(report: AuditReport) -> str:
    """Every finding, a line each."""
    file = io.StringIO()
    writer = csv_files.writer(file)
    writer.writerow(("asana_project_gid", "asana_project", "finding"))
    for gid, called, fault in report.rows():
        # A name that begins like a formula would be one in a spreadsheet.
        safe = f"'{called}" if called[:1] in {"=", "+", "-", "@", "\t", "\r"} else called
        writer.writerow((gid, safe, fault))
    return file.getvalue()


def weekly(since: str, tasks: Sequence[dict[str, Any]], free: Collection[str]) -> Message:
    """`free`: gids of tasks of which somebody said since that they cost nothing."""
    if not tasks:
        text = f":calendar: Every task completed since {since} has hours. Nothing to do."
        return Message(text, [section(text)])
    many = "1 task was" if len(tasks) == 1 else f"{len(tasks)} tasks were"
    head = f":calendar: *{many} completed since {since} without hours.* Enter the hours in Asana, or answer here."
    blocks: list[Block] = [section(head)]
    lines = [head]
    for task in tasks[:TASKS]:
        is_free = task["gid"] in free
        lines.append(_weekly_line(task, is_free=is_free))
        blocks.append(section(lines[-1]))
        blocks += [] if is_free else actions(_weekly_buttons(task["gid"]))
    if len(tasks) > TASKS:
        lines.append(f"and {len(tasks) - TASKS} more; next week's report names what is still missing.")
        blocks.append(context(lines[-1]))
    return Message(cut("\n".join(lines), TEXT), blocks)


def _weekly_line(task: dict[str, Any], *, is_free: bool) -> str:
    who = f" of {name(task['who'])}" if task["who"] else ""
    where = f", {name(task['project'])}" if task["project"] else ""
    line = f"{task_name(task['name'], task['url'])}{who}{where}"
    return f":white_check_mark: {line}: it really took no time" if is_free else f"• {line}"


def _weekly_buttons(gid: str) -> list[Any]:
    value = TaskValue(gid).write()
    return [button("No time needed", FREE, value), button("Log time", OPEN_FORM, value)]


def _rank(one: Audit) -> tuple[int, str]:
    return min(_ORDER.index(fault) for fault in one.faults), one.project.name.casefold()


def _line(one: Audit) -> str:
    faults = "; ".join(_FAULTS[fault] for fault in sorted(one.faults, key=_ORDER.index))
    return f"• *{task_name(one.project.name, one.project.url)}*: {faults}"


def _named(report: AuditReport, flag: RedFlag) -> str:
    if flag is not RedFlag.GENERIC_PROJECTS:
        return ""
    return ": " + ", ".join(f"“{name(one)}”" for one in sorted(report.generic)[:5])
