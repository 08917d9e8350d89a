"""Cards and forms by which a lock is asked about and decided; shown by buttons and by what Gleaner says itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    InputBlock,
    MarkdownTextObject,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from handlers.budget.views.cards import UNLOCK, body, open_already, unlocked
from handlers.cards.project_fields import selects
from handlers.slack.blocks import actions, button, context, cut, name, option, quoted, section
from handlers.slack.refusals import about
from handlers.slack.replies import Message, plain
from handlers.slack.values import OveragesValue, UnlockRequestValue
from store.budget.records import RequestState, UnlockRequest
from store.harvest.records import Project
from store.time_entries.records import TimeEntry
from store.units import Hours
from sync.budget.budgets import Card
from sync.budget.locks import Unlocked
from sync.budget.overages import OverageItem
from sync.rules.budget.bands import POLICY, BudgetLine
from sync.rules.text.dates import show_date
from sync.rules.text.durations import show

KEEP, APPROVE, MOVE = "budget.keep", "budget.approve", "budget.move"
EXTRA, UNTIL = "extra", "until"
"""Block ids of a card's choices."""
CHOOSE_EXTRA, CHOOSE_UNTIL = "budget.extra", "budget.until"
ASK_FORM, KEEP_FORM, MOVE_FORM = "budget.ask_form", "budget.keep_form", "budget.move_form"
HOURS, REASON = "hours", "reason"
"""Block ids of the forms."""
_OFFERED = (200, 400, 800, 1600, 4000)
"""Hours that a card offers, in hundredths: a morning, a day, two days, a week."""
_NO_LIMIT = "none"
_HELD = 5
_NAMED = 5
"""Lines of a budget that a sentence names."""


def request_card(request: UnlockRequest, shown: Card, held: Sequence[TimeEntry], bands: Sequence[int]) -> Message:
    """For a manager: who asks for how much and why, how the budget stands, what waits, and the choice."""
    project = shown.standing.project
    wants = f"{show(request.hours)} more" if request.hours else "it open"
    line = next((f" ({name(one.name)})" for one in shown.standing.lines if one.name and one.key == request.line), "")
    head = f":lock: <@{request.slack_id}> would like {wants} on *{name(project.name)}*{line}.{quoted(request.reason)}"
    if request.state is not RequestState.ASKED:
        text = f"{head}\n{_answered(request)}"
        return Message(text, [section(text)])
    state = f"{body(shown, bands)}{_waiting(held)}"
    value = UnlockRequestValue(request.key).write()
    buttons = [button("Unlock", UNLOCK, value, style="primary"), button("Keep locked", KEEP, value)]
    blocks = [section(head), section(state), *choices(request.hours, shown), *actions(buttons)]
    return Message(f"{head}\n{state}\nPress Unlock or Keep locked, or type `/budget unlock`.", blocks)


def lock_card(shown: Card, held: Sequence[TimeEntry], bands: Sequence[int], lines: Collection[str] = ()) -> Message:
    """For a manager: these lines have just locked (none named: all that are); open them at once, or leave them."""
    standing = shown.standing
    project = standing.project
    closed = [line for line in standing.closed if not lines or line.key in lines]
    if not closed:
        text = f":unlock: *{name(project.name)}* had locked and is open again."
        return Message(text, [section(text)])
    head = f":lock: {has_locked(project, [Closed.of(line) for line in closed])}"
    state = f"{body(shown, bands)}{_waiting(held)}"
    buttons = actions([button("Unlock", UNLOCK, about(standing), style="primary")])
    return Message(f"{head}\n{state}", [section(head), section(state), *choices(None, shown), *buttons])


@dataclass(frozen=True, slots=True)
class Closed:
    """A line that has locked, as words need it. `is_early`: before all of its budget was used."""

    key: str
    name: str
    is_early: bool

    @classmethod
    def of(cls, line: BudgetLine) -> "Closed":
        return cls(line.key, line.name, line.left is not None and line.left > 0)

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> "Closed":
        """From what an alert keeps of a line."""
        return cls(facts["key"], facts["name"], facts["used"] < facts["budget"])


def has_locked(project: Project, lines: Sequence[Closed]) -> str:
    """The whole project, or only what one person or task has."""
    what = f"*{name(project.name)}*"
    if any(not line.key for line in lines):
        return f"{what} has locked. New logs and timers wait; people who need more hours will ask you."
    is_early = any(line.is_early for line in lines)
    is_of_people = lines[0].key.startswith("person:")
    waits = "their new logs wait. Others can go on." if is_of_people else "new logs there wait. Other tasks can go on."
    names = ", ".join(name(line.name) for line in lines[:_NAMED])
    more = f" and {len(lines) - _NAMED} more" if len(lines) > _NAMED else ""
    if len(lines) > 1:
        state = "have reached their limit" if is_early else "are used up"
        return f"The budgets of {names}{more} on {what} {state}; {waits}"
    whose = f"{names}'s budget" if is_of_people else f"The budget of {names}"
    return f"{whose} on {what} {'has reached its limit' if is_early else 'is used up'}; {waits}"


def opened(found: Unlocked, asked: Hours | None, present: str) -> Message:
    """For who unlocked: what is open now. `asked`: hours somebody wanted; `present`: the month we are in."""
    if not found.opened:
        going = f" {found.released} held {_entries(found.released)} out to Harvest now." if found.released else ""
        return plain(f"{open_already(found.project.name).text}{going}")
    text = unlocked(found.project, found.extra, found.until, found.released).text
    names = sorted({line.name for _, line in found.opened if line.name})
    periods = sorted({period for period, _ in found.opened if period})
    if names:
        text += f" That is for {', '.join(map(name, names[:_NAMED]))}{' and others' if len(names) > _NAMED else ''}."
    if periods and periods != [present]:
        text += f" That is for {', '.join(periods)}."
    if asked and found.extra is None and any(line.is_money for _, line in found.opened):
        text += " Its budget is in money, so no hours could be added: it is open without a limit."
    return plain(text)


