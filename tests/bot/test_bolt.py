"""Bolt is told everything: what it would find in the environment by itself is not there for it."""

from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from bot.wiring.bolt import bolt_app

GIVEN: dict[str, Any] = {
    "slack_bot_token": "xoxb-fake",
    "slack_signing_secret": "fake",
    "harvest_access_token": "fake",
    "harvest_account_id": 1,
}


def test_a_client_id_and_secret_in_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With both Bolt would become an OAuth app that keeps tokens in files (contract, section 2)."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "fake")
    app = bolt_app(Settings(_env_file=None, **GIVEN), "T1", AsyncWebClient())
    assert app.oauth_flow is None
    assert app.installation_store is None
    assert list(tmp_path.iterdir()) == []
