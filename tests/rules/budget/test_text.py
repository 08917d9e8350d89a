"""`/budget`: the grammar of the contract's section 4, read on Saturday, 21 November 2026."""

import re
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.units import Hours
from sync.errors import Refused
from sync.rules.budget.command import (
    BudgetCommand,
    BudgetHelp,
    Lock,
    Look,
    Mute,
    Overview,
    SetChannel,
    SetHours,
    SetManager,
    SetPolicy,
    Unlock,
    budget_usage,
    parse,
    parse_hours,
    show_amount,
)
from sync.rules.text.work import Unreadable

TODAY, END = date(2026, 11, 21), date(2026, 11, 30)
CODES = ("ACME", "Blue Sky", "BETA-X")


def read(text: str) -> BudgetCommand:
    return parse(text, codes=CODES, today=TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Overview()),
        (" \n ", Overview()),
        ("help", BudgetHelp()),
        ("HELP me", BudgetHelp()),
        ("ACME-12", Look("ACME-12")),
        ("acme", Look("ACME")),  # in its own spelling
        ("blue sky", Look("Blue Sky")),
        ("  beta-x ", Look("BETA-X")),
        ("nonsense", Look("nonsense")),  # no project of ours: the flow names the nearest
        ("<https://app.asana.com/0/1/2|x>", Look("https://app.asana.com/0/1/2")),
        ("<https://app.asana.com/1/5/project/1/task/2>", Look("https://app.asana.com/1/5/project/1/task/2")),
    ],
)
def test_looking_is_read(text: str, expected: BudgetCommand) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("set ACME-12 120", SetHours("ACME-12", Hours(120_00))),
        ("set ACME-12 120h", SetHours("ACME-12", Hours(120_00))),
        ("set ACME-12 120 hours", SetHours("ACME-12", Hours(120_00))),
        ("set ACME-12 7,5", SetHours("ACME-12", Hours(7_50))),
        ("set ACME-12 7.25 h", SetHours("ACME-12", Hours(7_25))),
        ("set ACME-12 0", SetHours("ACME-12", Hours(0))),  # "not set" (S2-37)
        ("set ACME-12 100000", SetHours("ACME-12", Hours(100_000_00))),
        ("set ACME-12 120 quoted 100", SetHours("ACME-12", Hours(120_00), Hours(100_00))),
        ("set ACME-12 120h Quoted 100,5h", SetHours("ACME-12", Hours(120_00), Hours(100_50))),
        ("set ACME-12 quoted 100", SetHours("ACME-12", None, Hours(100_00))),
        ("set ACME-12 harvest", SetHours("ACME-12", uses_harvest=True)),  # ruling 7
        ("SET acme HARVEST", SetHours("ACME", uses_harvest=True)),
        ("set Blue Sky 40", SetHours("Blue Sky", Hours(40_00))),
        ("set blue   sky 40", SetHours("Blue Sky", Hours(40_00))),
        ("set ACME-12: 40", SetHours("ACME-12", Hours(40_00))),  # `/log` takes such signs as well
    ],
)
def test_setting_hours_is_read(text: str, expected: BudgetCommand) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("channel ACME-12 <#C0ACME|acme>", SetChannel("ACME-12", "C0ACME")),
        ("channel ACME-12 <#C0ACME|>", SetChannel("ACME-12", "C0ACME")),  # a private one
        ("channel ACME-12 <#C0ACME>", SetChannel("ACME-12", "C0ACME")),
        ("Channel blue sky <#C0ACME|acme>", SetChannel("Blue Sky", "C0ACME")),
        ("channel ACME-12 <#C0ACME|acme> confirm", SetChannel("ACME-12", "C0ACME", is_confirmed=True)),  # ruling 14
        ("channel ACME-12 off", SetChannel("ACME-12", None)),
        ("channel ACME-12 NONE", SetChannel("ACME-12", None)),
    ],
)
def test_setting_the_channel_is_read(text: str, expected: BudgetCommand) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lock ACME-12", Lock("ACME-12")),
        ("LOCK acme", Lock("ACME")),
        ("lock blue sky", Lock("Blue Sky")),
        ("lock ACME-12 at 110", SetPolicy("ACME-12", "110")),
        ("lock ACME-12 AT 110 %", SetPolicy("ACME-12", "110")),
        ("lock ACME-12 112.5", SetPolicy("ACME-12", "112.5")),
        ("lock ACME-12 at off", SetPolicy("ACME-12", "off")),
        ("lock ACME-12 at Default", SetPolicy("ACME-12", None)),
        ("lock ACME-12 at 5:150, *:110", SetPolicy("ACME-12", "5:150, *:110")),
    ],
)
def test_locking_is_read(text: str, expected: BudgetCommand) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unlock ACME-12", Unlock("ACME-12")),
        ("Unlock blue sky", Unlock("Blue Sky")),
        ("unlock ACME-12 +4", Unlock("ACME-12", Hours(4_00))),
        ("unlock ACME-12 4 h", Unlock("ACME-12", Hours(4_00))),
        ("unlock ACME-12 +1,5h", Unlock("ACME-12", Hours(1_50))),
        ("unlock ACME-12 until 2026-11-30", Unlock("ACME-12", None, END)),
        ("unlock ACME-12 +4 until 2026-11-30", Unlock("ACME-12", Hours(4_00), END)),
        ("UNLOCK ACME-12 +4 UNTIL 2026-11-30", Unlock("ACME-12", Hours(4_00), END)),
    ],
)
def test_unlocking_is_read(text: str, expected: BudgetCommand) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mute ACME-12", Mute("ACME-12")),
        ("mute ACME-12 until 2026-11-30", Mute("ACME-12", END)),
        ("mute ACME-12 2026-11-30", Mute("ACME-12", END)),
        ("Mute blue sky Until 2026-11-30", Mute("Blue Sky", END)),
        ("mute ACME-12 off", Mute("ACME-12", is_off=True)),
        ("mute ACME-12 OFF", Mute("ACME-12", is_off=True)),
    ],
)
def test_muting_is_read(text: str, expected: BudgetCommand) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("manager ACME-12 <@U1ANNA|anna>", SetManager("ACME-12", "U1ANNA")),
        ("manager ACME-12 <@W1ANNA>", SetManager("ACME-12", "W1ANNA")),
        ("manager blue sky <@U1ANNA|anna> OFF", SetManager("Blue Sky", "U1ANNA", is_off=True)),
    ],
)
def test_naming_a_manager_is_read(text: str, expected: BudgetCommand) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ACME–12", Look("ACME-12")),  # long dashes
        ("set ACME—12 120 quoted 100", SetHours("ACME-12", Hours(120_00), Hours(100_00))),
        ("mute ACME-12 until 2026–11–30", Mute("ACME-12", END)),
        ("lock\u00a0ACME\u201112", Lock("ACME-12")),
        ("“ACME-12”", Look("ACME-12")),  # smart quotes
        ("set “Blue Sky” 120", SetHours("Blue Sky", Hours(120_00))),
        ("unlock ‘ACME’ +4", Unlock("ACME", Hours(4_00))),
        ("set “blue   sky”: 120", SetHours("Blue Sky", Hours(120_00))),
        ("lock “Blue Skies”", Lock("Blue Skies")),  # no project of ours: the flow names the nearest
    ],
)
def test_what_phones_make_of_signs_is_understood(text: str, expected: BudgetCommand) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("set", ["`/budget set ACME-12`"]),
        ("lock ", ["`/budget lock ACME-12`"]),
        ("set ACME-12", ["`/budget set ACME-12 120`"]),
        ("set ACME-12 lots", ["`/budget set ACME-12 120`", "`/budget set ACME-12 120 quoted 100`"]),
        ("set ACME-12 -5", ["`/budget set ACME-12 120`"]),
        ("set ACME-12 1.255", ["`/budget set ACME-12 120`"]),
        ("set ACME-12 100000.01", ["At most 100,000"]),
        ("set ACME-12 120 quoted", ["`/budget set ACME-12 120 quoted 100`"]),
        ("set ACME-12 120 quoted lots", ["`/budget set ACME-12 120 quoted 100`"]),
        ("set ACME-12 quoted 100 120", ["`/budget set ACME-12 120 quoted 100`"]),
        ("set ACME-12 +10", ["“+10” means more", "`/budget set ACME-12 120`", "`/budget unlock ACME-12 +4`"]),
        ("set ACME-12 80 10", ["`/budget set ACME-12 120 quoted 100`"]),  # not 8010 hours
        ("set ACME-12 harvest quoted 100", ["`/budget set ACME-12 120 quoted 100`"]),
        ("channel ACME-12", ["`/budget channel ACME-12 #channel`"]),
        ("channel ACME-12 #acme", ["`/budget channel ACME-12 #channel`"]),  # not picked, so Slack sends no id
        ("channel ACME-12 <#C0ACME|acme> now", ["`/budget channel ACME-12 #channel`"]),
        ("lock ACME-12 now", ["“now”", "`/budget lock ACME-12 at 110`"]),
        ("lock ACME-12 at", ["`/budget lock ACME-12 at 110`"]),
        ("lock ACME-12 at 0", ["per cent must be from 1 to 1000", "`/budget lock ACME-12 at 110`"]),
        ("lock ACME-12 at 5:150", ["last tier must be for all others"]),
        ("unlock ACME-12 a bit", ["“a bit” is no number of hours", "`/budget unlock ACME-12 +4`"]),
        ("unlock ACME-12 -4", ["“-4”", "`/budget unlock ACME-12 +4`"]),
        ("unlock ACME-12 a bit until 2026-11-30", ["“a bit”", "`/budget unlock ACME-12 +4`"]),
        ("unlock ACME-12 until later", ["“later” is no date", "`2026-11-21`"]),
        ("unlock ACME-12 until", ["until"]),
        ("unlock ACME-12 until fri until mon", ["“fri until mon” is no date"]),
        ("unlock ACME-12 +4 until", ["`/budget unlock ACME-12 until 2026-11-21`"]),
        ("unlock ACME-12 +0", ["“+0” adds nothing", "`/budget unlock ACME-12 +4`"]),
        ("mute ACME-12 until later", ["“later” is no date", "`2026-11-21`"]),
        ("mute ACME-12 until 2026-11-20", ["2026-11-20 is over", "`2026-11-21`"]),
        ("mute ACME-12 until", ["until"]),  # and not for good
        ("mute ACME-12 UNTIL ", ["`/budget mute ACME-12 until 2026-11-21`"]),
        ("mute ACME-12 now until 2026-11-30", ["“now until 2026-11-30” is no date"]),
        ("mute ACME-12 until 9999-12-31", ["9999-12-31 is more than 10 years ahead"]),
        ("manager ACME-12", ["`/budget manager ACME-12 @name`"]),
        ("manager ACME-12 @anna", ["`/budget manager ACME-12 @name`"]),  # not picked
        ("manager ACME-12 <@U1> <@U2>", ["`/budget manager ACME-12 @name`"]),
        ("ACME-12 now", ["“ACME-12 now”", "`/budget ACME-12`"]),
        # a slip in the word itself
        ("unlok ACME-12", ["“unlok ACME-12”", "`/budget unlock ACME-12`"]),
        ("sett ACME-12 120", ["“sett ACME-12 120”", "`/budget set ACME-12 120`"]),
        ("chanel ACME-12 <#C0ACME|acme>", ["`/budget channel ACME-12 #acme`"]),
        ("zzz ACME-12", ["“zzz ACME-12”", "`/budget ACME-12`"]),  # like no command
        ("“Blue Sky” now", ["`/budget Blue Sky`"]),
        ("set #design ACME-12 40", ["`/budget set #design 120`"]),  # a task has no budget to set here
        # what is quoted has no effect in Slack
        ("`x` <!channel> ACME", ["ˋxˋ"]),
        ("lock ACME-12 *now* &lt;!here&gt;", ["“∗now∗ ‹!here&gt;”"]),
    ],
)
def test_what_was_not_understood_is_answered_with_the_nearest_right_form(text: str, parts: list[str]) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text)

    message = str(refused.value)
    assert [part for part in parts if part not in message] == []
    assert len(message) < 1000


