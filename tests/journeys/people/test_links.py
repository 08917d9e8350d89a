"""`/gleaner link` and `unlink`: those in a channel decide what it stands for, and everybody there reads it."""

import pytest

from bot.cli.demo import DemoStack
from sandbox.slack.person import Person
from tests.journeys.trail_project import CHANNEL, GENERAL, told

CHANNEL_NAME = f"<#{CHANNEL}|acme-website>"


@pytest.fixture
def outside(here: DemoStack, ada: Person) -> Person:
    """Ada is not in the channel."""
    channel = here.doubles.slack.state.channels[CHANNEL]
    channel.members = [one for one in channel.members if one != ada.id]
    return ada


async def test_a_link_is_said_to_everybody_in_the_channel(ada: Person, tom: Person) -> None:
    await ada.command("/gleaner", "link ACME-12", GENERAL)
    said = await tom.sees("stands for *Website relaunch* (ACME-12)", GENERAL)
    assert f"<@{ada.id}> linked it" in said.reading


async def test_of_a_channel_named_elsewhere_both_sides_hear(ada: Person, maya: Person) -> None:
    await ada.command("/gleaner", f"link {CHANNEL_NAME} ACME-12", GENERAL)
    await maya.sees("stands for *Website relaunch* (ACME-12)", CHANNEL)
    await ada.sees("stands for *Website relaunch* (ACME-12)", GENERAL)


@pytest.mark.parametrize("typed", ["link {} ACME-12", "unlink {}"])
async def test_a_channel_one_is_not_in_stays_as_it_is(
    here: DemoStack, outside: Person, maya: Person, typed: str
) -> None:
    await maya.command("/gleaner", "link ACME-15", CHANNEL)
    await maya.sees("(ACME-15) now", CHANNEL)
    await outside.command("/gleaner", typed.format(CHANNEL_NAME), GENERAL)
    await outside.sees(f"You are not in <#{CHANNEL}>", GENERAL)
    async with here.gleaner.tenant.reading() as tx:
        project = await tx.directory.project(await tx.channels.project(CHANNEL) or 0)
    assert project
    assert project.code == "ACME-15"


async def test_a_private_channel_without_gleaner_says_what_to_do(here: DemoStack, ada: Person) -> None:
    here.doubles.slack.add_channel("C0SECRET", "secret", [ada.id], has_bot=False, is_private=True)
    await ada.command("/gleaner", "link <#C0SECRET|secret> ACME-12", GENERAL)
    await ada.sees("is gone, or is private and does not have me in it", GENERAL)
    await ada.command("/gleaner", "link #unheard-of ACME-12", GENERAL)
    await ada.sees("I can't see a channel called “#unheard-of”", GENERAL)


async def test_where_gleaner_may_not_speak_the_person_is_asked_to(here: DemoStack, ada: Person) -> None:
    here.doubles.slack.remove_bot(CHANNEL)
    await ada.command("/gleaner", f"link {CHANNEL_NAME} ACME-12", GENERAL)
    await ada.sees(f"I could not say so in <#{CHANNEL}>", GENERAL)


async def test_another_link_names_what_it_replaces_and_the_same_one_changes_nothing(ada: Person, tom: Person) -> None:
    await ada.command("/gleaner", "link ACME-12", GENERAL)
    await tom.sees("stands for", GENERAL)
    await ada.command("/gleaner", "link ACME-15", GENERAL)
    await tom.sees("instead of *Website relaunch*", GENERAL)
    await ada.command("/gleaner", "link acme-15", GENERAL)
    await ada.sees("already, so nothing was changed", GENERAL)
    assert told(tom, "already, so nothing was changed", GENERAL) == []


async def test_an_unlinked_channel_needs_a_code_again(here: DemoStack, ada: Person, tom: Person) -> None:
    await ada.command("/gleaner", "unlink", GENERAL)
    await ada.sees("is linked to no project, so nothing was changed", GENERAL)
    await ada.command("/gleaner", "link ACME-12", GENERAL)
    await tom.sees("stands for", GENERAL)
    await ada.command("/gleaner", "unlink", GENERAL)
    said = await tom.sees("no longer stands for *Website relaunch*", GENERAL)
    assert f"<@{ada.id}> unlinked it" in said.reading
    await ada.command("/log", "45m stand-up", GENERAL)
    await ada.sees("linked to no project", GENERAL)
    async with here.gleaner.tenant.reading() as tx:
        assert [event.deed for event in await tx.audit.of(GENERAL)] == ["channel.link", "channel.unlink"]


async def test_what_follows_unlink_is_not_passed_over(ada: Person) -> None:
    await ada.command("/gleaner", "unlink ACME-12", GENERAL)
    await ada.sees("“ACME-12” has no place after `unlink`", GENERAL)


async def test_other_organizations_do_not_learn_which_project(here: DemoStack, ada: Person, tom: Person) -> None:
    here.doubles.slack.share_channel(GENERAL)
    await ada.command("/gleaner", "link ACME-12", GENERAL)
    said = await tom.sees("changed the project", GENERAL)
    assert "ACME-12" not in said.reading
    await ada.sees("stands for *Website relaunch* (ACME-12)", GENERAL)
    assert told(tom, "Website relaunch", GENERAL) == []


async def test_direct_messages_can_stand_for_a_project(ada: Person) -> None:
    await ada.command("/gleaner", "link ACME-12")
    await ada.sees("stands for *Website relaunch* (ACME-12)")
