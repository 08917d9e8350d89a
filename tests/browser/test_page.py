"""The demo's main path in a real browser: log, undo, timer start and stop, with Harvest's panel beside it."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.cli.demo import DemoStack, demo_stack, doubles
from sandbox.clock import SandboxClock

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

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine: install it to run this"),
]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[DemoStack]:
    """The demo as `gleaner demo` starts it, on a day on which its budgets are known."""
    clock = SandboxClock(datetime(2026, 11, 20, 15, 0, tzinfo=UTC))
    database_url = f"sqlite:///{tmp_path / 'demo.db'}"
    async with doubles(database_url, clock=clock, alert_channel="C0GENERAL") as around, demo_stack(around) as running:
        await running.gleaner.flows.imports.run()
        await running.gleaner.flows.budget.review.run()
        yield running


@pytest.fixture
async def page(here: DemoStack) -> AsyncIterator[Page]:
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = await browser.new_page(viewport={"width": 1360, "height": 860})
        await opened.goto(_address(here, "U0ADA00005"))
        ARTEFACTS.mkdir(exist_ok=True)
        yield opened
        await opened.screenshot(path=ARTEFACTS / "demo.png")
        await browser.close()


async def _become(page: Page, here: DemoStack, user: str, name: str, channel: str = "C0GENERAL") -> None:
    """The page is somebody else's once it says so."""
    await page.goto(_address(here, user, channel))
    await expect(page.get_by_role("button", name=f"You are: {name}")).to_be_visible()


def _address(here: DemoStack, user: str, channel: str = "C0GENERAL") -> str:
    return f"{here.doubles.slack.page_url}#user={user}&channel={channel}"


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


async def test_from_76_per_cent_to_an_unlock(page: Page, here: DemoStack) -> None:
    """Log to 76 %, an alert; to 101 %, a lock; ask, unlock, and what was held is in Harvest."""
    messages, answers = page.get_by_test_id("message"), page.get_by_test_id("ephemeral")
    await say(page, "/log 8h ACME-12 #design week plan")
    await expect(answers.filter(has_text="to 76 %")).to_be_visible(timeout=10_000)
    await expect(messages.filter(has_text="has reached 75 %")).to_be_visible(timeout=20_000)
    await page.screenshot(path=ARTEFACTS / "budget-alert.png")

    await _become(page, here, "U0MAYA0003", "Maya Okafor")
    await say(page, "/budget set ACME-12 150")
    await expect(messages.filter(has_text="has reached 90 %")).to_be_visible(timeout=20_000)
    await say(page, "/budget ACME-12")
    await expect(answers.filter(has_text="147.5 h of 150 h, 2.5 h left")).to_be_visible(timeout=10_000)
    await page.screenshot(path=ARTEFACTS / "budget-card.png")

    await _become(page, here, "U0ADA00005", "Ada Nilsson")
    await _ask(page)

    await _become(page, here, "U0MAYA0003", "Maya Okafor", "dm")
    asked = messages.filter(has_text="Two more screens")
    await expect(asked).to_be_visible(timeout=20_000)
    await page.screenshot(path=ARTEFACTS / "budget-manager.png")
    await asked.get_by_role("button", name="Unlock", exact=True).click()
    await expect(messages.filter(has_text="unlocked it: 1 h more")).to_be_visible(timeout=20_000)
    entry = page.get_by_test_id("harvest-entry").filter(has_text="after hours")
    await expect(entry).to_have_count(1, timeout=20_000)


async def _ask(page: Page) -> None:
    """Over the limit, locked, and a request for what is held."""
    messages, answers = page.get_by_test_id("message"), page.get_by_test_id("ephemeral")
    await say(page, "/log 4h ACME-12 #design more")
    await expect(answers.filter(has_text="to 101 %")).to_be_visible(timeout=10_000)
    await expect(messages.filter(has_text="It is locked")).to_be_visible(timeout=20_000)
    await say(page, "/log 1h ACME-12 #design after hours")
    held = answers.filter(has_text="Kept, not logged")
    await expect(held).to_be_visible(timeout=10_000)
    await page.screenshot(path=ARTEFACTS / "budget-locked.png")
    await held.get_by_role("button", name="Request unlock").click()
    modal = page.get_by_test_id("modal")
    await expect(modal).to_be_visible()
    await modal.get_by_label("What for?").fill("Two more screens")
    await page.screenshot(path=ARTEFACTS / "budget-request.png")
    await modal.get_by_role("button", name="Send").click()
