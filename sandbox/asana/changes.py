"""Lets the panel wait until something in the organization changed."""

import asyncio


class Changes:
    def __init__(self) -> None:
        self.version = 0
        self._next = asyncio.Event()

    def announce(self) -> None:
        self.version += 1
        passed, self._next = self._next, asyncio.Event()
        passed.set()

    async def since(self, version: int) -> None:
        """Returns as soon as the version is another than `version`."""
        while self.version == version:
            await self._next.wait()