def examples() -> list[str]:
    """Every command that the usage shows, as Slack sends it; `at off` and the like are words of the line before."""
    shown = re.findall(r"`([^`]+)`", budget_usage())
    typed = [one.replace("#acme", "<#C0ACME|acme>").replace("@anna", "<@U1ANNA|anna>") for one in shown]
    return [one.removeprefix("/budget").strip() for one in typed if not one.startswith("at ")]


def test_usage_shows_an_example_for_each_command_that_is_understood() -> None:
    assert {type(parse(one, codes=CODES, today=date(2026, 11, 1))) for one in examples()} == {
        *(Overview, Look, SetHours, SetChannel, Lock, SetPolicy, Unlock, Mute, SetManager),
    }


@pytest.mark.parametrize(
    ("word", "hundredths"),
    [
        ("4", 4_00),
        ("+4 h", 4_00),
        ("1,5", 1_50),
        ("0.01", 1),
        ("4HRS", 4_00),
        ("100000", 100_000_00),
        ("100000,01", None),
        ("", None),
        ("-4", None),
        ("1.234", None),
        ("4m", None),
        ("٤", None),  # digits of other scripts
        ("9" * 5000, None),
    ],
)
def test_hours_of_a_budget_are_read(word: str, hundredths: int | None) -> None:
    assert parse_hours(word) == hundredths


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (101_00, None, "101 h"),
        (1_50, None, "1.5 h"),
        (-50, None, "-0.5 h"),
        (1_234_50, "EUR", "1,234.50 EUR"),
        (5, "SEK", "0.05 SEK"),
        (0, "EUR", "0.00 EUR"),
        (-1_234_56, "EUR", "-1,234.56 EUR"),
    ],
)
def test_amount_is_shown_in_its_unit(amount: int, currency: str | None, shown: str) -> None:
    assert show_amount(amount, currency) == shown


WORDS = ["ACME-12", "acme", "blue", "sky", "120", "+4", "quoted", "until", "2026-11-30", "mon", "31.2.", "at", "off"]
MARKED = ["<#C1|x>", "<@U1|x>", "<!here>", "#x", "5:150,*:110", "\n", "“", "-"]


@given(
    st.sampled_from(["", "set ", "channel ", "lock ", "unlock ", "mute ", "manager ", "help ", "unlok "]),
    st.one_of(st.text(), st.lists(st.sampled_from([*WORDS, *MARKED])).map(" ".join)),
)
def test_any_text_is_understood_or_refused_in_words(command: str, text: str) -> None:
    with suppress(Refused):
        read(command + text)


@given(st.integers(0, 100_000_00))
def test_hours_are_set_as_they_are_shown(hundredths: int) -> None:
    shown = show_amount(hundredths)

    assert read(f"set ACME {shown}") == SetHours("ACME", Hours(hundredths))
    assert read(f"set ACME {shown} quoted {shown}") == SetHours("ACME", Hours(hundredths), Hours(hundredths))
