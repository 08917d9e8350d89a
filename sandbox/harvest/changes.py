"""Lets others wait until something in the account changed."""

import asyncio


class Changes:
    def __init__(self) -> None:
        self.version = 0
        self._next = asyncio.Event()

    def announce(self) -> None:
        self.version += 1
        announced, self._next = self._next, asyncio.Event()
        announced.set()

    async def since(self, version: int) -> int:
        """Returns the present version as soon as it is not `version`."""
        while self.version == version:
            await self._next.wait()
        return self.version
