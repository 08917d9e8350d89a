"""Small pure pieces used by several views: text within Slack's limits, hours, names, buttons."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    MarkdownTextObject,
    Option,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.blocks.block_elements import InteractiveElement

from sync.rules.text.slack import escape

TEXT = 3900
"""Characters of a message's text; Slack advises 4,000."""
SECTION = 3000
"""Characters Slack takes in a section."""
OPTION = 75
"""Characters Slack takes in the text of an option or button."""
OPTIONS = 100
"""Options Slack takes in one answer of a select."""


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, the cut shown by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def section(text: str) -> SectionBlock:
    return SectionBlock(text=MarkdownTextObject(text=cut(text, SECTION)))


def context(text: str) -> ContextBlock:
    return ContextBlock(elements=[MarkdownTextObject(text=cut(text, 2000))])


def quoted(note: str, limit: int = 300) -> str:
    """A note as a mrkdwn quotation, harmless; empty for none."""
    if not note:
        return ""
    return "\n" + "\n".join(f"> {escape(line)}" for line in cut(note, limit).splitlines())


def name(text: str) -> str:
    """A project, task, client or code as mrkdwn, harmless and at most 100 of its characters."""
    return escape(cut(text, 100))


def moment(at: datetime) -> str:
    """On the clock of whoever reads it."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def button(label: str, action_id: str, value: str, *, style: str | None = None) -> ButtonElement:
    return ButtonElement(text=PlainTextObject(text=label, emoji=True), action_id=action_id, value=value, style=style)


def link(label: str, action_id: str, url: str) -> ButtonElement:
    return ButtonElement(text=PlainTextObject(text=label), action_id=action_id, url=url, style="primary")


def actions(buttons: Sequence[InteractiveElement]) -> list[Block]:
    """A row of buttons; nothing for none, as Slack refuses an empty row."""
    return [ActionsBlock(elements=list(buttons))] if buttons else []


def option(label: str, value: str) -> Option:
    return Option(value=value, text=PlainTextObject(text=cut(label or "–", OPTION)))
