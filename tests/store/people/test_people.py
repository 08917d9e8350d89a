"""Somebody who came back under a new account in Slack is reached there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from store.database import Store
from store.people.records import Person

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
LEFT = Person("U0OLD", "Ada Park", "ada@lumen.example", "UTC", 3, NOW, is_deactivated=True)


async def test_of_several_accounts_the_active_one_then_the_latest_is_theirs(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.people.save(LEFT)
        assert await tx.people.by_harvest_user(3) == LEFT
        back = replace(LEFT, slack_id="U0NEW", is_deactivated=False, checked_at=NOW - timedelta(days=9))
        await tx.people.save(back)
        assert await tx.people.by_harvest_user(3) == back
        await tx.people.save(replace(back, slack_id="U0NEWER", checked_at=NOW - timedelta(days=1)))
        latest = await tx.people.by_harvest_user(3)
    assert latest
    assert latest.slack_id == "U0NEWER"
