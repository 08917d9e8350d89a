"""What Asana held at the last crawl: projects with their fields, sections and options, users, and our webhooks."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from store.asana.records.api import AsanaProject, AsanaUser, FieldKind
from store.asana.records.state import Choice, ChoiceKind, Hook, HookState, KnownField, KnownProject, KnownUser
from store.asana.tables import asana_choices, asana_projects, asana_users, asana_webhooks
from store.scope import Scope


class Asana(Scope):
    async def save_project(
        self, project: AsanaProject, workspace_gid: str, fields: Sequence[KnownField], gids: tuple[str | None, ...]
    ) -> None:
        """`gids`: of the fields for hours, percentage and billing type. What is ours of the row stays as it is."""
        row = {
            "gid": project.gid,
            "workspace_gid": workspace_gid,
            "name": project.name,
            "url": project.url,
            "team": project.team,
            "owner_email": project.owner_email,
            "is_archived": project.is_archived,
            "is_from_template": project.is_from_template,
            "modified_at": project.modified_at,
            "fields": [asdict(field) for field in fields],
        }
        named = dict(zip(("hours_gid", "percentage_gid", "type_gid"), gids, strict=True))
        await self._upsert(asana_projects, [{**row, **named}])

    async def project(self, gid: str, *, for_change: bool = False) -> KnownProject | None:
        """`for_change`: nobody else changes it before the transaction ends."""
        found = await self._projects(asana_projects.c.gid == gid, for_change=for_change)
        return found[0] if found else None

    async def projects(self, gids: Collection[str] | None = None) -> Sequence[KnownProject]:
        """By name; all of them unless `gids` are given."""
        return await self._projects(*([] if gids is None else [asana_projects.c.gid.in_(sorted(gids))]))

    async def ignore_project(self, gid: str, *, is_ignored: bool) -> None:
        await self._change_project(gid, is_ignored=is_ignored)

    async def move_stream(self, gid: str, sync: str | None) -> None:
        """From where on the project's events are asked for."""
        await self._change_project(gid, sync=sync)

    async def swept(self, gid: str, at: datetime) -> None:
        await self._change_project(gid, swept_at=at)

    async def forget_sweep(self, gid: str) -> None:
        """The project is to be read whole soon."""
        await self._change_project(gid, swept_at=None)

    async def save_choices(self, project_gid: str, choices: Sequence[Choice]) -> None:
        """All sections and options of a project: those that are gone go."""
        mine = (self._mine(asana_choices), asana_choices.c.project_gid == project_gid)
        gone = asana_choices.c.gid.not_in([one.gid for one in choices])
        await self._connection.execute(sa.delete(asana_choices).where(*mine, gone))
        await self._upsert(asana_choices, [asdict(one) for one in choices])

    async def choices(self, project_gid: str) -> Sequence[Choice]:
        rows = await self._connection.execute(
            sa.select(asana_choices)
            .where(self._mine(asana_choices), asana_choices.c.project_gid == project_gid)
            .order_by(asana_choices.c.kind.desc(), asana_choices.c.field_name, asana_choices.c.name)
        )
        return [Choice(row.project_gid, row.gid, ChoiceKind(row.kind), row.name, row.field_name) for row in rows]

    async def save_users(self, users: Iterable[AsanaUser]) -> None:
        """An address that is no longer shown is remembered."""
        known = {user.gid: user for user in await self.users([one.gid for one in users])}
        rows = [
            {
                "gid": one.gid,
                "name": one.name,
                "email": one.email or (known[one.gid].email if one.gid in known else None),
            }
            for one in {user.gid: user for user in users}.values()
        ]
        fresh = [row for row in rows if row["gid"] not in known or _differs(known[row["gid"] or ""], row)]
        await self._upsert(asana_users, fresh)

    async def users(self, gids: Collection[str] | None = None) -> Sequence[KnownUser]:
        wanted = [] if gids is None else [asana_users.c.gid.in_(sorted(gids))]
        rows = await self._connection.execute(
            sa.select(asana_users).where(self._mine(asana_users), *wanted).order_by(asana_users.c.name)
        )
        return [KnownUser(row.gid, row.name, row.email, row.harvest_user_id) for row in rows]

    async def name_harvest_user(self, gid: str, harvest_user_id: int | None) -> bool:
        """Say by hand who somebody is in Harvest; False if there is no such user in Asana."""
        done = await self._connection.execute(
            sa.update(asana_users)
            .where(self._mine(asana_users), asana_users.c.gid == gid)
            .values(harvest_user_id=harvest_user_id)
        )
        return done.rowcount == 1

    async def add_hook(self, hook: Hook) -> None:
        await self._insert(asana_webhooks, asdict(hook))

    async def hook(self, hook_id: str) -> Hook | None:
        found = await self._hooks(asana_webhooks.c.id == hook_id)
        return found[0] if found else None

    async def hooks(self, *states: HookState) -> Sequence[Hook]:
        return await self._hooks(asana_webhooks.c.state.in_(states))

    async def change_hook(self, hook_id: str, was: HookState, **values: Any) -> bool:
        """False if it is in another state by now."""
        here = (self._mine(asana_webhooks), asana_webhooks.c.id == hook_id, asana_webhooks.c.state == was)
        done = await self._connection.execute(sa.update(asana_webhooks).where(*here).values(**values))
        return done.rowcount == 1

    async def keep_secret(self, hook_id: str, secret: str) -> bool:
        """Once, and only while its creation is pending."""
        done = await self._connection.execute(
            sa.update(asana_webhooks)
            .where(
                self._mine(asana_webhooks),
                asana_webhooks.c.id == hook_id,
                asana_webhooks.c.state == HookState.PENDING,
                asana_webhooks.c.secret.is_(None),
            )
            .values(secret=secret)
        )
        return done.rowcount == 1

    async def _change_project(self, gid: str, **values: Any) -> None:
        await self._connection.execute(
            sa.update(asana_projects).where(self._mine(asana_projects), asana_projects.c.gid == gid).values(**values)
        )

    async def _projects(self, *wanted: sa.ColumnElement[bool], for_change: bool = False) -> Sequence[KnownProject]:
        found = sa.select(asana_projects).where(self._mine(asana_projects), *wanted)
        found = found.order_by(asana_projects.c.name, asana_projects.c.gid)
        rows = await self._connection.execute(found.with_for_update() if for_change else found)
        return [_project(row) for row in rows]

    async def _hooks(self, *wanted: sa.ColumnElement[bool]) -> Sequence[Hook]:
        rows = await self._connection.execute(
            sa.select(asana_webhooks)
            .where(self._mine(asana_webhooks), *wanted)
            .order_by(asana_webhooks.c.asked_at, asana_webhooks.c.id)
        )
        return [
            Hook(row.id, row.resource_gid, row.gid, row.secret, HookState(row.state), row.asked_at, row.heard_at)
            for row in rows
        ]


def _differs(known: KnownUser, row: dict[str, Any]) -> bool:
    return (known.name, known.email) != (row["name"], row["email"])


def _project(row: sa.Row[Any]) -> KnownProject:
    project = AsanaProject(
        gid=row.gid,
        name=row.name,
        is_archived=row.is_archived,
        url=row.url,
        team=row.team,
        owner_email=row.owner_email,
        is_from_template=row.is_from_template,
        modified_at=row.modified_at,
    )
    fields = tuple(KnownField(**{**one, "kind": FieldKind(one["kind"])}) for one in row.fields)
    return KnownProject(
        project=project,
        workspace_gid=row.workspace_gid,
        hours_gid=row.hours_gid,
        percentage_gid=row.percentage_gid,
        type_gid=row.type_gid,
        fields=fields,
        is_ignored=row.is_ignored,
        sync=row.sync,
        swept_at=row.swept_at,
    )
