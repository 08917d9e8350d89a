"""Slack's two short-lived keys: trigger ids (3 s, one use) and response URLs (30 min, five uses)."""

import itertools
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.slack.refusals import SlackRefusal

TRIGGER_SECONDS = 3.0
RESPONSE_URL_LIFE = timedelta(minutes=30)
RESPONSE_URL_USES = 5


@dataclass
class Trigger:
    """Handed out with each interaction; view_id is set when it came from inside an open modal."""

    id: str
    user: str
    channel: str | None
    view_id: str | None
    born: float
    used: bool = False


class Triggers:
    def __init__(self, life: float = TRIGGER_SECONDS) -> None:
        self._life = life
        self._numbers = itertools.count(1)
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, *, channel: str | None = None, view_id: str | None = None) -> str:
        number = next(self._numbers)
        trigger = Trigger(f"{number}.{number + 1000}.{number:032x}", user, channel, view_id, time.monotonic())
        self._issued[trigger.id] = trigger
        return trigger.id

    def valid(self, trigger_id: object) -> Trigger:
        """The trigger, not yet marked as used; age is real time, whatever the sandbox's clock says."""
        trigger = self._issued.get(str(trigger_id))
        if trigger is None:
            raise SlackRefusal("invalid_trigger_id")
        if trigger.used:
            raise SlackRefusal("exchanged_trigger_id")
        if time.monotonic() - trigger.born > self._life:
            raise SlackRefusal("expired_trigger_id")
        return trigger


@dataclass
class Hook:
    """What a response URL stands for: the place, the person, and the message that may be replaced."""

    id: str
    channel: str
    user: str
    born: datetime
    message_ts: str | None = None
    thread_ts: str | None = None
    uses: int = 0


class Hooks:
    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._hooks: dict[str, Hook] = {}

    def issue(
        self,
        channel: str,
        user: str,
        now: datetime,
        message_ts: str | None = None,
        thread_ts: str | None = None,
    ) -> Hook:
        hook = Hook(f"{next(self._numbers):012d}", channel, user, now, message_ts, thread_ts)
        self._hooks[hook.id] = hook
        return hook

    def use(self, hook_id: str, now: datetime) -> Hook:
        """Counts one use. Refused: expired_url after 30 minutes of the sandbox's clock, used_url after 5."""
        hook = self._hooks.get(hook_id)
        if hook is None or now - hook.born > RESPONSE_URL_LIFE:
            raise SlackRefusal("expired_url")
        if hook.uses >= RESPONSE_URL_USES:
            raise SlackRefusal("used_url")
        hook.uses += 1
        return hook
