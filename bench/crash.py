"""Logs under kill -9: every acknowledged one must be in Harvest exactly once, or visibly held.

Several people log at once; a tenth of the requests to Harvest fail in every way the double knows; the bot is killed
with SIGKILL at random moments and started again.

Repeat with `python -m bench.crash [--logs 1000] [--kills 50] [--seed 1]`.
"""

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.processes import Running, environment
from bot.cli.demo import Doubles, doubles
from bot.cli.manifest import manifest
from bot.settings import Settings
from sandbox.agency import Person
from sandbox.faults import ALL
from sandbox.ports import free_port
from store.database import Store
from store.time_entries.records import EntryState

_CHANNEL = "C0GENERAL"
_AT_ONCE = 8
_SETTLED_WITHIN = 300.0
"""Seconds after the last log for everything to arrive; for the last third of them Harvest is well again."""


@dataclass
class Result:
    """`unacked`: requests the bot never answered; they may be in Harvest once or not at all, never twice."""

    acked: int = 0
    unacked: int = 0
    kills: int = 0
    once: int = 0
    held: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def table(self) -> str:
        rows = {
            "acknowledged logs": self.acked,
            "requests without an answer (bot down)": self.unacked,
            "kill -9": self.kills,
            "faults injected at Harvest": sum(self.faults.values()),
            "  kinds of faults seen": len(self.faults),
            "acknowledged and in Harvest exactly once": self.once,
            "acknowledged and held, with a reason": self.held,
            "LOST": len(self.lost),
            "DOUBLED": len(self.doubled),
            "seconds": round(self.seconds),
        }
        return "\n".join(f"{name:<44}{value:>8}" for name, value in rows.items())


@dataclass
class Bot:
    """Gleaner's process, started again whenever it was killed."""

    settings: Settings
    running: Running | None = None

    async def start(self) -> None:
        self.running = await Running.start("bench.hurried", environment=environment(self.settings))

    async def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self.running is not None:
            await self.running.end(how)


async def storm(*, logs: int, kills: int, share: float = 0.1, seed: int = 1) -> Result:
    """Log, fail and kill; then wait until everything has settled and count."""
    began = time.monotonic()
    result, chance = Result(), random.Random(seed)  # noqa: S311 - repeatable, not secret
    with tempfile.TemporaryDirectory(prefix="gleaner-storm-") as folder:
        url = f"sqlite:///{Path(folder) / 'storm.db'}"
        async with doubles(url, bot_port=free_port(), harvest_rate=100_000) as around:
            around.harvest.faults.hang = 0.3
            address = f"http://127.0.0.1:{around.settings.port}"
            around.slack.install(manifest(url=address), f"{address}/slack/events")
            bot = Bot(around.settings)
            await bot.start()
            try:
                acked, unacked = await _log_and_kill(around, bot, result, logs, kills, share, chance)
                await _settle(around, url, acked)
                result.faults = Counter({str(kind): n for kind, n in around.harvest.faults.injected.items()})
            finally:
                await bot.kill(signal.SIGTERM)
            await _count(around, url, acked, unacked, result)
    result.seconds = time.monotonic() - began
    return result


async def _log_and_kill(
    around: Doubles, bot: Bot, result: Result, logs: int, kills: int, share: float, chance: random.Random
) -> tuple[list[str], list[str]]:
    await _warm_up(around)
    around.harvest.faults.sprinkle(
        share=share, seed=chance.randrange(1 << 30), kinds=ALL, matching="* /v2/time_entries*"
    )
    acked: list[str] = []
    unacked: list[str] = []
    done = asyncio.Event()

    async def killer() -> None:
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0.05, 1.2))
            await bot.kill()
            result.kills += 1
            await bot.start()
        done.set()

    async def logger(number: int) -> None:
        people = _team(around)
        while len(acked) < logs or not done.is_set():
            note = f"storm-{number}-{len(acked)}-{len(unacked)}-{chance.randrange(1 << 40):x}"
            person = around.slack.person(people[number % len(people)].slack_id)
            outcome = await person.command("/log", f"0.25h ACME-12 #design {note}", _CHANNEL)
            (acked if outcome.status == 200 else unacked).append(note)
            pause = 0.01 if len(acked) < logs else 0.5
            await asyncio.sleep(pause if outcome.status == 200 else 0.1)

    await asyncio.gather(killer(), *(logger(number) for number in range(_AT_ONCE)))
    return acked, unacked


async def _warm_up(around: Doubles) -> None:
    """The first import runs at the start; a log before it would not know the project."""
    for person in _team(around):
        driver = around.slack.person(person.slack_id)
        for _ in range(50):
            await driver.command("/log", "0.25h ACME-12 #design warm-up", _CHANNEL)
            with suppress(AssertionError):
                await driver.sees("Logged 0.25 h", within=2)
                break


def _team(around: Doubles) -> list[Person]:
    """Who may book on ACME-12."""
    project = next(one for one in around.agency.projects if one.code == "ACME-12")
    names = {*project.people, project.manager}
    return [person for person in around.agency.people if person.name.split()[0] in names]


async def _settle(around: Doubles, url: str, acked: Iterable[str]) -> None:
    wanted, until = set(acked), time.monotonic() + _SETTLED_WITHIN
    while time.monotonic() < until:
        missing = wanted - set(_in_harvest(around)) - set(await _held(around, url))
        if not missing:
            return
        if until - time.monotonic() < _SETTLED_WITHIN / 3:
            around.harvest.faults.clear()
        await asyncio.sleep(0.5)


async def _count(around: Doubles, url: str, acked: list[str], unacked: list[str], result: Result) -> None:
    found, held = _in_harvest(around), set(await _held(around, url))
    result.acked, result.unacked = len(acked), len(unacked)
    result.once = sum(found[note] == 1 for note in acked)
    result.held = sum(note in held and not found[note] for note in acked)
    result.lost = [note for note in acked if not found[note] and note not in held]
    result.doubled = [note for note in (*acked, *unacked) if found[note] > 1]


def _in_harvest(around: Doubles) -> Counter[str]:
    return Counter(entry.notes or "" for entry in around.harvest.state.entries.values())


async def _held(around: Doubles, url: str) -> list[str]:
    """Notes of entries that were told as held."""
    store = Store.open(url)
    try:
        async with store.reading(around.slack.team_id) as tx:
            people = [person.slack_id for person in around.agency.people]
            rows = [row for who in people for row in await tx.time_entries.in_state(who, [EntryState.HELD])]
        return [row.note for row in rows if row.reason]
    finally:
        await store.close()


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--logs", type=int, default=1000)
    wanted.add_argument("--kills", type=int, default=50)
    wanted.add_argument("--seed", type=int, default=1)
    given = wanted.parse_args()
    result = asyncio.run(storm(logs=given.logs, kills=given.kills, seed=given.seed))
    print(result.table())
    sys.exit(bool(result.lost or result.doubled))


if __name__ == "__main__":
    main()
