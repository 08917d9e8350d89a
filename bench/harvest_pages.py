"""A small, fast Harvest for benchmarks: an entry is rendered once, a page is bytes put together. No limit, no tokens.

Shapes and pages are the double's (`sandbox/harvest`). The same seed and day give the same account.
`POST /bench/touch?n=1000` books some entries anew; `GET /bench/log` counts requests by path since it was last asked.

`python -m bench.harvest_pages [--entries 120000] [--seed 1] [--day 2026-03-21] [--port 0]`
"""

import argparse
import asyncio
import random
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson
from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.harvest import paging, shapes, times, wishes
from sandbox.harvest.rate import RateLimit
from sandbox.harvest.records import Company, Entry, Reference, User
from sandbox.harvest.refusals import HarvestRefusal, not_found, unprocessable
from sandbox.harvest.state import HarvestState

Json = dict[str, Any]
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

_DAYS = 3 * 365
_FIRST_ENTRY = 2_380_000_001
_TIMERS = 10
"""Entries that run, the newest ones."""
_TASKS = (
    *("Analysis", "Copywriting", "Design", "Development", "Hosting", "Meetings"),
    *("Photography", "Research", "Strategy", "Support", "Testing", "Travel"),
)
_NOTES = (
    "Wireframes for the start page",
    "Second round of feedback worked in",
    "Status call with the client",
    "Search filters and form validation",
    "Estimates for phase two",
)
_FILTERS = {"updated_since", "is_running", "from", "to"}
_POSITION = {"page", "per_page", "ref"}
_TOKENS = {"access_token": "fake", "refresh_token": "fake", "token_type": "bearer", "expires_in": 1_209_600}
_ACCOUNT = {"name": "Bench & Co", "product": "harvest"}


@dataclass
class Still:
    """A clock that stands, so that the same account comes out each time."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True)
class _Row:
    """A row of the directory."""

    id: int
    updated_at: str
    is_active: bool | None
    rendered: bytes


def account(day: date, chance: random.Random) -> HarvestState:
    """40 users, 24 clients, 12 tasks, 100 projects and who may book what; all older than the entries."""
    present = datetime.combine(day, time(), UTC)
    clock = Still(present - timedelta(days=_DAYS + 30))
    state = HarvestState(clock, Company(name="Bench & Co", rounding_minutes=15))
    for number in range(40):
        _add_user(state, number, present.date())
    for number in range(24):
        state.add_client(name=f"Customer number {number + 1}", currency=("EUR", "USD", "GBP", "SEK")[number % 4])
    for number, name in enumerate(_TASKS):
        state.add_task(name=name, billable_by_default=number % 6 != 0, default_hourly_rate=Decimal(90 + number))
    for number in range(100):
        _add_project(state, number, chance)
    state.add_role(name="Design", user_ids=list(state.users)[:20])
    state.add_role(name="Development", user_ids=list(state.users)[20:])
    clock.moment = present
    return state


def administrator(state: HarvestState) -> User:
    """Whose token all requests carry, whatever they carry."""
    return next(user for user in state.users.values() if user.is_administrator)


def _add_user(state: HarvestState, number: int, day: date) -> None:
    """Billed at more, and costing more, since a year ago."""
    user = state.add_user(
        first_name=f"Firstname{number:02}",
        last_name=f"Lastname{number:02}",
        email=f"colleague.{number:02}@bench.example",
        access_roles=("administrator",) if number == 0 else ("manager",) if number < 6 else ("member",),
    )
    for kind, amount in (("billable", 80 + number), ("cost", 30 + number)):
        state.add_rate(user, kind, Decimal(amount))
        state.add_rate(user, kind, Decimal(amount + 5), day - timedelta(days=365))


def _add_project(state: HarvestState, number: int, chance: random.Random) -> None:
    project = state.add_project(
        client_id=chance.choice(list(state.clients)),
        name=f"Website and campaign {number + 1}",
        code=f"BEN-{number + 1}",
        is_billable=number % 8 != 0,
        bill_by=("Project", "Tasks", "People")[number % 3],
        hourly_rate=Decimal(110),
        budget_by=("project", "project_cost", "task", "person", "none")[number % 5],
        budget=Decimal(2000),
        cost_budget=Decimal(200_000),
    )
    for place, user in enumerate(chance.sample(list(state.users.values()), 12)):
        state.assign_user(project, user, is_project_manager=place == 0, hourly_rate=Decimal(100), budget=Decimal(500))
    for task in chance.sample(list(state.tasks.values()), 6):
        state.assign_task(project, task, hourly_rate=Decimal(105), budget=Decimal(500))


def booked(state: HarvestState, count: int, chance: random.Random) -> Iterator[Entry]:
    """So many entries of three years up to the day before the account's present, oldest first."""
    people, tasks = _cells(state.user_assignments.values()), _cells(state.task_assignments.values())
    newest = state.now() - timedelta(hours=6)
    backs = sorted((chance.randrange(_DAYS) for _ in range(count)), reverse=True)
    for number, back in enumerate(backs):
        project = chance.choice(list(state.projects))
        written = state.now() - timedelta(days=back, hours=7, minutes=chance.randrange(60))
        runs = count - number <= _TIMERS
        yield Entry(
            id=_FIRST_ENTRY + 3 * number,
            user_id=chance.choice(people[project]).user_id,
            project_id=project,
            task_id=chance.choice(tasks[project]).task_id,
            spent_date=written.date(),
            notes=", ".join(chance.sample(_NOTES, chance.randrange(1, 6))),
            booked=Decimal(0 if runs else chance.randrange(1, 25)) / 4,
            timer_started_at=written if runs else None,
            reference=_reference(number) if number % 3 == 0 else None,
            approval_status="approved" if back > 45 else "unsubmitted",
            invoice_id=13_000_000 + back // 30 if back > 60 else None,
            created_at=written,
            updated_at=written if runs else _later(written, newest, chance),
        )


