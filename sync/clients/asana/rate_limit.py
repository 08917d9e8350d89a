"""What one Asana token may ask for: so many requests a minute, and so many at the same time."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from sync.clients.limiter import Limiter
from sync.errors import Busy

SYSTEM = "Asana"
FREE, PAID = 150, 1500
"""Requests a minute and token by plan (Asana's documentation, "Rate limits")."""
_WINDOWS = 6
"""Asana counts more often than once a minute, so a minute's share is not sent in one burst."""
_LONGER = 1.02
"""Requests take different times to arrive, so seven windows of ours must not fall into a minute of Asana's."""
_READS, _WRITES = 20, 5
"""At the same time; Asana takes 50 and 15, and other programs may use the same token."""

log = structlog.get_logger()


@dataclass(frozen=True)
class AsanaShare:
    """One for each token, shared by all its clients, in one event loop."""

    limiter: Limiter
    reads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_READS))
    writes: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_WRITES))
    announced: set[str] = field(default_factory=set)
    """Coming changes of the interface that were logged already."""

    @classmethod
    def of(cls, per_minute: int = FREE) -> "AsanaShare":
        return cls(Limiter(max(per_minute // _WINDOWS, 1), _LONGER * 60 / _WINDOWS, system=SYSTEM))

    @asynccontextmanager
    async def turn(self, *, is_write: bool, patience: float, spare: int) -> AsyncIterator[None]:
        """A place for one request while it lasts; raises Busy rather than wait much longer than `patience` seconds."""
        places = self.writes if is_write else self.reads
        try:
            async with asyncio.timeout(patience):
                await places.acquire()
        except TimeoutError:
            raise Busy(SYSTEM, patience + 1) from None
        try:
            await self.limiter.acquire(patience, spare)
            yield
        finally:
            places.release()

    def heed(self, headers: Mapping[str, str]) -> None:
        """Log once what Asana announces that it will change for us (its `Asana-Change` header)."""
        for change in headers.get("asana-change", "").split(","):
            said = dict(part.strip().partition("=")[::2] for part in change.split(";"))
            name = said.get("name", "")
            if name and said.get("affected") == "true" and name not in self.announced:
                self.announced.add(name)
                log.warning("asana announces a change", change=name, info=said.get("info", ""))
