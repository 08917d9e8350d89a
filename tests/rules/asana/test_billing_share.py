"""Which part of the typed hours is billed; what is not plain is never guessed."""

from fractions import Fraction

import pytest

from store.asana.records.api import FieldKind, FieldValue
from sync.rules.asana.billable_share import (
    FULL,
    NOT_BILLABLE,
    Share,
    UnclearShare,
    find_field,
    read_share,
    share_of_option,
)
from tests.rules.asana_samples import enum_field, number_field

HALF = Share(Fraction(1, 2))


def percentage(number: str | None, format_: str | None = "none") -> FieldValue:
    return number_field(number, "Billable Percentage", "502", format=format_)


@pytest.mark.parametrize(
    ("value", "share"),
    [
        (None, FULL),
        (percentage(None), FULL),
        # Asana keeps a percentage as a fraction; a plain number is per cent.
        (percentage("0.5", "percentage"), HALF),
        (percentage("50"), HALF),
        (percentage("50", "custom"), HALF),
        (percentage("50", None), HALF),
        (percentage("0.5"), Share(Fraction(1, 200))),
        (percentage("1", "percentage"), FULL),
        (percentage("100"), FULL),
        (percentage("33.333"), Share(Fraction(33333, 100000))),
        (percentage("0"), NOT_BILLABLE),  # never an entry of 0 h
        (percentage("0", "percentage"), NOT_BILLABLE),
        (percentage("100.01"), UnclearShare.OVER_100),
        (percentage("1.01", "percentage"), UnclearShare.OVER_100),
        (percentage("50", "percentage"), UnclearShare.OVER_100),
        (percentage("1e300"), UnclearShare.OVER_100),
        (percentage("-1"), UnclearShare.NEGATIVE_PERCENTAGE),
        (percentage("50", "currency"), UnclearShare.UNKNOWN_PERCENTAGE),
        (percentage("50", "duration"), UnclearShare.UNKNOWN_PERCENTAGE),
        (percentage(None)._replace(kind=FieldKind.OTHER), UnclearShare.UNKNOWN_PERCENTAGE),  # a text field
        (percentage("50")._replace(kind=FieldKind.OTHER), UnclearShare.UNKNOWN_PERCENTAGE),
    ],
)
def test_percentage_is_read_by_its_format(value: FieldValue | None, share: Share | UnclearShare) -> None:
    assert read_share(value, None) == share


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("100 %", FULL),
        ("100%", FULL),
        ("50 %", HALF),
        ("Half (50%)", HALF),
        ("33,3 %", Share(Fraction(333, 1000))),
        ("25 percent", Share(Fraction(1, 4))),
        ("0 %", NOT_BILLABLE),
        ("Billable", FULL),
        ("Fully billable", FULL),
        ("Non-billable", NOT_BILLABLE),
        ("non billable", NOT_BILLABLE),
        ("Not billable (internal)", NOT_BILLABLE),
        ("Unbillable", NOT_BILLABLE),
        ("100 % non-billable", NOT_BILLABLE),
        ("150 %", None),
        ("-50 %", None),
        ("1000 %", None),
        ("Billable?!", FULL),
        ("Billable later", None),
        ("Retainer", None),
        ("50", None),
        ("", None),
    ],
)
def test_option_says_its_share_by_its_name(name: str, share: Share | None) -> None:
    assert share_of_option(name) == share


def test_mapping_of_an_option_counts_more_than_its_name() -> None:
    assert read_share(None, enum_field("Retainer"), {"600": HALF}) == HALF
    assert read_share(None, enum_field("100 %"), {"600": HALF}) == HALF
    assert read_share(None, enum_field("100 %"), {"601": HALF}) == FULL


@pytest.mark.parametrize(
    ("number", "option", "share"),
    [
        ("50", "50 %", HALF),
        ("50", None, HALF),
        (None, "50 %", HALF),
        ("50", "Billable", HALF),  # that it is billable, not how much of it
        ("50", "100 %", UnclearShare.CONFLICT),
        ("0", "Billable", UnclearShare.CONFLICT),
        ("50", "Non-billable", UnclearShare.CONFLICT),
        ("100", "Non-billable", UnclearShare.CONFLICT),
        ("0", "Non-billable", NOT_BILLABLE),
        ("50", "Retainer", UnclearShare.UNKNOWN_TYPE),
        ("500", "Retainer", UnclearShare.OVER_100),
    ],
)
def test_both_fields_must_agree(number: str | None, option: str | None, share: Share | UnclearShare) -> None:
    assert read_share(percentage(number), enum_field(option)) == share


def test_billing_type_that_is_no_enum_is_not_guessed() -> None:
    assert read_share(None, number_field("1", "Billing type")) is UnclearShare.UNKNOWN_TYPE


def test_field_is_found_by_its_gid_else_by_its_exact_name() -> None:
    old = number_field("1", gid="1", is_enabled=False)
    renamed, current = number_field("2", "Hours to bill", "2"), number_field("3", gid="3")
    fields = [old, renamed, current, number_field("4", "billable hours", "4")]
    assert find_field(fields, "Billable Hours") == current
    assert find_field(fields, "Billable Hours", "2") == renamed
    assert find_field(fields, "Billable Hours", "9") is None
    assert find_field(fields[:2], "Billable Hours") == old
    assert find_field([], "Billable Hours") is None


def test_a_type_that_is_no_choice_is_not_guessed() -> None:
    assert read_share(None, enum_field("50 %")._replace(kind=FieldKind.OTHER)) is UnclearShare.UNKNOWN_TYPE
