"""The installed app, as far as its manifest decides what Slack lets it do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class App:
    """Before an installation there are no commands, no scopes and no tabs."""

    name: str = "app"
    scopes: frozenset[str] = frozenset()
    commands: Mapping[str, Json] = field(default_factory=dict)
    shortcuts: tuple[Json, ...] = ()
    events: frozenset[str] = frozenset()
    home_tab: bool = False
    messages_tab: bool = False
    messages_read_only: bool = False
    socket_mode: bool = False
    token_error: str | None = None
    """While the app is removed: what Slack says of its token."""

    @classmethod
    def from_manifest(cls, manifest: Json) -> "App":
        features = manifest.get("features", {})
        settings = manifest.get("settings", {})
        tabs = features.get("app_home", {})
        commands = features.get("slash_commands", [])
        return cls(
            name=features.get("bot_user", {}).get("display_name", "app"),
            scopes=frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
            commands={command["command"]: command for command in commands},
            shortcuts=tuple(features.get("shortcuts", [])),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
            home_tab=tabs.get("home_tab_enabled", False),
            messages_tab=tabs.get("messages_tab_enabled", False),
            messages_read_only=tabs.get("messages_tab_read_only_enabled", False),
            socket_mode=settings.get("socket_mode_enabled", False),
        )

    def shortcut(self, callback_id: str) -> Json:
        for shortcut in self.shortcuts:
            if shortcut["callback_id"] == callback_id:
                return shortcut
        raise LookupError(f"The app has no shortcut {callback_id!r}; its manifest lists {self.shortcuts}.")
