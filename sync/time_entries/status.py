"""How things stand for one person in one channel."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from store.harvest.records import Account, Project
from store.people.records import Connection, Person
from store.time_entries.records import OPEN_STATES, EntryState, TimeEntry
from sync.engine.tenant import Tenant
from sync.engine.vault import Vault
from sync.harvest.unread import Unread, unread
from sync.people.people import local
from sync.time_entries.in_harvest import InHarvest


@dataclass(frozen=True, slots=True)
class PersonStatus:
    """`waiting`: entries of this person that Harvest has not confirmed. `held`: those that wait for somebody."""

    account: Account | None
    is_connected: bool
    is_stalled: bool
    linked: Project | None
    waiting: int
    held: Sequence[TimeEntry] = ()
    unread: Sequence[Unread] = ()
    """What Harvest does not show at the moment."""
    is_answering: bool = True
    """Whether Harvest answered just now, where it was asked."""


@dataclass(frozen=True)
class PersonStatuses:
    tenant: Tenant
    vault: Vault
    in_harvest: InHarvest

    async def asked(self, person: Person, channel_id: str | None) -> PersonStatus:
        """The same, and whether Harvest answers."""
        standing = await self.read(person, channel_id)
        if person.harvest_user_id is None:
            return standing
        today = local(self.tenant.now(), person).date()
        sheet = await self.in_harvest.day(person, person.harvest_user_id, today)
        return replace(standing, is_answering=sheet.is_current)

    async def read(self, person: Person, channel_id: str | None) -> PersonStatus:
        async with self.tenant.reading() as tx:
            connection = await tx.connections.get(person.slack_id)
            linked = await tx.channels.project(channel_id) if channel_id else None
            return PersonStatus(
                account=await tx.accounts.get(),
                is_connected=self._is_connected(connection),
                is_stalled=await tx.workspaces.is_stalled(),
                linked=await tx.directory.project(linked) if linked else None,
                held=await tx.time_entries.in_state(person.slack_id, [EntryState.HELD]),
                unread=await unread(tx),
                waiting=len(await tx.time_entries.in_state(person.slack_id, OPEN_STATES)),
            )

    def _is_connected(self, connection: Connection | None) -> bool:
        return connection is not None and not connection.is_revoked and self.vault.can_read(connection.tokens)
