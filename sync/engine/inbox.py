"""The inbox: what Slack asked for is a committed row before Slack is told "received", and is handled from there.

Rows that arrive together are committed together: each waits for one disk flush, but not each for its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from weakref import WeakValueDictionary

import structlog

from store.engine.records import InboxEvent, InboxState
from sync.engine.tenant import Tenant
from sync.errors import OutsideError
from sync.ports.engine import Job, Jobs

log = structlog.get_logger()

Handle = Callable[[InboxEvent], Awaitable[None]]
"""Handles one event; what it raises is a fault of ours, as refusals are words it has already said."""
GiveUp = Callable[[InboxEvent, str], Awaitable[None]]
"""Tells the person that their event could not be handled, with the reference that is in the log."""

_TRIES = 3
"""The first, at once, and those of `_PAUSES` after it; a row starts with 0 attempts behind it."""
_YIELD_SECONDS = 1.0
"""Seconds."""
_AT_ONCE = 8
"""Events handled side by side: what Harvest's pace feeds, and few enough to leave acknowledgements room."""
_LEASE = timedelta(seconds=120)
_KEEP = timedelta(days=7)
_PAUSES = (timedelta(seconds=1), timedelta(seconds=10))


@dataclass(eq=False)
class _Waiting:
    row: dict[str, Any]
    kept: asyncio.Future[InboxEvent | None]


@dataclass(frozen=True)
class Inbox:
    tenant: Tenant
    jobs: Jobs
    handlers: dict[str, Handle] = field(default_factory=dict)
    give_up: dict[str, GiveUp] = field(default_factory=dict)
    _waiting: list[_Waiting] = field(default_factory=list)
    _lanes: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    _flushing: list[asyncio.Task[None]] = field(default_factory=list)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def receive(self, kind: str, key: str, payload: Mapping[str, object]) -> InboxEvent | None:
        """Commit the event, leased to this process; None if it was received before."""
        now = self.tenant.now()
        row = {"kind": kind, "key": key, "payload": payload, "received_at": now, "due_at": now}
        waiting = _Waiting({**row, "leased_until": now + _LEASE}, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if not self._flushing:
            self._flushing.append(asyncio.create_task(self._flush()))
        return await asyncio.shield(waiting.kept)

    def begin(self, event: InboxEvent, lane: str) -> None:
        """Handle what was acknowledged, in the background; `drain` waits for it."""
        task = asyncio.get_running_loop().create_task(self.run(event, lane))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def drain(self) -> None:
        """Wait for everything that was acknowledged and still runs."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    async def run(self, event: InboxEvent, lane: str) -> None:
        """Handle an event this process has leased; events of one lane (a person) one after the other."""
        lock = self._lanes.setdefault(lane, asyncio.Lock())
        async with lock, self._slots:
            await self._yield_to_arrivals()
            await self._handle(event)

    async def run_due(self) -> int:
        """Handle what a crash or an earlier fault left; the number of events."""
        now = self.tenant.now()
        async with self.tenant.reading() as tx:
            due = await tx.inbox.due(now)
        for start in range(0, len(due), _AT_ONCE):
            await asyncio.gather(*(self.wake(str(event_id)) for event_id in due[start : start + _AT_ONCE]))
        return len(due)

    async def received(self, event_id: int) -> InboxEvent | None:
        """An event by the id of its row."""
        async with self.tenant.reading() as tx:
            return await tx.inbox.by_id(event_id)

    async def wake(self, key: str) -> None:
        """Handle one event by the id of its row, unless somebody else is at it."""
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            event = await tx.inbox.lease(int(key), now, now + _LEASE)
        if event is not None:
            await self.run(event, str(event.payload.get("user", "")))

    async def forget(self) -> int:
        """Delete what was handled long ago."""
        async with self.tenant.transaction() as tx:
            return await tx.inbox.forget(self.tenant.now(), _KEEP)

    async def _yield_to_arrivals(self) -> None:
        """Handling waits while others arrive, and begins once a second at least: they alone are in a hurry."""
        async with self._gate:
            if self._flushing:
                await asyncio.wait(self._flushing, timeout=_YIELD_SECONDS)

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting[:] = list(self._waiting), []
            try:
                async with self.tenant.transaction(is_urgent=True) as tx:
                    added = {event.key: event for event in await tx.inbox.add([one.row for one in batch])}
            except Exception as error:  # noqa: BLE001 - each waiting request raises it at its own door
                for one in batch:
                    one.kept.set_exception(error)
                continue
            for one in batch:
                # Twice the same key in one batch: the first one gets the event.
                one.kept.set_result(added.pop(one.row["key"], None))
        self._flushing.clear()

    async def _handle(self, event: InboxEvent) -> None:
        try:
            await self.handlers[event.kind](event)
        except OutsideError as error:
            log.warning("event waits", reference=_reference(event), kind=event.kind, why=str(error))
            await self._failed(event)
        except Exception:
            # The inbox worker: whatever it is, the row stays and somebody is told.
            log.exception("event failed", reference=_reference(event), kind=event.kind, attempt=event.attempts)
            await self._failed(event)
        else:
            async with self.tenant.transaction() as tx:
                await tx.inbox.close(event.id, InboxState.HANDLED)

    async def _failed(self, event: InboxEvent) -> None:
        if event.attempts < _TRIES - 1:
            due_at = self.tenant.now() + _PAUSES[min(event.attempts, len(_PAUSES) - 1)]
            async with self.tenant.transaction() as tx:
                await tx.inbox.postpone(event.id, due_at)
            self.jobs.wake(Job.INBOX, str(event.id), at=due_at)
            return
        async with self.tenant.transaction() as tx:
            await tx.inbox.close(event.id, InboxState.FAILED)
        if (tell := self.give_up.get(event.kind)) is not None:
            await self._tell(tell, event)

    async def _tell(self, tell: GiveUp, event: InboxEvent) -> None:
        """Slack may not take it; the events beside this one go on."""
        try:
            await tell(event, _reference(event))
        except OutsideError as error:
            log.warning("nobody was told that an event failed", reference=_reference(event), why=str(error))
        except Exception:
            log.exception("nobody was told that an event failed", reference=_reference(event))


def _reference(event: InboxEvent) -> str:
    """What the person can name and the operator can find in the log."""
    return f"G-{event.id}"
