"""Whatever is woken has something that runs it, in every process."""

from pathlib import Path

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SystemClock
from bot.engine import EmbeddedJobs
from bot.process.schedule import schedule
from bot.settings import Settings
from bot.wiring.app import Timing, _assemble
from store.database import Store
from sync.engine.tenant import Tenant
from sync.ports.engine import Job


@pytest.mark.parametrize("whole", [True, False])
async def test_every_job_is_registered(tmp_path: Path, *, whole: bool) -> None:
    settings = Settings(
        _env_file=None,
        slack_bot_token="xoxb-fake",
        slack_signing_secret="fake",
        harvest_access_token="fake",
        harvest_account_id=1,
    )
    store = Store.open(f"sqlite:///{tmp_path / 'gleaner.db'}")
    clock = SystemClock()
    jobs = EmbeddedJobs(clock)
    async with httpx.AsyncClient(trust_env=False) as http:
        client = AsyncWebClient(token="xoxb-fake", base_url="http://127.0.0.1:9/api/")
        schedule(_assemble(settings, Timing(), Tenant(store, "T0LUMEN", clock), client, http, jobs), jobs, whole=whole)
    await store.close()
    assert set(jobs.runs) == set(Job)
