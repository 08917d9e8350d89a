"""What Slack sends to an app: commands, interactions and events, with the keys Slack gives them."""

from typing import Any

from sandbox.slack.identity import (
    APP_ID,
    BOT_USER,
    TEAM_DOMAIN,
    TEAM_ID,
    VERIFICATION_TOKEN,
)
from sandbox.slack.message_json import message_json
from sandbox.slack.methods_people import user_json
from sandbox.slack.state import Member, Message, Workspace
from sandbox.slack.views import View

Json = dict[str, Any]
Surface = Message | View


def command(space: Workspace, member: Member, channel_id: str, name: str, text: str) -> Json:
    """A slash command; all values are text, as in the form they travel in."""
    channel = space.channels[channel_id]
    hook = space.hooks.issue(channel.id, member.id, space.clock.now())
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": member.id,
        "user_name": member.username,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": space.hook_url(hook),
        "trigger_id": space.triggers.issue(member.id, channel=channel.id),
    }


def _interaction(member: Member, kind: str) -> Json:
    return {
        "type": kind,
        "user": {
            "id": member.id,
            "username": member.username,
            "name": member.username,
            "team_id": TEAM_ID,
        },
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def block_actions(space: Workspace, member: Member, surface: Surface, action: Json) -> Json:
    payload = {**_interaction(member, "block_actions"), **_place(space, surface), "actions": [action]}
    if isinstance(surface, View):
        payload["trigger_id"] = space.triggers.issue(
            member.id, channel=surface.channel, view_id=surface.id if surface.type == "modal" else None
        )
        return payload
    hook = space.hooks.issue(surface.channel, member.id, space.clock.now(), surface.ts, surface.thread_ts)
    trigger_id = space.triggers.issue(member.id, channel=surface.channel)
    state = {} if surface.ephemeral_to else {"state": {"values": surface.state.get(member.id, {})}}
    return {**payload, **state, "trigger_id": trigger_id, "response_url": space.hook_url(hook)}


def _place(space: Workspace, surface: Surface) -> Json:
    """Container and what it contains; of an ephemeral message Slack sends no body."""
    if isinstance(surface, View):
        return {"container": {"type": "view", "view_id": surface.id}, "view": surface.as_json()}
    channel = space.channels[surface.channel]
    ephemeral = surface.ephemeral_to is not None
    container: Json = {
        "type": "message",
        "message_ts": surface.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if surface.thread_ts:
        container["thread_ts"] = surface.thread_ts
    place = {"container": container, "channel": {"id": channel.id, "name": channel.name}}
    return place if ephemeral else {**place, "message": message_json(surface)}


def block_suggestion(space: Workspace, member: Member, surface: Surface, asked: Json) -> Json:
    """`asked` holds action_id, block_id and value, the text typed so far."""
    return {**_interaction(member, "block_suggestion"), **_place(space, surface), **asked}


def view_submission(space: Workspace, member: Member, view: View, response_urls: list[Json]) -> Json:
    return {
        **_interaction(member, "view_submission"),
        "trigger_id": space.triggers.issue(member.id, channel=view.channel, view_id=view.id),
        "view": view.as_json(),
        "response_urls": response_urls,
    }


def view_closed(member: Member, view: View, *, is_cleared: bool) -> Json:
    closed = {"view": view.as_json(), "response_urls": [], "is_cleared": is_cleared}
    return {**_interaction(member, "view_closed"), **closed}


def shortcut(space: Workspace, member: Member, callback_id: str) -> Json:
    return {
        "type": "shortcut",
        "token": VERIFICATION_TOKEN,
        "action_ts": space.next_ts(),
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": {"id": member.id, "username": member.username, "team_id": TEAM_ID},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": callback_id,
        "trigger_id": space.triggers.issue(member.id),
    }


def message_shortcut(space: Workspace, member: Member, callback_id: str, message: Message) -> Json:
    channel = space.channels[message.channel]
    thread_ts = message.thread_ts
    hook = space.hooks.issue(channel.id, member.id, space.clock.now(), None, thread_ts)
    return {
        **shortcut(space, member, callback_id),
        "type": "message_action",
        "user": {"id": member.id, "name": member.username},
        "channel": {"id": channel.id, "name": channel.name},
        "trigger_id": space.triggers.issue(member.id, channel=channel.id),
        "message_ts": message.ts,
        "message": message_json(message),
        "response_url": space.hook_url(hook),
    }


def event(space: Workspace, content: Json) -> Json:
    """The envelope round one event; event_id stays the same when it is delivered again."""
    place = content.get("channel")
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": content,
        "type": "event_callback",
        "event_id": space.next_id("Ev"),
        "event_time": int(space.clock.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": place in space.channels and space.channels[place].is_ext_shared,
        "event_context": f"1-{content['type']}-{TEAM_ID}-{place}",
    }


def app_home_opened(space: Workspace, user: str) -> Json:
    """The Home tab; the current view comes along once there is one."""
    opened: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": space.dm(user).id,
        "tab": "home",
        "event_ts": space.next_ts(),
    }
    home = space.views.homes.get(user)
    return {**opened, "view": home.as_json()} if home else opened


def user_change(space: Workspace, member: Member) -> Json:
    """Somebody's profile as it reads now."""
    user = user_json(space, member, with_locale=True)
    seconds = int(space.clock.now().timestamp())
    return {"type": "user_change", "user": user, "cache_ts": seconds, "event_ts": space.next_ts()}


def message_event(space: Workspace, message: Message, kind: str = "message") -> Json:
    """A `message` or `app_mention` event for what a person typed."""
    written = {**message_json(message), "type": kind, "channel": message.channel, "event_ts": message.ts}
    if kind == "message":
        channel = space.channels[message.channel]
        written["channel_type"] = {"dm": "im"}.get(channel.kind, "group" if channel.is_private else "channel")
    return written
