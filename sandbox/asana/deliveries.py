"""How webhooks reach their targets: handshake, signed batches of events, retries, heartbeats, deliveries gone wrong."""

import asyncio
import hashlib
import hmac
import json
import time
from collections import defaultdict, deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp

from sandbox.asana import hook_filters
from sandbox.asana.event_routes import as_json
from sandbox.asana.feed_records import Event, Webhook
from sandbox.asana.opt_fields import listed
from sandbox.asana.records import Record
from sandbox.asana.state import AsanaState

Json = dict[str, Any]

ANSWER_SECONDS = 10.0
RETRY_SECONDS = (1.0, 5.0, 30.0, 120.0, 600.0)
GATHERING = 0.02
"""Real seconds in which changes are gathered into one delivery."""
HEARTBEAT = timedelta(hours=8)
PATIENCE = timedelta(hours=24)
"""After so long without a success the webhook is deleted."""
_LOOK_SECONDS = 0.5
_OVERTAKEN_SECONDS = 5.0


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one delivery: never sent, sent twice, sent late (seconds), or overtaken by the next one."""

    lost: bool = False
    twice: bool = False
    late: float = 0.0
    overtaken: bool = False


@dataclass(frozen=True)
class Delivery:
    """One attempt. `status` 0: no answer in time, or never sent."""

    hook: str
    events: list[Json]
    status: int
    attempt: int = 1
    lost: bool = False
    seconds: float = 0.0
    """Until the answer."""


class Deliveries:
    """Order is not promised: each batch goes its own way, retries and all. Every attempt stands in `log`."""

    def __init__(
        self,
        state: AsanaState,
        *,
        retry_seconds: Sequence[float] = RETRY_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.log: list[Delivery] = []
        self._state = state
        self._retry_seconds = retry_seconds
        self._answer_seconds = answer_seconds
        self._faults: deque[Fault] = deque()
        self._gathered: defaultdict[str, list[Event]] = defaultdict(list)
        self._running: set[asyncio.Task[None]] = set()
        self._overtaken: list[asyncio.Event] = []
        self._heart: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None
        state.listeners.append(self._hear)

    async def start(self) -> None:
        """From now on heartbeats go out every 8 hours of the state's clock."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._answer_seconds))
        self._heart = asyncio.create_task(self._beat_for_ever())

    async def stop(self) -> None:
        tasks = [*self._running, *([self._heart] if self._heart else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def lose_next(self, times: int = 1) -> None:
        """Asana says it delivers at most once. Heartbeats are spared, here and below."""
        self._faults.extend([Fault(lost=True)] * times)

    def duplicate_next(self, times: int = 1) -> None:
        self._faults.extend([Fault(twice=True)] * times)

    def delay_next(self, seconds: float, times: int = 1) -> None:
        self._faults.extend([Fault(late=seconds)] * times)

    def reorder_next(self) -> None:
        """The next delivery arrives after the one that follows it."""
        self._faults.append(Fault(overtaken=True))

    async def gathered(self) -> None:
        """Waits until what was done so far has set out in deliveries of its own."""
        await asyncio.sleep(2 * GATHERING)

    def clear_faults(self) -> None:
        """What is still to come goes out well."""
        self._faults.clear()

    async def settle(self, seconds: float = 5.0) -> None:
        """Waits until nothing is under way, retries included; TimeoutError after so many seconds."""
        async with asyncio.timeout(seconds):
            while self._running:
                await asyncio.wait(self._running)

    async def handshake(self, target: str, secret: str) -> bool:
        """Whether the target answered 200 or 204 with the secret it was shown."""
        if self._session is None:
            return False
        try:
            async with self._session.post(target, json={}, headers={"X-Hook-Secret": secret}) as answer:
                return answer.status in {200, 204} and answer.headers.get("X-Hook-Secret") == secret
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return False

    def beat(self) -> None:
        """A heartbeat, a delivery without events, to every webhook now."""
        for hook in list(self._state.webhooks.values()):
            self.beat_once(hook)

    def beat_if_due(self) -> None:
        """To those that nothing was sent to for 8 hours."""
        for hook in list(self._state.webhooks.values()):
            if self._state.now() - hook.last_sent_at >= HEARTBEAT:
                hook.last_sent_at = self._state.now()
                self.beat_once(hook)

    def beat_once(self, hook: Webhook) -> None:
        self._start(self._deliver(hook, []))

    def _hear(self, event: Event) -> None:
        for hook in self._state.webhooks.values():
            if hook.resource.gid in event.seen_from and hook_filters.passes(hook.filters, event):
                self._gather(hook, event)

    def _gather(self, hook: Webhook, event: Event) -> None:
        self._gathered[hook.gid].append(event)
        if len(self._gathered[hook.gid]) == 1 and self._session is not None:
            self._start(self._flush(hook))

    async def _flush(self, hook: Webhook) -> None:
        await asyncio.sleep(GATHERING)
        events = [_compact(number, event) for number, event in enumerate(self._gathered.pop(hook.gid))]
        await self._deliver(hook, events)

    async def _deliver(self, hook: Webhook, events: list[Json]) -> None:
        """Until it succeeds, the webhook is deleted, or a fault makes it vanish."""
        fault = self._faults.popleft() if events and self._faults else Fault()
        if fault.lost:
            self.log.append(Delivery(hook.gid, events, 0, lost=True))
            return
        await asyncio.sleep(fault.late)
        if fault.overtaken:
            await self._be_overtaken()
        if fault.twice:
            self._start(self._attempt_once(hook, events))
        attempt = 1
        while hook.gid in self._state.webhooks and not await self._attempt(hook, events, attempt):
            await asyncio.sleep(self._retry_seconds[min(attempt, len(self._retry_seconds)) - 1])
            attempt += 1

    async def _be_overtaken(self) -> None:
        gone = asyncio.Event()
        self._overtaken.append(gone)
        try:
            async with asyncio.timeout(_OVERTAKEN_SECONDS):
                await gone.wait()
        except TimeoutError:
            self._overtaken.remove(gone)

    async def _attempt_once(self, hook: Webhook, events: list[Json]) -> None:
        await self._attempt(hook, events, 1)

    async def _attempt(self, hook: Webhook, events: list[Json], attempt: int) -> bool:
        began = time.perf_counter()
        status, text = await self._post(hook, json.dumps({"events": events}, separators=(",", ":")).encode())
        self.log.append(Delivery(hook.gid, events, status, attempt, seconds=time.perf_counter() - began))
        overtaken, self._overtaken = self._overtaken, []
        for waiting in overtaken:
            waiting.set()
        is_good = 200 <= status < 300
        self._note(hook, attempt, None if is_good else f"{status or 'No answer in time'}\n\n{text}"[:500])
        return is_good

    async def _post(self, hook: Webhook, body: bytes) -> tuple[int, str]:
        if self._session is None:
            return 0, ""
        signature = hmac.new(hook.secret.encode(), body, hashlib.sha256).hexdigest()
        # Recorded: every delivery carries its signature under both names.
        signed = {"X-Hook-Signature": signature, "X-Asana-Request-Signature": signature}
        headers = {"Content-Type": "application/json", **signed}
        hook.last_sent_at = self._state.now()
        try:
            async with self._session.post(hook.target, data=body, headers=headers) as answer:
                return answer.status, await answer.text(errors="replace")
        except (aiohttp.ClientError, TimeoutError) as failure:
            return 0, str(failure)

    def _note(self, hook: Webhook, attempt: int, failure: str | None) -> None:
        """Keeps the webhook's record, and deletes the webhook when it failed for too long."""
        now = self._state.now()
        if failure is None:
            hook.last_success_at = now
            hook.delivery_retry_count, hook.next_attempt_after, hook.failure_deletion_timestamp = 0, None, None
            return
        wait = self._retry_seconds[min(attempt, len(self._retry_seconds)) - 1]
        hook.last_failure_at, hook.last_failure_content = now, failure
        hook.delivery_retry_count, hook.next_attempt_after = attempt, now + timedelta(seconds=wait)
        hook.failure_deletion_timestamp = hook.failure_deletion_timestamp or now + PATIENCE
        if now >= hook.failure_deletion_timestamp:
            self._state.webhooks.pop(hook.gid, None)

    async def _beat_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self.beat_if_due()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def _compact(number: int, event: Event) -> Json:
    """Ids and types without names. As recorded, keys do not always come in the same order."""
    whole: Json = listed({**as_json(event), "user": None, "resource": None, "parent": None}, None)
    del whole["type"]
    whole |= {
        "user": _reference(event.user),
        "resource": _reference(event.resource),
        "parent": _reference(event.parent),
    }
    if event.change is not None and event.change.new_value is not None:
        whole["change"]["new_value"] = _reference(event.change.new_value)
    return dict(sorted(whole.items(), reverse=True)) if number % 2 else whole


def _reference(row: Record | None) -> Json | None:
    if row is None:
        return None
    subtype = getattr(row, "resource_subtype", None)
    is_typed = row.resource_type in {"task", "story"}
    return {
        "gid": row.gid,
        "resource_type": row.resource_type,
        **({"resource_subtype": subtype} if is_typed else {}),
    }
