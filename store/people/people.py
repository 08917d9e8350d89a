"""People in Slack, the projects their channels stand for, and the forms they have not finished."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from store.people.records import Person
from store.people.tables import people
from store.scope import Scope
from store.time_entries.tables import channel_links, drafts


class People(Scope):
    async def get(self, slack_id: str) -> Person | None:
        row = (
            await self._connection.execute(sa.select(people).where(self._mine(people), people.c.slack_id == slack_id))
        ).one_or_none()
        return _person(row) if row else None

    async def by_harvest_user(self, user_id: int) -> Person | None:
        row = (
            await self._connection.execute(
                sa.select(people).where(self._mine(people), people.c.harvest_user_id == user_id)
            )
        ).first()
        return _person(row) if row else None

    async def every(self) -> Sequence[Person]:
        """Everybody who was met so far, by name."""
        rows = await self._connection.execute(sa.select(people).where(self._mine(people)).order_by(people.c.name))
        return [_person(row) for row in rows]

    async def save(self, person: Person) -> None:
        row = {
            "slack_id": person.slack_id,
            "name": person.name,
            "email": person.email,
            "timezone": person.timezone,
            "harvest_user_id": person.harvest_user_id,
            "checked_at": person.checked_at,
        }
        await self._upsert(people, [row])

    async def linked_project(self, channel_id: str) -> int | None:
        """The project a channel stands for."""
        chosen = channel_links.c.channel_id == channel_id
        return await self._connection.scalar(
            sa.select(channel_links.c.project_id).where(self._mine(channel_links), chosen)
        )

    async def link_channel(self, channel_id: str, project_id: int, by: str, at: datetime) -> None:
        row = {"channel_id": channel_id, "project_id": project_id, "linked_by": by, "linked_at": at}
        await self._upsert(channel_links, [row])

    async def draft(self, slack_id: str) -> dict[str, Any] | None:
        """What the form held when it was closed without sending."""
        fields: dict[str, Any] | None = await self._connection.scalar(
            sa.select(drafts.c.fields).where(self._mine(drafts), drafts.c.slack_id == slack_id)
        )
        return fields

    async def save_draft(self, slack_id: str, fields: dict[str, Any], at: datetime) -> None:
        await self._upsert(drafts, [{"slack_id": slack_id, "fields": fields, "saved_at": at}])

    async def drop_draft(self, slack_id: str) -> None:
        await self._connection.execute(sa.delete(drafts).where(self._mine(drafts), drafts.c.slack_id == slack_id))


def _person(row: sa.Row[Any]) -> Person:
    return Person(row.slack_id, row.name, row.email, row.timezone, row.harvest_user_id, row.checked_at)
