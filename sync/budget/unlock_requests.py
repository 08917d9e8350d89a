"""Requests to unlock: who asks a project's managers for more, and what a manager refuses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from store.budget.records import RequestState, UnlockRequest
from store.database import Transaction
from store.people.records import Person
from store.time_entries.records import TimeEntry
from store.units import Hours
from sync.budget.locks import Locks, waiting_entry
from sync.budget.status import BudgetStatus, load_project
from sync.budget.unlock_answers import load_request
from sync.engine.tenant import Tenant
from sync.errors import Refused
from sync.news import enqueue
from sync.news.budget import UnlockAnswered, UnlockAsked
from sync.ports.engine import Job, Jobs
from sync.rules.text.slack import escape


@dataclass(frozen=True)
class UnlockRequests:
    tenant: Tenant
    jobs: Jobs
    locks: Locks

    async def ask(
        self,
        person: Person,
        project_id: int,
        hours: Hours | None,
        reason: str,
        entry_key: str | None,
        key: str,
        *,
        period: str = "",
        line: str = "",
    ) -> UnlockRequest | TimeEntry:
        """Keep the request and send each manager a card; the coordinator where there is no manager.

        `period` and `line` say what it is about where no entry does. Where nothing is locked any more, the answer is
        the entry that waited: it goes out, and nobody is asked.
        """
        wish = UnlockRequest(
            key=key,
            project_id=project_id,
            line=line,
            period=period,
            slack_id=person.slack_id,
            hours=hours,
            reason=reason,
            entry_key=entry_key,
            state=RequestState.ASKED,
            decided_by=None,
            answer="",
            created_at=self.tenant.now(),
        )
        async with self.tenant.transaction() as tx:
            asked = await self._ask(tx, person, wish)
        if isinstance(asked, TimeEntry) and not asked.is_to_run:
            self.jobs.wake(Job.ENTRY, asked.key)
        return asked

    async def known(self, key: str) -> UnlockRequest | None:
        async with self.tenant.reading() as tx:
            return await tx.budgets.request(key)

    async def get(self, key: str) -> UnlockRequest:
        async with self.tenant.reading() as tx:
            return await load_request(tx, key)

    async def entry(self, request: UnlockRequest) -> TimeEntry | None:
        """What it was asked for, wherever that stands now."""
        async with self.tenant.reading() as tx:
            return await tx.time_entries.get(request.entry_key) if request.entry_key else None

    async def keep_locked(self, person: Person, request_key: str, reason: str) -> UnlockRequest | None:
        """Say no to a request; None if it was answered before."""
        request = await self.get(request_key)
        await self.locks.require(person, request.project_id, "keep-locked")
        async with self.tenant.transaction() as tx:
            answered = await tx.budgets.answer(request_key, RequestState.KEPT, person.slack_id, reason)
            deed = "keep-locked" if answered else "keep-locked.no-op"
            await self._audit(tx, person, deed, request.project_id, {"reason": reason})
            if answered:
                await enqueue(tx, f"answered:{request_key}", UnlockAnswered(request_key), self.tenant.now())
        return request if answered else None

    async def _ask(self, tx: Transaction, person: Person, wish: UnlockRequest) -> UnlockRequest | TimeEntry:
        own = await tx.time_entries.get(wish.entry_key) if wish.entry_key else None
        is_own = own is not None and own.slack_id == person.slack_id
        wish = wish if is_own else replace(wish, entry_key=None)
        entry = await waiting_entry(tx, wish)
        project = await load_project(tx, wish.project_id)
        day = own.spent_date if own and is_own else self._day(wish, is_monthly=project.is_monthly)
        standing = await self.locks.standing(tx, project, day)
        closed = standing.closed_to(entry.task_id, entry.harvest_user_id) if entry else standing.closed
        if closed:
            line = _line([one.key for one in closed], person, wish.line)
            return await self._keep(tx, person, replace(wish, line=line, period=standing.period))
        if entry is None:
            raise Refused(_open_words(standing, has_entry=is_own))
        await self.locks.let_go(tx, entry, wish.key)
        return entry

    def _day(self, wish: UnlockRequest, *, is_monthly: bool) -> date:
        return self.locks.day_in(wish.period if is_monthly else "")

    async def _keep(self, tx: Transaction, person: Person, request: UnlockRequest) -> UnlockRequest:
        if await tx.budgets.ask(request):
            facts = {"hours": request.hours, "reason": request.reason}
            await self._audit(tx, person, "unlock.asked", request.project_id, facts)
            for address in await self.locks.addresses(tx, request.project_id):
                await enqueue(
                    tx, f"unlock:{request.key}:{address}", UnlockAsked(request.key, address), self.tenant.now()
                )
        return request

    async def _audit(
        self, tx: Transaction, person: Person, deed: str, project_id: int, facts: Mapping[str, object]
    ) -> None:
        await self.tenant.audit(tx, person.slack_id, deed, f"project:{project_id}", facts)


def _line(closed: list[str], person: Person, named: str) -> str:
    """The line a request is about: the only one, the one that was named, the person's own; empty: all of them."""
    own = f"person:{person.harvest_user_id}"
    if len(closed) == 1:
        return closed[0]
    return next((one for one in (named, own) if one in closed), "")


def _open_words(standing: BudgetStatus, *, has_entry: bool) -> str:
    what = f"{escape(standing.project.name)} is open: nothing has to be unlocked."
    if has_entry:
        return f"{what} Your entry is no longer waiting for this; `/log list` shows where it stands."
    return f"{what} Just log again."
