"""What `/budget` shows: one project's card, the overview, and what was decided."""

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block, ButtonElement, DividerBlock

from handlers.cards.budget import chart, fullest_first, heading, mark, meter_of, one_line, outlook, timers_of
from handlers.slack.blocks import TEXT, actions, button, context, cut, name, section
from handlers.slack.refusals import ASK
from handlers.slack.replies import Message, plain
from handlers.slack.values import BudgetValue
from store.budget.records import BudgetSettings
from store.harvest.records import HarvestEntry, Project
from store.people.records import Person
from store.units import Hours
from sync.budget.budgets import Card
from sync.budget.overages import MoveFailure, MoveResult, NotMoved
from sync.budget.status import BudgetStatus
from sync.rules.budget.bands import BudgetLine
from sync.rules.budget.command import Mute, SetManager, SetPolicy, budget_usage, show_amount, with_target
from sync.rules.text.dates import show_date
from sync.rules.text.durations import show
from sync.rules.text.slack import as_command, escape
from sync.time_entries.targets import UnclearTarget

UNLOCK, LOCK = "budget.unlock", "budget.lock"
_LINES = 12
"""Lines of one budget (tasks, people) that are shown, the fullest first."""
_LISTED = 20
"""Projects of an overview: two blocks each keeps under Slack's 50."""


def card(shown: Card, bands: Sequence[int]) -> Message:
    """Everything about one project's budget, for who asked."""
    standing = shown.standing
    head = f"{heading(shown, bands)}\n{body(shown, bands)}"
    blocks: list[Block] = [section(head), *chart(standing, shown.sight, shown.burn)]
    last = _last(shown)
    if last:
        blocks.append(context(last))
    return Message(cut("\n".join(part for part in (head, last) if part), TEXT), [*blocks, *actions(_buttons(shown))])


def body(shown: Card, bands: Sequence[int]) -> str:
    """The lines under the heading: how each budget line stands, and everything that bears on it."""
    standing = shown.standing
    lines = [part for line in fullest_first(standing)[:_LINES] for part in _line(line, shown, bands)]
    if len(standing.lines) > _LINES:
        lines.append(f"and {len(standing.lines) - _LINES} more lines")
    hours = (_quoted(standing.settings), _set_here(standing), _forecast(shown)) if shown.sight.hours else ()
    extras = (*hours, _muted(shown), _lock(standing))
    return "\n".join([*lines, *(extra for extra in extras if extra)])


def overview(cards: Sequence[Card], bands: Sequence[int]) -> Message:
    if not cards:
        text = "You are not on any active project in Harvest. `/budget CODE` shows any project."
        return Message(text, [section(text)])
    head = "*Budgets of your projects*, the fullest first"
    lines = [one_line(shown, bands) for shown in cards[:_LISTED]]
    more = f"{len(cards) - _LISTED} more are not listed. " if len(cards) > _LISTED else ""
    foot = f"{more}`/budget CODE` shows one with its forecast; `/budget help` the rest."
    blocks: list[Block] = [section(head), *(section(line) for line in lines), DividerBlock(), context(foot)]
    return Message(cut("\n".join([head, *lines, foot]), TEXT), blocks)


def unclear(found: UnclearTarget, text: str, target: str) -> Message:
    """`text`: what was typed; each suggestion is that line with a project that there is."""
    lines = [(with_target(text, target, found.called(one)), one) for one in found.nearest]
    near = "".join(f"\n• `/budget {as_command(line)}` {name(one.name)}, {name(one.client_name)}" for line, one in lines)
    text = f":thinking_face: {cut(found.why, 1000)}{near}\nNothing was changed."
    return Message(text, [section(text)])


def help_text() -> Message:
    text = f"*Budgets*\n{budget_usage()}"
    return Message(text, [section(text)])


def alerts_come_here(person: Person, project: Project) -> Message:
    """For everybody in the channel."""
    return plain(
        f":bell: Alerts about the budget of *{name(project.name)}* come here now: <@{person.slack_id}> decided that."
    )


def hours_set(project: Project, settings: BudgetSettings) -> str:
    what = f"{show(settings.hours)} set here" if settings.hours else "Harvest's own budget again"
    quoted = f", {show(settings.quoted)} quoted" if settings.quoted else ""
    return f":white_check_mark: *{name(project.name)}* has {what}{quoted}. Harvest itself was not changed."


def policy_set(project: Project, typed: SetPolicy) -> str:
    when = f"locks at `{typed.policy}`" if typed.policy else "locks as all projects do"
    return f":white_check_mark: *{name(project.name)}* {when} now."


def muted(project: Project, typed: Mute) -> str:
    what = f"*{name(project.name)}*"
    if typed.is_off:
        return f":bell: Alerts of {what} are on again."
    return f":no_bell: No alerts of {what}" + (
        f" until {typed.until:%Y-%m-%d}, that day included." if typed.until else "."
    )


