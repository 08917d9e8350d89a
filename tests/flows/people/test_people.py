"""Somebody whom Slack no longer shows stays who they were: their entries and alerts are still to be told of."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from sync.errors import Gone, Unavailable
from sync.ports.slack import Profile
from tests.flows.conftest import World


@dataclass
class Directory:
    """Slack, with an answer or a refusal for everybody alike."""

    answer: Profile | Exception
    asked: list[str] = field(default_factory=list)

    async def profile(self, slack_id: str) -> Profile:
        self.asked.append(slack_id)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def find(self, email: str) -> str | None:
        raise AssertionError(f"nobody looks for {email}")


async def test_whom_slack_no_longer_shows_is_still_known(world: World) -> None:
    met = await world.person("U1")
    world.clock.advance(timedelta(days=2))
    gone = Directory(Gone("Slack", "user_not_visible"))
    assert await replace(world.people, profiles=gone).person("U1") == met
    assert gone.asked == ["U1"]


@pytest.mark.parametrize("refusal", [Gone("Slack", "user_not_found"), Unavailable("Slack", "TimeoutError")])
async def test_whom_nobody_has_met_is_not_made_up(world: World, refusal: Exception) -> None:
    with pytest.raises(type(refusal)):
        await replace(world.people, profiles=Directory(refusal)).person("U9")


async def test_who_left_is_known_to_have_left_after_a_day_at_the_latest(world: World) -> None:
    await world.person("U1")
    world.clock.advance(timedelta(days=2))
    left = Profile("Ada Park", "u1@lumen.example", "Europe/Berlin", is_deactivated=True)
    assert (await replace(world.people, profiles=Directory(left)).person("U1")).is_deactivated
