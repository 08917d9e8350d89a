"""A stored message as Slack writes it: in history, in answers and in payloads."""

from typing import Any

from sandbox.slack.identity import APP_ID, BOT_ID, BOT_USER, TEAM_ID
from sandbox.slack.state import File, Message
from sandbox.slack.typed_text import rich_text

Json = dict[str, Any]


def message_json(message: Message, *, with_metadata: bool = False) -> Json:
    """Metadata is shown only to those who ask for it."""
    written: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": TEAM_ID,
        "blocks": message.blocks or typed_blocks(message),
    }
    if message.user == BOT_USER:
        written |= {"bot_id": BOT_ID, "app_id": APP_ID}
    else:
        written["client_msg_id"] = f"00000000-0000-4000-8000-{message.ts.replace('.', '')[-12:]}"
    return {**written, **_sometimes(message, with_metadata=with_metadata)}


def _sometimes(message: Message, *, with_metadata: bool) -> Json:
    parts = {
        "thread_ts": message.thread_ts,
        "attachments": message.attachments,
        "files": [file_json(file) for file in message.files],
        "edited": {"user": message.user, "ts": message.ts} if message.edited else None,
        "metadata": message.metadata if with_metadata else None,
    }
    return {key: part for key, part in parts.items() if part}


def file_json(file: File) -> Json:
    """Of the many things Slack says of a file, those that a bot may want."""
    names = {"id": file.id, "name": file.name, "title": file.title or file.name, "size": file.length}
    return {
        **names,
        "user": BOT_USER,
        "mode": "hosted",
        "url_private": file.address,
        "url_private_download": file.address,
    }


def typed_blocks(message: Message) -> list[Json]:
    """What people type becomes rich text; a bot's bare text has no blocks."""
    if message.user == BOT_USER or not message.text:
        return []
    return rich_text(message.text, f"r{message.ts[-6:]}")
