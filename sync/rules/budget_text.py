"""What people type after `/budget`, and how budgets are written."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from store.records import Hours
from sync.rules.dates import parse_date
from sync.rules.hours import show
from sync.rules.lock_policy import parse_policy
from sync.rules.slack_text import channel_id, quote, unwrap
from sync.rules.work_text import Unreadable, parse_work, split_words

MOST_HOURS = Hours(10_000_000)
"""100,000 h: more than any project has, so more is a slip."""
_HOURS = re.compile(r"\+?(?P<amount>\d{1,7}(?:[.,]\d{1,2})?)(?:h|hrs?|hours?)?", re.IGNORECASE | re.ASCII)
_MENTION = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^<>]*)?>")

_USAGE = """\
`/budget` – all your projects; `/budget ACME-12` – one of them
`/budget set ACME-12 120` – 120 hours, also `set ACME-12 120 quoted 100`; `set ACME-12 harvest` – Harvest's own again
`/budget channel ACME-12 #acme` – where its alerts go
`/budget lock ACME-12`, `/budget unlock ACME-12` – also `unlock ACME-12 +4`, `unlock ACME-12 until 2026-11-30`
`/budget lock ACME-12 at 110`, `at off`, `at default` – when it locks by itself
`/budget mute ACME-12`, `mute ACME-12 until 2026-11-30`, `mute ACME-12 off` – no alerts
`/budget manager ACME-12 @anna` – may decide about it as well; `manager ACME-12 @anna off`"""


@dataclass(frozen=True, slots=True)
class Overview:
    pass


@dataclass(frozen=True, slots=True)
class Look:
    target: str


@dataclass(frozen=True, slots=True)
class SetHours:
    """`hours` None with `quoted` set: only the quoted hours. `uses_harvest`: what was set in Slack is cleared."""

    target: str
    hours: Hours | None = None
    quoted: Hours | None = None
    uses_harvest: bool = False


@dataclass(frozen=True, slots=True)
class SetChannel:
    """`channel` None: no channel of its own. `is_confirmed`: although other organizations see it (ruling 14)."""

    target: str
    channel: str | None
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Lock:
    target: str


@dataclass(frozen=True, slots=True)
class SetPolicy:
    """`policy` in the words of LOCK_POLICY; None: the default."""

    target: str
    policy: str | None


@dataclass(frozen=True, slots=True)
class Unlock:
    target: str
    extra: Hours | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Mute:
    """`until`: the last silent day; None: for good. `is_off`: alerts again."""

    target: str
    until: date | None = None
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class SetManager:
    target: str
    slack_id: str
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class BudgetHelp:
    pass


BudgetCommand = Overview | Look | SetHours | SetChannel | Lock | SetPolicy | Unlock | Mute | SetManager | BudgetHelp


def parse(text: str, *, codes: Collection[str], today: date) -> BudgetCommand:
    """Reads what Slack sent after the command; `codes` are every project code. Raises Unreadable or DateRefused."""
    context = _Context(codes, today, tuple(_MENTION.findall(text)))
    plain = unwrap(_MENTION.sub(" ", text))
    words = split_words(plain)
    if not words:
        return Overview()
    name, rest = words[0].text.lower(), plain[words[0].end :].strip()
    if name == "help":
        return BudgetHelp()
    if deed := _DEEDS.get(name):
        return deed(*_target(rest, name, codes), context)
    target, more = _target(plain, "", codes)
    if more:
        raise Unreadable(
            f"“{quote(plain)}” was not understood. `/budget {quote(target)}` shows it; `/budget help` helps."
        )
    return Look(target)


@dataclass(frozen=True, slots=True)
class _Context:
    """What the reading of a command needs beside its words."""

    codes: Collection[str]
    today: date
    people: Sequence[str]


def budget_usage() -> str:
    """One example for each thing that `/budget` takes, in mrkdwn."""
    return _USAGE


def parse_hours(text: str) -> Hours | None:
    """`4`, `+4 h`, `1,5`: hours of a budget; None if it is something else."""
    found = _HOURS.fullmatch("".join(text.split()))
    if not found:
        return None
    hours = Hours(int(Decimal(found["amount"].replace(",", ".")) * 100))
    return hours if hours <= MOST_HOURS else None


def parse_until(word: str, today: date) -> date:
    """A day from today on. Raises Unreadable."""
    try:
        day = date.fromisoformat(word)
    except ValueError:
        # Weekdays and the like mean the past elsewhere; here the next such day is meant.
        found = parse_date(word, today)
        if found is None:
            raise Unreadable(f"“{quote(word)}” is no date. Type it as `{today:%Y-%m-%d}`.") from None
        day = found if found >= today else found + timedelta(days=7)
    if day < today:
        raise Unreadable(f"{day:%Y-%m-%d} is over. Type today's date or a later one, as `{today:%Y-%m-%d}`.")
    return day


def show_amount(amount: int, currency: str | None = None) -> str:
    """`101 h`, or `1,234.50 EUR` for money."""
    if currency is None:
        return show(Hours(amount))
    return f"{amount // 100:,}.{amount % 100:02d} {currency}" if amount >= 0 else f"-{show_amount(-amount, currency)}"


def _target(text: str, name: str, codes: Collection[str]) -> tuple[str, str]:
    """The target and what follows it. A word that is no code is taken as it is: the flow names the nearest."""
    if not text:
        raise Unreadable(f"Which project? Type its code: `/budget {name} ACME-12`".replace("  ", " "))
    found = parse_work(text, codes).target
    if found is not None:
        return found, text[len(found) :].strip()
    first = split_words(text)[0]
    return first.text, text[first.end :].strip()


def _set(target: str, rest: str, context: _Context) -> BudgetCommand:
    del context
    said = rest.lower()
    if said == "harvest":
        return SetHours(target, uses_harvest=True)
    budget, _, quoted = said.partition("quoted")
    hours, promised = parse_hours(budget), parse_hours(quoted)
    is_wrong = (budget.strip() and hours is None) or ("quoted" in said and promised is None)
    if is_wrong or (hours is None and promised is None):
        raise Unreadable(
            f"How many hours? `/budget set {quote(target)} 120`, or `/budget set {quote(target)} 120 quoted 100`. "
            "At most 100,000."
        )
    return SetHours(target, hours, promised)


def _channel(target: str, rest: str, _: _Context) -> BudgetCommand:
    words = rest.split()
    if [word.lower() for word in words] in (["off"], ["none"]):
        return SetChannel(target, None)
    found = channel_id(words[0]) if words else None
    is_confirmed = [word.lower() for word in words[1:]] == ["confirm"]
    if found is None or (words[1:] and not is_confirmed):
        raise Unreadable(f"Which channel? `/budget channel {quote(target)} #channel`")
    return SetChannel(target, found, is_confirmed)


def _lock(target: str, rest: str, _: _Context) -> BudgetCommand:
    if not rest:
        return Lock(target)
    policy = rest.lower().removeprefix("at").strip().rstrip("%").strip()
    if policy == "default":
        return SetPolicy(target, None)
    try:
        parse_policy(policy)
    except ValueError as error:
        raise Unreadable(
            f"“{quote(rest)}” was not understood: {error}. `/budget lock {quote(target)} at 110`"
        ) from None
    return SetPolicy(target, policy)


def _unlock(target: str, rest: str, context: _Context) -> BudgetCommand:
    before, _, until = rest.partition("until")
    extra = parse_hours(before) if before.strip() else None
    if before.strip() and extra is None:
        raise Unreadable(f"“{quote(before)}” is no number of hours. `/budget unlock {quote(target)} +4`")
    return Unlock(target, extra, parse_until(until.strip(), context.today) if until.strip() else None)


def _mute(target: str, rest: str, context: _Context) -> BudgetCommand:
    if rest.lower() == "off":
        return Mute(target, is_off=True)
    until = rest.removeprefix("until").strip()
    return Mute(target, parse_until(until, context.today) if until else None)


def _manager(target: str, rest: str, context: _Context) -> BudgetCommand:
    if len(context.people) != 1 or rest.lower() not in {"", "off"}:
        raise Unreadable(f"Who? `/budget manager {quote(target)} @name`")
    return SetManager(target, context.people[0], is_off=bool(rest))


_DEEDS: dict[str, Callable[[str, str, _Context], BudgetCommand]] = {
    "set": _set,
    "channel": _channel,
    "lock": _lock,
    "unlock": _unlock,
    "mute": _mute,
    "manager": _manager,
}
