"""Modals and Home tabs: stacks of at most three, hashes, and the state of what people typed."""

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack import elements
from sandbox.slack.identity import APP_ID, BOT_ID, TEAM_ID
from sandbox.slack.refusals import SlackRefusal

Json = dict[str, Any]

STACK = 3  # views one above the other
_FIELDS = ("title", "submit", "close")
_TEXTS = ("private_metadata", "callback_id", "external_id")
_FLAGS = ("clear_on_close", "notify_on_close")


@dataclass
class View:
    """One view; `state` is values[block_id][action_id], `errors` is what the bot wrote beside inputs."""

    id: str
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    channel: str | None = None
    state: dict[str, Json] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return str(self.content["type"])

    @property
    def blocks(self) -> list[Json]:
        return list(self.content["blocks"])

    @property
    def callback_id(self) -> str:
        return str(self.content.get("callback_id", ""))

    @property
    def title(self) -> str:
        return str((self.content.get("title") or {}).get("text", ""))

    def as_json(self) -> Json:
        """With exactly the keys Slack gives a view."""
        return {
            "id": self.id,
            "team_id": TEAM_ID,
            "type": self.type,
            "blocks": self.blocks,
            **{key: self.content.get(key, "") for key in _TEXTS},
            "state": {"values": self.state},
            "hash": self.hash,
            **{key: self.content.get(key) for key in _FIELDS},
            **{key: bool(self.content.get(key, False)) for key in _FLAGS},
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "app_id": APP_ID,
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
        }

    def fill(self, content: Json, new_hash: str) -> None:
        """Takes new content; typed values stay where block_id and action_id stay (and the type does)."""
        before, self.content, self.hash, self.errors = self.state, content, new_hash, {}
        self.state = {}
        for block, element in elements.walk(self.blocks):
            if element["type"] in elements.STATEFUL:
                self._set_state(block["block_id"], element, before)

    def merge(self, values: dict[str, Json]) -> None:
        """Takes what was typed; elements that are not named keep what they hold."""
        for block_id, actions in values.items():
            self.state.setdefault(block_id, {}).update(actions)

    def _set_state(self, block_id: str, element: Json, before: dict[str, Json]) -> None:
        kept = before.get(block_id, {}).get(element["action_id"])
        if kept is not None and kept["type"] == element["type"]:
            state = kept
        else:
            state = elements.initial_state(element)
            if element.get("default_to_current_conversation"):
                state["selected_conversation"] = self.channel
        self.state.setdefault(block_id, {})[element["action_id"]] = state


class Views:
    """Every open modal, one stack per person, and every published Home tab."""

    def __init__(self) -> None:
        self.stacks: defaultdict[str, list[View]] = defaultdict(list)
        self.homes: dict[str, View] = {}
        self._numbers = itertools.count(1)

    def open(self, user: str, content: Json, channel: str | None = None) -> View:
        """A new stack; a modal that was open makes way."""
        self._refuse_taken(content, None)
        view = self._new(user, content, None, channel)
        self.stacks[user] = [view]
        return view

    def push(self, user: str, content: Json) -> View:
        stack = self.stacks[user]
        if not stack:
            raise SlackRefusal("not_found")
        if len(stack) >= STACK:
            raise SlackRefusal("push_limit_reached")
        self._refuse_taken(content, None)
        stack.append(self._new(user, content, stack[-1], stack[-1].channel))
        return stack[-1]

    def update(self, view: View, content: Json, wanted_hash: str | None = None) -> View:
        if wanted_hash and wanted_hash != view.hash:
            raise SlackRefusal("hash_conflict")
        self._refuse_taken(content, view)
        view.fill(content, self._hash())
        return view

    def publish(self, user: str, content: Json, wanted_hash: str | None = None) -> View:
        if home := self.homes.get(user):
            return self.update(home, content, wanted_hash)
        self.homes[user] = self._new(user, content, None, None)
        return self.homes[user]

    def find(self, view_id: str | None = None, external_id: str | None = None) -> View:
        for view in self._all():
            if view.id == view_id or (external_id and view.content.get("external_id") == external_id):
                return view
        raise SlackRefusal("not_found")

    def close(self, view: View) -> None:
        """Takes away this view; all of them if it says clear_on_close."""
        stack = self.stacks[view.user]
        if view.content.get("clear_on_close"):
            stack.clear()
        else:
            stack.remove(view)

    def _all(self) -> list[View]:
        return [*itertools.chain(*self.stacks.values()), *self.homes.values()]

    def _refuse_taken(self, content: Json, own: View | None) -> None:
        wanted = content.get("external_id")
        taken = {view.content.get("external_id") for view in self._all() if view is not own}
        if wanted and wanted in taken:
            raise SlackRefusal("duplicate_external_id")

    def _new(self, user: str, content: Json, below: View | None, channel: str | None) -> View:
        number = f"V{next(self._numbers):010d}"
        root = below.root_id if below else number
        view = View(number, user, content, "", root, below.id if below else None, channel)
        view.fill(content, self._hash())
        return view

    def _hash(self) -> str:
        number = next(self._numbers)
        return f"{number:010d}.{number * 7919:08x}"
