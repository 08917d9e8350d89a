"""Reads what only a few people's rates and roles need. It comes after the entries, and stops nothing (ruling 18)."""

from collections.abc import Sequence
from dataclasses import dataclass

from store.engine.cursors import Cursor
from store.harvest.records import Account, HarvestUser, Rate
from sync.engine.tenant import Tenant
from sync.errors import Gone, Rejected, Unavailable
from sync.harvest.access import HarvestAccess
from sync.harvest.unread import RATES, note_read, note_unread, unread_people
from sync.ports.harvest import Harvest

_AT_ONCE = 10
"""People whose rates are read in one go, with two requests each: everybody's once a day, and never in a rush."""
_OUTAGE = 3
"""Failures running after which Harvest rather than a person is the reason."""
ROLES = "roles"


@dataclass(frozen=True)
class RatesImport:
    tenant: Tenant
    access: HarvestAccess

    async def run(self) -> dict[str, int]:
        """Roles, and the rates of the next few people whose were not read today; how many of each were seen."""
        account, harvest = await self.access.account(), await self.access.reader()
        roles = await self._roles(harvest) if account.is_administrators else 0
        return {ROLES: roles, RATES: await self._rates(harvest, account)}

    async def _roles(self, harvest: Harvest) -> int:
        """Without them, the titles of each person are known all the same."""
        try:
            listed = [role async for page in harvest.roles() for role in page]
        except (Rejected, Gone, Unavailable) as error:
            async with self.tenant.transaction() as tx:
                await note_unread(tx, ROLES, error, self.tenant.now())
            return 0
        async with self.tenant.transaction() as tx:
            await tx.directory.save_roles(listed)
            await note_read(tx, ROLES)
        return len(listed)

    async def _rates(self, harvest: Harvest, account: Account) -> int:
        if not account.sees_rates:
            return 0
        read, failed = 0, 0
        for user in await self._due():
            try:
                rates = await _rates_of(harvest, user.id, sees_costs=account.is_administrators)
            except (Rejected, Gone, Unavailable) as error:
                async with self.tenant.transaction() as tx:
                    await note_unread(tx, RATES, error, self.tenant.now(), user.id)
                failed += isinstance(error, Unavailable)
                if failed == _OUTAGE:
                    break
                continue
            failed = 0
            read += len(rates)
            async with self.tenant.transaction() as tx:
                await tx.directory.save_rates(user.id, rates)
                await tx.cursors.move(Cursor.RATES.of(user.id), self._today())
                await note_read(tx, RATES, user.id)
        return read

    async def _due(self) -> Sequence[HarvestUser]:
        """Those whose rates cannot be read come last, so that nobody waits behind them."""
        today = self._today()
        async with self.tenant.transaction() as tx:
            users = [user for user in await tx.directory.users() if user.is_active]
            waiting = await unread_people(tx)
            for user_id in waiting - {user.id for user in users}:
                await note_read(tx, RATES, user_id)
            due = [user for user in users if await tx.cursors.get(Cursor.RATES.of(user.id)) != today]
        return sorted(due, key=lambda user: user.id in waiting)[:_AT_ONCE]

    def _today(self) -> str:
        return self.tenant.now().date().isoformat()


async def _rates_of(harvest: Harvest, user_id: int, *, sees_costs: bool) -> list[Rate]:
    kinds = (False, True) if sees_costs else (False,)
    return [rate for are_costs in kinds async for page in harvest.rates(user_id, are_costs=are_costs) for rate in page]
