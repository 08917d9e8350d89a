"""Everything that is raised when Slack cannot be reached, whichever library noticed."""

import aiohttp
from slack_sdk.errors import SlackClientError

OUTAGES = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)
