"""Block Kit's limits as tables: every object, its fields and bounds, and where each may stand.

Source: Slack's block reference. Newer blocks that no bot of this kind sends are checked by surface only.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.slack.block_checks import (
    Check,
    Fields,
    anything,
    day,
    flag,
    items,
    number,
    one_of,
    plain,
    shape,
    string,
    text,
)
from sandbox.slack.chart_checks import chart

_ID = string(255, 1)
_URL = string(3000, 1, r"https?://\S+|mailto:\S+")
_TIME = string(5, 5, r"([01]\d|2[0-3]):[0-5]\d")
_WHOLE_TEXT = string(3000)

CONFIRM = shape(
    {
        "title!": plain(100),
        "text!": text(300),
        "confirm!": plain(30),
        "deny!": plain(30),
        "style": one_of("primary", "danger"),
    }
)
_OPTION: Fields = {"value!": string(150, 1), "description": plain(75), "url": _URL}
OPTION = shape({**_OPTION, "text!": plain(75)})
MARKED_OPTION = shape({**_OPTION, "text!": text(75), "description": text(75)})
OPTION_GROUP = shape({"label!": plain(75), "options!": items(OPTION, 100)})
_FILTER = shape(
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    }
)
_DISPATCH = shape({"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)})

_ELEMENT: Fields = {"type!": anything, "action_id": _ID}
_CHOSEN: Fields = {**_ELEMENT, "confirm": CONFIRM, "focus_on_load": flag}
_SELECT: Fields = {**_CHOSEN, "placeholder": plain(150)}
_MULTI: Fields = {**_SELECT, "max_selected_items": number(1, 100)}
_STATIC: Fields = {"options": items(OPTION, 100), "option_groups": items(OPTION_GROUP, 100)}
_TYPED: Fields = {
    **_ELEMENT,
    "placeholder": plain(150),
    "initial_value": _WHOLE_TEXT,
    "dispatch_action_config": _DISPATCH,
    "focus_on_load": flag,
}
_ANSWERABLE: Fields = {"default_to_current_conversation": flag, "filter": _FILTER}

ELEMENTS: dict[str, Fields] = {
    "button": {
        **_ELEMENT,
        "text!": plain(75),
        "value": string(2000),
        "url": _URL,
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
    "overflow": {**_ELEMENT, "options!": items(OPTION, 5), "confirm": CONFIRM},
    "checkboxes": {
        **_CHOSEN,
        "options!": items(MARKED_OPTION, 10),
        "initial_options": items(MARKED_OPTION, 10),
    },
    "radio_buttons": {**_CHOSEN, "options!": items(MARKED_OPTION, 10), "initial_option": MARKED_OPTION},
    "static_select": {**_SELECT, **_STATIC, "initial_option": OPTION},
    "external_select": {**_SELECT, "min_query_length": number(0, 100), "initial_option": OPTION},
    "users_select": {**_SELECT, "initial_user": _ID},
    "conversations_select": {
        **_SELECT,
        **_ANSWERABLE,
        "initial_conversation": _ID,
        "response_url_enabled": flag,
    },
    "channels_select": {**_SELECT, "initial_channel": _ID, "response_url_enabled": flag},
    "multi_static_select": {**_MULTI, **_STATIC, "initial_options": items(OPTION, 100)},
    "multi_external_select": {
        **_MULTI,
        "min_query_length": number(0, 100),
        "initial_options": items(OPTION, 100),
    },
    "multi_users_select": {**_MULTI, "initial_users": items(_ID, 100)},
    "multi_conversations_select": {**_MULTI, **_ANSWERABLE, "initial_conversations": items(_ID, 100)},
    "multi_channels_select": {**_MULTI, "initial_channels": items(_ID, 100)},
    "datepicker": {**_SELECT, "initial_date": day},
    "timepicker": {**_SELECT, "initial_time": _TIME, "timezone": string(255, 1)},
    "datetimepicker": {**_CHOSEN, "initial_date_time": number(1_000_000_000, 9_999_999_999)},
    "plain_text_input": {
        **_TYPED,
        "multiline": flag,
        "min_length": number(0, 3000),
        "max_length": number(1, 3000),
    },
    "email_text_input": _TYPED,
    "url_text_input": _TYPED,
    "number_input": {
        **_TYPED,
        "is_decimal_allowed!": flag,
        "min_value": string(30, 1, r"-?\d+(\.\d+)?"),
        "max_value": string(30, 1, r"-?\d+(\.\d+)?"),
    },
    "rich_text_input": {
        **_TYPED,
        "initial_value": anything,
        "min_lines": number(1, 100),
        "max_lines": number(1, 100),
    },
    "file_input": {**_ELEMENT, "filetypes": anything, "max_files": number(1, 10)},
    "image": {
        "type!": anything,
        "image_url": _URL,
        "slack_file": anything,
        "alt_text!": string(2000, 1),
    },
    "workflow_button": {
        **_ELEMENT,
        "text!": plain(75),
        "workflow!": anything,
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
    },
}
_PICKED = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
_MULTIS = tuple(f"multi_{kind}" for kind in _PICKED)
_PRESSED = ("button", "overflow", "workflow_button", "checkboxes", "radio_buttons", "datepicker", "timepicker")
_INPUTS = tuple(kind for kind in ELEMENTS if kind not in {"button", "overflow", "workflow_button", "image"})


def element(*allowed: str) -> Check:
    def check(value: Any, path: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in allowed:
            yield f"unsupported element: {kind} [json-pointer:{path}]"
            return
        yield from shape(ELEMENTS[kind])(value, path)
        yield from _options_of_element(value, path)

    return check


def _options_of_element(value: dict[str, Any], path: str) -> Iterator[str]:
    """A static select has options or groups, and what is chosen beforehand must be among them."""
    if "static_select" in value["type"] and ("options" in value) == ("option_groups" in value):
        yield f"exactly one of options and option_groups [json-pointer:{path}]"
    if "options" not in value and "option_groups" not in value:
        return
    grouped = [option for group in value.get("option_groups") or [] for option in group.get("options", [])]
    known = [option.get("value") for option in [*(value.get("options") or []), *grouped]]
    first = [value["initial_option"]] if value.get("initial_option") else value.get("initial_options") or []
    if any(option.get("value") not in known for option in first):
        yield f"initial option is not among the options [json-pointer:{path}]"


def _context_part(value: Any, path: str) -> Iterator[str]:
    is_image = isinstance(value, dict) and value.get("type") == "image"
    yield from (element("image") if is_image else text(3000))(value, path)


_CELL = shape(
    {
        "type!": one_of("raw_text", "raw_number", "rich_text"),
        "text": string(3000, 1),
        "value": anything,
        "elements": anything,
    }
)
_BLOCK: Fields = {"type!": anything, "block_id": _ID}

BLOCKS: dict[str, Fields] = {
    "section": {
        **_BLOCK,
        "text": text(3000),
        "fields": items(text(2000), 10),
        "accessory": element(*_PRESSED, *_PICKED, *_MULTIS, "image"),
        "expand": flag,
    },
    "divider": _BLOCK,
    "header": {**_BLOCK, "text!": plain(150)},
    "context": {**_BLOCK, "elements!": items(_context_part, 10)},
    "actions": {**_BLOCK, "elements!": items(element(*_PRESSED, *_PICKED, "datetimepicker"), 25)},
    "image": {
        **_BLOCK,
        "image_url": _URL,
        "slack_file": anything,
        "alt_text!": string(2000, 1),
        "title": plain(2000),
    },
    "input": {
        **_BLOCK,
        "label!": plain(2000),
        "element!": element(*_INPUTS),
        "hint": plain(2000),
        "optional": flag,
        "dispatch_action": flag,
    },
    "rich_text": {**_BLOCK, "elements!": items(anything, 1000)},
    "markdown": {**_BLOCK, "text!": string(12_000, 1)},
    "table": {
        **_BLOCK,
        "rows!": items(items(_CELL, 20), 100),
        "column_settings": items(anything, 20, 0),
    },
    "data_visualization": {**_BLOCK, "title!": string(50, 1), "chart!": chart},
    "alert": {
        **_BLOCK,
        "text!": text(200),
        "level": one_of("default", "info", "warning", "error", "success"),
    },
}

_EVERYWHERE = frozenset({"message", "modal", "home"})
_NOT_MODAL = frozenset({"message", "home"})
_MESSAGE = frozenset({"message"})
SURFACES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("section", "divider", "image", "context", "actions", "header", "input", "rich_text", "video", "card"),
        _EVERYWHERE,
    ),
    **dict.fromkeys(("table", "data_table", "data_visualization", "carousel", "container"), _NOT_MODAL),
    **dict.fromkeys(("markdown", "file", "context_actions", "plan", "task_card"), _MESSAGE),
    "alert": frozenset({"modal"}),
}
