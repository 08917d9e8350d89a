"""What a bot may post to a response URL: answers, replacements and deletions, five times in 30 minutes."""

import json
from typing import Any

from aiohttp import web

from sandbox.slack import methods_chat as chat
from sandbox.slack.identity import BOT_USER
from sandbox.slack.refusals import SlackRefusal
from sandbox.slack.state import Message, Workspace
from sandbox.slack.tickets import Hook

Json = dict[str, Any]

_GONE = ("expired_url", "used_url")


class ResponseUrls:
    """Serves /hooks/{hook}. Refusals: 404 for a dead URL, 400 for what cannot be posted."""

    def __init__(self, space: Workspace) -> None:
        self._space = space

    async def __call__(self, request: web.Request) -> web.Response:
        try:
            hook = self._space.hooks.use(request.match_info["hook"], self._space.clock.now())
            answer(self._space, hook, _parsed(await request.text()))
        except SlackRefusal as refusal:
            return web.json_response(refusal.as_json(), status=404 if refusal.code in _GONE else 400)
        return web.Response(text="ok")


def _parsed(raw: str) -> Json:
    try:
        body = json.loads(raw)
    except ValueError:
        raise SlackRefusal("invalid_payload") from None
    if not isinstance(body, dict):
        raise SlackRefusal("invalid_payload")
    return body


def answer(space: Workspace, hook: Hook, body: Json) -> None:
    """Obeys one answer; a command's URL has no original, so replacing posts anew."""
    original = _original(space, hook)
    if body.get("delete_original"):
        if original:
            space.remove_message(original)
        return
    said = chat.content(space, body)
    if original and body.get("replace_original"):
        chat.rewrite(original, said)
        space.changed(original)
        return
    thread_ts = body.get("thread_ts") or hook.thread_ts
    message = Message(hook.channel, space.next_ts(), BOT_USER, said.text, said.blocks, said.attachments, thread_ts)
    message.ephemeral_to = None if body.get("response_type") == "in_channel" else hook.user
    space.add_message(message)


def _original(space: Workspace, hook: Hook) -> Message | None:
    for message in space.messages[hook.channel]:
        if message.ts == hook.message_ts:
            return message
    return None
