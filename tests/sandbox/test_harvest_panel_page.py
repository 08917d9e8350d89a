"""Harvest's panel in a real browser: entries added and edited behind the bot's back, budgets changed, weeks passed."""

import re
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect

from sandbox.clock import SandboxClock
from sandbox.slack.server import SlackDouble
from tests.sandbox.harvest_account import Visitor

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine: install it to run this")


@pytest.fixture
async def page(harvest: Visitor, clock: SandboxClock) -> AsyncIterator[Page]:
    slack = SlackDouble(clock)
    slack.panels["harvest"] = harvest.double.origin
    slack.add_person("U1", "Milo Test", "milo@agency.example", "Europe/Stockholm")
    slack.add_channel("C1", "general", ["U1"])
    await slack.start()
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = await browser.new_page(viewport={"width": 1360, "height": 860})
        await opened.goto(f"{slack.page_url}#user=U1&channel=C1")
        yield opened
        await browser.close()
    await slack.stop()


async def test_an_entry_is_added_and_edited_in_harvest(page: Page, harvest: Visitor) -> None:
    await page.get_by_test_id("harvest-add").locator("summary").click()
    await page.get_by_test_id("harvest-add-who").select_option("Milo Test")
    await page.get_by_test_id("harvest-add-project").select_option("WEB-1")
    await page.get_by_test_id("harvest-add-task").select_option("Coding")
    await page.get_by_test_id("harvest-add-hours").fill("2.25")
    await page.get_by_test_id("harvest-add-submit").click()
    row = page.get_by_test_id("harvest-entry")
    await expect(row).to_contain_text("Coding")
    await row.hover()
    await row.get_by_role("button", name=re.compile("Edit")).click()
    await row.get_by_label("Note").fill("moved")
    await row.get_by_label("Date").fill("2026-11-18")
    await row.get_by_role("button", name="Save").click()
    await expect(page.get_by_label("Yesterday").get_by_test_id("harvest-entry")).to_contain_text("moved")
    (entry,) = harvest.double.state.entries.values()
    assert (str(entry.booked), entry.spent_date.isoformat(), entry.notes) == ("2.25", "2026-11-18", "moved")


async def test_a_running_timers_note_is_changed_without_setting_it_back(page: Page, harvest: Visitor) -> None:
    timer = await harvest.log()
    started = harvest.double.state.entries[timer["id"]].timer_started_at
    row = page.get_by_test_id("harvest-entry")
    await row.hover()
    await row.get_by_role("button", name=re.compile("Edit")).click()
    await row.get_by_label("Note").fill("on it")
    await row.get_by_label("Note").press("Enter")
    await expect(row).to_contain_text("on it")
    assert harvest.double.state.entries[timer["id"]].timer_started_at == started


async def test_a_budget_is_changed(page: Page, harvest: Visitor) -> None:
    await harvest.log(hours=3)
    projects = page.get_by_test_id("harvest-projects")
    await projects.locator("summary").click()
    await expect(projects).to_contain_text("3 h, no budget")
    field = page.get_by_test_id("harvest-budget-WEB-1")
    await field.fill("4.5")
    await field.press("Enter")
    await expect(projects).to_contain_text("3 / 4.5 h")
    await page.get_by_test_id("harvest-budget-WEB-1").fill("")
    await page.get_by_test_id("harvest-budget-WEB-1").blur()
    await expect(projects).to_contain_text("3 h, no budget")


async def test_a_week_passes(page: Page) -> None:
    await page.get_by_role("button", name="+1 week").click()
    await expect(page.get_by_test_id("clock")).to_contain_text("26 Nov")
