"""Whether Slack would take these blocks or this view; faults are sentences with a pointer into the JSON."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from sandbox.slack import elements
from sandbox.slack.block_checks import Fields, anything, flag, items, obey, plain, string
from sandbox.slack.limits import BLOCKS, OPTION, OPTION_GROUP, SURFACES
from sandbox.slack.refusals import SlackRefusal

Surface = Literal["message", "modal", "home"]

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
VIEW_BYTES = 250 * 1024
MESSAGE_TEXT = 40_000
BLOCKS_JSON = 120_000
MARKDOWN_TEXT = 12_000  # summed over a message
MOST_OF_A_KIND = {"table": 1, "data_visualization": 2}  # in one message

_ANSWER: Fields = {"options": items(OPTION, 100, 0), "option_groups": items(OPTION_GROUP, 100, 0)}
_VIEW: Fields = {
    "type!": anything,
    "blocks!": anything,
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
VIEWS: dict[str, Fields] = {
    "home": _VIEW,
    "modal": {
        **_VIEW,
        "title!": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
}


def block_faults(blocks: Any, surface: Surface, path: str = "/blocks") -> Iterator[str]:
    if not isinstance(blocks, list):
        yield f"must be an array [json-pointer:{path}]"
        return
    if len(blocks) > MOST_BLOCKS[surface]:
        yield f"no more than {MOST_BLOCKS[surface]} items allowed [json-pointer:{path}]"
    for index, block in enumerate(blocks):
        yield from _one_block(block, surface, f"{path}/{index}")
    if all(isinstance(block, dict) for block in blocks):
        yield from _whole(blocks, path)


def _one_block(block: Any, surface: Surface, path: str) -> Iterator[str]:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in SURFACES:
        yield f"unsupported type: {kind} [json-pointer:{path}/type]"
    elif surface not in SURFACES[kind]:
        yield f"{kind} is not allowed in a {surface} [json-pointer:{path}/type]"
    elif kind in BLOCKS:
        yield from obey(BLOCKS[kind], block, path)
    if kind == "section" and not block.get("text") and not block.get("fields"):
        yield f"missing required field: text or fields [json-pointer:{path}]"


def _whole(blocks: list[dict[str, Any]], path: str) -> Iterator[str]:
    """What only shows when the blocks are looked at together."""
    for twin in _twins(block.get("block_id") for block in blocks):
        yield f"block_id {twin} already exists [json-pointer:{path}]"
    for block in blocks:
        for twin in _twins(element.get("action_id") for _, element in elements.walk([block])):
            yield f"action_id {twin} already exists [json-pointer:{path}]"
    kinds = Counter(block.get("type") for block in blocks)
    for kind, most in MOST_OF_A_KIND.items():
        if kinds[kind] > most:
            yield f"no more than {most} {kind} allowed [json-pointer:{path}]"
    if sum(len(str(block.get("text"))) for block in blocks if block.get("type") == "markdown") > MARKDOWN_TEXT:
        yield f"no more than {MARKDOWN_TEXT} characters of markdown allowed [json-pointer:{path}]"


def _twins(values: Iterable[Any]) -> list[Any]:
    return [value for value, times in Counter(values).items() if value is not None and times > 1]


def view_faults(view: Any) -> Iterator[str]:
    kind = view.get("type") if isinstance(view, dict) else None
    if kind not in VIEWS:
        yield "must be a view of type modal or home [json-pointer:/view/type]"
        return
    yield from obey(VIEWS[kind], view, "/view")
    yield from block_faults(view.get("blocks"), kind, "/view/blocks")
    if kind == "modal":
        yield from _modal_faults(view)


def _modal_faults(view: dict[str, Any]) -> Iterator[str]:
    if not view.get("blocks"):
        yield "must provide at least 1 items [json-pointer:/view/blocks]"
        return
    has_input = any(isinstance(block, dict) and block.get("type") == "input" for block in view["blocks"])
    if has_input and not view.get("submit"):
        yield "missing required field: submit, as there is an input [json-pointer:/view]"


def require_view(view: Any, kind: Surface) -> dict[str, Any]:
    """The view, or a refusal: view_too_large over 250 KB, else invalid_arguments."""
    if len(json.dumps(view)) > VIEW_BYTES:
        raise SlackRefusal("view_too_large")
    faults = list(view_faults(view))
    if not faults and view["type"] != kind:
        faults = [f"must be of type {kind} [json-pointer:/view/type]"]
    if faults:
        raise SlackRefusal("invalid_arguments", *faults)
    return dict(view)


def require_blocks(blocks: Any) -> list[dict[str, Any]]:
    """The blocks of a message; refused with invalid_blocks, or msg_blocks_too_long.

    Slack does not publish the length; 120,000 characters of JSON is an assumption.
    """
    if not isinstance(blocks, list):
        raise SlackRefusal("invalid_blocks_format")
    if faults := list(block_faults(blocks, "message")):
        raise SlackRefusal("invalid_blocks", *faults, errors=faults)
    if len(json.dumps(blocks, ensure_ascii=False)) > BLOCKS_JSON:
        raise SlackRefusal("msg_blocks_too_long")
    return blocks


def require_options(body: Any) -> dict[str, Any]:
    """What a bot answered to a block_suggestion: options or option_groups, at most 100 of either."""
    if not isinstance(body, dict) or ("options" in body) == ("option_groups" in body):
        raise SlackRefusal("invalid_options", "exactly one of options and option_groups")
    faults = list(obey(_ANSWER, body, ""))
    if faults:
        raise SlackRefusal("invalid_options", *faults)
    return body
