"""How fast `/log` is acknowledged, beside a bare Bolt app (a) and the same with one committed SQLite row (b).

Each server is a process of its own; 32 clients send signed commands over kept connections; the servers take turns
within one run, and the table shows medians of the ratios of neighbouring turns. Gleaner runs as in production: what it
acknowledges is kept and goes out at the pace Harvest allows, while further commands arrive.

Repeat with `python -m bench.ack [--turns 5] [--requests 1500]`.
"""

import argparse
import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import aiohttp

from bench.processes import Running, environment
from bot.cli.demo import Doubles, doubles
from bot.cli.manifest import manifest
from sandbox.ports import free_port
from sandbox.slack.http_transport import signature

_CLIENTS = 32
_WARM_UP = 200
_TARGETS = {"a": (0.5, 2.0), "b": (0.7, 1.5)}
"""At least so many times the requests a second, at most so many times the p99."""


@dataclass(frozen=True)
class Turn:
    """Requests a second, and milliseconds."""

    rate: float
    p50: float
    p99: float


async def burst(address: str, secret: str, around: Doubles, count: int, numbers: "itertools.count[int]") -> Turn:
    """So many commands from 32 clients at once; every one must be acknowledged with 200."""
    waits: list[float] = []
    left = itertools.repeat(None, count)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CLIENTS)) as session:

        async def client() -> None:
            for _ in left:
                body = _command(around, next(numbers))
                headers = _signed(secret, body)
                began = time.perf_counter()
                async with session.post(f"{address}/slack/events", data=body, headers=headers) as answer:
                    if answer.status != 200:
                        raise RuntimeError(f"{address} answered {answer.status}")
                    await answer.read()
                waits.append(time.perf_counter() - began)

        began = time.perf_counter()
        await asyncio.gather(*(client() for _ in range(_CLIENTS)))
        took = time.perf_counter() - began
    waits.sort()
    return Turn(count / took, 1000 * waits[len(waits) // 2], 1000 * waits[len(waits) * 99 // 100])


async def measure(turns: int, requests: int) -> dict[str, list[Turn]]:
    numbers, found = itertools.count(1), {name: list[Turn]() for name in ("a", "b", "gleaner")}
    with tempfile.TemporaryDirectory(prefix="gleaner-ack-") as folder:
        url = f"sqlite:///{Path(folder) / 'gleaner.db'}"
        async with doubles(url, bot_port=free_port()) as around:
            secret = around.slack.signing_secret
            ports = {"a": free_port(), "b": free_port(), "gleaner": around.settings.port}
            addresses = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
            around.slack.install(manifest(url=addresses["gleaner"]), f"{addresses['gleaner']}/slack/events")
            servers = [
                await Running.start("bench.bare", str(ports["a"]), secret),
                await Running.start("bench.bare", str(ports["b"]), secret, str(Path(folder) / "bare.db")),
                await Running.start("bot", "run", environment=environment(around.settings)),
            ]
            try:
                for address in addresses.values():
                    await burst(address, secret, around, _WARM_UP, numbers)
                for _, (name, address) in itertools.product(range(turns), addresses.items()):
                    found[name].append(await burst(address, secret, around, requests, numbers))
            finally:
                await asyncio.gather(*(server.end() for server in servers))
    return found


def table(found: dict[str, list[Turn]]) -> tuple[str, bool]:
    """The figures, the ratios against the targets, and whether all were met."""
    lines = [f"{'':<28}{'requests/s':>12}{'p50 ms':>10}{'p99 ms':>10}"]
    names = {"a": "(a) bare Bolt", "b": "(b) Bolt and a SQLite row", "gleaner": "Gleaner"}
    for name, label in names.items():
        middle = [statistics.median(getattr(turn, figure) for turn in found[name]) for figure in ("rate", "p50", "p99")]
        lines.append(f"{label:<28}{middle[0]:>12.0f}{middle[1]:>10.1f}{middle[2]:>10.1f}")
    met = True
    for other, (least, most) in _TARGETS.items():
        rate, p99 = _ratios(found["gleaner"], found[other])
        good = rate >= least and p99 <= most
        met = met and good
        lines.append(
            f"Gleaner / ({other}): {rate:.2f} x the requests/s (at least {least}), {p99:.2f} x the p99 (at most {most})"
            f"  {'PASS' if good else 'MISS'}"
        )
    return "\n".join(lines), met


def _ratios(ours: Sequence[Turn], others: Sequence[Turn]) -> tuple[float, float]:
    pairs = list(zip(ours, others, strict=True))
    rate = statistics.median(mine.rate / other.rate for mine, other in pairs)
    return rate, statistics.median(mine.p99 / other.p99 for mine, other in pairs)


def _command(around: Doubles, number: int) -> str:
    person = around.agency.people[number % 9]
    fields = {
        "command": "/log",
        "text": "1.5h ACME-12 #design fixed nav",
        "user_id": person.slack_id,
        "team_id": around.slack.team_id,
        "channel_id": "C0GENERAL",
        "trigger_id": f"bench.{number}",
        "response_url": f"{around.slack.page_url}hooks/none",
    }
    return urlencode(fields)


def _signed(secret: str, body: str) -> dict[str, str]:
    stamp = str(int(time.time()))  # noqa: TID251 - signatures always use real time
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(secret, stamp, body),
    }


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--turns", type=int, default=5)
    wanted.add_argument("--requests", type=int, default=1500)
    given = wanted.parse_args()
    text, met = table(asyncio.run(measure(given.turns, given.requests)))
    print(text)
    sys.exit(not met)


if __name__ == "__main__":
    main()
