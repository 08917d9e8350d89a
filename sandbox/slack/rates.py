"""Slack's rate limits: a bucket per method, and one per channel for posting."""

import math
import time

from sandbox.slack.refusals import SlackRefusal

POSTS_PER_SECOND = 1.0
POST_BURST = 10


class Bucket:
    """Holds `capacity` calls and gains `per_second` of them; time is real, not the sandbox's."""

    def __init__(self, capacity: float, per_second: float) -> None:
        self._capacity = capacity
        self._per_second = per_second
        self._left = capacity
        self._seen = time.monotonic()

    def take(self) -> float:
        """0 when the call may go out, else the seconds until it may."""
        now = time.monotonic()
        self._left = min(self._capacity, self._left + (now - self._seen) * self._per_second)
        self._seen = now
        if self._left < 1:
            return (1 - self._left) / self._per_second
        self._left -= 1
        return 0.0


class RateLimits:
    """Refuses with `ratelimited` and a whole number of seconds in retry_after."""

    def __init__(self, post_burst: int = POST_BURST) -> None:
        self._post_burst = post_burst
        self._buckets: dict[str, Bucket] = {}

    def spend(self, method: str, per_minute: int | None) -> None:
        if per_minute is not None:
            self._take(method, per_minute, per_minute / 60)

    def spend_post(self, channel: str) -> None:
        self._take(f"post {channel}", self._post_burst, POSTS_PER_SECOND)

    def _take(self, key: str, capacity: float, per_second: float) -> None:
        bucket = self._buckets.setdefault(key, Bucket(capacity, per_second))
        if wait := bucket.take():
            raise SlackRefusal("ratelimited", retry_after=math.ceil(wait))
