"""What `gleaner check` looks at: every sign-in that is kept, of all workspaces, still sealed."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from store.people.tables import connections, people


async def sealed_sign_ins(engine: AsyncEngine) -> Sequence[tuple[str, str]]:
    """Whose they are, and the sealed tokens; none that Harvest no longer takes."""
    same = sa.and_(people.c.workspace_id == connections.c.workspace_id, people.c.slack_id == connections.c.slack_id)
    name = sa.func.coalesce(people.c.name, connections.c.slack_id)
    kept = sa.select(name, connections.c.tokens).select_from(connections.outerjoin(people, same))
    async with engine.connect() as connection:
        await connection.execution_options(reads_only=True)
        rows = await connection.execute(kept.where(~connections.c.is_revoked).order_by(name))
        return [(row[0], row[1]) for row in rows]
