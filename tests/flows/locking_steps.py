"""Steps of tests about locks: hours in Harvest and by `/log`, a look at the budgets, what stands after it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from sandbox.harvest.records import Entry, User
from store.budget.records import BudgetState
from store.engine.tables import notices
from store.time_entries.records import EntryState, TimeEntry
from store.units import Hours
from sync.budget.locks import Unlocked
from sync.time_entries.entries import NewEntry, new_entry
from sync.time_entries.targets import Target
from tests.flows.conftest import World

TODAY = date(2026, 11, 20)
DECEMBER = date(2026, 12, 2)


def budget(world: World, hours: str = "100", **changes: Any) -> None:
    world.harvest.state.change(world.project, **{"budget_by": "project", "budget": Decimal(hours), **changes})


def used(world: World, hours: str, day: date = TODAY, user: User | None = None) -> Entry:
    """Logged in Harvest itself."""
    return world.harvest.state.add_entry(
        user_id=(user or world.user).id,
        project_id=world.project.id,
        task_id=world.task.id,
        spent_date=day,
        booked=Decimal(hours),
    )


async def settle(world: World) -> None:
    await world.flows.imports.run()
    await world.flows.budget.review.run()


async def full(world: World, **changes: Any) -> None:
    """All of the budget is used up, as news."""
    budget(world, **changes)
    await settle(world)
    used(world, "100")
    await settle(world)


def person_lines(world: World, hours: str = "10") -> User:
    """A budget for each person; the answer is a second one beside Ada."""
    state = world.harvest.state
    ben = state.add_user(first_name="Ben", last_name="Moss", email="u2@lumen.example", timezone="Europe/Berlin")
    state.assign_user(world.project, ben)
    state.change(world.project, budget_by="person")
    for one in state.user_assignments.values():
        if one.project_id == world.project.id and one.user_id in {world.user.id, ben.id}:
            state.change(one, budget=Decimal(hours))
    return ben


def managed(world: World) -> None:
    """By the administrator."""
    state = world.harvest.state
    boss = next(user for user in state.users.values() if user.first_name == "Boss")
    state.assign_user(world.project, boss, is_project_manager=True)


async def booking(world: World, slack_id: str = "U1") -> Target:
    found = await world.targets.find(await world.person(slack_id), "ACME-12", "design", None)
    assert isinstance(found, Target)
    return found


async def log(world: World, hours: int, note: str = "x", slack_id: str = "U1", day: date = TODAY) -> TimeEntry:
    asked = NewEntry(await booking(world, slack_id), day, Hours(hours), note)
    return await world.entries.log(await world.person(slack_id), asked, f"key-{note}")


async def pending(world: World, hours: int, slack_id: str = "U1", day: date = TODAY) -> str:
    """Hours that Harvest has not confirmed yet; their key."""
    person = await world.person(slack_id)
    entry = new_entry(person, await booking(world, slack_id), "key-pending", world.clock.now())
    async with world.store.transaction("T1") as tx:
        await tx.time_entries.add(replace(entry, spent_date=day, hours=Hours(hours), note="pending"))
    return "key-pending"


async def state_of(world: World, key: str) -> EntryState:
    return (await world.entries.any_entry(key)).state


async def states(world: World) -> dict[tuple[str, str], BudgetState]:
    async with world.store.reading("T1") as tx:
        return {(one.line, one.period): one for one in await tx.budgets.states([world.project.id])}


async def unlock(world: World, extra: int | None = None, key: str | None = None, **more: Any) -> Unlocked:
    boss, hours = await world.person("UBOSS"), None if extra is None else Hours(extra)
    return await world.flows.budget.locks.unlock(boss, world.project.id, hours, None, key, **more)


async def ask(world: World, entry: TimeEntry | None, key: str, slack_id: str = "U1", **more: Any) -> Any:
    person = await world.person(slack_id)
    hours = entry.hours if entry else None
    kept = entry.key if entry else None
    return await world.flows.budget.requests.ask(person, world.project.id, hours, "more", kept, key, **more)


async def told(world: World, kind: str) -> list[dict[str, Any]]:
    async with world.store.engine.connect() as connection:
        rows = await connection.execute(
            sa.select(notices.c.facts)
            .where(notices.c.news == kind, notices.c.workspace_id == "T1")
            .order_by(notices.c.id)
        )
        return [row.facts for row in rows]
