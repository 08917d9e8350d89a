"""A person's own sign-in: refused before its time, revoked, or sealed with a key that is gone."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from bot.cli.doctor import Verdict, _database
from bot.engine import NoJobs
from bot.settings import Settings
from bot.wiring.flows import FlowDeps, build_flows
from sandbox.faults import Kind, Refusal
from store.people.records import Connection
from store.time_entries.records import EntryEdit, EntryState, HeldFor
from sync.clients.harvest.identity import HarvestIdentityClient
from sync.engine.tenant import Tenant
from sync.engine.vault import Vault
from sync.flows import Flows
from sync.ports.harvest import Tokens
from tests.flows.conftest import ADMIN, PACE, OneProfile, World, clients
from tests.flows.importing_steps import asked, rows
from tests.given import given

OLD, NEW = (urlsafe_b64encode(name.ljust(32).encode()).decode() for name in ("old, fake", "new, fake"))


@dataclass
class Signed:
    """The flows of a process with these keys, and Ada's tokens."""

    world: World
    flows: Flows

    async def sign_in(self, key: str = OLD, slack_id: str = "U1", *, is_known: bool = True) -> None:
        state, now = self.world.harvest.state, self.world.clock.now()
        if is_known:
            state.grant(self.world.user, "first-token-fake", timedelta(days=14), "refresh-fake")
        sealed = Vault([key]).seal(Tokens("first-token-fake", "refresh-fake", 1_209_600))
        kept = Connection(
            slack_id, state.account_id, self.world.user.id, sealed, now + timedelta(days=14), is_revoked=False
        )
        async with self.world.store.transaction("T1") as tx:
            await tx.connections.save(kept)

    async def log(self, note: str) -> Any:
        return await self.flows.entries.log(await self.world.person(), await self.world.asked(note), str(uuid4()))

    def in_harvest(self) -> list[str]:
        return [one.notes or "" for one in self.world.harvest.state.entries.values()]


@asynccontextmanager
async def process(world: World, keys: str) -> AsyncIterator[Signed]:
    async with httpx.AsyncClient(trust_env=False) as http:
        settings = _settings(world, keys)
        app = world.harvest.state.app
        identity = HarvestIdentityClient(
            http,
            world.harvest.id_url,
            app.client_id,
            app.client_secret,
            "https://gleaner.example/harvest/callback",
            "test",
        )
        deps = FlowDeps(settings, Tenant(world.store, "T1", world.clock), NoJobs(), PACE)
        yield Signed(world, build_flows(deps, clients(world.harvest, world.clock, http), identity, OneProfile()))


def _settings(world: World, keys: str, **more: Any) -> Settings:
    given = {
        "database_url": "sqlite:///unused.db",
        "slack_bot_token": "xoxb-fake",
        "slack_signing_secret": "fake",
        "harvest_access_token": ADMIN,
        "harvest_account_id": world.harvest.state.account_id,
        "harvest_api_url": world.harvest.api_url,
        "timezone": "Europe/Berlin",
        "coordinator": "UBOSS",
        "secret_keys": keys,
        "public_url": "https://gleaner.example",
    }
    return Settings(_env_file=None, **{**given, **more})


@pytest.fixture
async def signed(world: World) -> AsyncIterator[Signed]:
    async with process(world, OLD) as one:
        await one.sign_in()
        yield one


class TestRefusedBeforeItsTime:
    async def test_it_is_renewed_once_and_the_hours_are_logged(self, signed: Signed) -> None:
        del signed.world.harvest.state.tokens["first-token-fake"]
        asked(signed.world)
        entry = await signed.log("nav")
        assert entry.state is EntryState.LOGGED
        assert asked(signed.world).count("/api/v2/oauth2/token") == 1
        assert (await signed.log("footer")).state is EntryState.LOGGED
        assert asked(signed.world).count("/api/v2/oauth2/token") == 0
        assert sorted(signed.in_harvest()) == ["footer", "nav"]
        assert not (await rows(signed.world)).news("SignInLost")

    async def test_a_refresh_token_that_is_refused_too_asks_the_person_once(self, signed: Signed) -> None:
        signed.world.harvest.state.tokens.clear()
        signed.world.harvest.state.refresh_tokens.clear()
        first, second = await signed.log("nav"), await signed.log("footer")
        assert {first.held_for, second.held_for} == {HeldFor.SIGN_IN}
        assert len((await rows(signed.world)).news("SignInLost")) == 1

    async def test_a_fresh_token_that_is_refused_as_well_is_not_renewed_for_ever(self, signed: Signed) -> None:
        """A user that Harvest lets in nowhere any more."""
        state = signed.world.harvest.state
        del state.tokens["first-token-fake"]
        signed.world.harvest.faults.sprinkle(1.0, kinds=[Refusal.UNAUTHORISED], matching="* /v2/time_entries*")
        asked(signed.world)
        entry = await signed.log("nav")
        assert (entry.state, entry.held_for) == (EntryState.HELD, HeldFor.SIGN_IN)
        assert asked(signed.world).count("/api/v2/oauth2/token") == 1

    async def test_while_the_sign_in_server_is_away_the_entry_waits(self, signed: Signed) -> None:
        del signed.world.harvest.state.tokens["first-token-fake"]
        signed.world.harvest.faults.next(Kind.ERROR_BEFORE, matching="POST /api/v2/oauth2/token")
        assert (await signed.log("nav")).state is EntryState.INTENDED
        signed.world.clock.advance(timedelta(minutes=2))
        await signed.flows.outbox.push_due()
        assert signed.in_harvest() == ["nav"]


