"""How fast time entries are imported: Gleaner, tap-harvest, and the least work there is (raw).

All read one Harvest (`bench.harvest_pages`), each in a fresh process, in turns within one run; wall time is that of the
import alone, memory the process's peak. Then Gleaner's next ticks: nothing changed, and 1,000 entries changed.

Repeat with `python -m bench.imports [--entries 120000] [--turns 3] [--tap VENV]`; without a venv one is made. With
`--limited`, Harvest's limit is in force on both sides, and the first import alone is measured, beside raw.
"""

import argparse
import asyncio
import itertools
import json
import math
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson

Json = dict[str, Any]

_SMALL = 10_000
"""The account that the ticks of the large one are compared with."""
_CHANGED = 1000
_RATE = 100
"""Requests in 15 s, Harvest's own limit."""
_LONGEST = 900.0
"""Seconds for one contender."""
_TAP = "tap-harvest==3.1.1"
_PLAIN = (
    *("id", "spent_date", "hours", "rounded_hours", "billable", "budgeted", "billable_rate", "cost_rate", "is_running"),
    *("is_locked", "locked_reason", "is_billed", "approval_status", "notes", "timer_started_at", "started_time"),
    *("ended_time", "updated_at"),
)
_INSERT = f"INSERT OR REPLACE INTO entries VALUES ({', '.join('?' * (len(_PLAIN) + 5))})"  # noqa: S608 - no values
_TABLE = (
    f"CREATE TABLE entries (user_id, project_id, task_id, reference_id, permalink, "
    f"{', '.join(f'{name} INTEGER PRIMARY KEY' if name == 'id' else name for name in _PLAIN)})"
)


@dataclass
class Stage:
    """One import. What was then kept, None where there was no table to look into, and what Harvest held."""

    seconds: float
    cpu: float
    """Seconds of this process alone: they hardly suffer from what else the machine does."""
    peak_mb: float
    requests: dict[str, int]
    rows: int | None
    hundredths: int | None = None
    """Of hours, of all rows."""
    in_harvest: int | None = None
    """The same in Harvest."""


def raw(address: str, database: str) -> dict[str, Stage]:
    """Pages, JSON, one statement and one commit a page: what nothing that keeps the entries can do without."""
    url, rows = f"{address}/v2/time_entries", sqlite3.connect(database)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        rows.execute(f"PRAGMA {pragma}")
    rows.execute(_TABLE)
    watch = _Watch()
    with httpx.Client(trust_env=False) as client:
        while url:
            page = orjson.loads(client.get(url).raise_for_status().content)
            with rows:
                rows.executemany(_INSERT, map(_row, page["time_entries"]))
            url = page["links"]["next"]
    return {"first": _stage(watch.read(), address, database, "entries")}


def _row(entry: Json) -> tuple[Any, ...]:
    reference = entry["external_reference"] or {}
    links = (entry["user"]["id"], entry["project"]["id"], entry["task"]["id"])
    return *links, reference.get("id"), reference.get("permalink"), *(entry[name] for name in _PLAIN)


async def ours(address: str, database: str, slack: str, *, is_limited: bool) -> dict[str, Stage]:
    """The job `import` on a new database, again at once, and again after 1,000 entries have changed.

    `is_limited`: the first one alone, at the pace that Harvest allows.
    """
    # Imported here, as below: each contender is this module, and would else carry what only the others need.
    from bot.engine import NoJobs  # noqa: PLC0415
    from bot.process.schedule import run_job  # noqa: PLC0415
    from bot.process.service import freeze_gc  # noqa: PLC0415
    from bot.wiring.app import Timing, gleaner  # noqa: PLC0415
    from sync.ports.engine import Job  # noqa: PLC0415

    stages = {}
    timing = Timing() if is_limited else Timing(harvest_limit=(100_000, 15.0))
    async with gleaner(_settings(address, database, slack), timing=timing, jobs=NoJobs()) as built:
        freeze_gc()
        for name in ("first",) if is_limited else ("first", "again", "changed"):
            if name == "changed":
                _ask("POST", f"{address}/bench/touch?n={_CHANGED}")
            watch = _Watch()
            await run_job(built, Job.IMPORT)
            stages[name] = _stage(watch.read(), address, database, "harvest_entries")
    return stages


def _settings(address: str, database: str, slack: str) -> Any:
    from bot.settings import Settings  # noqa: PLC0415

    account = _ask("GET", f"{address}/api/v2/accounts")["accounts"][0]
    _ask("GET", f"{address}/bench/log")
    return Settings(
        _env_file=None,
        database_url=f"sqlite:///{database}",
        slack_bot_token="xoxb-fake-bot-token",  # noqa: S106 - the double's
        slack_signing_secret="fake-signing-secret",  # noqa: S106 - the double's
        slack_api_url=slack,
        harvest_access_token="fake",  # noqa: S106 - no token is looked at
        harvest_account_id=account["id"],
        harvest_api_url=f"{address}/v2",
        harvest_id_url=address,
    )


