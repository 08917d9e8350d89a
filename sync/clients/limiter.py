"""One account's share of requests: a sliding window, first come first served, paused as the server says.

Own code: aiolimiter is a leaky bucket and limits counts fixed or approximated windows, so both let more than the
allowance through across an edge, and Harvest counts any 15 seconds.

A server counts a request when it arrives, which is at some moment between its going out and its answer. So a place
becomes free one window after the answer: no sooner, since it may have been long on its way, and no later.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sync.errors import Busy


@dataclass(eq=False, slots=True)
class _Waiter:
    """A request in the queue; only the one in front sleeps, the others wait to be called."""

    deadline: float
    called: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False, slots=True)
class _Sent:
    """A request that went out. `at`: when, and once it is answered, when that was."""

    at: float
    is_spared: bool
    """It belongs to those for whom others leave room."""


_LEAST_SPARED = 20
"""A request in so many is left free for people even if none of them has asked for anything of late."""


class Limiter:
    """At most `requests` in any `seconds`. Times are seconds of `clock`, which only moves forward.

    One for each account, shared by all its clients, in one event loop.
    """

    def __init__(
        self,
        requests: int,
        seconds: float,
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
        self._sent: deque[_Sent] = deque(maxlen=requests)
        """The last ones, oldest first."""
        self._free_at = float("-inf")
        self._queue: deque[_Waiter] = deque()

    @asynccontextmanager
    async def turn(self, patience: float, spare: int = 0) -> AsyncIterator[None]:
        """A place for one request, until it is answered; see `acquire`."""
        sent = await self.acquire(patience, spare)
        try:
            yield
        finally:
            self._answered(sent)

    async def acquire(self, patience: float, spare: int = 0) -> _Sent:
        """Wait for a place; raises Busy as soon as that would take longer than `patience` seconds in all.

        Nobody overtakes, so an impatient request behind a patient one is refused rather than let past. With `spare`
        it stands in no queue: it goes only while others could go as well, as many as asked within the last window, at
        most `spare` and never none.
        """
        if spare:
            return await self._acquire_after_others(self._clock() + patience, spare)
        waiter = self._enter(patience)
        try:
            await waiter.called.wait()
            while (left := self._wait_at(0)) > 0:
                if self._clock() + left > waiter.deadline:
                    raise Busy(self._system, left)
                await self._sleep(left)
            return self._went(is_spared=True)
        finally:
            self._leave(waiter)

    async def _acquire_after_others(self, deadline: float, spare: int) -> _Sent:
        while (left := self._wait_at(len(self._queue) + self._room(spare))) > 0:
            if self._clock() + left > deadline:
                raise Busy(self._system, left)
            await self._sleep(left)
        return self._went(is_spared=False)

    def _room(self, most: int) -> int:
        """Requests to leave free for people: they ask as often as they just did, and somebody may always begin."""
        since = self._clock() - self._seconds
        asked = sum(sent.is_spared and sent.at > since for sent in self._sent)
        return min(most, max(asked, -(-self._requests // _LEAST_SPARED)))

    def _went(self, *, is_spared: bool) -> _Sent:
        sent = _Sent(self._clock(), is_spared)
        self._sent.append(sent)
        return sent

    def _answered(self, sent: _Sent) -> None:
        """Kept in order: it is the latest now."""
        if sent in self._sent:
            self._sent.remove(sent)
        sent.at = self._clock()
        self._sent.append(sent)

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
        return wait if leaving < 0 else max(wait, self._sent[leaving].at + self._seconds - now)