def _entries(count: int) -> str:
    return "entry goes" if count == 1 else "entries go"


def choices(asked: Hours | None, shown: Card) -> list[Block]:
    """How many more hours, and until when; what is left alone means no limit and no end. Money takes no hours."""
    is_money = any(line.is_money for line in shown.standing.closed)
    offered = [] if is_money else sorted({*_OFFERED, *([asked] if asked else [])})
    options = [option("No new limit", _NO_LIMIT), *(option(f"+{show(Hours(one))}", str(one)) for one in offered)]
    chosen = next((one for one in options if one.value == str(asked)), options[0])
    return [
        SectionBlock(
            block_id=EXTRA,
            text=MarkdownTextObject(text="Extra hours"),
            accessory=StaticSelectElement(action_id=CHOOSE_EXTRA, options=options, initial_option=chosen),
        ),
        SectionBlock(
            block_id=UNTIL,
            text=MarkdownTextObject(text=f"Open until (last day; not before {shown.today:%Y-%m-%d})"),
            accessory=DatePickerElement(action_id=CHOOSE_UNTIL, placeholder=PlainTextObject(text="No end")),
        ),
    ]


def read_extra(value: str | None, asked: Hours | None) -> Hours | None:
    """What the card's choice says; untouched it is what was asked for."""
    if value is None:
        return asked
    return Hours(int(value)) if value.isascii() and value.isdecimal() and len(value) < 8 else None


def overage_card(project: Project, overs: Sequence[OverageItem], today: date) -> Message:
    """Hours that came over a closed lock, for its manager to accept or to move (N2)."""
    lines = [
        f"• {show(one.overage.hours)} of {name(one.who)}, {show_date(one.entry.spent_date, today)}: {one.overage.state}"
        for one in overs
        if one.entry is not None
    ]
    head = f":hourglass: Hours went over the lock of *{name(project.name)}*:"
    fresh = [one.overage.harvest_id for one in overs if one.overage.state == "seen" and one.entry is not None]
    text = cut("\n".join([head, *(line.removesuffix(": seen") for line in lines)]), 2900)
    if not fresh:
        return Message(f"{text}\nNothing is left to decide.", [section(text), context("Nothing is left to decide.")])
    value = OveragesValue(fresh[:100]).write()
    ask = "Approve keeps them where they are; Move elsewhere moves the whole entries to another project or task."
    buttons = [button("Approve", APPROVE, value, style="primary"), button("Move elsewhere", MOVE, value)]
    return Message(f"{text}\n{ask}", [section(text), context(ask), *actions(buttons)])


def ask_form(project: Project, hours: Hours | None, metadata: str) -> View:
    blocks = [
        section(f"*{name(project.name)}* is locked. Its managers get your request; what you typed is kept meanwhile."),
        InputBlock(
            block_id=HOURS,
            optional=True,
            label=PlainTextObject(text="Hours you need"),
            hint=PlainTextObject(text="Such as 4 or 1.5; leave it empty and the manager decides"),
            element=PlainTextInputElement(action_id=HOURS, initial_value=_plain(hours), max_length=12),
        ),
        _reason("What for?"),
    ]
    return _form(ASK_FORM, "Request unlock", "Send", metadata, blocks)


def keep_form(metadata: str) -> View:
    blocks: list[Block] = [section("The project stays locked, and the person who asked hears why."), _reason("Why?")]
    return _form(KEEP_FORM, "Keep locked", "Keep locked", metadata, blocks)


def move_form(metadata: str, count: int) -> View:
    what = "The entry is" if count == 1 else f"{count} entries are"
    blocks = [section(f"{what} moved whole to the project and task you choose, in Harvest."), *selects(None, None)]
    return _form(MOVE_FORM, "Move elsewhere", "Move", metadata, blocks)


def _form(callback_id: str, title: str, submit: str, metadata: str, blocks: Sequence[Block]) -> View:
    return View(
        type="modal",
        callback_id=callback_id,
        private_metadata=metadata,
        title=PlainTextObject(text=title),
        submit=PlainTextObject(text=submit),
        close=PlainTextObject(text="Cancel"),
        blocks=list(blocks),
    )


def _reason(label: str) -> InputBlock:
    element = PlainTextInputElement(action_id=REASON, multiline=True, max_length=500)
    return InputBlock(block_id=REASON, label=PlainTextObject(text=label), element=element)


def _plain(hours: Hours | None) -> str | None:
    return f"{hours / 100:g}" if hours else None


def _answered(request: UnlockRequest) -> str:
    if request.decided_by == POLICY:
        return ":unlock: It has opened again by itself."
    by = f"<@{request.decided_by}>"
    if request.state is RequestState.GRANTED:
        return f":unlock: {by} unlocked it: {request.answer}."
    return f":lock: {by} kept it locked.{quoted(request.answer)}"


def _waiting(held: Sequence[TimeEntry]) -> str:
    """What is held, as the manager may know it: whose and how much."""
    if not held:
        return ""
    lines = [f"\n• {show(one.hours) if one.hours else 'a timer'} of <@{one.slack_id}>" for one in held[:_HELD]]
    more = f"\n• and {len(held) - _HELD} more" if len(held) > _HELD else ""
    return "\nWaiting:" + "".join(lines) + more
