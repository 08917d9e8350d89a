"""Faults on order: an aiohttp middleware that makes any double time out, refuse, break or lose an answer.

What matters to a client is whether the deed was done before the fault: `Kind.performs` says so for each.
"""

import asyncio
import contextlib
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum, auto
from fnmatch import fnmatchcase

from aiohttp import web

from sandbox.oddities import Oddity, spoilt

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Kind(StrEnum):
    """Values are the names in small letters."""

    TIMEOUT_BEFORE = auto()
    """Never performed: hangs, then drops the connection."""
    TIMEOUT_AFTER = auto()
    """Performed: hangs, then drops the connection."""
    LATE = auto()
    """The connection is dropped at once, the deed is done a little later."""
    BUSY = auto()
    """429 with `Retry-After`."""
    BUSY_BARE = auto()
    """429 as Harvest was seen to send it: an empty text/html body and no `Retry-After`."""
    ERROR_BEFORE = auto()
    """500 and 503 by turns, not performed."""
    ERROR_AFTER = auto()
    """502, performed."""
    DROP_BEFORE = auto()
    DROP_AFTER = auto()
    MALFORMED_BEFORE = auto()
    """200 with broken JSON, not performed."""
    MALFORMED = auto()
    """Performed; the right status with broken JSON."""
    SLOW = auto()
    """Performed and answered rightly, only late."""

    @property
    def performs(self) -> bool:
        return self in _PERFORMED


_PERFORMED = frozenset({Kind.TIMEOUT_AFTER, Kind.LATE, Kind.ERROR_AFTER, Kind.DROP_AFTER, Kind.MALFORMED, Kind.SLOW})
ALL = tuple(Kind)


class Refusal(IntEnum):
    """Not performed, and not by chance: an answer with this status to whoever asks."""

    UNAUTHORISED = 401
    FORBIDDEN = 403
    GONE = 404

    @property
    def performs(self) -> bool:
        return False


class Dropped(web.Response):
    """Stands for the answer that was never sent; middlewares outside see it, the other side does not."""


@dataclass
class _Planned:
    kind: Kind
    matching: str
    times: int


@dataclass
class _Spoiler:
    share: float
    chance: random.Random
    oddities: tuple[Oddity, ...]
    matching: str


@dataclass
class _Sprinkle:
    share: float
    chance: random.Random
    kinds: tuple[Kind | Refusal, ...]
    matching: str


