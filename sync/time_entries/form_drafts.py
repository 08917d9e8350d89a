"""What somebody typed into the form and did not send: it survives closing it (S2-20)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from store.people.records import Person
from sync.engine.tenant import Tenant
from sync.people.people import local


@dataclass(frozen=True, slots=True)
class FormDraft:
    """`saved_on`: the person's own day; what was left open on an earlier one says nothing about the day to log on."""

    fields: Mapping[str, str | None]
    saved_on: date


@dataclass(frozen=True)
class FormDrafts:
    tenant: Tenant

    async def get(self, person: Person) -> FormDraft | None:
        async with self.tenant.reading() as tx:
            fields, saved_at = await tx.drafts.get(person.slack_id), await tx.drafts.saved_at(person.slack_id)
        return None if fields is None or saved_at is None else FormDraft(fields, local(saved_at, person).date())

    async def save(self, slack_id: str, fields: Mapping[str, str | None], at: datetime) -> None:
        """`at`: when it was typed, which may be the day before it is handled."""
        async with self.tenant.transaction() as tx:
            await tx.drafts.save(slack_id, fields, at)

    async def drop(self, slack_id: str) -> None:
        async with self.tenant.transaction() as tx:
            await tx.drafts.drop(slack_id)
