"""Connect Harvest: one person's own sign-in, from the button to the kept tokens."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from store.engine.records import AuditEvent
from store.people.records import Connection, SignIn
from sync.engine.tenant import Tenant
from sync.engine.vault import Vault
from sync.errors import OutsideError, Refused
from sync.people.people import People
from sync.ports.harvest import HarvestAccount, HarvestFactory, HarvestIdentity, Tokens

_VALID = timedelta(minutes=10)
"""How long a sign-in may take; the state is single use and bound to its person."""


class SignInFailed(Refused):
    """The sign-in could not be finished; the text says how to begin again."""


@dataclass(frozen=True, slots=True)
class Connected:
    slack_id: str
    name: str
    account: str


@dataclass(frozen=True, slots=True)
class ChooseAccount:
    """More than one Harvest account: the person says which."""

    accounts: Sequence[HarvestAccount]


@dataclass(frozen=True)
class Connect:
    tenant: Tenant
    vault: Vault
    identity: HarvestIdentity | None
    clients: HarvestFactory
    people: People
    account_id: int
    public_url: str | None

    async def begin(self, slack_id: str) -> str:
        """The link for this person's browser: ten minutes, once. Raises Refused where connecting is not set up."""
        if self.identity is None or not self.public_url:
            raise Refused(
                "Connecting is not set up here: the person who runs Gleaner has to set HARVEST_CLIENT_ID, "
                "HARVEST_CLIENT_SECRET, PUBLIC_URL and SECRET_KEYS. Until then Gleaner logs time on your behalf."
            )
        self.vault.seal(Tokens("", "", 0))  # refuses here, before the person has gone to Harvest and back
        state = secrets.token_urlsafe(32)
        async with self.tenant.transaction() as tx:
            await tx.connections.begin(_digest(state), slack_id, self.tenant.now() + _VALID)
        return f"{self.public_url.rstrip('/')}/harvest/connect?state={state}"

    async def sign_in_url(self, state: str) -> str:
        """Where the link leads: Harvest's own page. Raises SignInFailed for a state that is not valid now."""
        sign_in = await self._sign_in(state)
        if self.identity is None or sign_in.used_at is not None:
            raise SignInFailed("This link was used before. Press Connect Harvest in Slack for a new one.")
        return self.identity.sign_in_url(state)

    async def finish(self, state: str, code: str) -> Connected | ChooseAccount:
        """Harvest sent the person back with a code."""
        sign_in = await self._sign_in(state)
        async with self.tenant.transaction() as tx:
            if not await tx.connections.use(_digest(state), self.tenant.now()):
                raise SignInFailed("This link was used before. Press Connect Harvest in Slack for a new one.")
        identity = self._identity()
        try:
            tokens = await identity.exchange(code)
            accounts = await identity.accounts(tokens.access_token)
        except OutsideError as error:
            raise SignInFailed(
                f"Harvest did not complete the sign-in ({error.message}). Try again from Slack."
            ) from None
        if not accounts:
            raise SignInFailed("That sign-in has no Harvest account. Sign in as another person, from Slack.")
        if len(accounts) > 1 and not any(one.id == self.account_id for one in accounts):
            async with self.tenant.transaction() as tx:
                await tx.connections.keep_tokens(_digest(state), self.vault.seal(tokens))
            return ChooseAccount(accounts)
        chosen = next((one for one in accounts if one.id == self.account_id), accounts[0])
        return await self._connected(sign_in.slack_id, tokens, chosen)

    async def choose(self, state: str, account_id: int) -> Connected:
        """The person chose one of several accounts."""
        sign_in = await self._sign_in(state)
        if sign_in.tokens is None:
            raise SignInFailed("This choice was made before. `/gleaner connect` in Slack shows how you are connected.")
        tokens = self.vault.unseal(sign_in.tokens)
        accounts = await self._identity().accounts(tokens.access_token)
        chosen = next((one for one in accounts if one.id == account_id), None)
        if chosen is None:
            raise SignInFailed("That account is not one of yours. Press Connect Harvest in Slack to begin again.")
        async with self.tenant.transaction() as tx:
            if not await tx.connections.keep_tokens(_digest(state), None):
                raise SignInFailed("This choice was made before.")
        return await self._connected(sign_in.slack_id, tokens, chosen)

    async def disconnect(self, slack_id: str) -> bool:
        """Forget the person's tokens; True if there were any."""
        async with self.tenant.transaction() as tx:
            removed = await tx.connections.remove(slack_id)
            await self.tenant.audit(tx, slack_id, "harvest.disconnect", slack_id, {})
        if removed:
            await self.people.matched(slack_id, None)
        return removed

    async def is_connected(self, slack_id: str) -> bool:
        async with self.tenant.reading() as tx:
            connection = await tx.connections.get(slack_id)
        return connection is not None and not connection.is_revoked and self.vault.can_read(connection.tokens)

    async def _connected(self, slack_id: str, tokens: Tokens, account: HarvestAccount) -> Connected:
        if account.id != self.account_id:
            raise SignInFailed(
                f"You signed in to the Harvest account {account.name}, but this workspace logs into another one. "
                "Sign in again from Slack with the account your agency uses."
            )
        harvest = self.clients(token=tokens.access_token, account_id=account.id, clock_format="12h")
        me = await harvest.me()
        expires_at = self.tenant.now() + timedelta(seconds=tokens.expires_in)
        connection = Connection(slack_id, account.id, me.id, self.vault.seal(tokens), expires_at, is_revoked=False)
        async with self.tenant.transaction() as tx:
            await tx.connections.save(connection)
            event = AuditEvent(self.tenant.now(), slack_id, "harvest.connect", slack_id, {"user": me.id})
            await tx.audit.add(event)
        await self.people.matched(slack_id, me.id)
        return Connected(slack_id, me.name, account.name)

    async def _sign_in(self, state: str) -> SignIn:
        async with self.tenant.reading() as tx:
            sign_in = await tx.connections.sign_in(_digest(state))
        if sign_in is None or sign_in.expires_at < self.tenant.now():
            raise SignInFailed("This link is no longer valid. Press Connect Harvest in Slack for a new one.")
        return sign_in

    def _identity(self) -> HarvestIdentity:
        if self.identity is None:
            raise SignInFailed("Connecting is not set up here.")
        return self.identity


def _digest(state: str) -> str:
    """Only a digest of the state is kept, so that a copy of the database cannot finish anybody's sign-in."""
    return hashlib.sha256(state.encode()).hexdigest()
