"""What every test may ask for: a store on each database, a clock, and a network that ends at this machine."""

import functools
import ipaddress
import os
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from hypothesis import settings

from store.columns import metadata
from store.database import Store
from tests.databases import Databases, Template

settings.register_profile("gleaner", deadline=None)
settings.load_profile("gleaner")
# structlog's own traceback draws every local whole: minutes for one that holds all flows.
_PROCESSORS = structlog.get_config()["processors"][:-1]
structlog.configure([*_PROCESSORS, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])

WORKSPACE = "T0LUMEN"
ROOT = Path(__file__).resolve().parent.parent
DATABASES = pytest.StashKey[Databases]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-databases", action="store_true", help="run every test that uses a database on both")


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", None)
    config.stash[DATABASES] = Databases(Path(given["databases"])) if given else Databases.open()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Every worker uses what this process, their controller, has opened."""
    node.workerinput["databases"] = str(node.config.stash[DATABASES].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[DATABASES].close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A long test that begins last keeps all other workers waiting."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which databases a test runs on is a matter of its subject: SQLite, unless it is marked."""
    for name in ("database_url", "bare_database_url"):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, _kinds_for(metafunc), indirect=True)


def _kinds_for(metafunc: pytest.Metafunc) -> list[Any]:
    asked, item = metafunc.config.getoption("all_databases"), metafunc.definition
    is_postgresql_only = item.get_closest_marker("postgresql") is not None
    is_on_both = asked or item.get_closest_marker("both_databases") is not None
    kinds: list[Any] = [] if is_postgresql_only else ["sqlite"]
    if is_postgresql_only or is_on_both:
        kinds.append(pytest.param("postgresql", marks=pytest.mark.postgresql))
    return kinds


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the doubles fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not ipaddress.ip_address(address[0]).is_loopback:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session", autouse=True)
def certificates_read_once() -> Iterator[None]:
    """Each client of httpx reads all of them, which takes longer than most tests; here nobody shows one."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session")
def specs() -> Path:
    """The vendors' specifications; tests that need them are skipped where they are not."""
    folder = Path(os.environ.get("GLEANER_SPECS", ROOT.parent / "shared" / "specs"))  # noqa: TID251 - a test setting
    if not folder.is_dir():
        pytest.skip("the vendors' specifications are not on this machine: set GLEANER_SPECS to their folder")
    return folder


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    return request.config.stash[DATABASES]


@pytest.fixture
def template() -> Template:
    """Override for tests that begin with more than the newest schema."""
    return Template("migrated")


@pytest.fixture
def database_url(request: pytest.FixtureRequest, databases: Databases, template: Template) -> Iterator[str]:
    """A database of its own for each test: SQLite, and PostgreSQL too where the test is marked so (see the hook)."""
    with databases.on(request.param)(template) as url:
        yield url


@pytest.fixture
def bare_database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A database without any table."""
    with databases.on(request.param)(None) as url:
        yield url


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
