"""The words of alerts, of the digest after the first import, and of answers for who asked for an unlock."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement

from handlers.budget.views import cards as views
from handlers.budget.views import lock_cards as decisions
from handlers.cards.budget import chart, one_line, outlook, timers_of
from handlers.slack.blocks import actions, button, context, cut, moment, name, quoted, section
from handlers.slack.refusals import ASK, about
from handlers.slack.replies import Message
from store.budget.records import RequestState, UnlockRequest
from store.harvest.records import Project
from store.time_entries.records import EntryState, HeldFor, TimeEntry
from sync.budget.budgets import Card, Visibility
from sync.budget.status import BudgetStatus
from sync.news.budget import BudgetCrossed
from sync.rules.budget.bands import POLICY, period_of, show_share
from sync.rules.budget.command import show_amount
from sync.rules.text.slack import escape

_LISTED = 15
_GOING = {EntryState.INTENDED, EntryState.LOGGED}


def crossed(news: BudgetCrossed, shown: Card, who: Sequence[str]) -> Message:
    """What, how much, since when, who pushed it over, and how long it will last."""
    shown = of_then(shown)
    standing = shown.standing
    project, sight = standing.project, shown.sight
    highest = max(line["band"] for line in news.lines)
    when = f" for {news.period}" if news.period else ""
    head = f"{_siren(highest)} *{name(project.name)}* has reached {highest} % of its budget{when}."
    if news.has_locked:
        head += _lock_words(news, standing)
    lines = [_crossed_line(line, sight, project.currency) for line in news.lines]
    running = [timers_of(line) + " besides" for line in standing.lines if line.timers and not line.key]
    coming = outlook(shown.forecast, shown.today)
    facts = [*lines, _pushed(who, news.since), *running, f"{coming[0].upper()}{coming[1:]}" if coming else ""]
    text = cut("\n".join([head, *(fact for fact in facts if fact)]), 2900)
    blocks: list[Block] = [section(text), *chart(standing, sight, shown.burn)]
    return Message(text, [*blocks, *actions(_alert_buttons(shown))])


def found_over(cards: Sequence[Card], bands: Sequence[int]) -> Message:
    """The digest after the first import (ruling 5)."""
    head = (
        f":mag: I have read all of Harvest. {len(cards)} {'project is' if len(cards) == 1 else 'projects are'} over "
        "the limit already. Nothing was announced and nothing is locked; lock those that should be."
    )
    blocks: list[Block] = [section(head)]
    lines = [head]
    for shown in cards[:_LISTED]:
        line = one_line(shown, bands)
        lines.append(line)
        locked = bool(shown.standing.closed)
        blocks.append(section(line))
        blocks += [] if locked else actions([button("Lock", views.LOCK, about(shown.standing))])
    if len(cards) > _LISTED:
        lines.append(f"and {len(cards) - _LISTED} more; `/budget` lists them.")
        blocks.append(context(lines[-1]))
    return Message(cut("\n".join(lines), 3900), blocks)


def answered(request: UnlockRequest, project: Project, entry: TimeEntry | None) -> str:
    """For who asked. `entry`: what they had typed, as it stands now."""
    what = f"*{name(project.name)}*"
    if request.state is not RequestState.GRANTED:
        return (
            f":lock: <@{request.decided_by}> keeps {what} locked.{quoted(request.answer)}\nWhat you typed is still "
            "kept: `/log list` shows it, to edit or discard."
        )
    how = f" ({request.answer})" if request.answer else ""
    by = "" if request.decided_by == POLICY else f" <@{request.decided_by}> unlocked it."
    return f":unlock: {what} is open again{how}.{by}{_goes_out(entry)}"


def _goes_out(entry: TimeEntry | None) -> str:
    if entry is None or entry.is_timer:
        return ""  # A timer is asked about on its own.
    if entry.state is EntryState.HELD and entry.held_for is HeldFor.LOCKED:
        return (
            " What you typed still waits, because others have already used these hours. Request unlock asks for more; "
            "`/log list` shows it."
        )
    return " Your held hours are being logged now." if entry.state in _GOING else ""


def of_then(shown: Card) -> Card:
    """A month that is over has no outlook, and no chart of today's."""
    is_over = shown.standing.period not in {"", period_of(shown.today, is_monthly=True)}
    return replace(shown, forecast=None, burn=()) if is_over else shown


def _lock_words(news: BudgetCrossed, standing: BudgetStatus) -> str:
    """The lock as it stands now: the alert is brought up to date when somebody opens it."""
    locked = [decisions.Closed.read(line) for line in news.lines if line.get("is_locked", True)]
    closed = {line.key for line in standing.closed}
    lines = [line for line in locked if line.key in closed]
    if locked and not lines:
        return " It had locked and is open again."
    if lines and all(line.key for line in lines):
        return f" {decisions.has_locked(standing.project, lines)}"
    return " It is locked: new logs and timers wait until a manager unlocks it." if lines else ""


def _crossed_line(line: Mapping[str, Any], sight: Visibility, currency: str | None) -> str:
    """As it was when it crossed: an alert does not change its figures afterwards."""
    used, budget, is_money = line["used"], line["budget"], line["is_money"]
    share = show_share(Fraction(used * 100, budget))
    label = f"{name(line['name'])}: " if line["name"] else ""
    if not (sight.money if is_money else sight.hours):
        return f"{label}{share} used"
    unit = (currency or "") if is_money else None
    return f"{label}{show_amount(used, unit)} of {show_amount(budget, unit)} used ({share})"


def _pushed(who: Sequence[str], since: str | None) -> str:
    if not who:
        return ""
    names = ", ".join(escape(one) for one in who[:3]) + (f" and {len(who) - 3} more" if len(who) > 3 else "")
    return f"The latest hours are of {names}{_since(since)}."


def _since(iso: str | None) -> str:
    if iso is None:
        return ""
    at = datetime.fromisoformat(iso)
    return f", since {moment(at)}"


def _siren(band: int) -> str:
    return ":rotating_light:" if band >= 100 else ":warning:" if band >= 90 else ":large_yellow_circle:"


def _alert_buttons(shown: Card) -> list[ButtonElement]:
    """While it is locked: managers open it, everybody else asks; who may is checked when it is pressed."""
    if not shown.standing.closed:
        return []
    value = about(shown.standing)
    return [button("Unlock", views.UNLOCK, value, style="primary"), button("Request unlock", ASK, value)]
