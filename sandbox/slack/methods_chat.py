"""Web API: posting, changing and deleting messages, with Slack's reasons to refuse."""

from dataclasses import dataclass
from typing import Any

from sandbox.slack.identity import BOT_USER, TEAM_DOMAIN
from sandbox.slack.message_json import message_json
from sandbox.slack.methods_conversations import visible
from sandbox.slack.refusals import SlackRefusal
from sandbox.slack.state import Channel, Message, Workspace
from sandbox.slack.validation import MESSAGE_TEXT, require_blocks

Json = dict[str, Any]

MOST_ATTACHMENTS = 100
METADATA_KEYS = {"event_type", "event_payload"}


@dataclass(frozen=True)
class Content:
    """What a message says, checked."""

    text: str
    blocks: list[Json]
    attachments: list[Json]


def content(space: Workspace, given: Json) -> Content:
    """Refused: nothing to say (no_text), blocks outside the limits, more than 100 attachments."""
    markdown = given.get("markdown_text")
    if markdown and (given.get("text") or given.get("blocks")):
        raise SlackRefusal("markdown_text_conflict")
    blocks = require_blocks(given.get("blocks") or [])
    attachments = given.get("attachments") or []
    text = given.get("text") or markdown or ""
    if not (text or blocks or attachments):
        raise SlackRefusal("no_text")
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackRefusal("too_many_attachments")
    return Content(str(text), space.stamp(blocks), attachments)


def target(space: Workspace, channel_id: str) -> Channel:
    """Where to post: a channel id, or a person's id for direct messages with the bot."""
    channel = space.dm(channel_id) if channel_id in space.people else visible(space, channel_id)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if channel.kind == "dm" and not space.app.messages_tab:
        raise SlackRefusal("messages_tab_disabled")
    return channel


def require_voice(space: Workspace, channel: Channel) -> None:
    """A bot speaks where it is a member, and in any public channel with chat:write.public."""
    if BOT_USER not in channel.members and "chat:write.public" not in space.app.scopes:
        raise SlackRefusal("not_in_channel")


def _metadata(given: Json) -> Json | None:
    metadata: Json | None = given.get("metadata")
    if metadata and (not metadata.keys() >= METADATA_KEYS or not isinstance(metadata["event_payload"], dict)):
        raise SlackRefusal("invalid_metadata_schema")
    return metadata


def post_message(space: Workspace, given: Json) -> Json:
    channel = target(space, given["channel"])
    require_voice(space, channel)
    said = content(space, given)
    thread_ts = given.get("thread_ts")
    text = said.text[:MESSAGE_TEXT]
    message = Message(channel.id, space.next_ts(), BOT_USER, text, said.blocks, said.attachments, thread_ts)
    message.metadata = _metadata(given)
    space.add_message(message)
    written = message_json(message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": written}


def post_ephemeral(space: Workspace, given: Json) -> Json:
    channel = target(space, given["channel"])
    if BOT_USER not in channel.members:
        raise SlackRefusal("not_in_channel")
    if given["user"] not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    said = content(space, given)
    _refuse_long(said)
    thread_ts = given.get("thread_ts")
    message = Message(channel.id, space.next_ts(), BOT_USER, said.text, said.blocks, said.attachments, thread_ts)
    message.ephemeral_to = given["user"]
    space.add_message(message)
    return {"message_ts": message.ts}


def _refuse_long(said: Content) -> None:
    if len(said.text) > MESSAGE_TEXT:
        raise SlackRefusal("msg_too_long")


def update(space: Workspace, given: Json) -> Json:
    """The bot's own lasting messages only; text alone removes the blocks, metadata stays unless given."""
    message = _own(space, given, "cant_update_message")
    said = content(space, given)
    _refuse_long(said)
    rewrite(message, said)
    if "metadata" in given:
        message.metadata = _metadata(given)
    space.changed(message)
    written = message_json(message, with_metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": written}


def rewrite(message: Message, said: Content) -> None:
    """Slack shows "edited" only when a message without blocks is changed."""
    message.text, message.blocks, message.attachments = said.text, said.blocks, said.attachments
    message.edited = not said.blocks
    message.state.clear()


def delete(space: Workspace, given: Json) -> Json:
    message = _own(space, given, "cant_delete_message")
    space.remove_message(message)
    return {"channel": message.channel, "ts": message.ts}


def _own(space: Workspace, given: Json, refusal: str) -> Message:
    """A message's channel must be named by its own id here: a person's id is not understood."""
    channel = visible(space, given["channel"])
    message = space.message(channel.id, str(given["ts"]))
    if message.ephemeral_to:
        raise SlackRefusal("message_not_found")
    if message.user != BOT_USER:
        raise SlackRefusal(refusal)
    return message


def get_permalink(space: Workspace, given: Json) -> Json:
    channel = visible(space, given["channel"])
    message = space.message(channel.id, str(given["message_ts"]))
    if message.ephemeral_to:
        raise SlackRefusal("message_not_found")
    path = f"{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": f"https://{TEAM_DOMAIN}.slack.com/archives/{path}"}
