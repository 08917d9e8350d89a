"""Web API: channels, direct messages and what was said in them."""

from typing import Any

from sandbox.slack.identity import BOT_USER, TEAM_ID
from sandbox.slack.message_json import message_json
from sandbox.slack.paging import page
from sandbox.slack.refusals import SlackRefusal
from sandbox.slack.state import Channel, Message, Workspace

Json = dict[str, Any]

_SCOPE_KINDS = {"public": "channels", "private": "groups", "dm": "im"}


def kind_of(channel: Channel) -> str:
    if channel.kind == "dm":
        return "dm"
    return "private" if channel.is_private else "public"


def visible(space: Workspace, channel_id: str) -> Channel:
    """The channel, if the bot can know of it: public, or one it is in."""
    channel = space.channels.get(channel_id)
    if channel is None or (kind_of(channel) != "public" and BOT_USER not in channel.members):
        raise SlackRefusal("channel_not_found")
    return channel


def require_scope(space: Workspace, channel: Channel, deed: str) -> None:
    """Channels, private channels and direct messages have a scope each, e.g. groups:history."""
    needed = f"{_SCOPE_KINDS[kind_of(channel)]}:{deed}"
    if needed not in space.app.scopes:
        raise SlackRefusal("missing_scope", needed=needed, provided=",".join(sorted(space.app.scopes)))


def conversations_open(space: Workspace, given: Json) -> Json:
    if "channel" in given:
        channel = visible(space, given["channel"])
        return {"channel": {"id": channel.id}}
    if not given.get("users"):
        raise SlackRefusal("users_list_not_supplied")
    users = given["users"] if isinstance(given["users"], list) else given["users"].split(",")
    if len(users) > 1:
        raise SlackRefusal("not_allowed_token_type", "the sandbox knows no group conversations")
    member = space.member(users[0])
    if member.deleted:
        raise SlackRefusal("user_disabled")
    already_open = f"D{member.id[1:]}" in space.channels
    channel = space.dm(member.id)
    full = channel_json(space, channel) if given.get("return_im") else {"id": channel.id}
    return {"channel": full, "no_op": already_open, "already_open": already_open}


def conversations_info(space: Workspace, given: Json) -> Json:
    channel = visible(space, given["channel"])
    require_scope(space, channel, "read")
    answer = channel_json(space, channel)
    if given.get("include_num_members"):
        answer["num_members"] = len(channel.members)
    return {"channel": answer}


def conversations_list(space: Workspace, given: Json) -> Json:
    kinds = {"public_channel": "public", "private_channel": "private", "im": "dm", "mpim": "mpim"}
    asked = str(given.get("types", "public_channel")).split(",")
    if not set(asked) <= kinds.keys():
        raise SlackRefusal("invalid_types")
    wanted = {kinds[kind] for kind in asked}
    channels = [channel for channel in space.channels.values() if _is_listed(channel, wanted, given)]
    shown, paging = page(channels, given, 100)
    return {"channels": [channel_json(space, channel) for channel in shown], **paging}


def _is_listed(channel: Channel, wanted: set[str], given: Json) -> bool:
    kind = kind_of(channel)
    known = kind == "public" or BOT_USER in channel.members
    return known and kind in wanted and not (given.get("exclude_archived") and channel.is_archived)


def conversations_members(space: Workspace, given: Json) -> Json:
    channel = visible(space, given["channel"])
    require_scope(space, channel, "read")
    members, paging = page(channel.members, given, 100)
    return {"members": members, **paging}


def conversations_join(space: Workspace, given: Json) -> Json:
    channel = visible(space, given["channel"])
    if kind_of(channel) != "public":
        raise SlackRefusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    already = BOT_USER in channel.members
    if not already:
        channel.members.append(BOT_USER)
        space.changes.touch(channel.members)
    warning = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return {"channel": channel_json(space, channel), **(warning if already else {})}


def conversations_history(space: Workspace, given: Json) -> Json:
    """Newest first; replies and ephemerals are not part of it."""
    messages = [message for message in _readable(space, given) if message.thread_ts in (None, message.ts)]
    messages.reverse()
    shown, paging = page(messages, given, 100)
    more = bool(paging["response_metadata"]["next_cursor"])
    listed = [_listed(message, given) for message in shown]
    return {"messages": listed, "has_more": more, "pin_count": 0, **(paging if more else {})}


def conversations_replies(space: Workspace, given: Json) -> Json:
    """The parent first, then its replies, oldest first."""
    parent = given["ts"]
    messages = [message for message in _readable(space, given) if parent in (message.ts, message.thread_ts)]
    if not messages:
        raise SlackRefusal("thread_not_found")
    shown, paging = page(messages, given, 1000)
    more = bool(paging["response_metadata"]["next_cursor"])
    return {"messages": [_listed(message, given) for message in shown], "has_more": more, **(paging if more else {})}


def _readable(space: Workspace, given: Json) -> list[Message]:
    channel = visible(space, given["channel"])
    require_scope(space, channel, "history")
    if BOT_USER not in channel.members:
        raise SlackRefusal("not_in_channel")
    stored = [message for message in space.messages[channel.id] if message.ephemeral_to is None]
    return [message for message in stored if _is_between(message, given)]


def _is_between(message: Message, given: Json) -> bool:
    """Bounds are exclusive unless `inclusive` is given."""
    ts, oldest, latest = (float(part) for part in (message.ts, given.get("oldest") or 0, given.get("latest") or "inf"))
    return oldest <= ts <= latest if given.get("inclusive") else oldest < ts < latest


def _listed(message: Message, given: Json) -> Json:
    return message_json(message, with_metadata=bool(given.get("include_all_metadata")))


def channel_json(space: Workspace, channel: Channel) -> Json:
    shared = {"is_org_shared": False, "context_team_id": TEAM_ID}
    if channel.kind == "dm":
        ids = {"id": channel.id, "created": channel.created, "is_archived": False}
        return {**ids, **shared, "is_im": True, "user": channel.user, "is_open": True}
    created_by = next(iter(channel.members), BOT_USER)
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_general": channel.name == "general",
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        **shared,
        "is_member": BOT_USER in channel.members,
        "created": channel.created or int(space.clock.now().timestamp()),
        "creator": created_by,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": created_by, "last_set": 0},
    }