class TestHeldThoughItIsThere:
    """Harvest took the entry, its answer was lost, and the sign-in was gone before Gleaner could look."""

    @pytest.fixture
    async def held(self, signed: Signed) -> str:
        signed.world.harvest.faults.next(Kind.DROP_AFTER, matching="POST /v2/time_entries")
        entry = await signed.log("nav")
        signed.world.harvest.state.tokens.pop("first-token-fake")
        signed.world.harvest.state.refresh_tokens.clear()
        await self._later(signed)
        now_is = await signed.flows.entries.get("U1", entry.key)
        assert (now_is.state, now_is.held_for) == (EntryState.HELD, HeldFor.SIGN_IN)
        assert signed.in_harvest() == ["nav"]
        return str(entry.key)

    async def test_discard_takes_it_out_of_harvest(self, signed: Signed, held: str) -> None:
        await signed.flows.entries.undo("U1", held)
        await signed.sign_in()
        await self._later(signed)
        assert signed.in_harvest() == []
        assert (await signed.flows.entries.get("U1", held)).state is EntryState.UNDONE

    async def test_edit_changes_it_in_harvest(self, signed: Signed, held: str) -> None:
        entry = await signed.flows.entries.get("U1", held)
        await signed.flows.entries.edit("U1", held, entry.revision, EntryEdit(note="footer"))
        await signed.sign_in()
        await self._later(signed)
        assert signed.in_harvest() == ["footer"]

    async def _later(self, signed: Signed) -> None:
        for _ in range(4):
            signed.world.clock.advance(timedelta(minutes=2))
            await signed.flows.outbox.push_due()


class TestKeysReplaced:
    async def test_hours_are_held_for_sign_in_and_connecting_sends_them_once(self, world: World) -> None:
        async with process(world, NEW) as after:
            await after.sign_in(OLD)
            held = await after.log("nav")
            assert (held.state, held.held_for) == (EntryState.HELD, HeldFor.SIGN_IN)
            await after.log("footer")
            assert len((await rows(world)).news("SignInUnreadable")) == 1
            assert not await after.flows.connect.is_connected("U1")
            assert not (await after.flows.status.read(await world.person(), None)).is_connected
            link = await after.flows.connect.begin("U1")
            state = link.rpartition("=")[2]
            await after.flows.connect.sign_in_url(state)
            await after.flows.connect.finish(state, world.harvest.state.issue_code(world.user.id))
            assert await after.flows.connect.is_connected("U1")
            sent = await after.flows.entries.retry("U1", held.key)
            assert sent.state is EntryState.LOGGED
            assert after.in_harvest() == ["nav"]

    async def test_with_the_old_key_behind_the_new_one_nothing_happens(self, world: World) -> None:
        async with process(world, f"{NEW},{OLD}") as after:
            await after.sign_in(OLD)
            assert (await after.log("nav")).state is EntryState.LOGGED

    @pytest.mark.parametrize("keys", [NEW, ""], ids=["replaced", "taken away"])
    async def test_an_entry_on_its_way_holds_up_nobody_else(self, world: World, keys: str) -> None:
        async with process(world, OLD) as before:
            world.harvest.faults.sprinkle(1.0, kinds=[Kind.DROP_BEFORE])
            await before.sign_in(OLD)
            first = await before.log("hers")
            world.harvest.faults.clear()
        world.clock.advance(timedelta(minutes=2))
        async with process(world, keys) as after:
            await after.flows.outbox.push_due()
            entry = await after.flows.entries.get("U1", first.key)
            assert (entry.state, entry.held_for) == (EntryState.HELD, HeldFor.SIGN_IN)

    async def test_what_was_sealed_and_is_no_sign_in_is_held_as_well(self, world: World) -> None:
        async with process(world, OLD) as one:
            await one.sign_in()
            broken = Vault([OLD]).seal_text("no sign-in")
            async with world.store.transaction("T1") as tx:
                kept = given(await tx.connections.get("U1"))
                await tx.connections.save(
                    Connection(
                        kept.slack_id, kept.account_id, kept.harvest_user_id, broken, kept.expires_at, is_revoked=False
                    )
                )
            assert (await one.log("nav")).held_for is HeldFor.SIGN_IN


@pytest.mark.parametrize(
    ("keys", "verdict", "says"),
    [
        (NEW, Verdict.WRONG, "does not open the Harvest sign-in of Ada Park: put the key"),
        ("", Verdict.WRONG, "does not open"),
        (f"{NEW},{OLD}", Verdict.OK, "opens all 1"),
    ],
)
async def test_check_says_whether_the_keys_open_what_is_kept(
    world: World, database_url: str, keys: str, verdict: Verdict, says: str
) -> None:
    async with process(world, OLD) as one:
        await world.person()
        await one.sign_in()
    reachable, found = await _database(_settings(world, keys, database_url=database_url))
    assert reachable.verdict is Verdict.OK
    assert (found.what, found.verdict) == ("SECRET_KEYS", verdict)
    assert says in found.says
