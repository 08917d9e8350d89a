"""Very many entries that are no longer shown in Harvest: a person is asked whether they were deleted."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from store.database import Transaction
from store.engine.cursors import Cursor
from store.harvest.records import HarvestEntry
from sync.engine.tenant import Tenant
from sync.errors import Refused
from sync.news import enqueue
from sync.news.harvest import EntriesVanished
from sync.ports.engine import Job, Jobs
from sync.rules.harvest.deletion_search import Question, is_mass

log = structlog.get_logger()

_APPROVED_FOR = timedelta(days=1)


@dataclass(frozen=True)
class DeletionQuestion:
    tenant: Tenant
    jobs: Jobs

    async def released(self, missing: Collection[int], known: int) -> list[int]:
        """Those of the missing entries that may be looked for, to be taken out if they are gone; `known`: of how many.

        A yes lifts the stop for as many entries of the days that were asked about, and for no others.
        """
        async with self.tenant.reading() as tx:
            question = await _question(tx)
            allowed = question.allows(self.tenant.now()) if question else 0
            span = await tx.mirror.ids(question.first, question.last) if question and allowed else set()
            held = await tx.mirror.count()
        approved = sorted(span.intersection(missing))[:allowed]
        rest = set(missing).difference(approved)
        if not is_mass(len(rest), known - len(approved), held):
            return sorted(missing)
        await self._ask(rest)
        return approved

    async def approve(self, stamp: str) -> None:
        """Somebody who may has said that what this question is about was deleted; raises Refused for an old one.

        What is gone is taken out by an import, which begins at once: looking for very many takes its time.
        """
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            question = await _question(tx)
            if question is None or question.stamp != stamp:
                raise Refused(
                    "That question is out of date, and nothing was changed. If entries are still missing, I ask anew "
                    "within a day: answer the newest message."
                )
            if question.until is None:
                await _keep(tx, replace(question, until=now + _APPROVED_FOR, left=question.count))
        self.jobs.wake(Job.IMPORT, "")

    async def remove(self, entry_id: int) -> list[HarvestEntry]:
        """Take out what Harvest has confirmed to be gone; what was there."""
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            gone = list(await tx.mirror.remove([entry_id], now))
            question = await _question(tx) if gone else None
            if question and question.allows(now) and question.first <= gone[0].spent_date <= question.last:
                await _keep(tx, replace(question, left=question.left - 1))
        for entry in gone:
            log.info("entry is gone from harvest", entry=entry.id, project=entry.project_id, hours=entry.hours)
        return gone

    async def _ask(self, missing: Collection[int]) -> None:
        """Once a day until it is answered, however many more vanish meanwhile; what vanishes later is asked anew."""
        now = self.tenant.now()
        log.warning("many entries vanished from harvest; nothing is deleted", count=len(missing))
        async with self.tenant.reading() as tx:
            if _is_open(await _question(tx), now):
                return
            days = [one.spent_date for entry_id in missing if (one := await tx.mirror.get(entry_id))]
        if not days:
            return
        question = Question(now.date(), len(days), min(days), max(days))
        async with self.tenant.transaction() as tx:
            before = await _question(tx)
            if _is_open(before, now):
                return
            await _keep(tx, question)
            answered = before.until.isoformat() if before and before.until else None
            news = EntriesVanished(question.count, question.first.isoformat(), question.last.isoformat())
            await enqueue(tx, f"vanished:{question.asked_on}:{answered}", news, now)


def _is_open(question: Question | None, now: datetime) -> bool:
    return question is not None and question.asked_on == now.date() and question.until is None


async def _question(tx: Transaction) -> Question | None:
    """The last one that was asked."""
    kept = await tx.cursors.get(Cursor.DELETIONS)
    return Question.read(json.loads(kept)) if kept else None


async def _keep(tx: Transaction, question: Question) -> None:
    await tx.cursors.move(Cursor.DELETIONS, json.dumps(question.write()))
