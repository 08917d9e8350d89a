"""Who must look again: a version number per person that grows with everything they can see."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable


class Changes:
    def __init__(self) -> None:
        self._versions: defaultdict[str, int] = defaultdict(int)
        self._something = asyncio.Event()

    def touch(self, people: Iterable[str]) -> None:
        for person in people:
            self._versions[person] += 1
        self.wake()

    def wake(self) -> None:
        """Lets everyone who waits look again, changed or not."""
        awake, self._something = self._something, asyncio.Event()
        awake.set()

    def version(self, person: str) -> int:
        return self._versions[person]

    async def something(self) -> None:
        """Returns at the next change of anyone."""
        await self._something.wait()
