"""What of a record an answer shows: compact in lists, full alone, exactly what `opt_fields` asks for otherwise.

Recorded: with `opt_fields=name` the answer is gid and name, no `resource_type`; a record that is pointed at and asked
for without saying which of its keys is a gid alone.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sandbox.asana.shape import Absent, Shape
from sandbox.asana.shapes import shape_of

Tree = dict[str, Any]
"""Names of keys to the keys below them; nothing below: not said which."""


def parsed(text: str | Iterable[str]) -> Tree:
    """`a,b.c` or a list of such."""
    tree: Tree = {}
    for path in text.split(",") if isinstance(text, str) else text:
        below = tree
        for name in filter(None, path.strip().split(".")):
            below = below.setdefault(name, {})
    return tree


def single(row: Any, wanted: Tree | None) -> Any:
    """One record alone."""
    shape = _shape(row)
    return _picked(row, shape, dict.fromkeys(shape.full), _compact) if wanted is None else _chosen(row, wanted)


def listed(row: Any, wanted: Tree | None) -> Any:
    """One of many."""
    return _compact(row) if wanted is None else _chosen(row, wanted)


def _compact(value: Any, _: Any = None) -> Any:
    """Nothing was asked for: records that are pointed at show what they are."""
    shape = shape_of(value)
    if shape is not None:
        return _picked(value, shape, dict.fromkeys(shape.full if shape.is_part else shape.compact), _compact)
    if isinstance(value, dict):
        return {key: _compact(below) for key, below in value.items()}
    return [_compact(one) for one in value] if isinstance(value, list | tuple) else _json(value)


def _chosen(value: Any, tree: Tree | None) -> Any:
    """Only what was asked for, and the gid."""
    shape = shape_of(value)
    if isinstance(value, list | tuple):
        return [_chosen(one, tree) for one in value]
    if isinstance(value, dict):
        wanted = tree or dict.fromkeys(value)
        return {key: _chosen(below, wanted[key]) for key, below in value.items() if key in wanted}
    if shape is None:
        return _json(value)
    if not tree and shape.is_part:
        return _compact(value)
    return _picked(value, shape, {"gid": None, **(tree or {})}, _chosen)


def _picked(row: Any, shape: Shape, wanted: Tree, show: Any) -> dict[str, Any]:
    """Unknown keys are passed over, as Asana does."""
    shown = {}
    for name, below in wanted.items():
        if name not in shape.getters:
            continue
        try:
            shown[name] = show(shape.getters[name](row), below)
        except Absent:
            continue
    return shown


def _shape(row: Any) -> Shape:
    shape = shape_of(row)
    if shape is None:
        raise TypeError(f"{row!r} has no shape")
    return shape


def _json(value: Any) -> Any:
    match value:
        case datetime():
            return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z"
        case date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case _:
            return value
