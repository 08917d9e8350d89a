"""One request to an outside system, and what each way of failing means.

| what happened                                             | read        | write          |
|-----------------------------------------------------------|-------------|----------------|
| no connection                                             | Unavailable | Unavailable    |
| time-out, dropped connection, 5xx, redirect, broken body  | Unavailable | UnknownOutcome |
| a body of more than 64 MiB                                | Unavailable | UnknownOutcome |
| 401                                                       | Unauthorised                 |
| 404, 410                                                  | Gone                         |
| 429                                                       | Busy                         |
| any other 4xx                                             | Rejected, in its own words   |
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import httpx
import orjson
import stamina
from pydantic import BaseModel, ValidationError

from sync.errors import Busy, Gone, OutsideError, Rejected, Unauthorised, Unavailable, UnknownOutcome
from sync.rules.text.storable import storable, storable_json

TIMEOUT = httpx.Timeout(20.0, connect=5.0, pool=5.0)
"""Seconds without progress."""
LONGEST = 45.0
"""Seconds for one request and its whole answer, however slowly it drips: less than a row's lease lasts."""
MOST_BYTES = 64 * 1024 * 1024
"""Unpacked; a page of 2,000 entries has 4 MiB."""
RETRY_AFTER = 15.0
"""Seconds to wait after a 429 that does not say how long (one was recorded without the header)."""
_LONGEST_PAUSE = 3600.0
_MOST_WORDS = 500
_SECRET_FIELDS = ("code", "refresh_token", "client_secret")
_SECONDS = re.compile(r"\s*\d{1,9}(?:\.\d{1,9})?\s*", re.ASCII)
_OF_THE_WIRE = ("content-encoding", "content-length", "transfer-encoding")
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)

Model = TypeVar("Model", bound=BaseModel)
Found = TypeVar("Found")


def request(method: str, url: str | httpx.URL, headers: Mapping[str, str], **content: Any) -> httpx.Request:
    """`content` is httpx's: `json` or `data`.

    Not made by the shared client, which would add the cookies that answers to other people's tokens have set.
    """
    asked = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", **headers}
    # As bytes, a sign that no header may hold is refused when sent, without being quoted in a UnicodeEncodeError.
    encoded = {name.encode(): value.encode() for name, value in asked.items()}
    return httpx.Request(method, url, headers=encoded, extensions={"timeout": TIMEOUT.as_dict()}, **content)


async def send(client: httpx.AsyncClient, asked: httpx.Request, *, system: str, is_write: bool) -> httpx.Response:
    """The answer, if it is a 2xx; raises the OutsideError that fits otherwise."""
    response = await answer(client, asked, system=system, is_write=is_write)
    if response.is_success:
        return response
    raise failure(response, system=system, is_write=is_write)


async def answer(client: httpx.AsyncClient, asked: httpx.Request, *, system: str, is_write: bool) -> httpx.Response:
    """The answer, whatever its status; redirects are not followed, lest the token goes with them."""
    fault: OutsideError
    try:
        async with asyncio.timeout(LONGEST):
            answered = await client.send(asked, auth=None, follow_redirects=False, stream=True)
            return await _whole(answered)
    except _NOT_SENT as error:
        fault = Unavailable(system, f"no connection ({type(error).__name__})")
    except _TooLong:
        fault = uncertain(system, "longer than any answer", is_write=is_write, was_answered=True)
    except (httpx.HTTPError, TimeoutError) as error:
        fault = uncertain(system, f"no usable answer ({type(error).__name__})", is_write=is_write)
    # Raised out here: an error of httpx holds the request, so it must not travel along as context.
    raise fault


class _TooLong(Exception):
    """An answer of which there is more than is read."""


async def _whole(answered: httpx.Response) -> httpx.Response:
    """With its body, unpacked. Raises _TooLong rather than hold a body of any length."""
    body = bytearray()
    try:
        async for part in answered.aiter_bytes():
            body += part
            if len(body) > MOST_BYTES:
                raise _TooLong
    finally:
        await answered.aclose()
    headers = [(name, value) for name, value in answered.headers.multi_items() if name not in _OF_THE_WIRE]
    return httpx.Response(answered.status_code, headers=headers, content=bytes(body), request=answered.request)


