"""Gleaner as a process of its own, hurried: the same code, shorter pauses, no limit towards Harvest."""

import asyncio
from datetime import timedelta

from bot import logs
from bot.process.service import Part, serve
from bot.settings import read_settings
from bot.wiring.app import Timing
from sync.clients import http
from sync.rules.time_entries.retry_pace import Pace

HURRIED = Timing(
    pace=Pace(
        look=timedelta(seconds=0.3),
        settle=timedelta(seconds=2),
        retry=timedelta(seconds=0.3),
        most=timedelta(seconds=3),
        lease=timedelta(seconds=30),
    ),
    harvest_limit=(100_000, 15.0),
    deliver_every=timedelta(seconds=0.5),
)

if __name__ == "__main__":
    http.RETRY_AFTER = 0.5
    logs.set_up(level="ERROR")
    asyncio.run(serve(read_settings(), Part.ALL, timing=HURRIED))
