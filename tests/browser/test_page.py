"""The demo's main path in a real browser: log, undo, timer start and stop, with Harvest's panel beside it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.demo import outside, town

ARTEFACTS = Path(__file__).resolve().parents[2] / "artifacts"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine: install it to run this")


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with outside(f"sqlite:///{tmp_path / 'demo.db'}") as around, town(around) as here:
        await here.gleaner.flows.imports.run()
        async with async_playwright() as play:
            browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            opened = await browser.new_page(viewport={"width": 1360, "height": 860})
            await opened.goto(f"{around.slack.page_url}#user=U0ADA00005&channel=C0GENERAL")
            yield opened
            ARTEFACTS.mkdir(exist_ok=True)
            await opened.screenshot(path=ARTEFACTS / "demo.png")
            await browser.close()


async def say(page: Page, text: str) -> None:
    composer = page.get_by_test_id("composer")
    await composer.fill(text)
    await composer.press("Escape")
    await composer.press("Enter")


async def test_the_main_path(page: Page) -> None:
    """What README and `make demo` invite people to do."""
    await say(page, "/log 1.5h ACME-12 #design fixed nav")
    card = page.get_by_test_id("ephemeral").filter(has_text="Logged 1.5 h")
    await expect(card).to_be_visible(timeout=10_000)
    entry = page.get_by_test_id("harvest-entry").filter(has_text="fixed nav")
    await expect(entry).to_have_count(1)
    await card.get_by_role("button", name="Undo").click()
    await expect(page.get_by_test_id("ephemeral").filter(has_text="Undone")).to_be_visible()
    await expect(entry).to_have_count(0)
    await say(page, "/timer start ACME-12 #design drafts")
    await expect(page.get_by_test_id("ephemeral").filter(has_text="Timer running")).to_be_visible()
    await say(page, "/timer stop")
    await expect(page.get_by_test_id("ephemeral").filter(has_text="Stopped after")).to_be_visible()
    await say(page, "/log")
    await expect(page.get_by_test_id("modal")).to_be_visible()