async def persist(call: Callable[[], Awaitable[Found]], patience: float) -> Found:
    """Up to three tries of what may be done twice.

    After a 429 the limiter waits as long as the server said; only if that is within `patience` seconds is it tried.
    """

    def may_ask_again(error: Exception) -> bool:
        lost = isinstance(error, Unavailable | UnknownOutcome)
        return lost or (isinstance(error, Busy) and error.retry_after <= patience)

    tries = stamina.AsyncRetryingCaller(attempts=3, timeout=None, wait_initial=0.2, wait_max=2.0)
    return await tries.on(may_ask_again)(call)


def parse(response: httpx.Response, model: type[Model], *, system: str, is_write: bool) -> Model:
    """The body as a model, decimals exact; signs that no database keeps are dropped from its texts."""
    try:
        return model.model_validate_json(storable_json(response.content))
    except (ValueError, ArithmeticError, RecursionError) as error:
        wrong = _wrong(error)
    raise uncertain(system, f"the answer was not as documented ({wrong})", is_write=is_write, was_answered=True)


def _wrong(error: Exception) -> str:
    """By place and kind, never by value: answers may hold tokens."""
    if not isinstance(error, ValidationError):
        return "broken off, or no JSON"
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'body'}: {first['type']}"


def uncertain(system: str, message: str, *, is_write: bool, was_answered: bool = False) -> OutsideError:
    """No usable answer: a read may be asked again, after a write one has to look."""
    if is_write:
        return UnknownOutcome(system, message, was_answered=was_answered)
    return Unavailable(system, message)


def failure(response: httpx.Response, *, system: str, is_write: bool) -> OutsideError:
    """What an answer that is no 2xx means."""
    match response.status_code:
        case 401:
            return Unauthorised(system, "the sign-in is not accepted")
        case 404 | 410:
            return Gone(system, "there is no such thing, or it is not shown to this sign-in")
        case 429:
            return Busy(system, _retry_after(response.headers))
        case 408:
            return uncertain(system, "it waited too long for the request (408)", is_write=is_write)
        case status if 400 <= status < 500:
            return Rejected(system, _words(response), status)
        case status:
            # A gateway answers so while the server behind it may still be at work.
            was_answered = status not in {502, 504}
            message = f"it answered with status {status}"
            return uncertain(system, message, is_write=is_write, was_answered=was_answered)


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds. Only a plain number is understood; an hour at most, then it may be asked again."""
    said = headers.get("retry-after", "")
    return min(float(said), _LONGEST_PAUSE) if _SECONDS.fullmatch(said) else RETRY_AFTER


def _words(response: httpx.Response) -> str:
    """What the server says, from whichever field it says it in, without the credentials if it echoes them."""
    words = _said(response)
    for secret in _secrets(response.request):
        words = words.replace(secret, "…")
    return words[:_MOST_WORDS] or f"refused with status {response.status_code}"


def _said(response: httpx.Response) -> str:
    try:
        said = orjson.loads(storable_json(response.content))
    except orjson.JSONDecodeError:
        is_html = "html" in response.headers.get("content-type", "")
        return "" if is_html else " ".join(storable(response.content.decode(errors="replace")).split())
    if isinstance(said, dict) and isinstance(said.get("errors"), list) and said["errors"]:
        said = said["errors"][0]  # Asana lists what is wrong
    if not isinstance(said, dict):
        return ""
    return next((str(said[name]) for name in ("message", "error_description", "error") if said.get(name)), "")


def _secrets(asked: httpx.Request) -> list[str]:
    bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
    form = httpx.QueryParams(asked.content.decode(errors="replace"))
    return [value for value in (bearer, *(form.get(name, "") for name in _SECRET_FIELDS)) if value]