@dataclass(frozen=True)
class _Watch:
    began: float = field(default_factory=time.perf_counter)
    cpu: float = field(default_factory=time.process_time)

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self.began, time.process_time() - self.cpu


def _stage(took: tuple[float, float], address: str, database: str, table: str) -> Stage:
    peak, log, in_harvest = _peak_mb(), _ask("GET", f"{address}/bench/log"), _ask("GET", f"{address}/bench/sum")
    return Stage(*took, peak, log, *_held(database, table), in_harvest["hundredths"])


def _held(database: str, table: str) -> tuple[int | None, int | None]:
    """Rows and hundredths of hours, whichever of hours and hundredths the column has."""
    unit = 1 if table == "harvest_entries" else 100
    connection = sqlite3.connect(database)
    try:
        rows, hours = connection.execute(f"SELECT count(*), sum(hours) FROM {table}").fetchone()  # noqa: S608 - ours
    except sqlite3.OperationalError:
        return None, None
    finally:
        connection.close()
    return rows, round(unit * (hours or 0))


def _ask(method: str, url: str) -> Any:
    return httpx.request(method, url, trust_env=False, timeout=60).raise_for_status().json()


def _peak_mb() -> float:
    """Of this program alone: getrusage would also count what its parent had before it was started."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


class Failed(Exception):
    """A contender ended with an error; this is its last line."""


@dataclass(frozen=True)
class Field:
    """Where the contenders run. `tap`: the python that has tap-harvest, if any."""

    folder: Path
    slack: str
    tap: Path | None
    is_limited: bool

    def command(self, name: str, address: str) -> Sequence[str]:
        if name == "tap":
            return str(self.tap), str(Path(__file__).with_name("tap.py")), address
        database = str(Path(tempfile.mkdtemp(dir=self.folder)) / "bench.db")
        limited = ["--limited"] if self.is_limited else []
        return sys.executable, "-m", "bench.imports", *limited, "--contender", name, address, database, self.slack

    async def run(self, name: str, address: str) -> dict[str, Stage]:
        process = await asyncio.create_subprocess_exec(
            *self.command(name, address), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            out, err = await asyncio.wait_for(process.communicate(), _LONGEST)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise Failed(err.decode(errors="replace").strip().rpartition("\n")[2])
        return {stage: Stage(**figures) for stage, figures in json.loads(out.splitlines()[-1]).items()}


@dataclass(frozen=True)
class Found:
    """`turns`: by account size and contender, a dictionary of stages for each turn that ended well."""

    turns: dict[tuple[int, str], list[dict[str, Stage]]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)

    def stages(self, size: int, name: str, stage: str) -> list[Stage]:
        return [turn[stage] for turn in self.turns[size, name]]


async def measure(entries: int, turns: int, tap: Path | None, *, is_limited: bool) -> Found:
    from sandbox.clock import SandboxClock  # noqa: PLC0415
    from sandbox.slack.server import SlackDouble  # noqa: PLC0415

    found, slack = Found(), SlackDouble(SandboxClock())
    contenders = ["raw", "gleaner", *(["tap"] if tap else [])]
    await slack.start()
    try:
        with tempfile.TemporaryDirectory(prefix="gleaner-imports-") as folder:
            place = Field(Path(folder), slack.api_url, tap, is_limited)
            for _ in range(turns):
                await _turn(found, place, entries, contenders)
                if not is_limited:
                    await _turn(found, place, _SMALL, ["gleaner"])
    finally:
        await slack.stop()
    return found


async def _turn(found: Found, place: Field, size: int, contenders: Iterable[str]) -> None:
    """A Harvest of its own for each contender: the changes of one turn must not reach the next."""
    from bench.processes import Running  # noqa: PLC0415
    from sandbox.ports import free_port  # noqa: PLC0415

    for name in contenders:
        port = free_port()
        limited = ["--rate", str(_RATE)] if place.is_limited else []
        server = await Running.start("bench.harvest_pages", "--entries", str(size), "--port", str(port), *limited)
        address = f"http://127.0.0.1:{port}"
        try:
            found.turns[size, name].append(await place.run(name, address))
        except (Failed, TimeoutError) as error:
            found.failures.append(f"{name}, {size:,} entries: {error or 'took too long'}")
        finally:
            await server.end()


def table(found: Found, entries: int, *, is_limited: bool) -> str:
    following = [] if is_limited else [*_next(found, entries), ""]
    limit = f"{_RATE} requests in 15 s" if is_limited else "no limit of requests"
    last = f"Loopback, SQLite, {limit}; Harvest itself would answer more slowly."
    return "\n".join([*_first(found, entries), "", *following, *_doubts(found), last])


_LABELS = {"raw": "raw lower bound", "gleaner": "Gleaner", "tap": "tap-harvest 3.1.1"}


def _first(found: Found, entries: int) -> Iterator[str]:
    yield _head(f"first import of {entries:,}") + f"{'x raw':>7}{'rows':>9}"
    floor = _median(found.stages(entries, "raw", "first"), "seconds")
    for name, label in _LABELS.items():
        seen = found.stages(entries, name, "first")
        more = f"{_median(seen, 'seconds') / floor:>7.1f}{seen[0].rows!s:>9}" if seen else ""
        yield _line(label, seen) + more


def _next(found: Found, entries: int) -> Iterator[str]:
    yield _head("next tick of Gleaner")
    for stage, size in itertools.product(("again", "changed"), sorted({_SMALL, entries})):
        what = "nothing changed" if stage == "again" else f"{_CHANGED:,} changed"
        yield _line(f"{what}, {size:,} entries", found.stages(size, "gleaner", stage))
    small, large = (found.stages(size, "gleaner", "changed") for size in (_SMALL, entries))
    wall, cpu = (_median(large, of) / _median(small, of) for of in ("seconds", "cpu"))
    yield f"{_CHANGED:,} changed, {entries:,} beside {_SMALL:,} entries: {wall:.2f} x the seconds, {cpu:.2f} x the CPU"
    for seen in found.stages(entries, "gleaner", "again")[:1]:
        yield f"requests of a tick without changes: {seen.requests}"


def _head(what: str) -> str:
    return f"{what:<34}{'seconds':>9}{'least':>8}{'most':>8}{'CPU s':>8}{'peak MB':>9}{'requests':>10}"


def _line(label: str, seen: Sequence[Stage]) -> str:
    if not seen:
        return f"{label:<34}{'missing':>9}"
    least, most = min(stage.seconds for stage in seen), max(stage.seconds for stage in seen)
    times = f"{_median(seen, 'seconds'):>9.2f}{least:>8.2f}{most:>8.2f}{_median(seen, 'cpu'):>8.2f}"
    return f"{label:<34}{times}{_median(seen, 'peak_mb'):>9.0f}{sum(seen[0].requests.values()):>10}"


def _doubts(found: Found) -> Iterator[str]:
    """Whatever was not what it should have been: then the figures are those of something else."""
    yield from (f"FAILED: {failure}" for failure in found.failures)
    for (size, name), turns in found.turns.items():
        for stage, kept in {
            (stage, kept) for turn in turns for stage, one in turn.items() if (kept := _wrong(one, size))
        }:
            yield f"NOT THE WHOLE: {name}, {size:,} entries, import `{stage}`: {kept}"


def _wrong(stage: Stage, size: int) -> str | None:
    if stage.rows is None:
        return "no table of entries"
    if stage.rows != size:
        return f"{stage.rows} rows"
    is_same = stage.hundredths in {None, stage.in_harvest}
    return None if is_same else f"{stage.hundredths} hundredths of hours, and Harvest has {stage.in_harvest}"


def _median(seen: Sequence[Stage], figure: str) -> float:
    """Not a number where nothing was measured."""
    return statistics.median(getattr(stage, figure) for stage in seen) if seen else math.nan


async def tapped(venv: Path) -> Path | None:
    """The python of a new venv with tap-harvest; None, and a line that says so, where it cannot be had."""
    python = venv / "bin" / "python"
    for command in ((sys.executable, "-m", "venv", venv), (python, "-m", "pip", "install", "--quiet", _TAP)):
        process = await asyncio.create_subprocess_exec(*map(str, command), stdout=subprocess.DEVNULL)
        if await process.wait():
            print(f"{_TAP} could not be installed: this contender is missing", flush=True)
            return None
    return python


async def compare(entries: int, turns: int, tap: Path | None, *, is_limited: bool) -> None:
    if is_limited:
        print(table(await measure(entries, turns, None, is_limited=True), entries, is_limited=True))
        return
    with tempfile.TemporaryDirectory(prefix="gleaner-tap-") as folder:
        python = tap / "bin" / "python" if tap else await tapped(Path(folder))
        print(table(await measure(entries, turns, python, is_limited=False), entries, is_limited=False))


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--entries", type=int, default=120_000)
    wanted.add_argument("--turns", type=int, default=3)
    wanted.add_argument("--tap", type=Path)
    wanted.add_argument("--limited", action="store_true")
    wanted.add_argument("--contender", nargs=4, help=argparse.SUPPRESS)
    given = wanted.parse_args()
    if not given.contender:
        asyncio.run(compare(given.entries, given.turns, given.tap, is_limited=given.limited))
        return
    name, address, database, slack = given.contender
    if name == "raw":
        stages = raw(address, database)
    else:
        stages = asyncio.run(ours(address, database, slack, is_limited=given.limited))
    print(json.dumps({stage: vars(figures) for stage, figures in stages.items()}))


if __name__ == "__main__":
    main()
