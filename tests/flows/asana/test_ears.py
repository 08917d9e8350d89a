"""Three ears, one truth: webhooks, event streams and the nightly sweep hear of the same tasks."""

import hashlib
import hmac
import json
from datetime import timedelta
from decimal import Decimal

from cryptography.fernet import Fernet

from sandbox.asana.feed_records import Webhook
from sandbox.faults import Kind
from store.asana.records.state import HookState, Source
from sync.asana.intake.webhooks import Delivered, Handshake
from sync.engine.vault import Vault
from tests.flows.asana_world import AsanaWorld
from tests.given import given


async def run_round(around: AsanaWorld) -> None:
    await around.asana.rounds.run()
    for _ in range(4):
        around.later(seconds=15)
        await around.asana.tasks.run_due()
        await around.flows.outbox.push_due()


def hooks(around: AsanaWorld) -> list[Webhook]:
    return list(around.state.webhooks.values())


async def test_a_webhook_hears_what_is_typed(outside: AsanaWorld) -> None:
    await outside.asana.rounds.run()
    assert len(hooks(outside)) == 1
    outside.type("1.5")
    await outside.double.deliveries.gathered()
    await outside.double.deliveries.settle()
    outside.later(seconds=5)
    await outside.asana.tasks.run_due()
    await outside.flows.outbox.push_due()
    assert outside.logged() == {"Ada": Decimal("1.50")}


async def test_a_webhook_is_made_once_and_made_anew_when_it_is_gone(outside: AsanaWorld) -> None:
    assert await outside.asana.projects.sync_all()
    assert [await outside.asana.webhooks.watch() for _ in range(2)] == [1, 0]
    (hook,) = hooks(outside)
    del outside.state.webhooks[hook.gid]
    assert await outside.asana.webhooks.watch() == 1
    outside.later(hours=20)
    assert await outside.asana.webhooks.watch() == 1
    assert len(hooks(outside)) == 1


async def test_a_webhook_whose_secret_cannot_be_read_any_more_is_made_anew(outside: AsanaWorld) -> None:
    """The keys were replaced: all that it delivers would be refused."""
    webhooks = outside.asana.webhooks
    await outside.asana.projects.sync_all()
    await webhooks.watch()
    (before,) = hooks(outside)
    object.__setattr__(webhooks, "vault", Vault([Fernet.generate_key().decode()]))
    assert await webhooks.watch() == 1
    (after,) = hooks(outside)
    assert after.gid != before.gid
    assert await webhooks.watch() == 0


async def test_handshakes_are_taken_only_while_one_is_pending(outside: AsanaWorld) -> None:
    webhooks = outside.asana.webhooks
    assert await webhooks.handshake("nonsense", "secret") is Handshake.UNKNOWN
    await outside.asana.projects.sync_all()
    await webhooks.watch()
    async with outside.world.store.reading("T1") as tx:
        (hook,) = await tx.asana.hooks(HookState.ACTIVE)
    assert await webhooks.handshake(hook.id, "another") is Handshake.UNEXPECTED
    async with outside.world.store.reading("T1") as tx:
        assert (await tx.asana.hook(hook.id)).secret == hook.secret
    secret = webhooks.vault.unseal_text(hook.secret)
    assert secret not in hook.secret

    body = json.dumps({"events": []}).encode()
    good = hmac.new(given(secret).encode(), body, hashlib.sha256).hexdigest()
    assert await webhooks.receive(hook.id, body, good) == (Delivered.KEPT, None)
    forged = good[:-1] + ("1" if good.endswith("0") else "0")
    for signature in (None, "", "00", forged, "é"):
        assert (await webhooks.receive(hook.id, body, signature))[0] is Delivered.NOT_GENUINE
    assert (await webhooks.receive("nonsense", body, good))[0] is Delivered.UNKNOWN


async def test_streams_are_polled_where_there_is_no_address(around: AsanaWorld) -> None:
    await around.map(counts_parents=True)
    await run_round(around)
    around.type("1.5")
    await run_round(around)
    assert around.logged() == {"Ada": Decimal("1.50")}
    below = around.state.add_subtask(around.task, "Proof", by=around.ada)
    around.type("0.5", around.tom, below)
    around.later(hours=26)  # the stream's token is dead by then
    await run_round(around)
    assert around.logged(below) == {"Tom": Decimal("0.50")}


async def test_the_sweep_finds_what_nobody_told(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    around.type("1.5")
    below = around.state.add_subtask(around.task, "Proof", by=around.ada)
    around.type("0.25", task=below)
    assert await around.asana.sweep.run() == 2
    assert await around.asana.tasks.run_due() == 2
    assert await around.asana.sweep.run() <= 2  # those that are booked and held alone
    around.later(minutes=1)
    await around.flows.outbox.push_due()
    assert around.logged(below) == {"Ada": Decimal("0.25")}


async def test_time_entries_are_found_by_their_window(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    await around.map(source=Source.TIME_ENTRIES)
    entry = around.state.add_time_entry(around.task, around.ada, 90, around.world.clock.now().date())
    assert await around.asana.time.run() == 1
    await around.settle()
    assert around.logged() == {"Ada": Decimal("1.50")}
    assert await around.asana.time.run() == 0
    around.state.delete_time_entry(entry)
    assert await around.asana.time.run() == 1
    await around.settle()
    assert around.logged() == {}


async def test_what_waits_goes_through_once_its_cause_is_gone(around: AsanaWorld) -> None:
    await around.asana.projects.sync_all()
    around.state.archive_project(around.site, around.ada)
    await around.asana.projects.sync_all()
    assert await around.news() == ["ProjectArchived"]
    around.type("1.5")
    await around.settle()
    assert await around.held() == {"asana_archived": 150}
    around.state.unarchive_project(around.site, around.ada)
    await around.asana.projects.sync_all()
    around.later(seconds=10)
    await run_round(around)
    assert around.logged() == {"Ada": Decimal("1.50")}


async def test_an_outage_of_asana_costs_only_time(around: AsanaWorld) -> None:
    around.type("1.5")
    around.double.faults.next(Kind.ERROR_BEFORE, matching="GET /api/1.0/tasks/*", times=3)
    await around.asana.tasks.handle(around.task.gid)
    assert around.in_harvest() == []
    around.world.clock.advance(timedelta(minutes=2))
    await around.asana.tasks.run_due()
    await around.flows.outbox.push_due()
    assert around.logged() == {"Ada": Decimal("1.50")}
