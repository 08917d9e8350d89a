"""What buttons and forms carry is read back as it was written, and nothing else is taken for it."""

from collections.abc import Callable
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.slack.values import (
    AsanaProjectValue,
    BudgetValue,
    DraftValue,
    EditValue,
    EntryValue,
    HeldEntryValue,
    HoldValue,
    NewEntryValue,
    OfferValue,
    OveragesValue,
    TaskValue,
    UnlockRequestValue,
)
from sync.ports.task_links import TaskReference
from sync.rules.time_entries.shown import Shown

MARKS = "0123456789ab.0123456789ab.0123456789ab.0123456789ab.0123456789ab"
SHOWN = Shown.read(MARKS)
KEY = "11111111-1111-4111-8111-111111111111"
TASK = TaskReference.read("1200:1300")
SLACKS_LIMIT = 2000
"""Characters of a button's value."""


class Value(Protocol):
    def write(self) -> str: ...

    @classmethod
    def read(cls, text: str) -> "Value | None": ...


WRITTEN: list[tuple[Value, str]] = [
    (EntryValue(KEY), KEY),
    (EntryValue("h:77", SHOWN), f"h:77 {MARKS}"),
    (EditValue(KEY, 3, SHOWN), f"edit:{KEY} 3 {MARKS}"),
    (EditValue("h:77", 0, None), "edit:h:77 0 "),
    (NewEntryValue(12, None), "log:12:"),
    (NewEntryValue(12, TASK), "log:12:1200:1300"),
    (NewEntryValue(None, TASK), "log::1200:1300"),
    (DraftValue(None), "draft"),
    (DraftValue(TASK), "draft:1200:1300"),
    (TaskValue("1200"), "asana:1200"),
    (OfferValue("1200", "1400"), "1200:1400"),
    (BudgetValue(5), "p:5"),
    (BudgetValue(5, "2026-11"), "p:5:2026-11"),
    (BudgetValue(5, "2026-11", "task:9"), "p:5:2026-11:task:9"),
    (BudgetValue(5, "", "person:9"), "p:5::person:9"),
    (UnlockRequestValue(KEY), f"r:{KEY}"),
    (HeldEntryValue(KEY), f"e:{KEY}"),
    (OveragesValue([1, 22, 333]), "1,22,333"),
    (AsanaProjectValue("1300"), "p:1300"),
    (AsanaProjectValue("1300", 5), "p:1300:5"),
    (HoldValue("abc", 2), "h:abc:2"),
    (HoldValue("abc", 2, "9f"), "h:abc:2:9f"),
]
READERS: list[Callable[[str], Value | None]] = [
    EntryValue.read,
    EditValue.read,
    NewEntryValue.read,
    DraftValue.read,
    TaskValue.read,
    OfferValue.read,
    BudgetValue.read,
    UnlockRequestValue.read,
    HeldEntryValue.read,
    OveragesValue.read,
    AsanaProjectValue.read,
    HoldValue.read,
]


@pytest.mark.parametrize(("value", "text"), WRITTEN, ids=[text for _, text in WRITTEN])
def test_a_value_is_read_as_it_was_written(value: Value, text: str) -> None:
    """The texts stand in messages that Slack keeps, so they may not change."""
    assert value.write() == text
    assert type(value).read(text) == value


def test_the_old_form_of_a_task_is_still_read() -> None:
    assert TaskValue.read("t:1200") == TaskValue("1200")


@pytest.mark.parametrize(
    "text",
    ["", "p:", "p:x", "p:5:2026-13", "p:5:2026-11:client:9", "p:٣", "p:5 ", "p:" + "9" * 19, "p:5:2026-11:task:9:1"],
)
def test_what_names_no_budget_is_not_read(text: str) -> None:
    assert BudgetValue.read(text) is None


@pytest.mark.parametrize("text", ["", ",", "1,", "1,x", "-1", "1 2", "²", "9" * 19])
def test_what_names_no_overages_is_not_read(text: str) -> None:
    assert OveragesValue.read(text) is None


@pytest.mark.parametrize("text", ["", "h:", "h:abc", "h:abc:", "h:abc:x", "h:abc:-1", f"h:abc:{'9' * 400}"])
def test_what_names_no_hold_is_not_read(text: str) -> None:
    assert HoldValue.read(text) is None


@given(
    st.one_of(
        st.text(), st.sampled_from([text for _, text in WRITTEN]).flatmap(lambda text: st.text().map(text.__add__))
    )
)
def test_whatever_comes_is_read_or_not_and_never_raises(text: str) -> None:
    """What is read says the same when it is written once more and read again."""
    for read in READERS:
        found = read(text)
        assert found is None or read(found.write()) == found


def test_a_value_fits_into_a_button() -> None:
    assert len(OveragesValue([10**17] * 100).write()) <= SLACKS_LIMIT
