"""What tests of views share: a view is taken by Slack and looks as it did."""

import pytest
from slack_sdk.models.views import View
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from handlers.slack.replies import Message
from tests.views.block_kit import Approve, require_valid


@pytest.fixture
def approve(snapshot: SnapshotAssertion) -> Approve:
    """Slack would take it, its text carries its meaning, and it is what was approved before."""

    def check(what: Message | View) -> None:
        assert require_valid(what) == snapshot(extension_class=JSONSnapshotExtension)

    return check
