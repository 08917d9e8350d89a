"""What the tests of the import do again and again: work in Harvest, import, settle, look at the rows."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.flows.alert_model import Rows
from tests.flows.conftest import World
from tests.flows.mirror_account import Watched
from tests.given import given

TODAY = date(2026, 11, 20)
MINUTE = timedelta(minutes=1)


def boss(world: World) -> Any:
    """Whose token imports."""
    return world.harvest.state.user_by_email("uboss@lumen.example")


async def connect_manager(world: World) -> None:
    """The account is imported with a manager's token from the beginning; the project is theirs."""
    state = world.harvest.state
    state.change(boss(world), access_roles=("manager",))
    state.assign_user(world.project, boss(world), is_project_manager=True)
    async with world.store.transaction("T1") as tx:
        account = await tx.accounts.get()
        await tx.accounts.save(replace(given(account), access_roles=("manager",)))


def add(world: World, hours: str = "1", day: date = TODAY, **fields: Any) -> Any:
    where = {"user_id": world.user.id, "project_id": world.project.id, "task_id": world.task.id}
    booked = {} if "timer_started_at" in fields else {"booked": Decimal(hours)}
    return world.harvest.state.add_entry(**{**where, "spent_date": day, **booked, **fields})


def start(world: World, **fields: Any) -> Any:
    return add(world, timer_started_at=world.harvest.state.now(), **fields)


async def rows(world: World) -> Rows:
    return await Rows.read(world.store, "T1")


async def ids(world: World) -> set[int]:
    return {row["id"] for row in (await rows(world)).entries}


async def settle(world: World) -> Rows:
    await world.flows.budget.review.run()
    return await rows(world)


async def look(world: World) -> Rows:
    """An import of everything and a settlement."""
    world.clock.advance(MINUTE)
    await world.imports.run()
    return await settle(world)


def bands(seen: Rows) -> list[int]:
    return [band for _, band in seen.alerts().elements()]


def asked(world: World) -> list[str]:
    """Paths of all requests since the last call."""
    seen = [request.path for request in world.harvest.requests]
    world.harvest.requests.clear()
    return seen


def meanwhile(world: World, nth: int, deed: Any) -> None:
    """Something happens in Harvest as the n-th request for a list of entries comes."""
    if not isinstance(world.harvest.requests, Watched):
        world.harvest.requests = Watched()
    world.harvest.requests.planned.append((nth, deed))


async def mean_it(world: World) -> None:
    """The coordinator presses the newest message's button."""
    asked = (await rows(world)).news("EntriesVanished")[-1]
    await world.imports.entries.deletions.question.approve(f"{asked['count']}:{asked['first']}:{asked['last']}")
