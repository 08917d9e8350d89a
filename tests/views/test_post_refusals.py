"""Each way in which Slack can refuse a post is sorted: another place at once, the same again later, or never."""

import json
from pathlib import Path

import pytest

from handlers.slack.post_refusals import PLACE_REFUSALS, SORTED, NextTry, is_about_blocks, next_try

METHODS = ("chat.postMessage", "conversations.open", "conversations.info", "conversations.history", "users.info")
"""What a post asks of Slack."""
OURS = {"is_shared", "not_looked_up", "cannot_dm_bot"}
"""Not in that list: two of our own, and an older code of Slack's."""


def test_every_documented_code_is_sorted_and_no_other(specs: Path) -> None:
    listed = json.loads((specs / "slack-methods.json").read_text(encoding="utf-8"))
    documented = set(listed["common_errors"])
    for method in METHODS:
        documented |= set(listed["methods"][method]["errors"])
    assert documented - SORTED == set()
    assert SORTED - documented == OURS


@pytest.mark.parametrize(
    ("code", "follows"),
    [
        ("user_disabled", NextTry.ELSEWHERE),
        ("is_archived", NextTry.ELSEWHERE),
        ("restricted_action_read_only_channel", NextTry.ELSEWHERE),
        ("account_inactive", NextTry.LATER),
        ("token_revoked", NextTry.LATER),
        ("ratelimited", NextTry.LATER),
        ("missing_scope", NextTry.LATER),
        ("internal_error", NextTry.LOOK_FIRST),
        ("younger_than_this", NextTry.LOOK_FIRST),
        ("no_json", NextTry.LOOK_FIRST),
        ("metadata_too_large", NextTry.NEVER),
        ("no_text", NextTry.NEVER),
    ],
)
def test_what_follows_from_a_code(code: str, follows: NextTry) -> None:
    assert next_try(code) is follows


def test_every_place_that_refuses_has_a_sentence() -> None:
    assert all(words.split()[0] in {"is", "takes", "does", "lets", "cannot"} for words in PLACE_REFUSALS.values())


@pytest.mark.parametrize(
    ("code", "is_it"),
    [
        ("invalid_blocks", True),
        ("invalid_blocks_format", True),
        ("msg_blocks_too_long", True),
        ("no_text", False),
        ("channel_not_found", False),
    ],
)
def test_blocks_that_are_refused_leave_the_text(code: str, is_it: bool) -> None:
    assert is_about_blocks(code) is is_it
