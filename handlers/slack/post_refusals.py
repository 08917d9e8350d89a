"""What follows from each of Slack's reasons not to take a post: another place, another time, or nothing.

The codes are those that Slack documents for the methods of `Posts`. A code that is in no table is tried again: it is
younger than this, and it may pass.
"""

from enum import Enum, auto


class NextTry(Enum):
    ELSEWHERE = auto()
    """This place takes nothing, now or in an hour."""
    LATER = auto()
    """The post was surely not made, and nothing is wrong with it or with the place: the app, Slack or the pace is."""
    LOOK_FIRST = auto()
    """As LATER, but the post may have been made."""
    NEVER = auto()
    """The message itself is refused, wherever it goes."""


PLACE_REFUSALS = {
    "access_denied": "is closed to me",
    "cannot_dm_bot": "is a bot",
    "channel_is_limited_access": "is closed to me",
    "channel_not_found": "is gone, or is private and does not have me in it",
    "invalid_user_combination": "is of another organization, and shares no channel with me",
    "is_archived": "is archived",
    "is_shared": "is shared with people outside (`/budget channel CODE #channel confirm` allows it)",
    "messages_tab_disabled": "takes no messages of mine",
    "method_not_supported_for_channel_type": "takes no messages of mine",
    "no_permission": "does not let me post",
    "not_in_channel": "does not have me in it (`/invite @Gleaner`)",
    "not_looked_up": "cannot be found in Slack, because the app has no scope users:read.email",
    "restricted_action": "lets only some people post",
    "restricted_action_non_threadable_channel": "takes no replies",
    "restricted_action_read_only_channel": "is read-only",
    "restricted_action_thread_locked": "takes no more replies",
    "restricted_action_thread_only_channel": "takes only replies",
    "slack_connect_canvas_sharing_blocked": "is shared with people outside, who may not see this",
    "slack_connect_file_link_sharing_blocked": "is shared with people outside, who may not see this",
    "slack_connect_lists_sharing_blocked": "is shared with people outside, who may not see this",
    "team_not_found": "is not called by its id",
    "user_disabled": "is no longer active in Slack",
    "user_not_found": "is not in this Slack",
    "user_not_visible": "is not in this Slack",
}
"""Each as the end of a sentence about the place. Our own are `is_shared`, where Slack would have posted it, and
`not_looked_up`, for somebody whose address Slack does not let us look for."""

_LATER = frozenset(
    {
        "accesslimited",
        "account_inactive",
        "deprecated_endpoint",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "invalid_cursor",
        "message_limit_exceeded",
        "method_deprecated",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_access_not_granted",
        "team_added_to_org",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
"""`account_inactive` is about our token, not about a person: the app was removed, and comes back with a new install."""
_LOOK_FIRST = frozenset({"fatal_error", "internal_error"})
"""“It's possible some aspect of the operation succeeded before the error was raised.”"""
_NEVER = frozenset(
    {
        "as_user_not_supported",
        "attachment_payload_limit_exceeded",
        "cannot_reply_to_message",
        "draft_already_deleted",
        "draft_already_sent",
        "draft_has_conflict",
        "draft_not_found",
        "duplicate_channel_not_found",
        "duplicate_message_not_found",
        "invalid_arg_name",
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_charset",
        "invalid_form_data",
        "invalid_metadata_filter_keys",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_post_type",
        "invalid_ts_latest",
        "invalid_ts_oldest",
        "markdown_text_conflict",
        "metadata_must_be_sent_from_app",
        "metadata_too_large",
        "missing_file_data",
        "missing_post_type",
        "msg_blocks_too_long",
        "no_text",
        "not_enough_users",
        "too_many_attachments",
        "too_many_contact_cards",
        "too_many_users",
        "users_list_not_supplied",
    }
)
SORTED = frozenset(PLACE_REFUSALS) | _LATER | _LOOK_FIRST | _NEVER
_BLOCKS = ("invalid_blocks", "msg_blocks_too_long")
"""What the codes begin with that say nothing against the same message without its blocks."""


def next_try(code: str) -> NextTry:
    if code in PLACE_REFUSALS:
        return NextTry.ELSEWHERE
    if code in _NEVER:
        return NextTry.NEVER
    return NextTry.LATER if code in _LATER else NextTry.LOOK_FIRST


def is_about_blocks(code: str) -> bool:
    """Whether the message may be taken without its blocks."""
    return code.startswith(_BLOCKS)
