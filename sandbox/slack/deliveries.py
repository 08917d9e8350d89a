"""How things reach the bot: three seconds for an answer, retries for events, and deliveries gone wrong."""

import asyncio
import time
from collections import deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

Json = dict[str, Any]
Kind = Literal["slash_commands", "interactive", "events_api"]

ANSWER_SECONDS = 3.0
RETRY_SECONDS = (0.0, 60.0, 300.0)


@dataclass(frozen=True)
class Retry:
    """Which repetition this is (1 to 3) and why the one before failed."""

    number: int
    reason: str


@dataclass(frozen=True)
class Ack:
    """What the bot answered; status 0 and a reason when nothing came in time."""

    status: int
    body: Any = None
    seconds: float = 0.0
    reason: str = ""
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one delivery: sent twice, sent late (seconds), or its answer lost."""

    twice: bool = False
    late: float = 0.0
    ack_lost: bool = False


class Transport(Protocol):
    async def send(self, kind: Kind, payload: Json, retry: Retry | None) -> Ack:
        """Delivers once; never raises for what the bot does, and gives up by itself in time."""
        ...


class Deliveries:
    """Sends through the transport of the day; every delivery stands in `log`."""

    def __init__(self, retry_seconds: Sequence[float] = RETRY_SECONDS) -> None:
        self.transport: Transport | None = None
        self.log: list[tuple[Kind, Json, Ack]] = []
        self._retry_seconds = retry_seconds
        self._faults: deque[Fault] = deque()
        self._running: set[asyncio.Task[None]] = set()

    def fault_next(self, fault: Fault, times: int) -> None:
        self._faults.extend([fault] * times)

    async def send(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Ack:
        """One delivery and its answer; a faulty one may go out late, twice, or seem unanswered."""
        fault = self._faults.popleft() if self._faults else Fault()
        await asyncio.sleep(fault.late)
        if fault.twice:
            again = Retry(1, "http_timeout") if kind == "events_api" else None
            self._start(self._once_more(kind, payload, again))
        ack = await self._attempt(kind, payload, retry)
        return replace(ack, status=0, body=None, reason="http_timeout") if fault.ack_lost else ack

    async def event(self, payload: Json) -> Ack:
        """The first attempt's answer; where it failed, three more follow in the background."""
        ack = await self.send("events_api", payload)
        if not ack.ok:
            self._start(self._retry(payload, ack))
        return ack

    def event_soon(self, payload: Json) -> None:
        self._start(self._deliver_event(payload))

    async def settle(self, seconds: float = 5.0) -> None:
        """Waits until nothing is under way, retries included; TimeoutError after so many seconds."""
        async with asyncio.timeout(seconds):
            while self._running:
                await asyncio.wait(self._running)

    async def stop(self) -> None:
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _attempt(self, kind: Kind, payload: Json, retry: Retry | None) -> Ack:
        if self.transport is None:
            raise RuntimeError("The app is not installed: call install() with its manifest first.")
        started = time.monotonic()
        answer = await self.transport.send(kind, payload, retry)
        ack = replace(answer, seconds=time.monotonic() - started)
        self.log.append((kind, payload, ack))
        return ack

    async def _once_more(self, kind: Kind, payload: Json, retry: Retry | None) -> None:
        await self._attempt(kind, payload, retry)

    async def _deliver_event(self, payload: Json) -> None:
        await self.event(payload)

    async def _retry(self, payload: Json, ack: Ack) -> None:
        for number, wait in enumerate(self._retry_seconds, start=1):
            if ack.ok or ack.no_retry:
                return
            await asyncio.sleep(wait)
            ack = await self.send("events_api", payload, Retry(number, ack.reason or "http_error"))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