class Faults:
    """Patterns in `matching` are globs over `METHOD /path`, such as `PATCH /v2/time_entries/*`.

    `hang`, `late` and `slow` are seconds. Paths under /sandbox/ are spared.
    """

    def __init__(self, *, hang: float = 35.0, late: float = 0.2, slow: float = 2.0, retry_after: int = 1) -> None:
        self.hang = hang
        self.late = late
        self.slow = slow
        self.retry_after = retry_after
        self.injected: Counter[Kind | Refusal] = Counter()
        self._planned: list[_Planned] = []
        self._sprinkles: list[_Sprinkle] = []
        self.spoilt: Counter[Oddity] = Counter()
        self._spoilers: list[_Spoiler] = []
        self._errors = itertools.cycle((500, 503))
        self._late: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    def next(self, kind: Kind, *, matching: str = "*", times: int = 1) -> None:
        """The next `times` requests that match meet this fault; several orders are served in turn."""
        self._planned.append(_Planned(Kind(kind), matching, times))

    def sprinkle(
        self, share: float = 0.1, seed: int = 1, kinds: Iterable[Kind | Refusal] = ALL, matching: str = "*"
    ) -> None:
        """About `share` (0 to 1) of the matching requests meet one of `kinds`, the same ones for the same seed."""
        self._sprinkles.append(_Sprinkle(share, random.Random(seed), tuple(kinds), matching))

    def spoil(
        self, share: float = 1.0, seed: int = 1, oddities: Iterable[Oddity] = tuple(Oddity), matching: str = "*"
    ) -> None:
        """About `share` (0 to 1) of the matching requests are performed, and answered as one of `oddities` says."""
        self._spoilers.append(_Spoiler(share, random.Random(seed), tuple(oddities), matching))

    def clear(self) -> None:
        """Nothing fails any more; `injected` and `spoilt` keep their counts."""
        self._planned.clear()
        self._sprinkles.clear()
        self._spoilers.clear()

    async def close(self) -> None:
        """Lets go of what hangs and finishes late deeds at once."""
        self._closing.set()
        await asyncio.gather(*self._late)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/sandbox/"):
            return await handler(request)
        call = f"{request.method} {request.path}"
        kind = self._drawn(call)
        if kind is None:
            return self._perhaps_spoilt(call, await handler(request))
        self.injected[kind] += 1
        await request.read()
        if kind is Kind.LATE:
            self._perform_later(request, handler)
            return _drop(request)
        if not kind.performs:
            return await self._instead(kind, request)
        if kind is Kind.SLOW:
            await self._wait(self.slow)
        return await self._afterwards(kind, request, await _outcome(handler(request)))

    def _drawn(self, call: str) -> Kind | Refusal | None:
        planned = next((plan for plan in self._planned if fnmatchcase(call, plan.matching)), None)
        if planned is not None:
            planned.times -= 1
            if planned.times <= 0:
                self._planned.remove(planned)
            return planned.kind
        for sprinkle in self._sprinkles:
            if fnmatchcase(call, sprinkle.matching) and sprinkle.chance.random() < sprinkle.share:
                return sprinkle.chance.choice(sprinkle.kinds)
        return None

    def _perhaps_spoilt(self, call: str, answer: web.StreamResponse) -> web.StreamResponse:
        spoiler = next((one for one in self._spoilers if fnmatchcase(call, one.matching)), None)
        if spoiler is None or not isinstance(answer, web.Response) or spoiler.chance.random() >= spoiler.share:
            return answer
        oddity = spoiler.chance.choice(spoiler.oddities)
        self.spoilt[oddity] += 1
        body = spoilt((answer.text or "").encode(), oddity, spoiler.chance.getrandbits(32))
        kind = "text/plain" if oddity is Oddity.TEXT else answer.content_type
        return web.Response(status=answer.status, body=body, content_type=kind)

    async def _instead(self, kind: Kind | Refusal, request: web.Request) -> web.StreamResponse:
        if kind is Kind.BUSY:
            return web.Response(status=429, headers={"Retry-After": str(self.retry_after)})
        if kind is Kind.BUSY_BARE:
            return web.Response(status=429, text="", content_type="text/html")
        if isinstance(kind, Refusal):
            return web.json_response({"message": kind.name.capitalize()}, status=kind.value)
        if kind is Kind.ERROR_BEFORE:
            return _broken_page(next(self._errors))
        if kind is Kind.MALFORMED_BEFORE:
            return web.Response(text='{"id": 1, "na', content_type="application/json")
        if kind is Kind.TIMEOUT_BEFORE:
            await self._wait(self.hang)
        return _drop(request)

    async def _afterwards(
        self, kind: Kind | Refusal, request: web.Request, answer: web.StreamResponse
    ) -> web.StreamResponse:
        if kind is Kind.SLOW:
            return answer
        if kind is Kind.ERROR_AFTER:
            return _broken_page(502)
        if kind is Kind.MALFORMED:
            return _cut_in_half(answer)
        if kind is Kind.TIMEOUT_AFTER:
            await self._wait(self.hang)
        return _drop(request)

    def _perform_later(self, request: web.Request, handler: Handler) -> None:
        task = asyncio.create_task(self._perform(request, handler))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _perform(self, request: web.Request, handler: Handler) -> None:
        await self._wait(self.late)
        await _outcome(handler(request))

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()


async def _outcome(work: Awaitable[web.StreamResponse]) -> web.StreamResponse:
    """Aiohttp's own 404 and 405 come as exceptions; here they are answers like others."""
    try:
        return await work
    except web.HTTPException as refusal:
        return web.Response(status=refusal.status, text=refusal.text)


def _broken_page(status: int) -> web.Response:
    return web.Response(status=status, text="<html><body>Something went wrong</body></html>", content_type="text/html")


def _cut_in_half(answer: web.StreamResponse) -> web.Response:
    whole = answer.text or "{}" if isinstance(answer, web.Response) else "{}"
    return web.Response(status=answer.status, text=whole[: len(whole) // 2], content_type="application/json")


def _drop(request: web.Request) -> Dropped:
    if request.transport is not None:
        request.transport.abort()
    return Dropped()
