"""Budgets in words and pictures: bars, sentences, burn charts. What a reader may not see is left out (Sight)."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from slack_sdk.models.blocks import Block

from handlers.slack.blocks import cut, name
from store.units import Amount, Hours
from sync.budget.budgets import Card, Impact, Visibility
from sync.budget.status import BudgetStatus
from sync.rules.budget.bands import BudgetLine, Colour, colour, show_share
from sync.rules.budget.command import show_amount
from sync.rules.budget.forecast import Forecast

_CELLS = 20
_MARKS = {
    Colour.GREEN: ":large_green_circle:",
    Colour.YELLOW: ":large_yellow_circle:",
    Colour.ORANGE: ":large_orange_circle:",
    Colour.RED: ":red_circle:",
}
NOT_SET = ":white_circle:"
NOT_SHOWN = "its budget is not shown to you"
BADGE = ":red_circle: *Over budget*"
"""S2-29."""


class RawBlock(Block):
    """A block that the SDK has no model for yet, as the JSON it is."""

    def __init__(self, shape: dict[str, Any]) -> None:
        super().__init__(type=shape["type"], block_id=shape.get("block_id"))
        self._shape = shape

    def to_dict(self) -> dict[str, Any]:
        return dict(self._shape)


def mark(line: BudgetLine, sight: Visibility, bands: Sequence[int]) -> str:
    """A coloured dot (S2-26); white where no budget is set, or none is shown."""
    return _MARKS[colour(line.share, bands)] if line.share is not None and sight.share_of(line) else NOT_SET


def bar(share: Fraction | None) -> str:
    """`▰▰▰▱▱  62 %`; empty without a share. A full bar is 100 % or more."""
    if share is None:
        return ""
    full = min(_CELLS, int(share * _CELLS / 100))
    return f"{'▰' * full}{'▱' * (_CELLS - full)}  {show_share(share)}"


def state_of(line: BudgetLine, sight: Visibility, currency: str | None) -> str:
    """`76 h of 100 h used (76 %), 24 h left`, where no bar stands beside it; amounts only for who may see them."""
    if line.share is None or not sight.share_of(line):
        return _without_share(line, sight, currency)
    if not sight.of(line):
        return f"{show_share(line.share)} used"
    used, rest = _amounts(line, currency)
    return f"{used} used ({show_share(line.share)}), {rest}"


def meter_of(line: BudgetLine, sight: Visibility, currency: str | None) -> tuple[str, str]:
    """The bar with its share, if there is one to show, and the words beside it: `76 h of 100 h, 24 h left`."""
    if line.share is None or not sight.share_of(line):
        return "", _without_share(line, sight, currency)
    if not sight.of(line):
        return f"{bar(line.share)} used", ""
    return bar(line.share), ", ".join(_amounts(line, currency))


def timers_of(line: BudgetLine) -> str:
    """`2 running timers, 1.5 h so far`."""
    if not line.timers:
        return ""
    return f"{_timers(line.timers)}, {show_amount(line.running)} so far"


def outlook(found: Forecast | None, today: date) -> str:
    """`at this pace 100 % on Thursday, 26 November` (N4)."""
    if found is None:
        return ""
    if found.day is None:
        return "at this pace it lasts"
    near = (found.day - today).days < 7
    return f"at this pace 100 % on {found.day:%A}" + ("" if near else f", {found.day.day} {found.day:%B %Y}")


def glance_line(glance: Impact) -> str:
    """One line under an entry's card: what this entry does to the budget."""
    project, line = glance.project, glance.line
    what = f"*{name(project.name)}*" + (f" ({name(line.name)})" if line.name else "")
    with_timers = line.plus(line.running)
    if glance.takes_to and with_timers.share is not None:
        counting = f", counting {_timers(line.timers)}" if line.timers else ""
        return f":chart_with_upwards_trend: This takes {what} to {show_share(with_timers.share)}{counting}."
    badge = f"{BADGE}: " if glance.is_over else "Budget: "
    return f"{badge}{state_of(line, glance.sight, project.currency)}."


def chart(standing: BudgetStatus, sight: Visibility, burn: Sequence[tuple[date, Hours]]) -> list[Block]:
    """The burn chart, where there is a line of hours that the reader may see; else nothing.

    Slack draws it from 2 to 20 points; older clients show the message's text instead.
    """
    line = standing.lines[0] if len(standing.lines) == 1 else None
    if line is None or len(burn) < 2 or not line.budget or line.is_money or not sight.hours:
        return []
    labels = [f"{day.day} {day:%b}" for day, _ in burn]
    used = [{"label": label, "value": hours / 100} for label, (_, hours) in zip(labels, burn, strict=True)]
    budget = [{"label": label, "value": line.budget / 100} for label in labels]
    shape = {
        "type": "data_visualization",
        "title": cut(f"{standing.project.name}: hours used", 50),
        "chart": {
            "type": "line",
            "series": [{"name": "Used", "data": used}, {"name": "Budget", "data": budget}],
            "axis_config": {"categories": labels, "y_label": "Hours"},
        },
    }
    return [RawBlock(shape)]


def heading(shown: Card, bands: Sequence[int]) -> str:
    """`(dot) *Website relaunch* (ACME-12) · Acme`, and a lock if it is closed."""
    standing = shown.standing
    project, fullest = standing.project, fullest_first(standing)
    dot = mark(fullest[0], shown.sight, bands) if fullest else NOT_SET
    code = f" ({name(project.code)})" if project.code else ""
    when = f", {standing.period}" if standing.period else ""
    lock = " :lock:" if standing.closed else ""
    return f"{dot} *{name(project.name)}*{code} · {name(project.client_name)}{when}{lock}"


def fullest_first(standing: BudgetStatus) -> list[BudgetLine]:
    """Its lines; those without a budget last."""
    return sorted(standing.lines, key=lambda line: -(line.share if line.share is not None else -1))


def one_line(shown: Card, bands: Sequence[int]) -> str:
    """A project in a line or two: its fullest line, whether it is locked, what runs."""
    standing = shown.standing
    head = heading(shown, bands)
    fullest = fullest_first(standing)
    if not fullest:
        return f"{head}: no budget is set"
    line = fullest[0]
    meter, words = meter_of(line, shown.sight, standing.project.currency)
    named = f"{name(line.name)}: {words}".removesuffix(": ") if line.name else words
    timers = timers_of(line)
    return f"{head}\n{' · '.join(part for part in (meter, named, timers) if part)}"


def _without_share(line: BudgetLine, sight: Visibility, currency: str | None) -> str:
    """Of a line that has no percentage, or none for this reader."""
    if line.is_set and not sight.share_of(line):
        return NOT_SHOWN
    if line.is_set:
        return "a budget in money; the token I import with may not see rates, so what is used is not known"
    unit = (currency or "") if line.is_money else None
    used = show_amount(line.used, unit) if line.used is not None and sight.of(line) else ""
    return "no budget is set" + (f", {used} used" if used else "")


def _amounts(line: BudgetLine, currency: str | None) -> tuple[str, str]:
    """`76 h of 100 h` and `24 h left`, of a line that has a share."""
    unit = (currency or "") if line.is_money else None
    used, budget, left = line.used or Amount(0), line.budget or Amount(0), line.left or Amount(0)
    rest = f"{show_amount(left, unit)} left" if left >= 0 else f"{show_amount(Amount(-left), unit)} over"
    return f"{show_amount(used, unit)} of {show_amount(budget, unit)}", rest


def _timers(count: int) -> str:
    return "1 running timer" if count == 1 else f"{count} running timers"
