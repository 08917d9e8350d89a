"""Which part of the hours typed on a task is billed: by its percentage or its billing type (S1-39, S1-40, ruling 10).

What is not plain is never guessed, because it decides about money.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from store.asana.records.api import FieldKind, FieldValue
from sync.rules.asana.field_names import is_called

PERCENTAGE_FIELD = "Billable Percentage"
TYPE_FIELD = "Billing type"
PLAIN_FORMATS = frozenset({None, "none", "custom"})
"""Formats of a number field that mean the number itself (contract, section 6; reference of Asana's field formats)."""

_AMOUNT = re.compile(r"(?<![\d.,-])(?P<amount>\d{1,3}(?:[.,]\d{1,4})?)\s*(?:%|percent\b|per cent\b)", re.IGNORECASE)
_NOT_BILLABLE = re.compile(r"\b(?:non|not|un)[\s_-]*(?:billable|billed|chargeable)\b", re.IGNORECASE)
_BILLABLE = re.compile(r"\W*(?:fully\s+)?(?:billable|chargeable)\W*", re.IGNORECASE)


class UnclearShare(StrEnum):
    """Why the share cannot be told."""

    OVER_100 = "over_100"
    NEGATIVE_PERCENTAGE = "negative_percentage"
    UNKNOWN_PERCENTAGE = "unknown_percentage"
    """The field is no number, or of a format whose meaning is not plain."""
    UNKNOWN_TYPE = "unknown_type"
    CONFLICT = "conflict"
    """Percentage and billing type contradict each other."""


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of the typed hours becomes entries; more than 0, at most 1.

    Not billable: all of it, on the project's non-billable task. Never an entry of 0 h, never lost labour (ruling 10).
    """

    part: Fraction
    is_billable: bool = True


FULL = Share(Fraction(1))
NOT_BILLABLE = Share(Fraction(1), is_billable=False)


def find_field(fields: Iterable[FieldValue], name: str, gid: str | None = None) -> FieldValue | None:
    """By its gid where the project's mapping knows it, since names change; else by this name (S1-25).

    Of several of the same name one that is still in use, and rather the one that is spelt so.
    """
    fitting = [value for value in fields if (value.gid == gid if gid else is_called(value.name, name))]
    return max(fitting, key=lambda value: (value.is_enabled, value.name == name), default=None)


def read_share(
    percentage: FieldValue | None, billing_type: FieldValue | None, options: Mapping[str, Share] | None = None
) -> Share | UnclearShare:
    """All of it where neither field says anything. `options`: what the mapping says of options, by their gids."""
    by_percentage = _of_percentage(percentage)
    by_type = _of_type(billing_type, options or {})
    said = [found for found in (by_percentage, by_type) if found is not None]
    unclear = next((found for found in said if isinstance(found, UnclearShare)), None)
    if unclear:
        return unclear
    shares = {found for found in said if isinstance(found, Share)}
    if by_type == FULL and NOT_BILLABLE not in shares and _says_no_part(billing_type):
        return by_percentage or FULL
    if len(shares) > 1:
        return UnclearShare.CONFLICT
    return shares.pop() if shares else FULL


def share_of_option(name: str) -> Share | None:
    """What an option's name says: `100 %`, `50%`, `Billable`, `Non-billable`; None if it says neither."""
    if _NOT_BILLABLE.search(name):
        return NOT_BILLABLE
    if found := _AMOUNT.search(name):
        share = _of_amount(Fraction(Decimal(found["amount"].replace(",", "."))) / 100)
        return share if isinstance(share, Share) else None
    return FULL if _BILLABLE.fullmatch(name) else None


def _of_percentage(value: FieldValue | None) -> Share | UnclearShare | None:
    """Asana keeps a number of the format `percentage` as a fraction: 0.5 is shown as 50 %. Else 50 is 50 %."""
    if value is None or (value.number is None and value.kind is FieldKind.NUMBER):
        return None
    if value.kind is not FieldKind.NUMBER or value.number is None:
        return UnclearShare.UNKNOWN_PERCENTAGE
    if value.format == "percentage":
        return _of_amount(Fraction(value.number))
    return (
        _of_amount(Fraction(value.number) / 100) if value.format in PLAIN_FORMATS else UnclearShare.UNKNOWN_PERCENTAGE
    )


def _says_no_part(billing_type: FieldValue | None) -> bool:
    """`Billable` leaves to the percentage how much; but not that it is nothing."""
    return billing_type is not None and not _AMOUNT.search(billing_type.option_name or "")


def _of_amount(part: Fraction) -> Share | UnclearShare:
    if part < 0:
        return UnclearShare.NEGATIVE_PERCENTAGE
    if part > 1:
        return UnclearShare.OVER_100
    return Share(part) if part else NOT_BILLABLE


def _of_type(value: FieldValue | None, options: Mapping[str, Share]) -> Share | UnclearShare | None:
    if value is None or (value.option_gid is None and value.kind is FieldKind.ENUM):
        return None
    if value.kind is not FieldKind.ENUM or value.option_gid is None:
        return UnclearShare.UNKNOWN_TYPE
    return options.get(value.option_gid) or share_of_option(value.option_name or "") or UnclearShare.UNKNOWN_TYPE