def _later(written: datetime, newest: datetime, chance: random.Random) -> datetime:
    """Within four days, in whole seconds; spread, lest many share the newest moment of all."""
    return (written + min(timedelta(days=4), newest - written) * chance.random()).replace(microsecond=0)


def _cells(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Assignments by project."""
    found = defaultdict(list)
    for row in rows:
        found[row.project_id].append(row)
    return found


def _reference(number: int) -> Reference:
    task, group = 1_209_876_500_000 + number, "1201112223334"
    return Reference(id=str(task), group_id=group, permalink=f"https://app.asana.example/0/{group}/{task}")


class Entries:
    """Rendered, in Harvest's order: the newest spent date first, then the highest id."""

    def __init__(self, state: HarvestState, rows: Iterable[Entry]) -> None:
        ordered = sorted(rows, key=lambda row: (row.spent_date, row.id), reverse=True)
        self.rendered = [orjson.dumps(shapes.entry(state, row, administrator(state))) for row in ordered]
        self.place_of = {row.id: place for place, row in enumerate(ordered)}
        self._running = {place for place, row in enumerate(ordered) if row.is_running}
        # Counted downwards, because bisect wants them to rise.
        self._days = [-row.spent_date.toordinal() for row in ordered]
        self._updated = [row.updated_at for row in ordered]
        self._index()

    def matching(self, query: Mapping[str, str]) -> Sequence[bytes]:
        """Those that all filters let through; 422 for a filter that is unknown here or cannot be read."""
        if unknown := set(query) - _FILTERS - _POSITION:
            raise unprocessable(f"This Harvest does not filter by {', '.join(sorted(unknown))}")
        try:
            within, chosen = self._within(query), self._chosen(query)
        except ValueError:
            raise unprocessable("A filter has an invalid value") from None
        if not chosen:
            return self.rendered[within.start : within.stop]
        return [self.rendered[place] for place in sorted(set.intersection(*chosen)) if place in within]

    def touch(self, count: int, now: datetime, chance: random.Random) -> None:
        """Other hours for so many entries that do not run."""
        still = [place for place in range(len(self.rendered)) if place not in self._running]
        for place in chance.sample(still, count):
            body = orjson.loads(self.rendered[place])
            hours = body["hours"] % 6 + 0.25
            rounded = float(times.rounded_up(Decimal(str(hours)), 15))
            body |= {"hours": hours, "hours_without_timer": hours, "rounded_hours": rounded}
            self.rendered[place] = orjson.dumps(body | {"updated_at": times.write_moment(now)})
            self._updated[place] = now.replace(microsecond=0)
        self._index()

    def hundredths(self) -> int:
        """Hours of all entries."""
        return sum(round(100 * orjson.loads(row)["hours"]) for row in self.rendered)

    def _index(self) -> None:
        self._by_update = sorted(zip(self._updated, range(len(self._updated)), strict=True))

    def _within(self, query: Mapping[str, str]) -> range:
        first = date.fromisoformat(query["from"]) if "from" in query else date.min
        last = date.fromisoformat(query["to"]) if "to" in query else date.max
        return range(bisect_left(self._days, -last.toordinal()), bisect_right(self._days, -first.toordinal()))

    def _chosen(self, query: Mapping[str, str]) -> list[set[int]]:
        """One set for each filter that leaves something out. Work grows with what is found, not with what there is."""
        chosen = []
        if "updated_since" in query:
            start = bisect_left(self._by_update, (times.parse_moment(query["updated_since"]), 0))
            chosen += [{place for _, place in self._by_update[start:]}] if start else []
        if "is_running" in query:
            wanted = wishes.flag(query["is_running"])
            chosen.append(self._running if wanted else set(range(len(self.rendered))) - self._running)
        return chosen


@dataclass
class Server:
    state: HarvestState
    entries: Entries
    chance: random.Random
    limit: RateLimit | None = None
    log: Counter[str] = field(default_factory=Counter)

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._counted])
        for key, rows in _directory(self.state).items():
            app.router.add_get(f"/v2/{key}", _listing(key, rows))
        app.router.add_get("/v2/company", _fixed(shapes.company(self.state.company)))
        app.router.add_get("/v2/users/me", _fixed(_user(administrator(self.state))))
        for kind in ("billable", "cost"):
            app.router.add_get(rf"/v2/users/{{id:\d+}}/{kind}_rates", self.rates)
        app.router.add_get("/v2/time_entries", self.listed)
        app.router.add_get(r"/v2/time_entries/{id:\d+}", self.shown)
        app.router.add_post("/api/v2/oauth2/token", _fixed(_TOKENS))
        app.router.add_get("/api/v2/accounts", _fixed({"accounts": [{"id": self.state.account_id, **_ACCOUNT}]}))
        app.router.add_get("/bench/log", self.told)
        app.router.add_get("/bench/sum", self.summed)
        app.router.add_post("/bench/touch", self.touched)
        return app

    async def listed(self, request: web.Request) -> web.Response:
        rows = self.entries.matching(request.query)
        return _json(paging.numbered("time_entries", rows, _place(request), orjson.Fragment))

    async def shown(self, request: web.Request) -> web.Response:
        place = self.entries.place_of.get(int(request.match_info["id"]))
        if place is None:
            raise not_found()
        return web.Response(body=self.entries.rendered[place], content_type="application/json")

    async def rates(self, request: web.Request) -> web.Response:
        kind = "cost" if request.path.endswith("/cost_rates") else "billable"
        rows = self.state.rates_of(int(request.match_info["id"]), kind)
        return _json(paging.by_cursor(f"{kind}_rates", rows, _place(request), shapes.rate, newest_first=False))

    async def told(self, _: web.Request) -> web.Response:
        log, self.log = self.log, Counter()
        return _json(dict(log))

    async def summed(self, _: web.Request) -> web.Response:
        """For those who want to know whether they have got everything."""
        return _json({"entries": len(self.entries.rendered), "hundredths": self.entries.hundredths()})

    async def touched(self, request: web.Request) -> web.Response:
        self.entries.touch(int(request.query["n"]), SandboxClock().now(), self.chance)
        return _json({})

    @web.middleware
    async def _counted(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        resource = request.match_info.route.resource
        if not request.path.startswith("/bench/"):
            self.log[resource.canonical if resource else request.path] += 1
            if self.limit is not None and request.path.startswith("/v2/") and (wait := self.limit.take()):
                return web.Response(status=429, headers={"Retry-After": str(wait)})
        try:
            return await handler(request)
        except HarvestRefusal as refusal:
            return refusal.answer()


def _directory(state: HarvestState) -> dict[str, list[Json]]:
    reader = administrator(state)
    return {
        "users": [_user(row) for row in state.users.values()],
        "clients": [shapes.client(row) for row in state.clients.values()],
        "projects": [shapes.project(state, row, reader) for row in state.projects.values()],
        "tasks": [shapes.task(row, reader) for row in state.tasks.values()],
        "roles": [shapes.role(row) for row in state.roles.values()],
        "task_assignments": [shapes.task_assignment(state, row, reader) for row in state.task_assignments.values()],
        "user_assignments": [shapes.user_assignment(state, row, reader) for row in state.user_assignments.values()],
    }


def _user(row: User) -> Json:
    return shapes.user(row, with_rates=True)


def _listing(key: str, bodies: Iterable[Json]) -> Answer:
    """A list by cursor, as the double pages it, of rows that are rendered now."""
    rows = [_Row(body["id"], body["updated_at"], body.get("is_active"), orjson.dumps(body)) for body in bodies]

    async def answer(request: web.Request) -> web.Response:
        since = request.query.get("updated_since")
        moment = times.write_moment(times.parse_moment(since)) if since else ""
        active = wishes.flag(request.query["is_active"]) if "is_active" in request.query else None
        kept = [row for row in rows if row.updated_at >= moment and active in {None, row.is_active}]
        return _json(paging.by_cursor(key, kept, _place(request), lambda row: orjson.Fragment(row.rendered)))

    return answer


def _fixed(body: Json) -> Answer:
    rendered = orjson.dumps(body)

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=rendered, content_type="application/json")

    return answer


def _place(request: web.Request) -> paging.Place:
    return paging.Place(str(request.url.with_query(None)), request.query)


def _json(body: Json) -> web.Response:
    return web.Response(body=orjson.dumps(body), content_type="application/json")


async def serve(entries: int, seed: int, day: date, port: int, rate: int | None) -> None:
    """`rate`: requests in 15 s; None: as many as come."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    state = account(day, chance)
    server = Server(
        state, Entries(state, booked(state, entries, chance)), chance, RateLimit(rate, 15.0) if rate else None
    )
    runner = web.AppRunner(server.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print(f"ready http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--entries", type=int, default=120_000)
    wanted.add_argument("--seed", type=int, default=1)
    wanted.add_argument("--day", type=date.fromisoformat, default=SandboxClock().now().date())
    wanted.add_argument("--port", type=int, default=0)
    wanted.add_argument("--rate", type=int)
    given = wanted.parse_args()
    asyncio.run(serve(given.entries, given.seed, given.day, given.port, given.rate))


if __name__ == "__main__":
    main()
