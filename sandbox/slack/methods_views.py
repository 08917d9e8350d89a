"""Web API: opening, stacking, changing and publishing views."""

from typing import Any

from sandbox.slack.refusals import SlackRefusal
from sandbox.slack.state import Workspace
from sandbox.slack.validation import Surface, require_view
from sandbox.slack.views import View

Json = dict[str, Any]


def stamped(space: Workspace, view: Any, kind: Surface) -> Json:
    """The view, checked against the limits, with ids where it brought none."""
    content = require_view(view, kind)
    return {**content, "blocks": space.stamp(content["blocks"])}


def _answer(space: Workspace, view: View) -> Json:
    space.changes.touch([view.user])
    return {"view": view.as_json()}


def _require_trigger(given: Json) -> object:
    if "trigger_id" not in given:
        raise SlackRefusal("invalid_arguments", "missing required field: trigger_id")
    return given["trigger_id"]


def views_open(space: Workspace, given: Json) -> Json:
    trigger = space.triggers.valid(_require_trigger(given))
    content = stamped(space, given["view"], "modal")
    view = space.views.open(trigger.user, content, trigger.channel)
    trigger.used = True
    return _answer(space, view)


def views_push(space: Workspace, given: Json) -> Json:
    """Only with a trigger that came from inside an open modal."""
    trigger = space.triggers.valid(_require_trigger(given))
    content = stamped(space, given["view"], "modal")
    if trigger.view_id is None:
        raise SlackRefusal("not_found")
    view = space.views.push(trigger.user, content)
    trigger.used = True
    return _answer(space, view)


def views_update(space: Workspace, given: Json) -> Json:
    """By view_id or external_id; a hash that is no longer the view's is refused."""
    if not given.get("view_id") and not given.get("external_id"):
        raise SlackRefusal("invalid_arguments", "missing required field: view_id or external_id")
    view = space.views.find(given.get("view_id"), given.get("external_id"))
    kind: Surface = "home" if view.type == "home" else "modal"
    content = stamped(space, given["view"], kind)
    return _answer(space, space.views.update(view, content, given.get("hash")))


def views_publish(space: Workspace, given: Json) -> Json:
    if not space.app.home_tab:
        raise SlackRefusal("not_enabled")
    member = space.member(given["user_id"], "invalid_arguments")
    content = stamped(space, given["view"], "home")
    return _answer(space, space.views.publish(member.id, content, given.get("hash")))
