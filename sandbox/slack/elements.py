"""Interactive elements: where they stand in blocks, what state they hold, what a choice looks like."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Stateful:
    """The key a value has in view.state, the key it has in the element, and what empty is."""

    value: str
    initial: str
    many: bool = False

    def empty(self) -> Any:
        return [] if self.many else None


STATEFUL = {
    "plain_text_input": Stateful("value", "initial_value"),
    "email_text_input": Stateful("value", "initial_value"),
    "url_text_input": Stateful("value", "initial_value"),
    "number_input": Stateful("value", "initial_value"),
    "rich_text_input": Stateful("rich_text_value", "initial_value"),
    "static_select": Stateful("selected_option", "initial_option"),
    "external_select": Stateful("selected_option", "initial_option"),
    "radio_buttons": Stateful("selected_option", "initial_option"),
    "users_select": Stateful("selected_user", "initial_user"),
    "conversations_select": Stateful("selected_conversation", "initial_conversation"),
    "channels_select": Stateful("selected_channel", "initial_channel"),
    "datepicker": Stateful("selected_date", "initial_date"),
    "timepicker": Stateful("selected_time", "initial_time"),
    "datetimepicker": Stateful("selected_date_time", "initial_date_time"),
    "checkboxes": Stateful("selected_options", "initial_options", many=True),
    "multi_static_select": Stateful("selected_options", "initial_options", many=True),
    "multi_external_select": Stateful("selected_options", "initial_options", many=True),
    "multi_users_select": Stateful("selected_users", "initial_users", many=True),
    "multi_conversations_select": Stateful("selected_conversations", "initial_conversations", many=True),
    "multi_channels_select": Stateful("selected_channels", "initial_channels", many=True),
    "file_input": Stateful("files", "initial_files", many=True),
}
STATELESS = ("button", "overflow", "workflow_button", "feedback_buttons", "icon_button")


def walk(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each interactive element with the block that holds it."""
    for block in blocks:
        nested = block.get("blocks") or block.get("child_blocks")
        if isinstance(nested, list):
            yield from walk(nested)
        for element in _elements(block):
            if element.get("type") in STATEFUL or element.get("type") in STATELESS:
                yield block, element


def _elements(block: Json) -> Iterator[Json]:
    for key in ("accessory", "element"):
        if isinstance(block.get(key), dict):
            yield block[key]
    for key in ("elements", "actions"):
        yield from (item for item in block.get(key) or [] if isinstance(item, dict))


def find(blocks: list[Json], block_id: str, action_id: str) -> Json:
    for block, element in walk(blocks):
        if block.get("block_id") == block_id and element.get("action_id") == action_id:
            return element
    raise LookupError(f"Nothing can be pressed at block {block_id!r}, action {action_id!r}.")


def locate(blocks: list[Json], wanted: str) -> tuple[Json, Json]:
    """The element with this action id, block id or button label (an emoji may precede the label)."""
    known = []
    for block, element in walk(blocks):
        label = element.get("text", {}).get("text", "")
        known.append(label or str(element.get("action_id")))
        if wanted in (element.get("action_id"), block.get("block_id")) or _is_label(label, wanted):
            return block, element
    raise LookupError(f"There is no {wanted!r} here; there are: {', '.join(known) or 'no elements'}.")


def _is_label(label: str, wanted: str) -> bool:
    before, found, after = label.partition(wanted)
    return bool(found) and not after and not any(sign.isalnum() for sign in before.replace(":", " "))


def initial_state(element: Json) -> Json:
    """What view.state holds for an element that nobody has touched."""
    kind = STATEFUL[element["type"]]
    state = {"type": element["type"], kind.value: element.get(kind.initial, kind.empty())}
    if element["type"] == "timepicker" and "timezone" in element:
        state["timezone"] = element["timezone"]
    return state


def action(block: Json, element: Json, choice: Json, action_ts: str) -> Json:
    """One entry of `actions` in a block_actions payload."""
    named = {"action_id": element["action_id"], "block_id": block["block_id"]}
    kept: Json = {key: element[key] for key in ("text", "value", "placeholder", "style", "url") if key in element}
    return {**named, **kept, **choice, "type": element["type"], "action_ts": action_ts}


def state_of(element: Json, choice: Json) -> Json:
    """The state an element holds after a choice."""
    kind = STATEFUL[element["type"]]
    return {**initial_state(element), kind.value: choice.get(kind.value, kind.empty())}


def options_of(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def pick(options: list[Json], wanted: str | Json) -> Json:
    """The option a person means: by value, by exact text, else by the beginning of its text."""
    if isinstance(wanted, dict):
        return wanted
    tests: tuple[Callable[[Json], bool], ...] = (
        lambda option: bool(option.get("value") == wanted),
        lambda option: bool(option["text"]["text"] == wanted),
        lambda option: str(option["text"]["text"]).casefold().startswith(wanted.casefold()),
    )
    for test in tests:
        for option in options:
            if test(option):
                return option
    raise LookupError(f"No option {wanted!r} among {[option['text']['text'] for option in options]}.")


def choice_for(element: Json, wanted: Any, options: list[Json] | None = None) -> Json:
    """What a person's choice looks like in a payload: {"selected_date": "2026-11-19"} and the like."""
    if element["type"] == "overflow":
        return {"selected_option": pick(element["options"], wanted)}
    kind = STATEFUL[element["type"]]
    known = options_of(element) if options is None else options
    if kind.value == "value":
        # Whatever is typed goes out as text, and a field left empty as null.
        return {kind.value: None if wanted in (None, "") else str(wanted)}
    if kind.value == "selected_option":
        return {kind.value: None if wanted is None else pick(known, wanted)}
    if kind.value == "selected_options":
        return {kind.value: [pick(known, item) for item in wanted]}
    return {kind.value: None if wanted == "" else wanted}
