"""The Slack app manifest, made from one source for both transports, so that they cannot drift apart."""

from typing import Any

COMMANDS = (
    ("log", "Log time to Harvest", "[date] 1.5h [CODE] [#task] [note] | list | again | help"),
    ("timer", "Start or stop your Harvest timer", "start [CODE] [#task] [note] | stop | switch | resume | help"),
    ("budget", "See and set a project's budget", "[CODE] | set CODE 120 | channel | lock | unlock | mute | help"),
    ("gleaner", "Settings and help", "link CODE | map | audit | status | why ENTRY | help"),
)
"""Name, description, usage hint."""
SHORTCUTS = (("Log time", "global", "log_time", "Open the form to log time"),)
"""Name, type, callback id, description."""
SCOPES = (
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "users:read",
    "users:read.email",
)
"""`…:history`: to look for our own message before it is posted a second time. `…:read`: to see whether a channel is
shared with other organizations. `channels:join`: for `/budget channel`. `files:write`: for `/gleaner audit`."""
EVENTS = ("app_home_opened", "user_change")
"""`user_change`: a new time zone counts from the next command on, and alerts pass by who has left."""


def manifest(*, prefix: str = "", url: str | None = None) -> dict[str, Any]:
    """For Socket Mode, or with `url` (the public address) for HTTP."""
    settings: dict[str, Any] = {
        "event_subscriptions": {"bot_events": list(EVENTS)},
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": False,
        "socket_mode_enabled": url is None,
        "token_rotation_enabled": False,
    }
    if url is not None:
        address = f"{url.rstrip('/')}/slack/events"
        settings["event_subscriptions"]["request_url"] = address
        settings["interactivity"] |= {"request_url": address, "message_menu_options_url": address}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Gleaner",
            "description": "Gathers the hours your Harvest missed",
            "background_color": "#2b3a2e",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Gleaner", "always_online": True},
            "slash_commands": [_command(*one, prefix=prefix, url=url) for one in COMMANDS],
            "shortcuts": [
                {"name": name, "type": kind, "callback_id": callback_id, "description": description}
                for name, kind, callback_id, description in SHORTCUTS
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": settings,
    }


def command_prefix(name: str, prefix: str) -> str:
    """/gleaner keeps its name: it is the way in where another app owns the others."""
    return "" if name == "gleaner" else prefix


def _command(name: str, description: str, hint: str, *, prefix: str, url: str | None) -> dict[str, Any]:
    command = {
        "command": f"/{command_prefix(name, prefix)}{name}",
        "description": description,
        "usage_hint": hint,
        "should_escape": True,
    }
    return command if url is None else {**command, "url": f"{url.rstrip('/')}/slack/events"}
