"""Charts in messages: what Slack takes and what it refuses."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.slack_fake_bot import CHANNEL

Json = dict[str, Any]


def chart(**changed: Any) -> Json:
    """A bar chart with two series; `changed` may name fields of block, chart or axes."""
    block: Json = {"title": "Hours", "chart": {}, "type": "data_visualization"}
    series = [{"name": name, "data": [{"label": "Mon", "value": 1}, {"label": "Tue", "value": 0.5}]} for name in "ab"]
    drawn: Json = {"type": "bar", "series": series}
    axes: Json = {"categories": ["Mon", "Tue"], "x_label": "Day", "y_label": "Hours"}
    for name, value in changed.items():
        place = axes if name in {"categories", "x_label", "y_label"} else block if name in block else drawn
        place[name if name != "kind" else "type"] = value
    return {**block, "chart": {**drawn, "axis_config": axes}}


def pie(count: int, **changed: Any) -> Json:
    segments = [{"label": f"s{number}", "value": 1, **changed} for number in range(count)]
    return {"type": "data_visualization", "title": "Hours", "chart": {"type": "pie", "segments": segments}}


def _series(names: str, points: int = 2) -> list[Json]:
    data = [{"label": f"d{number}", "value": number} for number in range(points)]
    return [{"name": name, "data": data} for name in names]


def _days(points: int) -> list[str]:
    return [f"d{number}" for number in range(points)]


@pytest.mark.parametrize(
    "blocks",
    [
        [chart()],
        [chart(kind="line"), chart(kind="area")],
        [pie(6)],
        [chart(series=_series("abcdef", 20), categories=_days(20), title="x" * 50, x_label="x" * 50)],
    ],
)
async def test_charts_within_slacks_limits_are_taken(client: AsyncWebClient, blocks: list[Json]) -> None:
    assert (await client.chat_postMessage(channel=CHANNEL, text="x", blocks=blocks))["ok"]


@pytest.mark.parametrize(
    "blocks",
    [
        [chart()] * 3,
        [chart(title="x" * 51)],
        [chart(title="")],
        [chart(kind="radar")],
        [chart(series=_series("abcdefg"), categories=_days(2))],
        [chart(series=_series("a", 21), categories=_days(21))],
        [chart(series=[])],
        [chart(series=_series("aa"), categories=_days(2))],
        [chart(categories=["Mon", "Tue", "Wed"])],
        [chart(categories=["Mon"])],
        [chart(categories=["Mon", "x" * 21])],
        [chart(y_label="x" * 51)],
        [chart(segments=[])],
        [pie(7)],
        [pie(0)],
        [pie(2, value=0)],
        [pie(2, value="1")],
        [pie(2, label="x" * 21)],
    ],
)
async def test_charts_beyond_slacks_limits_are_refused(client: AsyncWebClient, blocks: list[Json]) -> None:
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.chat_postMessage(channel=CHANNEL, text="x", blocks=blocks)
