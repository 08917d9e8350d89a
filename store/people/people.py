"""People in Slack, and who they are in Harvest."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from store.people.records import Person
from store.people.tables import people
from store.scope import Scope


class People(Scope):
    async def get(self, slack_id: str) -> Person | None:
        row = (
            await self._connection.execute(sa.select(people).where(self._mine(people), people.c.slack_id == slack_id))
        ).one_or_none()
        return _person(row) if row else None

    async def by_harvest_user(self, user_id: int) -> Person | None:
        """Of several Slack accounts the one that is active, and was met last."""
        latest = (people.c.is_deactivated, people.c.checked_at.desc())
        chosen = sa.select(people).where(self._mine(people), people.c.harvest_user_id == user_id).order_by(*latest)
        row = (await self._connection.execute(chosen)).first()
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
            "is_deactivated": person.is_deactivated,
        }
        await self._upsert(people, [row])


def _person(row: sa.Row[Any]) -> Person:
    return Person(
        row.slack_id, row.name, row.email, row.timezone, row.harvest_user_id, row.checked_at, row.is_deactivated
    )
