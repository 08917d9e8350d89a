"""What people type after `/budget`, and how budgets are written."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rapidfuzz import fuzz, process

from store.units import Hours
from sync.rules.budget.lock_policy import parse_policy
from sync.rules.budget.until import parse_until
from sync.rules.text.dates import parse_month
from sync.rules.text.durations import show
from sync.rules.text.money import show_money
from sync.rules.text.slack import as_command, channel_id, quote, unwrap
from sync.rules.text.words import first_word, split_words
from sync.rules.text.work import Codes, Unreadable, is_target, parse_work

MOST_HOURS = Hours(10_000_000)
"""100,000 h: more than any project has, so more is a slip."""
_HOURS = re.compile(r"\+?\s*(?P<amount>\d{1,7}(?:[.,]\d{1,2})?)\s*(?:h|hrs?|hours?)?", re.IGNORECASE | re.ASCII)
_MENTION = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_QUOTED = re.compile(r"""(?P<sign>["'])(?P<inner>\S(?:.*?\S)?)(?P=sign)[,:;]?(?!\S)""")
_CLOSE = 60
"""Per cent of likeness from which a word is taken for a misspelt command, as in `/timer`."""

_USAGE = """\
`/budget` – all your projects; `/budget ACME-12` – one of them; `/budget ACME-12 2026-10` – how it stood in a month
`/budget set ACME-12 120` – 120 hours, also `set ACME-12 120 quoted 100`; `set ACME-12 harvest` – Harvest's own again
`/budget channel ACME-12 #acme` – where its alerts go
`/budget lock ACME-12`, `/budget unlock ACME-12` – also `unlock ACME-12 +4`, `unlock ACME-12 until 2026-11-30`
`/budget lock ACME-12 at 110`, `at off`, `at default` – when it locks by itself
`/budget mute ACME-12`, `mute ACME-12 until 2026-11-30`, `mute ACME-12 off` or `unmute ACME-12` – no alerts
`/budget manager ACME-12 @anna` – may decide about it as well; `manager ACME-12 @anna off`"""


@dataclass(frozen=True, slots=True)
class Overview:
    pass


@dataclass(frozen=True, slots=True)
class Look:
    """`month`: its first day; None: the present one."""

    target: str
    month: date | None = None


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
    """Reads what Slack sent after the command. Raises Unreadable or DateRefused.

    `codes` are every project code and name; of a text that begins with none, all is a name, so that the flow can say
    which ones are near.
    """
    known = Codes.of(codes)
    context = _Context(known, today, tuple(_MENTION.findall(text)))
    plain = unwrap(_MENTION.sub(" ", text))
    words = split_words(plain)
    if not words:
        return Overview()
    name, rest = words[0].text.lower(), plain[words[0].end :].strip()
    if name == "help":
        return BudgetHelp()
    whole = _known(plain, known)
    if whole and not whole[1]:
        return Look(whole[0])  # A code is a code, though it may read as a command (ruling 22).
    if deed := _DEEDS.get(name):
        return deed(*_target(rest, name, known), context)
    return _look(plain, context)


@dataclass(frozen=True, slots=True)
class _Context:
    """What the reading of a command needs beside its words."""

    codes: Codes
    today: date
    people: Sequence[str]


def with_target(text: str, target: str, called: str) -> str:
    """What Slack sent, with another project in the place of that target; the project alone where it is not found."""
    plain = unwrap(text)
    deed, rest = first_word(plain)
    before, rest = (f"{deed} ", rest) if deed.lower() in _DEEDS else ("", plain)
    found = re.search(rf"(?<!\S){re.escape(target)}(?!\w)", rest, re.IGNORECASE)
    return f"{before}{rest[: found.start()]}{called}{rest[found.end() :]}" if found else called


def budget_usage() -> str:
    """One example for each thing that `/budget` takes, in mrkdwn."""
    return _USAGE


def parse_hours(text: str) -> Hours | None:
    """`4`, `+4 h`, `1,5`: hours of a budget; None if it is something else."""
    found = _HOURS.fullmatch(text.strip())
    if not found:
        return None
    hours = Hours(int(Decimal(found["amount"].replace(",", ".")) * 100))
    return hours if hours <= MOST_HOURS else None


def show_amount(amount: int, currency: str | None = None) -> str:
    """`101 h`, or `1,234.50 EUR` for money; without a name where it is empty."""
    return show(Hours(amount)) if currency is None else show_money(amount, currency)


def _look(plain: str, context: _Context) -> BudgetCommand:
    """A project, and perhaps a month of it."""
    target, more = _target(plain, "", context.codes)
    if not more:
        return Look(target)
    is_known = _known(plain, context.codes) is not None or _QUOTED.match(plain) is not None
    month = parse_month(more, context.today) if is_known else None
    if month is None and (is_known or _is_slip(plain) or is_target(plain.rsplit(maxsplit=1)[-1], context.codes)):
        raise Unreadable(_hint(plain, target, context.codes))
    return Look(target, month) if month else _named(plain, context.today)


def _named(plain: str, today: date) -> Look:
    """What stands there is no project's name, so that the flow can say which ones are like it."""
    name, _, last = plain.rpartition(" ")
    month = parse_month(last, today)
    return Look(name, month) if month else Look(plain)


def _is_slip(plain: str) -> bool:
    """Whether the first word is like a command."""
    return _closest(plain.split(maxsplit=1)[0]) is not None


def _closest(word: str) -> str | None:
    found = process.extractOne(word.lower(), [*_DEEDS, "help"], scorer=fuzz.ratio, score_cutoff=_CLOSE)
    return found[0] if found else None


def _target(text: str, name: str, codes: Codes) -> tuple[str, str]:
    """The target, in its own spelling, and what follows it as typed; a target may stand in quotation marks.

    A word that is no code is taken as it is: the flow names the nearest.
    """
    if not text:
        raise Unreadable(f"Which project? Type its code: `/budget {name} ACME-12`".replace("  ", " "))
    if found := _known(text, codes):
        return found
    if marked := _QUOTED.match(text):
        inner = marked["inner"]
        known, more = _known(inner, codes) or (inner, "")
        return inner if more else known, text[marked.end() :].strip()
    first = split_words(text)[0]
    return first.text, text[first.end :].strip()


def _known(text: str, codes: Codes) -> tuple[str, str] | None:
    """What the text begins with, if it is a code, key or URL, and what follows."""
    target = parse_work(text, codes).target
    if target is None:
        return None
    end = split_words(text)[len(target.split()) - 1].end
    # `#design ACME-12` has its target later, where nothing here has one.
    return (target, text[end:].strip()) if parse_work(text[:end], codes).target == target else None


def _hint(plain: str, target: str, codes: Codes) -> str:
    """What is said of a text that begins with no command and is no target alone."""
    said, words = f"“{quote(plain)}” was not understood.", split_words(plain)
    closest = _closest(words[0].text)
    if closest is None or is_target(target, codes):
        shown = target if is_target(target, codes) else words[-1].text
        return f"{said} `/budget {as_command(shown)}` shows it; `/budget help` helps."
    rest = as_command(plain[words[0].end :])
    return f"{said} Did you mean `/budget {closest} {rest}`?"


def _split(text: str, word: str) -> tuple[str, str | None]:
    """What stands before that word, in any case, and what after it; None if it is not there."""
    before, *after = re.split(rf"(?<!\S){word}(?!\S)", text, maxsplit=1, flags=re.IGNORECASE)
    return before.strip(), after[0].strip() if after else None


def _end(until: str | None, deed: str, context: _Context) -> date | None:
    """The day that was typed after `until`; None if the word was not there at all."""
    if until is None:
        return None
    if not until:
        raise Unreadable(f"Until when? `/budget {deed} until {context.today:%Y-%m-%d}`")
    return parse_until(until, context.today)


def _set(target: str, rest: str, _: _Context) -> BudgetCommand:
    if rest.lower() == "harvest":
        return SetHours(target, uses_harvest=True)
    budget, quoted = _split(rest, "quoted")
    if budget.startswith("+"):
        raise Unreadable(
            f"“{quote(budget)}” means more, and `set` takes the whole budget: `/budget set {quote(target)} 120`. "
            f"While it is locked, `/budget unlock {quote(target)} +4` allows 4 h more."
        )
    hours, promised = parse_hours(budget), parse_hours(quoted or "")
    is_wrong = (budget and hours is None) or (quoted is not None and promised is None)
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
    before, until = _split(rest, "until")
    extra = parse_hours(before) if before else None
    if before and not extra:
        what = "is no number of hours" if extra is None else "adds nothing"
        raise Unreadable(f"“{quote(before)}” {what}. `/budget unlock {quote(target)} +4`")
    return Unlock(target, extra, _end(until, f"unlock {quote(target)}", context))


def _mute(target: str, rest: str, context: _Context) -> BudgetCommand:
    if rest.lower() == "off":
        return Mute(target, is_off=True)
    before, until = _split(rest, "until")
    return Mute(target, _end(rest if before else until, f"mute {quote(target)}", context))


def _unmute(target: str, rest: str, _: _Context) -> BudgetCommand:
    if rest:
        raise Unreadable(f"“{quote(rest)}” has no place after `unmute`. `/budget unmute {quote(target)}`")
    return Mute(target, is_off=True)


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
    "unmute": _unmute,
    "manager": _manager,
}
