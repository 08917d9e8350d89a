"""Web API: handing over files in three steps: ask for an address, send the bytes there, say where it is shown."""

from typing import Any
from urllib.parse import quote

from sandbox.slack.identity import BOT_USER
from sandbox.slack.message_json import file_json
from sandbox.slack.methods_chat import content, require_voice, target
from sandbox.slack.refusals import SlackRefusal
from sandbox.slack.state import File, Message, Workspace

Json = dict[str, Any]

MOST_FILES = 10
"""In one message, as Slack's own clients allow."""


def get_upload_url(space: Workspace, given: Json) -> Json:
    """The file is nowhere to be seen before it is completed."""
    length = str(given["length"])
    if not length.isdecimal() or int(length) == 0:
        raise SlackRefusal("missing_argument", "length")
    gid, name = space.next_id("F"), str(given["filename"])
    file = space.files[gid] = File(gid, name, int(length), f"{space.base_url}/files/{gid}/{quote(name, safe='')}")
    return {"upload_url": f"{space.base_url}/upload/v1/{file.id}", "file_id": file.id}


def complete_upload(space: Workspace, given: Json) -> Json:
    """Without a channel the files stay private to the bot."""
    wanted = given["files"]
    if not isinstance(wanted, list) or not 0 < len(wanted) <= MOST_FILES:
        raise SlackRefusal("invalid_arguments", "files")
    files = [_uploaded(space, one) for one in wanted]
    channel_id = given.get("channel_id") or str(given.get("channels") or "").split(",")[0]
    if channel_id:
        _share(space, channel_id, files, given)
    return {"files": [file_json(file) for file in files]}


def _uploaded(space: Workspace, wanted: Json) -> File:
    file = space.files.get(str(wanted.get("id")))
    if file is None or file.content is None or file.is_shared:
        raise SlackRefusal("file_not_found")
    file.title = str(wanted.get("title") or file.name)
    return file


def _share(space: Workspace, channel_id: str, files: list[File], given: Json) -> None:
    channel = target(space, channel_id)
    require_voice(space, channel)
    comment = str(given.get("initial_comment") or "")
    said = content(space, {"text": comment}).text if comment else ""
    message = Message(channel.id, space.next_ts(), BOT_USER, said, thread_ts=given.get("thread_ts"), files=files)
    for file in files:
        file.is_shared = True
    space.add_message(message)
