"""The job `deliver`: one part that fails does not keep the others from being done."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.process.schedule import JOBS
from sync.ports.engine import Job
from sync.rounds import Rounds

PARTS = ("events", "tasks", "entries", "notices")


class Parts:
    """Of a process; `broken`: the part that raises."""

    def __init__(self, broken: str | None) -> None:
        self.broken = broken
        self.done: list[str] = []

    def part(self, name: str) -> Any:
        async def run() -> int:
            if name == self.broken:
                raise KeyError(name)
            self.done.append(name)
            return 1

        return run

    def gleaner(self) -> Any:
        inbox: Any = SimpleNamespace(run_due=self.part("events"))
        asana: Any = SimpleNamespace(tasks=SimpleNamespace(run_due=self.part("tasks")))
        outbox: Any = SimpleNamespace(push_due=self.part("entries"))
        unused: Any = None
        flows = SimpleNamespace(rounds=Rounds(inbox, outbox, unused, unused, asana))
        store = SimpleNamespace(is_embedded=True, tidy=self.part("tidied"))
        return SimpleNamespace(
            flows=flows,
            announcements=SimpleNamespace(post_due=self.part("notices")),
            tenant=SimpleNamespace(store=store),
        )


@pytest.mark.parametrize("broken", PARTS)
async def test_what_one_part_raises_leaves_the_others_alone(broken: str) -> None:
    parts = Parts(broken)
    with pytest.raises(KeyError, match=broken):
        await JOBS[Job.DELIVER].run(parts.gleaner())
    assert parts.done == [*(name for name in PARTS if name != broken), "tidied"]


async def test_the_summary_says_what_was_done() -> None:
    said = await JOBS[Job.DELIVER].run(Parts(None).gleaner())
    assert said == "1 events handled, 1 tasks booked, 1 entries pushed, 1 notices posted"
