"""The home tab."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, DividerBlock, HeaderBlock, PlainTextObject
from slack_sdk.models.views import View

from handlers.cards import timer_offer as timer_offers
from handlers.cards.budget import one_line
from handlers.cards.entry import (
    CONNECT,
    DISCARD,
    EDIT,
    OPEN_FORM,
    RETRY,
    hours_of,
    refused_line,
    retry_for,
    waiting,
    where,
)
from handlers.cards.hold import fixes
from handlers.cards.hold import one_line as one_held
from handlers.slack.blocks import actions, button, context, cut, section
from store.time_entries.records import EntryState, HeldFor
from store.units import Hours
from sync.asana.holds.queries import Waiting
from sync.budget.budgets import Card
from sync.rules.text.dates import show_date
from sync.rules.text.durations import show
from sync.rules.text.slack import escape
from sync.time_entries.entries import EntryView

_LISTED = 20
_BUDGETS = 8
_HELD = 8
_ASANA = 8
_NONE = Hours(0)


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the home tab is drawn from. `budgets`: the fullest first. `held`: what waits for somebody."""

    today: Sequence[EntryView]
    budgets: Sequence[Card]
    held: Sequence[EntryView]
    is_connected: bool
    refused: Sequence[tuple[EntryView, str]] = ()
    """Hours of others that Harvest refuses and this person can fix, with whose they are."""
    asana: Sequence[Waiting] = ()
    """Hours typed in Asana that wait for a decision of this person."""
    offers: bool | None = None
    """Whether they want to be offered timers for Asana tasks; None without Asana."""
    total: Hours = _NONE
    """The day's, as every card says it."""
    outage: str = ""
    """Said where Harvest does not answer."""


def home(page: HomePage, bands: Sequence[int]) -> View:
    """Today's entries of the person, running ones first; then what is held; then budgets."""
    today = page.today
    head = f"Today: {show(page.total)}" if today else "Nothing logged today yet"
    buttons = [button("Log time", OPEN_FORM, "home", style="primary")]
    if not page.is_connected:
        buttons.append(button("Connect Harvest", CONNECT, "home"))
    blocks: list[Block] = [HeaderBlock(text=PlainTextObject(text=head)), *actions(buttons), DividerBlock()]
    blocks += [context(page.outage)] if page.outage else []
    ordered = sorted(today, key=lambda one: one.entry.state is not EntryState.RUNNING)
    blocks += [section(f"{hours_of(one.entry)} · {where(one)}{waiting(one.entry)}") for one in ordered[:_LISTED]]
    if len(ordered) > _LISTED:
        blocks.append(context(f"and {len(ordered) - _LISTED} more; `/log list` has the newest."))
    blocks += _held(page.held)
    blocks += _refused(page.refused)
    blocks += _of_asana(page.asana)
    blocks += _budgets(page.budgets, bands)
    blocks += [] if page.offers is None else timer_offers.setting(are_wanted=page.offers)
    blocks.append(context("`/log 1.5h CODE note` and `/timer start CODE` work in every channel."))
    return View(type="home", blocks=blocks)


def _held(held: Sequence[EntryView]) -> list[Block]:
    if not held:
        return []
    blocks: list[Block] = [DividerBlock(), section(f"*Held: {len(held)}*, not in Harvest yet")]
    for one in held[:_HELD]:
        reason = f"\n{escape(cut(one.entry.reason, 300))}" if one.entry.reason else ""
        text = f"{hours_of(one.entry)} · {where(one)}, {show_date(one.entry.spent_date, one.today)}{reason}"
        retry = [button("Retry", RETRY, one.entry.key)] if one.entry.held_for is HeldFor.REJECTED else []
        buttons = [button("Edit", EDIT, one.entry.key), *retry, button("Discard", DISCARD, one.entry.key)]
        blocks += [section(text), *actions(buttons[one.entry.is_timer :])]
    if len(held) > _HELD:
        blocks.append(context(f"and {len(held) - _HELD} more; `/log list DATE` shows those of a day."))
    return blocks


def _refused(refused: Sequence[tuple[EntryView, str]]) -> list[Block]:
    if not refused:
        return []
    head = f"*Refused by Harvest: {len(refused)}* of your projects. Fix the cause in Harvest, then press Retry."
    blocks: list[Block] = [DividerBlock(), section(head)]
    for shown, owner in refused[:_HELD]:
        blocks += [section(refused_line(shown, owner)), *actions([retry_for(shown.entry)])]
    if len(refused) > _HELD:
        blocks.append(context(f"and {len(refused) - _HELD} more; those come up as these are fixed."))
    return blocks


def _of_asana(waiting: Sequence[Waiting]) -> list[Block]:
    """The mends are those of the cards; what is decided here changes them as well."""
    if not waiting:
        return []
    blocks: list[Block] = [DividerBlock(), section(f"*From Asana: {len(waiting)}* to decide about")]
    for one in waiting[:_ASANA]:
        blocks += [section(one_held(one)), *actions(fixes(one))]
    if len(waiting) > _ASANA:
        blocks.append(
            context(f"and {len(waiting) - _ASANA} more; each has its message, `/gleaner map` lists projects.")
        )
    return blocks


def _budgets(cards: Sequence[Card], bands: Sequence[int]) -> list[Block]:
    if not cards:
        return []
    lines = [one_line(shown, bands) for shown in cards[:_BUDGETS]]
    rest = f"{len(cards) - _BUDGETS} more: " if len(cards) > _BUDGETS else ""
    foot = context(f"{rest}`/budget` lists all, `/budget CODE` one with its forecast.")
    return [DividerBlock(), section("*Budgets*"), *(section(line) for line in lines), foot]


def stranger(why: str) -> View:
    """For somebody Harvest does not know."""
    buttons = actions([button("Connect Harvest", CONNECT, "home", style="primary")])
    return View(type="home", blocks=[section(why), *buttons])
