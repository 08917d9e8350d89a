"""Asana's limits, each counted per token: requests a minute, and requests at one time."""

import math
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager

READS_AT_ONCE = 50
WRITES_AT_ONCE = 15


class TooMany(Exception):
    """`wait` whole seconds, or None if nobody can say."""

    def __init__(self, wait: int | None) -> None:
        super().__init__(f"again in {wait} s")
        self.wait = wait


class RateLimit:
    def __init__(
        self,
        rate: int,
        window: float,
        reads_at_once: int = READS_AT_ONCE,
        writes_at_once: int = WRITES_AT_ONCE,
    ) -> None:
        """`rate` requests in any `window` real seconds."""
        self._rate = rate
        self._window = window
        self._at_once = {True: reads_at_once, False: writes_at_once}
        self._seen: defaultdict[str, deque[float]] = defaultdict(deque)
        self._open: Counter[tuple[str, bool]] = Counter()

    @contextmanager
    def passing(self, token: str, method: str) -> Iterator[None]:
        """Raises `TooMany`; a refused request counts like any other."""
        self._count(token)
        kind = (token, method == "GET")
        if self._open[kind] >= self._at_once[kind[1]]:
            raise TooMany(None)
        self._open[kind] += 1
        try:
            yield
        finally:
            self._open[kind] -= 1

    def _count(self, token: str) -> None:
        seen, now = self._seen[token], time.monotonic()
        while seen and seen[0] <= now - self._window:
            seen.popleft()
        seen.append(now)
        if len(seen) > self._rate:
            # Passes again once so many of the counted ones are too old that `rate` is kept.
            free_at = seen[len(seen) - self._rate] + self._window
            raise TooMany(max(1, math.ceil(free_at - now)))
