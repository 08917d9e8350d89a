"""What Slack sends is a row before anything looks at it, so that row has no sign which no database keeps."""

from datetime import UTC, datetime

from handlers.slack import requests
from store.database import Store

STRANGE = "a\x00b\ud83dc"
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


async def test_every_text_of_a_request_can_be_kept(store: Store) -> None:
    person = {"id": "U1", "team_id": "T1"}
    options = [{"value": STRANGE}, {"value": "b"}]
    state = {"values": {"note": {"x": {"value": STRANGE}}, "tasks": {"x": {"selected_options": options}}}}
    view = {"id": "V1", "callback_id": "log", "private_metadata": STRANGE, "hash": "h", "state": state}
    command = {
        "command": "/log",
        "text": STRANGE,
        "user_id": "U1",
        "team_id": "T1",
        "channel_id": "C1",
        "trigger_id": "1.2",
        "response_url": "https://hooks.example/1",
    }
    form = requests.view({"type": "view_submission", "user": person, "view": view}, "submission")
    pressed = {"action_id": "undo", "block_id": "b", "value": STRANGE}
    made = [
        requests.command(command, ""),
        form,
        requests.action({"type": "block_actions", "user": person, "trigger_id": "3.4", "actions": [pressed]}),
    ]
    row = {"kind": "slack", "received_at": NOW, "due_at": NOW, "leased_until": NOW}
    async with store.transaction("T1") as tx:
        kept = await tx.inbox.add([{**row, "key": one.key, "payload": one.payload()} for one in made])
    texts = [event.payload["text"] for event in kept]
    assert texts == ["abc", "", "abc"]
    assert (form.fields, form.metadata) == ({"note": "abc", "tasks": "abc,b"}, "abc")
