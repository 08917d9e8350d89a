"""The names of custom fields, as people type them."""

import pytest

from sync.rules.asana.billable_share import find_field
from sync.rules.asana.field_names import is_called
from tests.rules.asana_samples import number_field


@pytest.mark.parametrize(
    "name",
    [
        "Billable Hours",
        "billable hours",
        "BILLABLE\u00a0HOURS",
        "  Billable  hours\t",
        "Billable\u200b Hours",
        "billablehours",
    ],
)
def test_case_and_blanks_do_not_matter(name: str) -> None:
    assert is_called(name, "Billable Hours")


@pytest.mark.parametrize("name", ["", "Billable", "Billable Hour", "Non-Billable Hours", "Billable Hours (old)"])
def test_other_names_are_other_fields(name: str) -> None:
    assert not is_called(name, "Billable Hours")


def test_of_several_the_one_in_use_and_then_the_one_spelt_so() -> None:
    old = number_field("1", "Billable Hours", "1", is_enabled=False)
    alike, exact = number_field("2", "billable hours", "2"), number_field("3", "Billable Hours", "3")
    assert find_field([old, alike, exact], "Billable Hours") == exact
    assert find_field([old, alike], "Billable Hours") == alike
    assert find_field([alike, exact], "Billable Hours", "2") == alike
