"""The one door to Slack's Web API: an answer as documented, a refusal in Slack's words, or SlackAway.

A refusal is SlackApiError, and its `response["error"]` is always a text. Whatever else comes back, or nothing, is
SlackAway: what was asked may have been done.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import aiohttp
from pydantic import BaseModel, Field, ValidationError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.slack.lenient import Lenient

LONGEST = 30.0
"""Seconds for one call and its whole answer."""
MOST_BYTES = 16 * 1024 * 1024
"""No answer of Slack's is nearly as long."""
_PATIENCE = 10
"""Seconds that a call waits when Slack asks for fewer calls; asked for a longer pause, it is refused."""
_SERVER_FAULT, _TOO_MANY = 500, 429
_SECONDS = re.compile(r"\d{1,9}", re.ASCII)
_UNREADABLE = (
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    ValueError,  # no JSON, or no text in the encoding that it claims
    LookupError,  # no encoding of that name
    AttributeError,  # the SDK asks a text or a list for its fields
    RecursionError,
)

Model = TypeVar("Model", bound=BaseModel)


class SlackAway(SlackClientError):
    """Slack could not be asked, or what it answered is no answer. The text says why, and quotes nothing."""


class Identity(Lenient):
    """Of `auth.test`: the workspace that the token belongs to."""

    team_id: str = Field(min_length=1, max_length=64)
    team: str = ""


class NextPage(Lenient):
    """Of a list in pages: where the next one begins; empty on the last."""

    next_cursor: str = ""


class _Channel(Lenient):
    id: str = Field(min_length=1)


class _Opened(Lenient):
    channel: _Channel


class SlackWeb(AsyncWebClient):
    """Without the SDK's own retry of broken connections: a post whose answer is lost may have been made."""

    def __init__(self, token: str | None, base_url: str, session: aiohttp.ClientSession | None) -> None:
        super().__init__(token=token, base_url=base_url, session=session, retry_handlers=[_ShortPauses()])

    async def api_call(self, api_method: str, **given: Any) -> AsyncSlackResponse:
        with unspoilt():
            return await super().api_call(api_method, **given)


def slack_session() -> aiohttp.ClientSession:
    """For all calls of a process: none lasts for ever, none brings more than can be meant."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LONGEST), response_class=_BoundedResponse)


@contextmanager
def unspoilt() -> Iterator[None]:
    """Turns every way in which a call to Slack goes wrong, other than a refusal, into SlackAway."""
    try:
        yield
    except SlackApiError as error:
        if _is_refusal(error):
            raise
        why = f"it answered {_status(error)} and nothing that can be read"
    except _UNREADABLE as error:
        why = f"no usable answer ({type(error).__name__})"
    else:
        return
    # Raised out here: the SDK's errors hold the request, and with it the token.
    raise SlackAway(why)


def read(answer: AsyncSlackResponse, model: type[Model]) -> Model:
    """The answer's fields; raises SlackAway if they are not as documented."""
    try:
        return model.model_validate(answer.data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        why = f"its answer was not as documented ({'.'.join(map(str, first['loc'])) or 'body'}: {first['type']})"
    raise SlackAway(why)


async def open_dm(client: AsyncWebClient, user: str) -> str:
    """The channel of somebody's direct messages with Gleaner."""
    return read(await client.conversations_open(users=user), _Opened).channel.id


def refusal(error: SlackApiError) -> str:
    """Slack's code for why it refused."""
    return str(error.response["error"])


def _is_refusal(error: SlackApiError) -> bool:
    """`ok` false and a code. A server that fails says nothing of what was asked."""
    said = getattr(error.response, "data", None)
    return isinstance(said, dict) and isinstance(said.get("error"), str) and _status(error) < _SERVER_FAULT


def _status(error: SlackApiError) -> int:
    """The SDK hands over its own response, or aiohttp's where the body was no JSON."""
    response: Any = error.response
    status: int = response.status_code if isinstance(response, AsyncSlackResponse) else response.status
    return status


class _BoundedResponse(aiohttp.ClientResponse):
    async def read(self) -> bytes:
        """Raises ClientPayloadError rather than hold a body of any length."""
        if self._body is None:
            self._body = await self._bounded()
        return self._body

    async def _bounded(self) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for part in self.content.iter_any():
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                self.close()
                raise aiohttp.ClientPayloadError("longer than any answer")
        return b"".join(parts)


class _ShortPauses(AsyncRateLimitErrorRetryHandler):
    """Waits as Slack asks, if that is not long."""

    def __init__(self) -> None:
        super().__init__(max_retry_count=2)

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        del state, request, error
        return response is not None and response.status_code == _TOO_MANY and _pause(response) <= _PATIENCE


def _pause(response: HttpResponse) -> float:
    """Seconds that Slack asks for; without end where it names no number of them."""
    said = next((value[0] for name, value in response.headers.items() if name.lower() == "retry-after"), "1")
    return int(said) if _SECONDS.fullmatch(said) else float("inf")
