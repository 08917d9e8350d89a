"""The allowance of one account: never exceeded in any window, first come first served, paused when told."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.clients.limiter import Limiter
from sync.errors import Busy

FOREVER = 1e9


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        due = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, due)


def limiter(clock: Clock, requests: int = 3, seconds: float = 15.0) -> Limiter:
    return Limiter(requests, seconds, clock=clock, sleep=clock.sleep)


async def sent_after(gaps: Sequence[float], requests: int, pauses: Sequence[float]) -> list[float]:
    """Arrivals with these gaps between them, at some of which the server asks for a pause: when each went out."""
    clock = Clock()
    shared = limiter(clock, requests)
    sent: list[float] = []

    async def ask() -> None:
        await shared.acquire(FOREVER)
        sent.append(clock.now)

    async with asyncio.TaskGroup() as tasks:
        for number, gap in enumerate(gaps):
            clock.now += gap
            tasks.create_task(ask())
            if number < len(pauses):
                shared.pause(pauses[number])
            await asyncio.sleep(0)
    return sent


@given(
    gaps=st.lists(st.sampled_from([0.0, 0.0, 0.1, 1.0, 5.0, 14.9, 15.0, 40.0]), max_size=40),
    requests=st.integers(1, 7),
    pauses=st.lists(st.sampled_from([0.0, 2.0, 20.0]), max_size=3),
)
def test_no_window_ever_holds_more_than_the_allowance(gaps: list[float], requests: int, pauses: list[float]) -> None:
    sent = asyncio.run(sent_after(gaps, requests, pauses))
    assert len(sent) == len(gaps)
    for first, one_too_many in zip(sent, sent[requests:], strict=False):
        assert one_too_many - first >= 15.0 - 1e-6


async def test_a_burst_goes_out_at_once_and_the_next_waits_for_the_window() -> None:
    clock = Clock()
    shared = limiter(clock)
    for _ in range(3):
        await shared.acquire(0)
    assert clock.now == 1000.0
    await shared.acquire(FOREVER)
    assert clock.now == 1015.0


async def test_first_come_first_served() -> None:
    shared, order = limiter(Clock(), requests=2), []

    async def ask(name: int) -> None:
        await shared.acquire(FOREVER)
        order.append(name)

    async with asyncio.TaskGroup() as tasks:
        for name in range(9):
            tasks.create_task(ask(name))
    assert order == list(range(9))


async def test_who_would_wait_longer_than_their_patience_is_told_at_once_how_long() -> None:
    clock = Clock()
    shared = limiter(clock)
    for _ in range(3):
        await shared.acquire(0)
    clock.now += 4
    with pytest.raises(Busy) as refused:
        await shared.acquire(10.9)
    assert refused.value.retry_after == pytest.approx(11)
    assert clock.now == 1004.0


async def test_the_queue_ahead_counts_as_waiting() -> None:
    """Two a window: behind a full one, the fifth of those who wait goes three windows later."""
    shared = limiter(Clock(), requests=2)
    for _ in range(2):
        await shared.acquire(0)
    waiting = [asyncio.create_task(shared.acquire(FOREVER)) for _ in range(4)]
    await asyncio.sleep(0)
    with pytest.raises(Busy) as refused:
        await shared.acquire(44)
    assert refused.value.retry_after == pytest.approx(45)
    await asyncio.gather(*waiting)


async def test_a_pause_holds_everything_back_and_a_shorter_one_does_not_end_it() -> None:
    clock = Clock()
    shared = limiter(clock)
    shared.pause(30)
    shared.pause(5)
    await shared.acquire(FOREVER)
    assert clock.now == 1030.0


async def refused_at(clock: Clock, shared: Limiter, patience: float) -> float:
    with pytest.raises(Busy):
        await shared.acquire(patience)
    return clock.now


async def test_a_pause_also_reaches_those_who_wait_already() -> None:
    """The patient go after it, and the impatient are refused although a patient one stands before them."""
    clock = Clock()
    shared = limiter(clock, requests=1)
    await shared.acquire(0)
    patient = asyncio.create_task(shared.acquire(FOREVER))
    impatient = asyncio.create_task(refused_at(clock, shared, patience=40))
    await asyncio.sleep(0)
    shared.pause(60)
    assert await impatient <= 1040.0
    await patient
    assert clock.now == 1060.0


async def test_who_gives_up_leaves_their_place_to_the_next() -> None:
    clock = Clock()
    shared = limiter(clock, requests=1)
    await shared.acquire(0)
    first, second, third = [asyncio.create_task(shared.acquire(FOREVER)) for _ in range(3)]
    await asyncio.sleep(0)
    first.cancel()
    second.cancel()
    await third
    assert clock.now == 1015.0


async def test_a_place_is_free_one_window_after_the_answer() -> None:
    """The request may have been counted at any moment until then, and no later."""
    clock = Clock()
    shared = limiter(clock, requests=2)
    async with shared.turn(0):
        await shared.acquire(0)
        clock.now += 4
    await shared.acquire(FOREVER)
    assert clock.now == 1015.0
    await shared.acquire(FOREVER)
    assert clock.now == 1019.0


@given(
    took=st.lists(st.sampled_from([0.0, 0.1, 1.0, 6.0, 14.0]), min_size=1, max_size=30),
    counted=st.sampled_from([0.0, 0.5, 1.0]),
    requests=st.integers(1, 5),
)
def test_whenever_the_server_counts_them_no_window_has_too_many(
    took: list[float], counted: float, requests: int
) -> None:
    """`counted`: at which part of its way a request arrives; every other one arrives at once."""

    async def ask_all() -> list[float]:
        clock = Clock()
        shared = limiter(clock, requests)
        arrived = []
        for number, seconds in enumerate(took):
            async with shared.turn(FOREVER):
                arrived.append(clock.now + seconds * (counted if number % 2 else 0))
                clock.now += seconds
        return arrived

    arrived = asyncio.run(ask_all())
    for first, one_too_many in zip(arrived, arrived[requests:], strict=False):
        assert one_too_many - first >= 15.0 - 1e-6


async def test_work_in_the_background_leaves_a_little_room_where_nobody_asks() -> None:
    clock = Clock()
    shared = limiter(clock, requests=100)
    for _ in range(95):
        await shared.acquire(0, spare=30)
    with pytest.raises(Busy):
        await shared.acquire(0, spare=30)
    await shared.acquire(0)
    assert clock.now == 1000.0


async def test_work_in_the_background_leaves_as_much_room_as_people_used() -> None:
    clock = Clock()
    shared = limiter(clock, requests=100)
    for _ in range(20):
        await shared.acquire(0)
    for _ in range(60):
        await shared.acquire(0, spare=30)
    with pytest.raises(Busy):
        await shared.acquire(0, spare=30)
    for _ in range(20):
        await shared.acquire(0)
    assert clock.now == 1000.0


async def test_real_time_passes_as_the_window_says() -> None:
    shared, loop, sent = Limiter(2, 0.05), asyncio.get_running_loop(), []
    for _ in range(5):
        await shared.acquire(1)
        sent.append(loop.time())
    assert all(later >= earlier for earlier, later in pairwise(sent))
    assert sent[4] - sent[0] >= 0.099
