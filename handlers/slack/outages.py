"""Everything that is raised when Slack cannot be reached, whichever library noticed."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from handlers.slack.web import refusal
from sync.errors import Rejected, Unavailable

OUTAGES = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)


@contextmanager
def outside_errors() -> Iterator[None]:
    """For what is asked before anything is done: that Slack is away, or says no, ends as with the other systems."""
    try:
        yield
    except SlackApiError as error:
        raise Rejected("Slack", refusal(error), 200) from None
    except OUTAGES as error:
        raise Unavailable("Slack", str(error)) from None
