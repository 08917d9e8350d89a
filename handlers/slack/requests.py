"""What Slack sent, checked once at the border and made a plain record that can be kept as a row and handled later."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from handlers.slack.lenient import Lenient
from sync.rules.text.slack import NOTE_LIMIT, tidy_note, unwrap

Kind = Literal["command", "action", "submission", "closed", "shortcut", "home"]

TRIGGER_LIFE = timedelta(seconds=3)
"""How long Slack lets a trigger open a form."""
ANSWER_LIFE = timedelta(minutes=30)
"""How long a response_url lives (and five uses)."""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing a person did. `name`: the command without slash and prefix, the action id or the callback id.

    `text`: what followed the command, or the value of the button or option. `fields`: form values by block id, several
    chosen ones joined by commas.
    """

    kind: Kind
    name: str
    key: str
    team: str
    user: str
    text: str = ""
    channel: str | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    view_id: str | None = None
    metadata: str = ""
    fields: Mapping[str, str | None] = field(default_factory=dict)

    def payload(self) -> dict[str, Any]:
        return asdict(self)

    def typed(self, block_id: str, limit: int = NOTE_LIMIT) -> str:
        """A text field, tidied, of at most `limit` characters; empty if nothing was typed."""
        return tidy_note(unwrap(self.fields.get(block_id) or ""), limit).text

    def day(self, block_id: str) -> date | None:
        """What a date picker says; None for anything else."""
        return read_day(self.fields.get(block_id))


def read_day(text: str | None) -> date | None:
    """`2026-11-20`, as date pickers give it; None for anything else."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Received:
    """A request with the row it is kept in."""

    request: Request
    event_id: int
    at: datetime

    def may_open(self, now: datetime) -> bool:
        """Whether its trigger can still open a form."""
        return self.request.trigger_id is not None and now - self.at < TRIGGER_LIFE

    def may_answer(self, now: datetime) -> bool:
        return self.request.response_url is not None and now - self.at < ANSWER_LIFE


class _Ref(Lenient):
    id: str


class _User(Lenient):
    id: str
    team_id: str | None = None


class _Option(Lenient):
    value: str


class _Element(Lenient):
    """One element's state or one action: whichever of these it has is its value."""

    action_id: str = ""
    block_id: str = ""
    action_ts: str = ""
    value: str | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_date: str | None = None
    selected_channel: str | None = None
    selected_conversation: str | None = None

    def read(self) -> str | None:
        option = self.selected_option.value if self.selected_option else None
        several = None if self.selected_options is None else ",".join(one.value for one in self.selected_options)
        given = (self.value, option, several, self.selected_date, self.selected_channel, self.selected_conversation)
        return next((one for one in given if one is not None), None)


class _State(Lenient):
    values: dict[str, dict[str, _Element]] = Field(default_factory=dict)

    def fields(self) -> dict[str, str | None]:
        return {block: next((one.read() for one in held.values()), None) for block, held in self.values.items()}


class _View(Lenient):
    id: str
    callback_id: str = ""
    private_metadata: str = ""
    hash: str = ""
    state: _State | None = None

    def fields(self) -> dict[str, str | None]:
        return self.state.fields() if self.state else {}


class _Command(Lenient):
    command: str
    text: str = ""
    user_id: str
    team_id: str
    channel_id: str
    trigger_id: str
    response_url: str


class _Interaction(Lenient):
    type: str
    user: _User
    team: _Ref | None = None
    channel: _Ref | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    callback_id: str = ""
    action_ts: str = ""
    action_id: str = ""
    value: str = ""
    actions: list[_Element] = Field(default_factory=list)
    view: _View | None = None
    state: _State | None = None
    """What was chosen in the message whose button was pressed."""

    @property
    def team_id(self) -> str:
        return self.team.id if self.team else self.user.team_id or ""


class _Event(Lenient):
    user: str
    tab: str = ""


class _EventBody(Lenient):
    event_id: str
    team_id: str
    event: _Event


def command(body: Mapping[str, Any], prefix: str) -> Request:
    sent = _Command.model_validate(body)
    return Request(
        kind="command",
        name=sent.command.removeprefix("/").removeprefix(prefix),
        key=f"command:{sent.trigger_id}",
        team=sent.team_id,
        user=sent.user_id,
        text=sent.text,
        channel=sent.channel_id,
        trigger_id=sent.trigger_id,
        response_url=sent.response_url,
    )


def action(body: Mapping[str, Any]) -> Request:
    sent = _Interaction.model_validate(body)
    pressed = sent.actions[0]
    return Request(
        kind="action",
        name=pressed.action_id,
        key=f"action:{sent.trigger_id or pressed.action_ts}:{pressed.action_id}",
        team=sent.team_id,
        user=sent.user.id,
        text=pressed.read() or "",
        channel=sent.channel.id if sent.channel else None,
        trigger_id=sent.trigger_id,
        response_url=sent.response_url,
        view_id=sent.view.id if sent.view else None,
        metadata=sent.view.private_metadata if sent.view else "",
        fields=sent.view.fields() if sent.view else sent.state.fields() if sent.state else {},
    )


def view(body: Mapping[str, Any], kind: Literal["submission", "closed"]) -> Request:
    """A form that was sent or closed. Sent twice, it has the same view and hash, so the same key."""
    sent = _Interaction.model_validate(body)
    shown = sent.view
    if shown is None:
        raise ValueError("a view payload without its view")
    return Request(
        kind=kind,
        name=shown.callback_id,
        key=f"{kind}:{shown.id}:{shown.hash}",
        team=sent.team_id,
        user=sent.user.id,
        trigger_id=sent.trigger_id,
        view_id=shown.id,
        metadata=shown.private_metadata,
        fields=shown.fields(),
    )


def shortcut(body: Mapping[str, Any]) -> Request:
    sent = _Interaction.model_validate(body)
    return Request(
        kind="shortcut",
        name=sent.callback_id,
        key=f"shortcut:{sent.trigger_id}",
        team=sent.team_id,
        user=sent.user.id,
        channel=sent.channel.id if sent.channel else None,
        trigger_id=sent.trigger_id,
        response_url=sent.response_url,
    )


def home(body: Mapping[str, Any]) -> Request:
    sent = _EventBody.model_validate(body)
    return Request(
        kind="home",
        name=sent.event.tab,
        key=f"event:{sent.event_id}",
        team=sent.team_id,
        user=sent.event.user,
    )


def number(text: str | None) -> int | None:
    """An id out of a button or field; None for anything else, as more digits than any row's id has."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None


@dataclass(frozen=True, slots=True)
class Search:
    """Somebody opened or typed into a select of a form."""

    name: str
    user: str
    query: str
    fields: Mapping[str, str | None]
    metadata: str = ""


def search(body: Mapping[str, Any]) -> Search:
    sent = _Interaction.model_validate(body)
    shown = sent.view
    fields, metadata = (shown.fields(), shown.private_metadata) if shown else ({}, "")
    return Search(sent.action_id, sent.user.id, sent.value, fields, metadata)
