"""Processes of the benchmarks: started, awaited by their line `ready`, ended by their pid."""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from bot.settings import Settings


@dataclass
class Running:
    """`python -m …` that says `ready` once it serves."""

    process: asyncio.subprocess.Process

    @classmethod
    async def start(cls, *arguments: str, environment: dict[str, str] | None = None) -> "Running":
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *arguments, env=environment, stdout=asyncio.subprocess.PIPE
        )
        if process.stdout is None or not (await process.stdout.readline()).startswith(b"ready"):
            raise RuntimeError(f"{arguments[0]} did not start")
        return cls(process)

    async def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.wait()


def environment(settings: Settings) -> dict[str, str]:
    """The settings as a process of its own reads them."""
    given = {name.upper(): _plain(value) for name, value in settings.model_dump(exclude_none=True).items()}
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}  # noqa: TID251 - a child's
    fixed = {"HOURS_STEP": "0.25", "HOURS_MIN": "0.25", "IMPORT_EVERY": "60s", "SWEEP_EVERY": "1h"}
    return {**inherited, **given, **fixed}


def _plain(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(_plain(one) for one in value)
    return str(value)
