"""Whether Slack would take what a view draws: by the SDK, slackblocks, our double of Slack, and what they miss."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import slackblocks
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.slack.replies import Message
from sandbox.slack.validation import Surface, block_faults, view_faults

TEXT = 4000
"""Characters Slack advises for the text of a message; `reference/slack.md` 1.2."""

Json = dict[str, Any]
Approve = Callable[[Message | View], None]
"""The fixture `approve`: raises unless Slack would take it and it is what was approved before."""

_ELEMENTS: dict[str, Callable[..., slackblocks.Element]] = {
    "button": slackblocks.Button,
    "checkboxes": slackblocks.CheckboxGroup,
    "datepicker": slackblocks.DatePicker,
    "external_select": slackblocks.ExternalSelectMenu,
    "plain_text_input": slackblocks.PlainTextInput,
    "static_select": slackblocks.StaticSelectMenu,
}


def drawn(what: Message | View) -> Json:
    """The JSON that goes to Slack; the SDK refuses here what it knows to be wrong."""
    if isinstance(what, View):
        return dict(what.to_dict())
    return {"text": what.text, "blocks": [block.to_dict() for block in what.blocks]}


def require_valid(what: Message | View) -> Json:
    """The JSON of a message or view that Slack would take; raises with the first fault otherwise."""
    json = drawn(what)
    surface: Surface = json.get("type", "message")
    _require_known_to_slackblocks(json, surface)
    faults = list(block_faults(json["blocks"], surface) if surface == "message" else view_faults(json))
    faults += list(_missed(json))
    if surface == "message":
        faults += list(_of_text(json))
    assert faults == []
    return json


def labels(what: Message | View) -> list[str]:
    """The buttons from top to bottom."""
    return [element["text"]["text"] for element in _elements(drawn(what)) if element["type"] == "button"]


def shown_text(json: Json) -> str:
    """What is read in sections and small print, a line each; the label of a choice is no statement."""
    read = {"section", "context"}
    blocks = (block for block in json["blocks"] if block["type"] in read and "accessory" not in block)
    return "\n".join(part["text"] for block in blocks for part in block.get("elements", [block.get("text")]))


def parse_block(block: Json) -> slackblocks.Block:
    """What slackblocks makes of it, limits checked; its own from_dict knows no elements, so those are built here."""
    block_id = block.get("block_id")
    match block["type"]:
        case "actions":
            return slackblocks.ActionsBlock([_element(one) for one in block["elements"]], block_id)
        case "input":
            rest = {name: block[name] for name in ("optional",) if name in block}
            hint = slackblocks.Text.from_dict(block["hint"]) if "hint" in block else None
            label = slackblocks.Text.from_dict(block["label"])
            return slackblocks.InputBlock(label, _element(block["element"]), block_id=block_id, hint=hint, **rest)
        case "section" if "accessory" in block:
            return slackblocks.SectionBlock(block["text"]["text"], block_id, accessory=_element(block["accessory"]))
    return slackblocks.Block.from_dict(block)


def _element(element: Json) -> slackblocks.Element:
    given: Json = {}
    for name, value in element.items():
        match name:
            case "text" | "placeholder":
                given[name] = slackblocks.Text.from_dict(value)
            case "initial_option":
                given[name] = slackblocks.Option.from_dict(value)
            case "options" | "initial_options":
                given[name] = [slackblocks.Option.from_dict(one) for one in value]
            case _ if name != "type":
                given[name] = value
    return _ELEMENTS[element["type"]](**given)


def _require_known_to_slackblocks(json: Json, surface: Surface) -> None:
    # Charts are too new for it; the double's own schema of their limits looks at those.
    blocks = [parse_block(block) for block in json["blocks"] if block["type"] != "data_visualization"]
    match surface:
        case "message":
            slackblocks.Message("C0GENERAL", json["text"], blocks)
        case "home":
            slackblocks.HomeTabView(blocks)
        case "modal":
            given = {name: json[name]["text"] for name in ("title", "submit", "close") if name in json}
            slackblocks.ModalView(
                blocks=blocks,
                private_metadata=json["private_metadata"],
                callback_id=json["callback_id"],
                notify_on_close=json.get("notify_on_close"),
                **{"title": "", **given},
            )


def _missed(json: Json) -> Iterable[str]:
    """What Slack refuses and the libraries take."""
    ids = Counter(block["block_id"] for block in json["blocks"] if "block_id" in block)
    yield from (f"block id {name} stands {count} times" for name, count in ids.items() if count > 1)
    for block in json["blocks"]:
        actions = Counter(element.get("action_id") for element in block.get("elements", []) if "action_id" in element)
        yield from (f"action id {name} stands {count} times in a row" for name, count in actions.items() if count > 1)
    for element in _elements(json):
        if len(element.get("initial_value", "")) > element.get("max_length", 3000):
            yield f"{element['action_id']} starts with more than it takes"
        if element["type"] == "button" and not (element.get("value") or element.get("url")):
            yield f"the button {element['action_id']} carries nothing"


def _of_text(json: Json) -> Iterable[str]:
    """The text is the notification and what a screen reader reads: it says what the blocks say."""
    text, shown = json["text"], shown_text(json)
    if not text.strip():
        yield "there is no text"
    if len(text) > TEXT:
        yield f"the text has {len(text)} characters"
    cut_at = min(len(text.removesuffix("…")), len(shown.removesuffix("…")))
    if text[:cut_at] != shown[:cut_at]:
        yield f"the text says {text!r}, the blocks {shown!r}"
    if cut_at < len(shown) and not text.endswith("…"):
        yield "the text is shorter than the blocks and does not show it"


def _elements(json: Json) -> Iterable[Json]:
    for block in json["blocks"]:
        if block["type"] == "actions":
            yield from block["elements"]
        elif block["type"] == "input":
            yield block["element"]


def message_of(*blocks: Block, text: str = "") -> Message:
    """A message of these blocks alone, its text taken from them unless it is given."""
    message = Message(text, blocks)
    return Message(text or shown_text(drawn(message)), blocks)
