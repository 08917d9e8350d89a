"""The checks of views catch what Slack refuses: a check that catches nothing proves nothing."""

from collections.abc import Callable
from typing import Any

import pytest
import slackblocks
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block, HeaderBlock, InputBlock, PlainTextInputElement, PlainTextObject
from slack_sdk.models.views import View

from handlers.slack.blocks import actions, button, section
from handlers.slack.replies import Message
from tests.views.block_kit import message_of, parse_block, require_valid


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def _button(**fields: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": [{"type": "button", "text": _plain("Edit"), "action_id": "x", **fields}]}


def _select(option: dict[str, Any]) -> dict[str, Any]:
    element = {"type": "external_select", "action_id": "x", "initial_option": option}
    return {"type": "input", "label": _plain("Project"), "element": element}


WRONG_FOR_SLACKBLOCKS = {
    "a section of 3,001 characters": {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
    "an empty section": {"type": "section", "text": {"type": "mrkdwn", "text": ""}},
    "a field of 2,001 characters": {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]},
    "a header of 151 characters": {"type": "header", "text": _plain("x" * 151)},
    "11 pieces of small print": {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11},
    "a button of 76 characters": _button(text=_plain("x" * 76)),
    "a button with 2,001 characters": _button(value="x" * 2001),
    "an option of 76 characters": _select({"text": _plain("x" * 76), "value": "1"}),
}


@pytest.mark.parametrize("block", WRONG_FOR_SLACKBLOCKS.values(), ids=WRONG_FOR_SLACKBLOCKS)
def test_slackblocks_refuses(block: dict[str, Any]) -> None:
    with pytest.raises(slackblocks.errors.InvalidUsageError):
        parse_block(block)


def _modal(blocks: list[Block], **texts: Any) -> View:
    given = {"title": "Log time", "submit": "Save", "close": "Cancel", **texts}
    objects: dict[str, Any] = {name: PlainTextObject(text=text) for name, text in given.items() if text}
    return View(type="modal", callback_id="x", private_metadata="log:1", blocks=blocks, **objects)


def _input(block_id: str, value: str = "", most: int = 40) -> InputBlock:
    element = PlainTextInputElement(action_id=block_id, initial_value=value or None, max_length=most)
    return InputBlock(block_id=block_id, label=PlainTextObject(text="Note"), element=element)


EDIT = button("Edit", "edit", "1")

WRONG: dict[str, Callable[[], Message | View]] = {
    "a message without text": lambda: message_of(*actions([EDIT])),
    "a text that says something else": lambda: message_of(section("Logged 1 h"), text="Logged 2 h"),
    "a text that leaves out the end": lambda: message_of(section("Logged 1 h on Website"), text="Logged 1 h"),
    "a text beyond 4,000 characters": lambda: message_of(section("x" * 2500), section("x" * 2500)),
    "51 blocks": lambda: message_of(*[section("x")] * 51),
    "the same button twice in a row": lambda: message_of(section("x"), *actions([EDIT, EDIT])),
    "a button that carries nothing": lambda: message_of(section("x"), *actions([button("Edit", "edit", "")])),
    "a form without a button to send it": lambda: _modal([_input("note")], submit=""),
    "a form without a title": lambda: _modal([_input("note")], title=""),
    "a title of 25 characters": lambda: _modal([_input("note")], title="x" * 25),
    "two fields of one name": lambda: _modal([_input("note"), _input("note")]),
    "a field that starts with more than it takes": lambda: _modal([_input("duration", "1" * 41)]),
    "a header of 151 characters": lambda: View(type="home", blocks=[HeaderBlock(text=PlainTextObject(text="x" * 151))]),
}


@pytest.mark.parametrize("draw", WRONG.values(), ids=WRONG)
def test_what_slack_refuses_is_caught(draw: Callable[[], Message | View]) -> None:
    refusals = (AssertionError, SlackObjectFormationError, slackblocks.errors.InvalidUsageError)
    with pytest.raises(refusals):
        require_valid(draw())


def test_what_slack_takes_is_let_through() -> None:
    require_valid(message_of(section("Logged 1 h"), *actions([EDIT])))
    require_valid(_modal([_input("note")]))
