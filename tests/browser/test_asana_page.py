"""The demo in a real browser: hours typed in Asana's panel appear in Harvest's; unlinked, a card mends that."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.cli.demo import DemoStack, demo_stack, doubles, open_office
from sandbox.clock import SandboxClock

ARTEFACTS = Path(__file__).resolve().parents[2] / "artifacts"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine: install it to run this"),
]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[DemoStack]:
    """The demo as `gleaner demo` starts it."""
    clock = SandboxClock(datetime(2026, 11, 20, 15, 0, tzinfo=UTC))
    database_url = f"sqlite:///{tmp_path / 'demo.db'}"
    async with doubles(database_url, clock=clock, alert_channel="C0GENERAL") as around, demo_stack(around) as running:
        await open_office(running)
        yield running


@pytest.fixture
async def page(here: DemoStack) -> AsyncIterator[Page]:
    """As the coordinator, in the messages from Gleaner."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = await browser.new_page(viewport={"width": 1360, "height": 860})
        await opened.goto(f"{here.doubles.slack.page_url}#user={here.doubles.agency.coordinator}&channel=dm")
        ARTEFACTS.mkdir(exist_ok=True)
        yield opened
        await browser.close()


async def _type(page: Page, here: DemoStack, task: str, who: str, hours: str) -> None:
    """Into Billable Hours, as one of the people."""
    await page.get_by_role("tab", name="Asana").click()
    await page.get_by_test_id("asana-who").select_option(who)
    found = here.doubles.asana.state.task_named(task)
    field = page.get_by_test_id(f"asana-hours-{found.gid}")
    await field.fill(hours)
    await field.press("Enter")


async def test_typed_hours_appear_in_harvest(page: Page, here: DemoStack) -> None:
    await _type(page, here, "Colour palette", "Ada Nilsson", "1.5")
    await page.screenshot(path=ARTEFACTS / "asana-typed.png")
    await page.get_by_role("tab", name="Harvest").click()
    entry = page.get_by_test_id("harvest-entry").filter(has_text="Colour palette")
    await expect(entry).to_have_count(1, timeout=30_000)
    await expect(entry).to_contain_text("1.5")
    await page.screenshot(path=ARTEFACTS / "asana-landed.png")


async def test_an_unlinked_project_is_linked_by_its_card(page: Page, here: DemoStack) -> None:
    """One press where the code says which; the form where nothing does."""
    messages = page.get_by_test_id("message")
    await _type(page, here, "Open day page", "Tom Whitfield", "3")
    card = messages.filter(has_text="1.5 h of Tom Whitfield")
    await expect(card).to_be_visible(timeout=30_000)
    await page.screenshot(path=ARTEFACTS / "asana-card.png")
    await card.get_by_role("button", name="Link project", exact=True).click()
    await expect(card).to_contain_text("linked it to Admissions site", timeout=20_000)
    await page.get_by_role("tab", name="Harvest").click()
    await expect(page.get_by_test_id("harvest-entry").filter(has_text="Open day page")).to_have_count(1, timeout=30_000)
    await page.screenshot(path=ARTEFACTS / "asana-linked.png")

    await _type(page, here, "Pitch deck", "Lucas Meyer", "4")
    other = messages.filter(has_text="1 h of Lucas Meyer")
    await expect(other).to_be_visible(timeout=30_000)
    await other.get_by_role("button", name="Link project").click()
    modal = page.get_by_test_id("modal")
    await expect(modal).to_be_visible()
    await page.screenshot(path=ARTEFACTS / "asana-link-form.png")
    await modal.get_by_role("button", name="Cancel").click()
    await other.get_by_role("button", name="Create project").click()
    await expect(modal).to_contain_text("Sections that become its tasks")
    await page.screenshot(path=ARTEFACTS / "asana-create-form.png")


async def test_the_map_and_the_audit(page: Page) -> None:
    composer, answers = page.get_by_test_id("composer"), page.get_by_test_id("ephemeral")
    for command, said in (("/gleaner map", "5 linked to Harvest, 2 not"), ("/gleaner audit", "Asana projects need")):
        await composer.fill(command)
        await composer.press("Escape")
        await composer.press("Enter")
        await expect(answers.filter(has_text=said)).to_be_visible(timeout=20_000)
        await page.screenshot(path=ARTEFACTS / f"asana-{command.rpartition(' ')[2]}.png")
