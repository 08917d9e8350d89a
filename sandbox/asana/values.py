"""Values of custom fields: from what somebody gives to what is kept, and how it is displayed."""

from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.asana.records import Field, Option, Task, Value


class Unfit(Exception):
    """The value is not one for this field; the text says why."""


def read(field: Field, given: Any) -> Value | None:
    """Numbers rounded to the field's precision; options by record, gid or name. None clears."""
    if field.formula is not None:
        raise Unfit(f"{field.name} is computed")
    if given is None or given == "":
        return None
    if field.resource_subtype == "enum":
        return _option(field, given)
    if field.resource_subtype == "text":
        return str(given)
    return _number(field, given)


def of(task: Task, field: Field) -> Value | None:
    """What the task shows there, computed if the field is a formula."""
    return task.values.get(field) if field.formula is None else field.formula(task)


def displayed(field: Field, value: Value | None) -> str | None:
    match value:
        case None:
            return None
        case Option():
            return value.name
        case Decimal() if field.format == "percentage":
            return f"{plain(value * 100)}%"
        case Decimal():
            return plain(value)
        case _:
            return value


def plain(number: Decimal) -> str:
    """Without exponent or needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _option(field: Field, given: Any) -> Option:
    for option in field.options:
        if given is option or given in (option.gid, option.name):
            if not option.enabled:
                raise Unfit(f"{option.name} of {field.name} is disabled")
            return option
    raise Unfit(f"{given!r} is no option of {field.name}")


def _number(field: Field, given: Any) -> Decimal:
    if isinstance(given, bool):
        raise Unfit(f"{field.name} is a number")
    try:
        number = Decimal(str(given))
        # A percentage's precision counts the decimals that are shown, two fewer than those that are kept.
        places = field.precision + (2 if field.format == "percentage" else 0)
        return number.quantize(Decimal(1).scaleb(-places))
    except InvalidOperation:
        raise Unfit(f"{field.name} is a number") from None
