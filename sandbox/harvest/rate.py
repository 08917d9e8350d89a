"""Harvest's general limit: so many requests in any window of real time, over the whole account.

Whether Harvest counts by token, user or account is not stated; counting by account is the strictest.
"""

import math
import time
from collections import deque


class RateLimit:
    def __init__(self, rate: int, window: float) -> None:
        """`rate` requests in any `window` seconds."""
        self._rate = rate
        self._window = window
        self._seen: deque[float] = deque()

    def take(self) -> int:
        """0 if the request may pass, else after how many whole seconds to come again."""
        now = time.monotonic()
        while self._seen and self._seen[0] <= now - self._window:
            self._seen.popleft()
        if len(self._seen) >= self._rate:
            return max(1, math.ceil(self._seen[0] + self._window - now))
        self._seen.append(now)
        return 0
