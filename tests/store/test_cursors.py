"""Cursors: kept by name, moved by one of two that read the same."""

import asyncio

import pytest

from store.database import Store
from store.engine.cursors import Cursor


async def test_cursors_move_by_name(store: Store) -> None:
    async with store.transaction("T1") as tx:
        assert await tx.cursors.get("entries") is None
        await tx.cursors.move("entries", "a")
        await tx.cursors.move("swept", "b")
        await tx.cursors.move("entries", "c")
    async with store.reading("T1") as tx:
        assert (await tx.cursors.get("entries"), await tx.cursors.get("swept")) == ("c", "b")


@pytest.mark.parametrize("stands", [None, "", "a"])
async def test_of_two_that_move_a_cursor_from_the_same_place_one_does(store: Store, stands: str | None) -> None:
    async with store.transaction("T1") as tx:
        if stands is not None:
            await tx.cursors.move("lost", stands)
    read = asyncio.Barrier(2)

    async def move(value: str) -> bool:
        async with store.reading("T1") as tx:
            before = await tx.cursors.get("lost")
        await read.wait()
        async with store.transaction("T1") as tx:
            return await tx.cursors.swap("lost", before, value)

    assert sorted(await asyncio.gather(move("b"), move("c"))) == [False, True]
    async with store.transaction("T1") as tx:
        assert not await tx.cursors.swap("lost", "elsewhere", "d")
        assert await tx.cursors.get("lost") in {"b", "c"}


async def test_projects_are_read_again_until_they_were(store: Store) -> None:
    async with store.transaction("T1") as tx:
        await tx.cursors.read_again([21, 20, 21])
        await tx.cursors.move(Cursor.RATES.of(22), "2026-11-17")
        await tx.cursors.was_read_again(20)
        assert await tx.cursors.to_read_again() == [21]


def test_a_cursor_of_one_thing_fits_its_column() -> None:
    assert max(len(one.of("project", "9" * 19)) for one in Cursor) <= 64
