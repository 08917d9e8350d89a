"""Whether Asana answers: an outage is told once when it has lasted a while, and once when it is over."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from sync.engine.tenant import Tenant
from sync.errors import OutsideError
from sync.news import enqueue
from sync.news.asana import AsanaResumed, AsanaStalled

log = structlog.get_logger()

_WORTH_TELLING = timedelta(minutes=5)


_OVER = timedelta(minutes=30)
"""Every call that failed is made again sooner, so one that has not failed since is over."""


@dataclass
class _Silence:
    """`spans`: when each kind of call first and last failed, for as long as it has not been answered since."""

    spans: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    is_told: bool = False


@dataclass(frozen=True)
class AsanaOutage:
    """Each kind of call by itself: one that is answered says nothing of another that never is."""

    tenant: Tenant
    _silence: _Silence = field(default_factory=_Silence)

    async def failed(self, error: OutsideError, what: str = "task") -> None:
        now, silence = self.tenant.now(), self._silence
        if what not in silence.spans:
            log.warning("asana does not answer", what=what, why=str(error))
        since, _ = silence.spans.get(what, (now, now))
        silence.spans[what] = since, now
        if silence.is_told or now - since < _WORTH_TELLING:
            return
        silence.is_told = True
        async with self.tenant.transaction() as tx:
            await enqueue(tx, f"asana-stalled:{now:%Y-%m-%dT%H}", AsanaStalled(str(error)), now)

    async def answered(self, what: str = "task") -> None:
        silence, now = self._silence, self.tenant.now()
        if not silence.spans:
            return
        silence.spans = {name: span for name, span in silence.spans.items() if name != what and now - span[1] < _OVER}
        if silence.spans:
            return
        was_told, silence.is_told = silence.is_told, False
        log.info("asana answers again")
        if was_told:
            async with self.tenant.transaction() as tx:
                await enqueue(tx, f"asana-resumed:{now:%Y-%m-%dT%H}", AsanaResumed(), now)
