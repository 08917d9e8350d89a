"""Sign-ins to Harvest: those under way and those that stand."""

from datetime import datetime

import sqlalchemy as sa

from store.people.records import Connection, SignIn
from store.people.tables import connections, sign_ins
from store.scope import Scope


class Connections(Scope):
    async def get(self, slack_id: str) -> Connection | None:
        row = (
            await self._connection.execute(
                sa.select(connections).where(self._mine(connections), connections.c.slack_id == slack_id)
            )
        ).one_or_none()
        if row is None:
            return None
        return Connection(row.slack_id, row.account_id, row.harvest_user_id, row.tokens, row.expires_at, row.is_revoked)

    async def save(self, connection: Connection) -> None:
        """A new sign-in or fresh tokens; whoever held the lease has done its work."""
        row = {
            "slack_id": connection.slack_id,
            "account_id": connection.account_id,
            "harvest_user_id": connection.harvest_user_id,
            "tokens": connection.tokens,
            "expires_at": connection.expires_at,
            "is_revoked": connection.is_revoked,
            "leased_until": None,
        }
        await self._upsert(connections, [row])

    async def revoke(self, slack_id: str) -> None:
        """Harvest no longer takes the tokens; the person must connect again."""
        await self._change(slack_id, is_revoked=True)

    async def remove(self, slack_id: str) -> bool:
        """True if there was one."""
        done = await self._connection.execute(
            sa.delete(connections).where(self._mine(connections), connections.c.slack_id == slack_id)
        )
        return done.rowcount == 1

    async def lease(self, slack_id: str, now: datetime, until: datetime) -> bool:
        """True for the one caller that may refresh the tokens until `until`."""
        free = sa.or_(connections.c.leased_until.is_(None), connections.c.leased_until < now)
        done = await self._connection.execute(
            sa.update(connections)
            .where(self._mine(connections), connections.c.slack_id == slack_id, free)
            .values(leased_until=until)
        )
        return done.rowcount == 1

    async def _change(self, slack_id: str, **values: object) -> None:
        await self._connection.execute(
            sa.update(connections).where(self._mine(connections), connections.c.slack_id == slack_id).values(**values)
        )

    async def begin(self, digest: str, slack_id: str, expires_at: datetime) -> None:
        await self._insert(sign_ins, {"digest": digest, "slack_id": slack_id, "expires_at": expires_at})

    async def sign_in(self, digest: str) -> SignIn | None:
        row = (
            await self._connection.execute(sa.select(sign_ins).where(self._mine(sign_ins), sign_ins.c.digest == digest))
        ).one_or_none()
        return SignIn(row.slack_id, row.expires_at, row.used_at, row.tokens) if row else None

    async def use(self, digest: str, at: datetime) -> bool:
        """True once: a state is single use."""
        done = await self._connection.execute(
            sa.update(sign_ins)
            .where(self._mine(sign_ins), sign_ins.c.digest == digest, sign_ins.c.used_at.is_(None))
            .values(used_at=at)
        )
        return done.rowcount == 1

    async def keep_tokens(self, digest: str, tokens: str | None) -> bool:
        """Tokens that wait for the choice of account; None takes them away, True once."""
        waiting = sign_ins.c.tokens.is_(None) if tokens else sign_ins.c.tokens.is_not(None)
        done = await self._connection.execute(
            sa.update(sign_ins).where(self._mine(sign_ins), sign_ins.c.digest == digest, waiting).values(tokens=tokens)
        )
        return done.rowcount == 1
