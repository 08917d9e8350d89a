"""Lists: every page, in Harvest's own order, from Harvest alone, and never half a list for a whole one."""

from typing import Any

import httpx
import pytest

from sync.clients.harvest import client as harvest
from sync.clients.harvest.client import HarvestClient
from sync.errors import Unavailable
from tests.clients.harvest_exchanges import BASE, client_of, entry_json, page_json, script

CURSOR = f"{BASE}/tasks?cursor=eyJhZnRlciI6MX0%3D&per_page=2000&ref=next_cursor"


def task(number: int) -> dict[str, Any]:
    return {"id": number, "name": f"Task {number}", "is_active": number % 2 == 0}


async def tasks(client: HarvestClient) -> list[int]:
    return [task.id async for page in client.tasks() for task in page]


async def test_a_list_goes_on_to_the_letter_where_harvest_says() -> None:
    server = script(page_json("tasks", [task(1), task(2)], CURSOR), page_json("tasks", [task(3)]))
    assert await tasks(client_of(server)) == [1, 2, 3]
    assert str(server.asked[1].url) == CURSOR


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/v2/tasks",
        "http://api.harvest.example/v2/tasks",  # the token in clear
        "https://api.harvest.example:8443/v2/tasks",
        "https://api.harvest.example@elsewhere.example/v2/tasks",
        "https://someone:else@api.harvest.example/v2/tasks",  # httpx would sign in as that
        "https://api.harvest.example.elsewhere.example/v2/tasks",
        "//elsewhere.example/v2/tasks",
        "https://[::1",
        "javascript:alert(1)",
    ],
)
async def test_a_list_never_goes_on_at_another_server(link: str) -> None:
    """The token would go there; and the page with the strange link is not used either."""
    server, got = script(page_json("tasks", [task(1)], link)), []
    with pytest.raises(Unavailable, match="its list goes on at"):
        got = await tasks(client_of(server))
    assert (got, len(server.asked)) == ([], 1)


@pytest.mark.parametrize("link", ["https://API.harvest.example:443/v2/tasks?page=2", "/v2/tasks?page=2"])
async def test_the_same_server_may_be_written_in_other_ways(link: str) -> None:
    server = script(page_json("tasks", [task(1)], link), page_json("tasks", [task(2)]))
    assert await tasks(client_of(server)) == [1, 2]
    assert (server.asked[1].url.host, server.asked[1].url.params["page"]) == ("api.harvest.example", "2")


async def test_a_list_that_leads_in_a_circle_ends() -> None:
    server = script(page_json("tasks", [task(1)], CURSOR))
    with pytest.raises(Unavailable, match="does not end"):
        await tasks(client_of(server))
    assert len(server.asked) == 2


async def test_a_list_of_ever_new_pages_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harvest, "_PAGES", 20)
    asked: list[httpx.Request] = []

    def endless(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=page_json("tasks", [], f"{BASE}/tasks?cursor={len(asked)}"))

    with pytest.raises(Unavailable, match="does not end"):
        await tasks(client_of(endless))
    assert len(asked) == 20


@pytest.mark.parametrize(
    "second",
    [
        {"tasks": [task(2), {"id": None}], "links": {"next": None}},  # one bad row spoils its page
        {"tasks": [task(2)]},  # without links it would pass for the last
        {"links": {"next": None}},
        {"tasks": None, "links": {"next": None}},
        {"tasks": {"id": 2}, "links": {"next": None}},
    ],
)
async def test_a_page_of_the_wrong_shape_fails_the_list(second: dict[str, Any]) -> None:
    """What stands on a page that was not read must not pass for deleted."""
    server = script(page_json("tasks", [task(1)], CURSOR), second)
    with pytest.raises(Unavailable, match="not as documented"):
        await tasks(client_of(server))


async def test_a_page_that_fails_once_is_asked_for_again() -> None:
    first = page_json("tasks", [task(1)], CURSOR)
    server = script(first, httpx.Response(502), page_json("tasks", [task(2)]))
    assert await tasks(client_of(server)) == [1, 2]


async def test_an_entry_that_shifted_to_the_next_page_counts_once() -> None:
    server = script(
        page_json("time_entries", [entry_json(id=3), entry_json(id=2)], f"{BASE}/time_entries?page=2"),
        page_json("time_entries", [entry_json(id=2), entry_json(id=1)]),
    )
    assert [entry.id for entry in await client_of(server).entries()] == [3, 2, 1]
