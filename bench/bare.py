"""What Gleaner is compared with: a bare Bolt app, and the same with one committed SQLite row a request.

`python -m bench.bare PORT SECRET [DATABASE]`
"""

import asyncio
import sys
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_ROWS = sa.Table(
    "received",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String, unique=True),
    sa.Column("payload", sa.JSON),
)


async def authorize(team_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token="xoxb-fake", bot_user_id="b", bot_id="b")  # noqa: S106 - fake


async def serve(port: int, secret: str, database: str | None) -> None:
    app = AsyncApp(signing_secret=secret, authorize=authorize)
    engine = await _opened(database) if database else None
    writing = asyncio.Lock()

    @app.command("/log")
    async def log(ack: Any, body: dict[str, Any]) -> None:
        if engine is not None:
            # As well done as it can be: one writer at a time, so that nobody waits in SQLite's own polling.
            async with writing, engine.begin() as connection:
                await connection.execute(_ROWS.insert().values(key=body["trigger_id"], payload=body))
        await ack()

    async def events(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    routes = web.Application()
    routes.router.add_post("/slack/events", events)
    runner = web.AppRunner(routes, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print(f"ready http://127.0.0.1:{port}", flush=True)
    await asyncio.Event().wait()


async def _opened(database: str) -> AsyncEngine:
    """With what makes Gleaner's own rows durable: WAL, a flush for each commit, the write lock from the beginning."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{database}")

    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    sa.event.listen(engine.sync_engine, "connect", prepare)
    sa.event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    async with engine.begin() as connection:
        await connection.run_sync(_ROWS.metadata.create_all)
    return engine


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None))
