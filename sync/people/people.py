"""Who somebody in Slack is, and who they are in Harvest: matched by e-mail address, looked up again after a day."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from store.database import Transaction
from store.people.records import Person
from sync.engine.tenant import Tenant
from sync.errors import Gone, Refused
from sync.news import enqueue
from sync.news.people import PersonUnmatched
from sync.ports.slack import Profile, Profiles
from sync.rules.text.slack import escape

_FRESH = timedelta(days=1)


class NotInHarvest(Refused):
    """Nobody in Harvest has this person's address, so there is nobody to log time for."""

    def __init__(self, email: str | None) -> None:
        whose = f"the address {escape(email)}" if email else "your Slack address (Slack does not show me one)"
        super().__init__(
            f"I found no active Harvest user with {whose}. Press Connect Harvest if your Harvest address is another "
            "one, or ask your coordinator to add you to Harvest: I have told them. Nothing was logged."
        )


@dataclass(frozen=True)
class People:
    tenant: Tenant
    profiles: Profiles

    async def person(self, slack_id: str) -> Person:
        """The person as Slack and Harvest's directory have them, matched or not."""
        now = self.tenant.now()
        async with self.tenant.reading() as tx:
            known = await tx.people.get(slack_id)
        if known and known.harvest_user_id and now - known.checked_at < _FRESH:
            return known
        try:
            profile = await self.profiles.profile(slack_id)
        except Gone:
            if known is None:
                raise
            return known  # Their entries and alerts are still to be told of.
        async with self.tenant.transaction() as tx:
            return await self._keep(tx, slack_id, profile)

    async def changed(self, slack_id: str, profile: Profile) -> None:
        """Slack says so of itself. Who was never met is looked up when they come."""
        async with self.tenant.transaction() as tx:
            known = await tx.people.get(slack_id)
            if known is not None and _profile(known) != profile:
                await self._keep(tx, slack_id, profile)

    async def _keep(self, tx: Transaction, slack_id: str, profile: Profile) -> Person:
        """With who they are in Harvest: as their sign-in showed, else by address."""
        user = await tx.directory.user_by_email(profile.email) if profile.email else None
        connection = await tx.connections.get(slack_id)
        signed_in = connection.harvest_user_id if connection else None
        person = Person(
            slack_id=slack_id,
            name=profile.name,
            email=profile.email,
            timezone=profile.timezone,
            harvest_user_id=signed_in or (user.id if user else None),
            checked_at=self.tenant.now(),
            is_deactivated=profile.is_deactivated,
        )
        await tx.people.save(person)
        return person

    async def logger(self, slack_id: str) -> tuple[Person, int]:
        """The person and their Harvest user id; raises NotInHarvest, which the coordinator learns as well."""
        person = await self.person(slack_id)
        if person.harvest_user_id is not None:
            return person, person.harvest_user_id
        async with self.tenant.transaction() as tx:
            key = f"unmatched:{slack_id}:{person.email}"
            await enqueue(tx, key, PersonUnmatched(slack_id, person.email), self.tenant.now())
        raise NotInHarvest(person.email)

    async def reach(self, address: str) -> str | None:
        """The Slack id behind a manager's address: their own, or that of a Harvest user by e-mail; None if unknown."""
        if not address.startswith("user:"):
            return address
        user_id = int(address.removeprefix("user:"))
        async with self.tenant.reading() as tx:
            known = await tx.people.by_harvest_user(user_id)
            user = await tx.directory.user(user_id)
        if known is not None:
            return known.slack_id
        found = await self.profiles.find(user.email) if user and user.email else None
        return (await self.person(found)).slack_id if found else None

    async def matched(self, slack_id: str, harvest_user_id: int | None) -> None:
        """Note who the person is in Harvest, as their own sign-in showed (None: look again by address)."""
        person = await self.person(slack_id)
        async with self.tenant.transaction() as tx:
            await tx.people.save(replace(person, harvest_user_id=harvest_user_id))


def _profile(person: Person) -> Profile:
    return Profile(person.name, person.email, person.timezone, person.is_deactivated)


def local(moment: datetime, person: Person) -> datetime:
    """The moment on the person's own clock."""
    return moment.astimezone(ZoneInfo(person.timezone))
