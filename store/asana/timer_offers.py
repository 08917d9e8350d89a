"""Who was offered to start a timer when, and who wants no such offers."""

from datetime import datetime

import sqlalchemy as sa

from store.asana.tables import timer_offers
from store.scope import Scope


class TimerOffers(Scope):
    async def are_wanted(self, slack_id: str) -> bool:
        """Until somebody switches them off, they are."""
        is_off = sa.select(timer_offers.c.is_off).where(self._mine(timer_offers), timer_offers.c.slack_id == slack_id)
        return not await self._connection.scalar(is_off)

    async def may_be_asked(self, slack_id: str, quiet_since: datetime) -> bool:
        """What `claim` would say, without claiming."""
        of = timer_offers.c
        row = sa.select(of.is_off, of.offered_at).where(self._mine(timer_offers), of.slack_id == slack_id)
        found = (await self._connection.execute(row)).one_or_none()
        return found is None or not (found.is_off or (found.offered_at and found.offered_at > quiet_since))

    async def claim(self, slack_id: str, now: datetime, quiet_since: datetime) -> bool:
        """Whether this person may be asked now: they want offers, and had none after `quiet_since`."""
        if await self._insert(timer_offers, {"slack_id": slack_id, "offered_at": now, "is_off": False}):
            return True
        of = timer_offers.c
        is_quiet = sa.or_(of.offered_at.is_(None), of.offered_at <= quiet_since)
        done = await self._connection.execute(
            sa.update(timer_offers)
            .where(self._mine(timer_offers), of.slack_id == slack_id, ~of.is_off, is_quiet)
            .values(offered_at=now)
        )
        return done.rowcount == 1

    async def switch(self, slack_id: str, *, is_off: bool) -> None:
        await self._upsert(timer_offers, [{"slack_id": slack_id, "is_off": is_off}])
