"""What every test may ask for: a store on each database, a clock, and a network that ends at this machine."""

import asyncio
import ipaddress
import os
import secrets
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
import structlog
from hypothesis import settings

from store.columns import metadata
from store.database import Store
from store.schema import migrate
from tests.postgres import server

settings.register_profile("gleaner", deadline=None)
settings.load_profile("gleaner")
# structlog's own traceback draws every local whole: minutes for one that holds all flows.
_PROCESSORS = structlog.get_config()["processors"][:-1]
structlog.configure([*_PROCESSORS, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])

WORKSPACE = "T0LUMEN"
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the outside fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not ipaddress.ip_address(address[0]).is_loopback:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def specs() -> Path:
    """The vendors' specifications; tests that need them are skipped where they are not."""
    folder = Path(os.environ.get("GLEANER_SPECS", ROOT.parent / "shared" / "specs"))  # noqa: TID251 - a test setting
    if not folder.is_dir():
        pytest.skip("the vendors' specifications are not on this machine: set GLEANER_SPECS to their folder")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with server() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database at the newest schema, to copy: to migrate one for each test costs more than most tests."""
    file = tmp_path_factory.mktemp("migrated") / "gleaner.db"
    asyncio.run(_migrated(f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def migrated_database(postgres: str) -> str:
    """The same on PostgreSQL, by its name."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated")
    asyncio.run(_migrated(_beside(postgres, "migrated")))
    return "migrated"


async def _migrated(url: str) -> None:
    store = Store.open(url)
    await migrate(store)
    await store.close()


def _beside(postgres: str, name: str) -> str:
    return postgres.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own for each test without any rows, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), tmp_path / 'gleaner.db')}"
        return
    admin = request.getfixturevalue("postgres")
    with _database(admin, request.getfixturevalue("migrated_database")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    with _database(request.getfixturevalue("postgres"), "template1") as url:
        yield url


@contextmanager
def _database(admin: str, template: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]  # names of ours
    yield _beside(admin, name)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


def names_the_workspace(_connection: object, _cursor: object, statement: str, *_: object) -> None:
    """Whatever a test makes the store do: no statement touches a table of ours without saying whose rows."""
    touched = [table for table in metadata.tables if f" {table}" in statement]
    assert not touched or "workspace_id" in statement, f"a statement without its workspace: {statement}"


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened = Store.open(database_url)
    sa.event.listen(opened.engine.sync_engine, "before_cursor_execute", names_the_workspace)
    yield opened
    await opened.close()
