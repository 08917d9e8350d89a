"""One account's share of requests: a sliding window, first come first served, paused as the server says.

Own code: aiolimiter is a leaky bucket and limits counts fixed or approximated windows, so both let more than the
allowance through across an edge, and Harvest counts any 15 seconds.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sync.errors import Busy


@dataclass(eq=False, slots=True)
class _Waiter:
    """A request in the queue; only the one in front sleeps, the others wait to be called."""

    deadline: float
    called: asyncio.Event = field(default_factory=asyncio.Event)


class Limiter:
    """At most `requests` in any `seconds`. Times are seconds of `clock`, which only moves forward.

    One for each account, shared by all its clients, in one event loop.
    """

    def __init__(
        self,
        requests: int = 100,
        seconds: float = 15.0,
        *,
        system: str = "Harvest",
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._requests = requests
        self._seconds = seconds
        self._system = system
        self._clock = clock
        self._sleep = sleep
        self._sent: deque[float] = deque(maxlen=requests)
        """When the last `requests` were let through."""
        self._free_at = float("-inf")
        self._queue: deque[_Waiter] = deque()

    async def acquire(self, patience: float, spare: int = 0) -> None:
        """Wait for a place; raises Busy as soon as that would take longer than `patience` seconds in all.

        Nobody overtakes, so an impatient request behind a patient one is refused rather than let past. With `spare`
        it stands in no queue: it goes only while that many others could go as well.
        """
        if spare:
            await self._acquire_after_others(self._clock() + patience, spare)
            return
        waiter = self._enter(patience)
        try:
            await waiter.called.wait()
            while (left := self._wait_at(0)) > 0:
                if self._clock() + left > waiter.deadline:
                    raise Busy(self._system, left)
                await self._sleep(left)
            self._sent.append(self._clock())
        finally:
            self._leave(waiter)

    async def _acquire_after_others(self, deadline: float, spare: int) -> None:
        while (left := self._wait_at(len(self._queue) + spare)) > 0:
            if self._clock() + left > deadline:
                raise Busy(self._system, left)
            await self._sleep(left)
        self._sent.append(self._clock())

    def pause(self, seconds: float) -> None:
        """Nothing goes out for that long: the server said so. Who cannot wait so long is told at once."""
        self._free_at = max(self._free_at, self._clock() + seconds)
        for waiter in self._queue:
            if waiter.deadline < self._free_at:
                waiter.called.set()

    def _enter(self, patience: float) -> _Waiter:
        wait = self._wait_at(len(self._queue))
        if wait > patience:
            raise Busy(self._system, wait)
        waiter = _Waiter(self._clock() + patience)
        self._queue.append(waiter)
        self._queue[0].called.set()
        return waiter

    def _leave(self, waiter: _Waiter) -> None:
        self._queue.remove(waiter)
        if self._queue:
            self._queue[0].called.set()

    def _wait_at(self, place: int) -> float:
        """Seconds until the one at this place of the queue (0: in front) may go, if those before it all go."""
        if place >= self._requests:
            return self._wait_at(place - self._requests) + self._seconds
        now = self._clock()
        wait = max(self._free_at - now, 0.0)
        leaving = len(self._sent) + place - self._requests
        return wait if leaving < 0 else max(wait, self._sent[leaving] + self._seconds - now)
