"""The home tab."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, DividerBlock, HeaderBlock, PlainTextObject
from slack_sdk.models.views import View

from handlers.blocks import actions, button, context, section
from handlers.entries import CONNECT, OPEN_FORM, hours_of, waiting, where
from store.records import EntryState, Hours
from sync.rules.hours import show
from sync.time_entries import Shown

_LISTED = 20


def home(today: Sequence[Shown], *, is_connected: bool) -> View:
    """Today's entries of the person, running ones first."""
    total = Hours(sum(one.entry.hours or 0 for one in today if one.entry.state is EntryState.LOGGED))
    head = f"Today: {show(total)}" if today else "Nothing logged today yet"
    buttons = [button("Log time", OPEN_FORM, "home", style="primary")]
    if not is_connected:
        buttons.append(button("Connect Harvest", CONNECT, "home"))
    blocks: list[Block] = [HeaderBlock(text=PlainTextObject(text=head)), *actions(buttons), DividerBlock()]
    ordered = sorted(today, key=lambda one: one.entry.state is not EntryState.RUNNING)
    blocks += [section(f"{hours_of(one.entry)} · {where(one)}{waiting(one.entry)}") for one in ordered[:_LISTED]]
    if len(ordered) > _LISTED:
        blocks.append(context(f"and {len(ordered) - _LISTED} more; `/log list` has the newest."))
    blocks.append(context("`/log 1.5h CODE note` and `/timer start CODE` work in every channel."))
    return View(type="home", blocks=blocks)


def stranger(why: str) -> View:
    """For somebody Harvest does not know."""
    buttons = actions([button("Connect Harvest", CONNECT, "home", style="primary")])
    return View(type="home", blocks=[section(why), *buttons])
