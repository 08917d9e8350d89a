"""The Web API's methods as one table: arguments, scopes, rate tier and what does the work.

Arguments, scopes and calls per minute follow Slack's method reference; None means a special tier.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.slack import methods_chat as chat
from sandbox.slack import methods_conversations as conversations
from sandbox.slack import methods_files as files
from sandbox.slack import methods_people as people
from sandbox.slack import methods_views as views
from sandbox.slack.refusals import SlackRefusal
from sandbox.slack.state import Workspace

Json = dict[str, Any]
Run = Callable[[Workspace, Json], Json]

_ALWAYS = ("team_id",)
"""Slack's own clients send it with every call once they know their team, and no method minds."""


@dataclass(frozen=True)
class Method:
    """Arguments are words in one string; any one of the scopes is enough, none means no scope."""

    run: Run
    per_minute: int | None
    required: str = ""
    optional: str = ""
    scopes: str = ""

    def check(self, given: Json, granted: frozenset[str]) -> None:
        """Refused: missing_scope, then invalid_arguments for absent or unknown ones."""
        needed = self.scopes.split()
        if needed and not granted.intersection(needed):
            raise SlackRefusal("missing_scope", needed=",".join(needed), provided=",".join(sorted(granted)))
        required = self.required.split()
        absent = [f"missing required field: {name}" for name in required if given.get(name) in (None, "")]
        unknown = given.keys() - {*required, *self.optional.split(), *_ALWAYS}
        faults = [*absent, *(f"unknown argument: {name}" for name in sorted(unknown))]
        if faults:
            raise SlackRefusal("invalid_arguments", *faults)


_FORMAT = "as_user attachments blocks link_names markdown_text parse text"
_READ = "channels:read groups:read im:read mpim:read"
_HISTORY = "channels:history groups:history im:history mpim:history"
_SPAN = "cursor include_all_metadata inclusive latest limit oldest"

METHODS: dict[str, Method] = {
    "auth.test": Method(people.auth_test, None),
    "team.info": Method(people.team_info, 50, "", "domain team", "team:read"),
    "users.info": Method(people.users_info, 100, "user", "include_locale", "users:read"),
    "users.list": Method(people.users_list, 20, "", "cursor include_locale limit team_id", "users:read"),
    "users.lookupByEmail": Method(people.users_lookup, 50, "email", "", "users:read.email"),
    "conversations.open": Method(
        conversations.conversations_open,
        50,
        "",
        "channel prevent_creation return_im users",
        "channels:manage groups:write im:write mpim:write",
    ),
    "conversations.info": Method(
        conversations.conversations_info, 50, "channel", "include_locale include_num_members", _READ
    ),
    "conversations.list": Method(
        conversations.conversations_list, 20, "", "cursor exclude_archived limit team_id types", _READ
    ),
    "conversations.members": Method(conversations.conversations_members, 100, "channel", "cursor limit", _READ),
    "conversations.join": Method(conversations.conversations_join, 50, "channel", "", "channels:join"),
    "conversations.history": Method(conversations.conversations_history, 50, "channel", _SPAN, _HISTORY),
    "conversations.replies": Method(conversations.conversations_replies, 50, "channel ts", _SPAN, _HISTORY),
    "chat.postMessage": Method(
        chat.post_message,
        None,
        "channel",
        f"{_FORMAT} icon_emoji icon_url metadata mrkdwn reply_broadcast thread_ts unfurl_links unfurl_media username",
        "chat:write",
    ),
    "chat.postEphemeral": Method(
        chat.post_ephemeral,
        100,
        "channel user",
        f"{_FORMAT} icon_emoji icon_url thread_ts username",
        "chat:write",
    ),
    "chat.update": Method(
        chat.update,
        50,
        "channel ts",
        f"{_FORMAT} file_ids metadata reply_broadcast unfurled_attachments",
        "chat:write",
    ),
    "chat.delete": Method(chat.delete, 50, "channel ts", "as_user", "chat:write"),
    "chat.getPermalink": Method(chat.get_permalink, None, "channel message_ts"),
    "files.getUploadURLExternal": Method(
        files.get_upload_url, 100, "filename length", "alt_txt snippet_type", "files:write"
    ),
    "files.completeUploadExternal": Method(
        files.complete_upload, 100, "files", "blocks channel_id channels initial_comment thread_ts", "files:write"
    ),
    "views.open": Method(views.views_open, 100, "view", "interactivity_pointer trigger_id"),
    "views.push": Method(views.views_push, 100, "view", "interactivity_pointer trigger_id"),
    "views.update": Method(views.views_update, 100, "view", "external_id hash view_id"),
    "views.publish": Method(views.views_publish, 100, "user_id view", "hash"),
}
