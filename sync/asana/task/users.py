"""Who somebody in Asana is in Harvest and in Slack: said by hand, else by e-mail address (ruling 11)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import structlog

from store.asana.records.api import AsanaUser
from store.asana.records.state import KnownUser
from store.harvest.records import HarvestUser
from store.people.records import Person
from sync.engine.tenant import Tenant
from sync.errors import OutsideError, Refused
from sync.people.people import People

log = structlog.get_logger()

_ASK_AGAIN = timedelta(hours=1)
"""Who is not in Slack is not looked for with every task."""


@dataclass(frozen=True, slots=True)
class MatchedUser:
    """`harvest_user_id` None: not in Harvest, or no longer active. `slack_id` is empty for people not in Slack."""

    user: AsanaUser
    harvest_user_id: int | None
    slack_id: str
    zone: tzinfo


@dataclass(frozen=True)
class AsanaUsers:
    """`timezone`: the agency's, for people of whom none is known."""

    tenant: Tenant
    people: People
    timezone: tzinfo
    _asked: dict[int, datetime] = field(default_factory=dict)

    async def find(self, users: Iterable[AsanaUser]) -> Mapping[str, MatchedUser]:
        """By gid. Those in Harvest but not met in Slack yet are looked for there, too."""
        seen = {user.gid: user for user in users}
        if not seen:
            return {}
        async with self.tenant.reading() as tx:
            known = {one.gid: one for one in await tx.asana.users(seen)}
        fresh = [user for user in seen.values() if _is_news(user, known.get(user.gid))]
        if fresh:
            async with self.tenant.transaction() as tx:
                await tx.asana.save_users(fresh)
                known = {one.gid: one for one in await tx.asana.users(seen)}
        return {gid: await self._who(user, known[gid]) for gid, user in seen.items()}

    async def _who(self, user: AsanaUser, known: KnownUser) -> MatchedUser:
        async with self.tenant.reading() as tx:
            if known.harvest_user_id is not None:
                found = await tx.directory.user(known.harvest_user_id)
            else:
                found = await tx.directory.user_by_email(known.email) if known.email else None
            person = await tx.people.by_harvest_user(found.id) if found else None
        if found is None or not found.is_active:
            return MatchedUser(user, None, "", self.timezone)
        person = person or await self._met(found)
        return MatchedUser(user, found.id, person.slack_id if person else "", self._zone(person, found))

    async def _met(self, user: HarvestUser) -> Person | None:
        now = self.tenant.now()
        if self._asked.get(user.id, now) > now:
            return None
        try:
            slack_id = await self.people.reach(f"user:{user.id}")
            if slack_id:
                return await self.people.person(slack_id)
        except (OutsideError, Refused) as error:
            log.info("slack did not say who somebody is", user=user.id, why=str(error))
        self._asked[user.id] = now + _ASK_AGAIN
        return None

    def _zone(self, person: Person | None, user: HarvestUser) -> tzinfo:
        """Slack's, else Harvest's where it is an IANA name, else the agency's."""
        for name in (person.timezone if person else None, user.timezone):
            try:
                if name:
                    return ZoneInfo(name)
            except (KeyError, ValueError, OSError):
                continue
        return self.timezone


def _is_news(user: AsanaUser, known: KnownUser | None) -> bool:
    return known is None or known.name != user.name or (user.email is not None and known.email != user.email)
