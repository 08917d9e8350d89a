"""Databases to copy: each is made once in a test session, by whichever of its processes needs it first."""

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from filelock import FileLock

from store.database import Store
from store.schema import migrate
from tests import postgres

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
_ENOUGH = 2 << 30
_KNOWS_STRATEGIES = 15_00_00


@dataclass(frozen=True)
class Template:
    """A database at the newest schema. `fill` is given its URL, and puts into it what every copy shall hold."""

    name: str
    fill: Callable[[str], Awaitable[None]] | None = None

    async def make(self, url: str) -> None:
        store = Store.open(url)
        await migrate(store)
        await store.close()
        if self.fill is not None:
            await self.fill(url)


@dataclass(frozen=True)
class Databases:
    """`folder` is shared by all processes of the session, and readable by the account that runs PostgreSQL."""

    folder: Path

    @classmethod
    def open(cls) -> "Databases":
        """In memory where there is enough of it: every test makes a database, writes it through, and removes it."""
        is_roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ENOUGH
        folder = Path(tempfile.mkdtemp(prefix="gleaner-tests-", dir=_MEMORY if is_roomy else None))
        folder.chmod(0o755)
        return cls(folder)

    def close(self) -> None:
        """Once, after every process has ended."""
        if self._url.exists():
            postgres.stop(self._server)
        shutil.rmtree(self.folder, ignore_errors=True)

    def on(self, kind: str) -> Callable[[Template | None], AbstractContextManager[str]]:
        return self.sqlite if kind == "sqlite" else self.postgresql

    @contextmanager
    def sqlite(self, template: Template | None) -> Iterator[str]:
        """The URL of a copy that is there for the block; None: of nothing, without any table."""
        with tempfile.TemporaryDirectory(dir=self.folder, ignore_cleanup_errors=True) as folder:
            copy = Path(folder) / "gleaner.db"
            if template is not None:
                shutil.copy(self._made_in_sqlite(template), copy)
            yield f"sqlite:///{copy}"

    @contextmanager
    def postgresql(self, template: Template | None) -> Iterator[str]:
        """The same on PostgreSQL."""
        origin = "template1" if template is None else self._made_in_postgresql(template)
        name = f"test_{secrets.token_hex(6)}"
        self._create(name, origin)
        try:
            yield self._named(name)
        finally:
            self._tell(f"DROP DATABASE {name} WITH (FORCE)")

    def _made_in_sqlite(self, template: Template) -> Path:
        made = self.folder / f"{template.name}.db"
        with self._alone(made):
            if not made.exists():
                unfinished = made.with_suffix(f".{secrets.token_hex(4)}")
                asyncio.run(template.make(f"sqlite:///{unfinished}"))
                unfinished.rename(made)
        return made

    def _made_in_postgresql(self, template: Template) -> str:
        made = self.folder / f"{template.name}.made"
        with self._alone(made):
            if not made.exists():
                self._tell(f"DROP DATABASE IF EXISTS {template.name}")
                self._create(template.name, "template1")
                asyncio.run(template.make(self._named(template.name)))
                made.touch()
        return template.name

    def _create(self, name: str, origin: str) -> None:
        """Copied as files where the server may be told so: through its write-ahead log it takes six times as long."""
        with psycopg.connect(self._server_url(), autocommit=True) as connection:
            how = " STRATEGY file_copy" if connection.info.server_version >= _KNOWS_STRATEGIES else ""
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {origin}{how}".encode())

    def _named(self, database: str) -> str:
        return self._server_url().replace("/postgres?", f"/{database}?")

    def _tell(self, statement: str) -> None:
        with psycopg.connect(self._server_url(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _server_url(self) -> str:
        with self._alone(self._url):
            if not self._url.exists():
                self._server.mkdir(exist_ok=True)
                self._url.write_text(postgres.start(self._server))
        return self._url.read_text()

    def _alone(self, making: Path) -> FileLock:
        """Raises in what outlives the session: a lock would bring its folder back."""
        if not self.folder.is_dir():
            raise RuntimeError("the session is over")
        return FileLock(f"{making}.lock")

    @property
    def _server(self) -> Path:
        return self.folder / "postgresql"

    @property
    def _url(self) -> Path:
        return self.folder / "postgresql.url"