def manager_set(project: Project, typed: SetManager, *, changed: bool) -> str:
    what, who = f"*{name(project.name)}*", f"<@{typed.slack_id}>"
    if not typed.is_off:
        return f":white_check_mark: {who} may now decide about {what} too."
    if not changed:
        return f"{who} was not named here for {what}, so nothing was changed."
    return f":white_check_mark: {who} is no longer named here for {what}."


def locked_by_hand(project: Project) -> Message:
    text = (
        f":lock: *{name(project.name)}* is locked: new logs and timers wait. Timers that run can be stopped as always."
    )
    return Message(text, [section(text), *actions([button("Unlock", UNLOCK, BudgetValue(project.id).write())])])


def unlocked(project: Project, extra: Hours | None, until: date | None, released: int) -> Message:
    limits = f": it locks again after {show(extra)} more" if extra else ""
    end = f", open until {until:%Y-%m-%d}" if until else ""
    held = "Nothing was held." if not released else f"{released} held {_entries(released)} out to Harvest now."
    return plain(f":unlock: *{name(project.name)}* is open{limits}{end}. {held}")


def open_already(project_name: str) -> Message:
    return plain(f":unlock: *{name(project_name)}* is already open: somebody else unlocked it, or it was never locked.")


def moved(project: Project, result: MoveResult) -> Message:
    """`2 of 3 moved to Internal; Harvest refused Ada's: …`, of hours that had gone over a lock."""
    every = result.count + len(result.stays)
    head = f"{result.count} moved" if not result.stays else f"{result.count} of {every} moved"
    sign = ":white_check_mark:" if result.count == every else ":warning:"
    if not every:
        return plain("Somebody already decided about these.")
    return plain(cut("; ".join([f"{sign} {head} to {name(project.name)}", *map(_stays, result.stays)]) + ".", TEXT))


def _stays(one: NotMoved) -> str:
    whose, why = f"{name(one.who)}'s", escape(cut(one.words, 300)).rstrip(".")
    match one.why:
        case MoveFailure.REFUSED:
            return f"Harvest refused {whose}: {why}"
        case MoveFailure.LOCKED:
            return f"{whose} stays: {why}"
        case MoveFailure.ON_ITS_WAY:
            return f"{whose} is on its way; Harvest has not confirmed it yet"
    return f"{whose} was changed at the same moment, so check it and press Move elsewhere again"


def _entries(count: int) -> str:
    return "entry goes" if count == 1 else "entries go"


def _line(line: BudgetLine, shown: Card, bands: Sequence[int]) -> list[str]:
    meter, words = meter_of(line, shown.sight, shown.standing.project.currency)
    named = f"{mark(line, shown.sight, bands)} {name(line.name)}: {words}".removesuffix(": ") if line.name else words
    timers = f"{timers_of(line)}, not counted yet" if line.timers else ""
    return [part for part in (meter, named, timers) if part]


def _quoted(settings: BudgetSettings) -> str:
    return f"{show(settings.quoted)} were quoted to the client" if settings.quoted else ""


def _set_here(standing: BudgetStatus) -> str:
    """Harvest's figure stands beside ours (ruling 7)."""
    project = standing.project
    if not standing.settings.hours:
        return ""
    if not project.budget or project.budget_by.is_money:
        return "set here; Harvest has no budget in hours"
    return f"set here; Harvest has {show_amount(project.budget)}"


def _forecast(shown: Card) -> str:
    found = outlook(shown.forecast, shown.today)
    return f"{found[0].upper()}{found[1:]}" if found else ""


def _muted(shown: Card) -> str:
    until = shown.standing.settings.muted_until
    if until is None or shown.today >= until:
        return ""
    return ":no_bell: alerts are off" + ("" if until == date.max else f" until {until:%Y-%m-%d}")


def _lock(standing: BudgetStatus) -> str:
    if not standing.closed:
        return ""
    names = ", ".join(name(line.name) for line in standing.closed if line.name)
    which = f" ({names})" if names else ""
    return f":lock: Locked{which}: new logs and timers wait. {escape(standing.managers)} can unlock it."


def _last(shown: Card) -> str:
    lines = [_entry(entry, who, shown.today) for entry, who in shown.last]
    return "\n".join(["Last entries:", *lines]) if lines else ""


def _entry(entry: HarvestEntry, who: str, today: date) -> str:
    note = f" – {escape(cut(entry.notes.replace(chr(10), ' '), 80))}" if entry.notes else ""
    return f"{show(entry.hours)} · {name(who)}, {show_date(entry.spent_date, today)}{note}"


def _buttons(shown: Card) -> list[ButtonElement]:
    value = BudgetValue(shown.standing.project.id).write()
    if not shown.standing.closed:
        return []
    if shown.may_decide:
        return [button("Unlock", UNLOCK, value, style="primary")]
    return [button("Request unlock", ASK, value)]
