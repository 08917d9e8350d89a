"""The table of jobs: name, interval, flow. Several processes may fire one; a lease lets one run it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.app import Gleaner
from bot.jobs import EmbeddedJobs

log = structlog.get_logger()

_LEASE = timedelta(minutes=10)
_DIRECTORY_EVERY = timedelta(minutes=5)
"""How old the directory may grow: a new project is bookable within that time (S3-11)."""
_AHEAD = timedelta(days=1)
"""The sweep looks at what is open even if its next attempt is due later: a look does no harm."""


@dataclass(frozen=True)
class Job:
    """`run` answers with its summary, one line."""

    name: str
    what: str
    run: Callable[[Gleaner], Awaitable[str]]


async def _import(gleaner: Gleaner) -> str:
    seen = await gleaner.harvest_import.run()
    return "imported " + ", ".join(f"{count} {name}" for name, count in seen.items())


async def _sweep(gleaner: Gleaner) -> str:
    events = await gleaner.inbox.run_due()
    moved = await gleaner.outbox.push_due(ahead=_AHEAD)
    forgotten = await gleaner.inbox.forget()
    return f"handled {events} events, looked after {moved} open entries, forgot {forgotten} old events"


async def _deliver(gleaner: Gleaner) -> str:
    events = await gleaner.inbox.run_due()
    moved = await gleaner.outbox.push_due()
    posted = await gleaner.announcements.post_due()
    await gleaner.store.tidy()
    return f"handled {events} events, pushed {moved} entries, posted {posted} notices"


JOBS = {
    job.name: job
    for job in (
        Job("import", "read clients, projects, tasks, people and assignments from Harvest", _import),
        Job("sweep", "settle whatever a crash or an outage left open", _sweep),
        Job("deliver", "post news that is due, send entries that are due", _deliver),
    )
}


async def run_job(gleaner: Gleaner, name: str) -> str | None:
    """The job's summary; None if another process is at it."""
    now = gleaner.clock.now()
    async with gleaner.store.transaction(gleaner.workspace_id) as tx:
        mine = await tx.leases.take(name, gleaner.owner, now, now + _LEASE)
    if not mine:
        return None
    try:
        return await JOBS[name].run(gleaner)
    finally:
        async with gleaner.store.transaction(gleaner.workspace_id) as tx:
            await tx.leases.free(name, gleaner.owner)


def schedule(gleaner: Gleaner, jobs: EmbeddedJobs, *, whole: bool) -> None:
    """Register wake-ups and ticks. `whole`: with import and sweep; a web process only delivers."""

    async def tick(name: str) -> None:
        await run_job(gleaner, name)

    async def import_if_old(_key: str) -> None:
        async with gleaner.store.reading(gleaner.workspace_id) as tx:
            account = await tx.workspaces.account()
            stalled = await tx.workspaces.is_stalled()
        read_at = account.imported_at if account else None
        if stalled or read_at is None or gleaner.clock.now() - read_at >= _DIRECTORY_EVERY:
            await tick("import")

    async def sweep(_key: str) -> None:
        await tick("sweep")

    async def deliver(_key: str) -> None:
        await _deliver(gleaner)

    jobs.runs.update(
        {
            "entry": gleaner.outbox.push,
            "inbox": gleaner.inbox.wake,
            "notice": gleaner.announcements.post,
            "import": import_if_old,
            "sweep": sweep,
            "deliver": deliver,
        }
    )
    jobs.every("deliver", gleaner.tempo.deliver_every)
    if whole:
        jobs.every("import", gleaner.settings.import_every)
        jobs.every("sweep", gleaner.settings.sweep_every)
