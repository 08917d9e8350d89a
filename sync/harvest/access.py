"""Which token writes for whom: a person's own sign-in if there is one, else the account's, on the person's behalf."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from hashlib import sha256

import structlog

from store.harvest.records import Account
from store.people.records import Connection
from sync.engine.tenant import Tenant
from sync.engine.vault import Unreadable, Vault
from sync.errors import Refused, Rejected, Unauthorised, Unavailable
from sync.news import enqueue
from sync.news.harvest import SignInLost, SignInUnreadable
from sync.ports.harvest import Company, Harvest, HarvestFactory, HarvestIdentity, Tokens

log = structlog.get_logger()

_FRESH = timedelta(minutes=5)
"""A token that ends sooner than this is refreshed before use."""
_LEASE = timedelta(seconds=30)
_MEND = "Press Connect Harvest or type `/gleaner connect`, then try again."
_LOST = f"Harvest no longer takes your sign-in. {_MEND}"
_UNREADABLE = f"Your Harvest sign-in can no longer be read here, because the keys were changed. {_MEND}"


class SignInNeeded(Refused):
    """Harvest wants your own sign-in for this: type `/gleaner connect`, then try again."""

    def __init__(self, why: str | None = None) -> None:
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Writer:
    """A client and whom it writes for. `user_id` is set when it acts on somebody's behalf."""

    harvest: Harvest
    user_id: int | None

    @property
    def on_behalf(self) -> bool:
        return self.user_id is not None


@dataclass(frozen=True)
class HarvestAccess:
    """`account_token` and `account_id` are the account's own connection (HARVEST_ACCESS_TOKEN, HARVEST_ACCOUNT_ID)."""

    tenant: Tenant
    clients: HarvestFactory
    account_id: int
    account_token: str
    vault: Vault
    identity: HarvestIdentity | None
    writes_on_behalf: bool
    _refreshing: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def writer(self, slack_id: str, harvest_user_id: int) -> Writer:
        """Raises SignInNeeded where the person has to connect (again) first."""
        async with self.tenant.reading() as tx:
            connection = await tx.connections.get(slack_id)
        account = await self.account()
        if connection is not None and connection.is_revoked:
            raise SignInNeeded(_LOST)
        if connection is not None:
            token = await self._token(connection)
            own = self.clients(token=token, account_id=connection.account_id, clock_format=account.clock)
            return Writer(own.renewed_by(partial(self.renewed, slack_id)), None)
        if not self.writes_on_behalf:
            raise SignInNeeded(f"Gleaner may log only for people who signed in. {_MEND}")
        return Writer(self.importer(account.clock), harvest_user_id)

    def importer(self, clock_format: str = "12h") -> Harvest:
        """The account's own connection."""
        return self.clients(token=self.account_token, account_id=self.account_id, clock_format=clock_format)

    async def reader(self) -> Harvest:
        """The account's own connection for reading in the background: it leaves room for what people ask."""
        account = await self.account()
        return self.clients(
            token=self.account_token, account_id=self.account_id, clock_format=account.clock, is_patient=True
        )

    async def account(self) -> Account:
        """The Harvest account as last seen; asked for at once if it never was."""
        async with self.tenant.reading() as tx:
            account = await tx.accounts.get()
        return account or await self.refresh_account()

    async def refresh_account(self) -> Account:
        """Read the account's mode from Harvest and keep it."""
        company = await self._company()
        async with self.tenant.transaction() as tx:
            known = await tx.accounts.get()
            account = Account(
                id=self.account_id,
                name=company.name,
                uses_timestamps=company.uses_timestamps,
                clock=company.clock,
                web_url=company.web_url,
                imported_at=known.imported_at if known else None,
                access_roles=known.access_roles if known else (),
            )
            await tx.accounts.save(account)
        return account

    async def _company(self) -> Company:
        harvest = self.importer()
        try:
            return await harvest.company()
        except Rejected as error:
            if error.status != 403:
                raise
        me = await harvest.me()
        finished = [entry for entry in await harvest.entries(user_id=me.id, is_running=False) if entry.hours]
        return Company("Harvest", uses_timestamps=any(e.ended for e in finished[:20]), clock="12h", web_url=None)

    async def sign_in_lost(self, slack_id: str) -> None:
        """Harvest refused this person's token: they are told to connect again, once."""
        async with self.tenant.transaction() as tx:
            connection = await tx.connections.get(slack_id)
            if connection is None or connection.is_revoked:
                return
            await tx.connections.revoke(slack_id)
            key = f"sign-in-lost:{slack_id}:{connection.expires_at.isoformat()}"
            await enqueue(tx, key, SignInLost(slack_id), self.tenant.now())

    async def renewed(self, slack_id: str, refused: str) -> str | None:
        """A token in place of one that Harvest refuses before its time; None where none can be had (ruling 17)."""
        if self.identity is None:
            return None
        log.info("harvest refuses a sign-in before its time", person=slack_id)
        async with self._lock(slack_id):
            return await self._refreshed(slack_id, refused)

    def _lock(self, slack_id: str) -> asyncio.Lock:
        return self._refreshing.setdefault(slack_id, asyncio.Lock())

    async def _token(self, connection: Connection) -> str:
        tokens = await self._unsealed(connection)
        if connection.expires_at - self.tenant.now() > _FRESH:
            return tokens.access_token
        async with self._lock(connection.slack_id):
            return await self._refreshed(connection.slack_id)

    async def _unsealed(self, connection: Connection) -> Tokens:
        """Raises SignInNeeded where no key fits any more, which the coordinator learns once: they have the key."""
        try:
            return self.vault.unseal(connection.tokens)
        except Unreadable:
            key = f"unreadable:{connection.slack_id}:{sha256(connection.tokens.encode()).hexdigest()[:16]}"
            async with self.tenant.transaction() as tx:
                await enqueue(tx, key, SignInUnreadable(connection.slack_id), self.tenant.now())
            raise SignInNeeded(_UNREADABLE) from None

    async def _refreshed(self, slack_id: str, refused: str | None = None) -> str:
        """One refresh at a time: by the lock in this process, by the lease among processes.

        `refused`: a token that is of no use, however long it should have lived.
        """
        now = self.tenant.now()
        async with self.tenant.transaction() as tx:
            connection = await tx.connections.get(slack_id)
            if connection is None or connection.is_revoked:
                raise SignInNeeded(_LOST if connection else None)
            tokens = self.vault.unseal(connection.tokens)
            if connection.expires_at - now > _FRESH and tokens.access_token != refused:
                return tokens.access_token
            if not await tx.connections.lease(slack_id, now, now + _LEASE):
                raise Unavailable("Harvest", "another process is renewing this sign-in")
        if self.identity is None:
            raise SignInNeeded
        try:
            fresh = await self.identity.refresh(tokens.refresh_token)
        except Unauthorised:
            await self.sign_in_lost(slack_id)
            raise SignInNeeded(_LOST) from None
        await self._keep(connection, fresh)
        return fresh.access_token

    async def _keep(self, connection: Connection, fresh: Tokens) -> None:
        renewed = Connection(
            slack_id=connection.slack_id,
            account_id=connection.account_id,
            harvest_user_id=connection.harvest_user_id,
            tokens=self.vault.seal(fresh),
            expires_at=self.tenant.now() + timedelta(seconds=fresh.expires_in),
            is_revoked=False,
        )
        async with self.tenant.transaction() as tx:
            await tx.connections.save(renewed)
