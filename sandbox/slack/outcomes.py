"""What came of a person's deed, and how Slack obeys what the bot answered to it."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.slack import response_urls
from sandbox.slack.deliveries import Ack
from sandbox.slack.identity import SLACKBOT
from sandbox.slack.methods_views import stamped
from sandbox.slack.refusals import SlackRefusal
from sandbox.slack.state import Message, Workspace
from sandbox.slack.tickets import Hook
from sandbox.slack.views import View

Json = dict[str, Any]

TROUBLE = "We had some trouble connecting. Try again?"
UNFILLED = "Please complete this required field."


@dataclass(frozen=True)
class Outcome:
    """Status and body of the bot's answer (status 0: none in time) after so many seconds.

    `error` is what Slack shows the person when something went wrong, `errors` what stands beside inputs.
    """

    status: int
    body: Any = None
    seconds: float = 0.0
    error: str | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.error is None and not self.errors


def outcome(ack: Ack, error: str | None = None, errors: dict[str, str] | None = None) -> Outcome:
    return Outcome(ack.status, ack.body, ack.seconds, error, errors or {})


def after_interaction(ack: Ack) -> Outcome:
    """Buttons, shortcuts and closings: the body is ignored, a failure leaves a warning sign."""
    return outcome(ack, None if ack.ok else TROUBLE)


def after_command(space: Workspace, hook: Hook, name: str, typed: str, ack: Ack) -> Outcome:
    """Posts what the acknowledgement says, or Slackbot's notice that the command failed."""
    code = None
    if ack.ok:
        try:
            _say(space, hook, typed, ack.body)
        except SlackRefusal:
            code = "invalid_command_response"
    else:
        code = "dispatch_failed" if ack.status or ack.reason == "connection_failed" else "operation_timeout"
    if code is None:
        return outcome(ack)
    notice = f"{name} failed with the error {code}"
    message = Message(hook.channel, space.next_ts(), SLACKBOT, notice, ephemeral_to=hook.user)
    space.add_message(message)
    return outcome(ack, notice)


def _say(space: Workspace, hook: Hook, typed: str, body: Any) -> None:
    said = {"text": body} if isinstance(body, str) else body
    if not said or not any(said.get(key) for key in ("text", "blocks", "attachments")):
        return
    if said.get("response_type") == "in_channel":
        space.add_message(Message(hook.channel, space.next_ts(), hook.user, typed))
    response_urls.answer(space, hook, {**said, "replace_original": False, "delete_original": False})


def after_submission(space: Workspace, view: View, ack: Ack) -> Outcome:
    """Closes the view, or does what response_action asks."""
    if not ack.ok:
        return outcome(ack, TROUBLE)
    try:
        errors = _respond(space, view, ack.body or {})
    except SlackRefusal as refusal:
        return outcome(ack, f"{TROUBLE} ({refusal})")
    finally:
        space.changes.touch([view.user])
    return outcome(ack, errors=errors)


def _respond(space: Workspace, view: View, body: Any) -> dict[str, str]:
    wanted = body.get("response_action") if isinstance(body, dict) else None
    if view not in space.views.stacks[view.user]:
        return {}
    match wanted:
        case "errors":
            return _errors(view, body.get("errors"))
        case "update":
            space.views.update(view, stamped(space, body.get("view"), "modal"))
        case "push":
            space.views.push(view.user, stamped(space, body.get("view"), "modal"))
        case "clear":
            space.views.stacks[view.user].clear()
        case None:
            space.views.close(view)
        case _:
            raise SlackRefusal("invalid_response_action", str(wanted))
    return {}


def _errors(view: View, errors: Any) -> dict[str, str]:
    """Keyed by the block_id of an input block; anything else shows the person only a failure."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise SlackRefusal("invalid_errors", f"{errors!r} must be keyed by input blocks {sorted(inputs)}")
    view.errors = {block_id: str(text) for block_id, text in errors.items()}
    return view.errors
