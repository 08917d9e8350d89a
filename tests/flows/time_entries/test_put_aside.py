"""Whatever one entry raises, it is put aside by itself, and everything beside it goes on."""

from datetime import timedelta

import pytest

from store.time_entries.records import EntryState, TimeEntry
from sync.harvest.access import HarvestAccess, Writer
from tests.flows.alert_model import Rows
from tests.flows.conftest import World


class Broken(Exception):
    """A fault that nobody has thought of."""


class Stumbling(HarvestAccess):
    """Finds no token for one person, by a fault of ours."""

    async def writer(self, slack_id: str, harvest_user_id: int) -> Writer:
        if slack_id == "U1":
            raise Broken
        return await super().writer(slack_id, harvest_user_id)


async def test_the_others_go_out_and_the_coordinator_hears_of_it_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = world.harvest.state
    ben = state.add_user(first_name="Ben", last_name="Moss", email="u2@lumen.example", timezone="Europe/Berlin")
    state.assign_user(world.project, ben)
    await world.imports.run()
    access = world.outbox.sending.access
    stumbling = Stumbling(**{name: getattr(access, name) for name in access.__dataclass_fields__})
    monkeypatch.setitem(world.outbox.sending.__dict__, "access", stumbling)
    hers = await world.entries.log(await world.person("U1"), await world.asked("hers"), "key-hers")
    his = await world.entries.log(await world.person("U2"), await world.asked("his"), "key-his")
    assert (hers.state, his.state) == (EntryState.INTENDED, EntryState.LOGGED)
    for _ in range(3):
        world.clock.advance(timedelta(minutes=2))
        await world.outbox.push_due()
    seen = await Rows.read(world.store, "T1")
    assert seen.news("EntryStuck") == [{"entry_key": "key-hers", "slack_id": "U1", "fault": "Broken"}]
    monkeypatch.setitem(world.outbox.sending.__dict__, "access", access)
    world.clock.advance(timedelta(minutes=2))
    await world.outbox.push_due()
    sent: TimeEntry = await world.entries.get("U1", "key-hers")
    assert sent.state is EntryState.LOGGED
    assert sorted(one.notes or "" for one in state.entries.values()) == ["hers", "his"]
