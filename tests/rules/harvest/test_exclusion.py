"""The tag `sync_off` keeps a project out (S3-19)."""

import pytest

from sync.rules.harvest.exclusion import is_switched_off


@pytest.mark.parametrize(
    ("code", "notes"),
    [
        ("sync_off", ""),
        ("", "sync_off"),
        ("LEAVE", "Holidays and sickness. SYNC_OFF"),
        ("LEAVE", "sync-off"),
        ("LEAVE", "#sync_off"),
        ("LEAVE", "tags: leave,sync_off;internal"),
        ("LEAVE", "first line\nsync_off\nlast line"),
        ("LEAVE Sync_Off", "as in Runn"),
    ],
)
def test_tagged_project_is_switched_off(code: str, notes: str) -> None:
    assert is_switched_off(code, notes)


@pytest.mark.parametrize(
    ("code", "notes"),
    [
        ("", ""),
        ("ACME", "Website relaunch"),
        ("ACME", "sync"),
        ("ACME", "off"),
        ("ACME", "syncoff"),
        ("ACME", "sync_offline with the client"),
        ("ACME", "resync_off"),
        ("ACME-sync_off-2", ""),
        ("sync", "off"),  # not across two fields
    ],
)
def test_other_words_leave_it_on(code: str, notes: str) -> None:
    assert not is_switched_off(code, notes)
