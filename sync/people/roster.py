"""Whom Slack and Harvest do not agree on: listed for somebody to mend, never left out of the hours."""

from collections.abc import Sequence
from dataclasses import dataclass

from store.people.records import Person
from sync.engine.tenant import Tenant
from sync.errors import Refused
from sync.people.permissions import Managers


@dataclass(frozen=True, slots=True)
class Roster:
    """`strangers`: in Slack, and not in Harvest. Roles: Harvest's own, of active people. `unknown`: Harvest ids."""

    matched: int
    strangers: Sequence[Person]
    no_role: list[str]
    many_roles: list[str]
    unknown: list[int]


@dataclass(frozen=True)
class Rosters:
    tenant: Tenant
    managers: Managers

    async def read(self) -> Roster:
        async with self.tenant.reading() as tx:
            people = await tx.people.every()
            users = await tx.directory.users()
            booked = await tx.mirror.user_ids()
        active = [user for user in users if user.is_active]
        return Roster(
            matched=sum(person.harvest_user_id is not None for person in people),
            strangers=[one for one in people if one.harvest_user_id is None and not one.is_deactivated],
            no_role=[user.name for user in active if not user.roles],
            many_roles=[user.name for user in active if len(user.roles) > 1],
            unknown=sorted(booked - {user.id for user in users}),
        )

    async def require_keeper(self, person: Person, deed: str) -> None:
        """Harvest administrators and the coordinator; who else tries is noted and refused."""
        async with self.tenant.transaction() as tx:
            may = await self.managers.decides_everywhere(tx, person)
            verb = deed if may else f"{deed}.refused"
            await self.tenant.audit(tx, person.slack_id, verb, "account", {})
        if not may:
            raise Refused(
                "Only a Harvest administrator or the coordinator may do that. Nothing was changed; ask one of them."
            )
