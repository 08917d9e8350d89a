"""Web API: who the bot is, who people are, and the workspace."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.slack.identity import APP_ID, BOT_ID, BOT_USER, TEAM_DOMAIN, TEAM_ID, TEAM_NAME
from sandbox.slack.paging import page
from sandbox.slack.refusals import SlackRefusal
from sandbox.slack.state import Member, Workspace

Json = dict[str, Any]


def auth_test(space: Workspace, _given: Json) -> Json:
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": space.app.name,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def team_info(_space: Workspace, _given: Json) -> Json:
    team = {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN, "email_domain": "studio.example", "icon": {}}
    return {"team": team}


def users_info(space: Workspace, given: Json) -> Json:
    return {"user": user_json(space, space.member(given["user"]), with_locale=given.get("include_locale", False))}


def users_list(space: Workspace, given: Json) -> Json:
    with_locale = given.get("include_locale", False)
    people, paging = page(list(space.people.values()), given, 1000)
    return {
        "members": [user_json(space, member, with_locale=with_locale) for member in people],
        "cache_ts": int(space.clock.now().timestamp()),
        **paging,
    }


def users_lookup(space: Workspace, given: Json) -> Json:
    wanted = str(given["email"]).casefold()
    for member in space.people.values():
        if member.email and member.email.casefold() == wanted and not member.deleted:
            return {"user": user_json(space, member, with_locale=False)}
    raise SlackRefusal("users_not_found")


def user_json(space: Workspace, member: Member, *, with_locale: bool) -> Json:
    """A user as users.info gives it; the e-mail only with users:read.email."""
    user: Json = {
        "id": member.id,
        "team_id": TEAM_ID,
        "name": member.username,
        "deleted": member.deleted,
        "color": member.avatar_colour.lstrip("#"),
        "real_name": member.name,
        **_zone(space, member),
        "profile": _profile(space, member),
        **_rights(member),
        "updated": 1_700_000_000,
    }
    return {**user, "locale": member.locale} if with_locale else user


def _zone(space: Workspace, member: Member) -> Json:
    local = space.clock.now().astimezone(ZoneInfo(member.tz))
    offset = local.utcoffset() or timedelta()
    return {"tz": member.tz, "tz_label": local.tzname(), "tz_offset": int(offset.total_seconds())}


def _rights(member: Member) -> Json:
    return {
        "is_admin": member.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": member.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": member.is_bot,
        "is_app_user": False,
    }


def _profile(space: Workspace, member: Member) -> Json:
    first, _, last = member.name.partition(" ")
    profile: Json = {
        "title": member.title,
        "real_name": member.name,
        "real_name_normalized": member.name,
        "display_name": member.username,
        "display_name_normalized": member.username,
        "first_name": first,
        "last_name": last,
        "status_text": "",
        "status_emoji": "",
        "team": TEAM_ID,
    }
    if member.is_bot:
        return {**profile, "api_app_id": APP_ID, "bot_id": BOT_ID, "always_active": True}
    if "users:read.email" in space.app.scopes:
        profile["email"] = member.email
    return profile
