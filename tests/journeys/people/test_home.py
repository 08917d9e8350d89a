"""App Home."""

import pytest

from sandbox.slack.person import Person


@pytest.mark.both_databases
async def test_home_shows_today(ada: Person) -> None:
    await ada.command("/log", "1h ACME-12 #design at home", "C0GENERAL")
    await ada.sees("Logged 1 h")
    await ada.open_home()
    await ada.sees_home("Website relaunch")
