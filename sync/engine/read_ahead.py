"""Fetch the next page while this one is being stored."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TypeVar

Page = TypeVar("Page")


async def read_ahead(pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
    """The same pages in the same order, one of them on its way while the last is worked on."""
    coming = asyncio.ensure_future(_next(pages))
    try:
        while (page := await coming) is not None:
            coming = asyncio.ensure_future(_next(pages))
            yield page
    finally:
        coming.cancel()
        with suppress(asyncio.CancelledError):
            await coming


async def _next(pages: AsyncIterator[Page]) -> Page | None:
    async for page in pages:
        return page
    return None
