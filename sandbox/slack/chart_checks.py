"""Limits of the charts in data_visualization blocks.

Source: Slack's block reference, which says 6 segments or series; newer libraries say 12, so 6 is what is safe.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.slack.block_checks import Check, Fields, anything, items, shape, string

_MOST_SERIES = 6
_MOST_POINTS = 20
_LABEL = string(20, 1)


def _amount(value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield f"must be a number [json-pointer:{path}]"


def _share(value: Any, path: str) -> Iterator[str]:
    yield from _amount(value, path)
    if isinstance(value, int | float) and value <= 0:
        yield f"must be more than 0 [json-pointer:{path}]"


_SEGMENT = shape({"label!": _LABEL, "value!": _share})
_POINT = shape({"label!": _LABEL, "value!": _amount})
_SERIES = shape({"name!": _LABEL, "data!": items(_POINT, _MOST_POINTS)})
_AXES = shape({"categories!": items(_LABEL, _MOST_POINTS), "x_label": string(50), "y_label": string(50)})
_PIE: Check = shape({"type!": anything, "segments!": items(_SEGMENT, _MOST_SERIES)})
_AXED: Fields = {"type!": anything, "series!": items(_SERIES, _MOST_SERIES), "axis_config!": _AXES}
_CHARTS: dict[str, Check] = {"pie": _PIE, **dict.fromkeys(("bar", "area", "line"), shape(_AXED))}


def chart(value: Any, path: str) -> Iterator[str]:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in _CHARTS:
        yield f"must be one of {', '.join(_CHARTS)} [json-pointer:{path}/type]"
        return
    faults = list(_CHARTS[kind](value, path))
    yield from faults
    if not faults and kind != "pie":
        yield from _coverage(value, path)


def _coverage(value: dict[str, Any], path: str) -> Iterator[str]:
    """Names and categories are there once, and each series has one point for every category and no other."""
    categories = value["axis_config"]["categories"]
    names = [series["name"] for series in value["series"]]
    for what, labels in (("categories", categories), ("names of series", names)):
        if len(set(labels)) < len(labels):
            yield f"{what} must be unique [json-pointer:{path}]"
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            yield f"must have one point for each category [json-pointer:{path}/series/{index}/data]"
