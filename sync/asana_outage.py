"""Whether Asana answers: an outage is told once when it has lasted a while, and once when it is over."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from store.database import Store
from sync.errors import OutsideError
from sync.news import AsanaResumed, AsanaStalled, keep
from sync.ports import Clock

log = structlog.get_logger()

_WORTH_TELLING = timedelta(minutes=5)


@dataclass
class _Silence:
    since: datetime | None = None
    is_told: bool = False


@dataclass(frozen=True)
class AsanaOutage:
    store: Store
    workspace_id: str
    clock: Clock
    _silence: _Silence = field(default_factory=_Silence)

    async def failed(self, error: OutsideError) -> None:
        now, silence = self.clock.now(), self._silence
        if silence.since is None:
            silence.since = now
            log.warning("asana does not answer", why=str(error))
        if silence.is_told or now - silence.since < _WORTH_TELLING:
            return
        silence.is_told = True
        async with self.store.transaction(self.workspace_id) as tx:
            await keep(tx, f"asana-stalled:{now:%Y-%m-%dT%H}", AsanaStalled(str(error)), now)

    async def answered(self) -> None:
        silence, now = self._silence, self.clock.now()
        if silence.since is None:
            return
        was_told, silence.since, silence.is_told = silence.is_told, None, False
        log.info("asana answers again")
        if was_told:
            async with self.store.transaction(self.workspace_id) as tx:
                await keep(tx, f"asana-resumed:{now:%Y-%m-%dT%H}", AsanaResumed(), now)
