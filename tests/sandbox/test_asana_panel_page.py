"""Asana's panel in a real browser: hours typed as one of the people, tasks completed, projects renamed and copied."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect

from sandbox.clock import SandboxClock
from sandbox.slack.server import SlackDouble
from tests.sandbox.asana_organization import AsanaVisitor
from tests.sandbox.harvest_account import Visitor

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine: install it to run this")


@pytest.fixture
async def page(harvest: Visitor, asana: AsanaVisitor, clock: SandboxClock) -> AsyncIterator[Page]:
    """Opened at Asana's tab; a test during which the browser complained fails."""
    slack = SlackDouble(clock)
    slack.panels |= {"harvest": harvest.double.origin, "asana": asana.double.api_url}
    slack.add_person("U1", "Ana", "ana@agency.example", "Europe/Stockholm")
    slack.add_channel("C1", "general", ["U1"])
    await slack.start()
    complaints: list[str] = []
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = await browser.new_page(viewport={"width": 1360, "height": 860})
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
        await opened.goto(f"{slack.page_url}#user=U1&channel=C1")
        await opened.get_by_role("tab", name="Asana").click()
        yield opened
        await browser.close()
    await slack.stop()
    assert complaints == []


async def test_hours_and_other_fields_are_filled_in_by_who_was_chosen(page: Page, asana: AsanaVisitor) -> None:
    we = asana.organization
    await page.get_by_test_id("asana-who").select_option("Bo")
    for task, hours in ((we.copy, "1.5"), (we.proof, "0.25")):
        field = page.get_by_test_id(f"asana-hours-{task.gid}")
        await field.fill(hours)
        await field.press("Enter")
    await expect(page.get_by_test_id(f"asana-project-{we.site.gid}")).to_contain_text("1.75 h")
    story = we.copy.stories[-1]
    assert (story.created_by, str(story.facts["new_number_value"])) == (we.bo, "1.50")
    share = asana.state.add_field(we.site, "Billable Percentage", "percentage")
    percent = page.get_by_test_id(f"asana-field-{we.copy.gid}-{share.gid}")
    await percent.fill("50")
    await percent.press("Enter")
    await page.get_by_test_id(f"asana-field-{we.copy.gid}-{we.billing.gid}").select_option("Half")
    await page.get_by_test_id("asana-who").focus()
    await expect(page.get_by_test_id("asana-task").first).to_contain_text('Bo changed Billing type to "Half"')
    assert str(we.copy.values[share]) == "0.50"


async def test_a_task_is_added_completed_and_thrown_away(page: Page, asana: AsanaVisitor) -> None:
    we = asana.organization
    await page.get_by_test_id(f"asana-new-{we.site.gid}").fill("Icons")
    await page.get_by_test_id(f"asana-add-{we.site.gid}").click()
    await expect(page.get_by_test_id("asana-task")).to_have_count(3)
    done = page.get_by_test_id(f"asana-complete-{we.copy.gid}")
    await done.click()
    await expect(done).to_have_attribute("aria-pressed", "true")
    assert we.copy.completed_by is we.ana
    made = asana.state.task_named("Icons")
    row = page.get_by_test_id("asana-task").filter(has_text="Icons")
    await row.hover()
    await row.get_by_role("button", name="Put Icons in the trash").click()
    await expect(row).to_have_count(0)
    assert made.trashed


async def test_a_project_is_renamed_copied_and_archived_and_trouble_is_ordered(page: Page, asana: AsanaVisitor) -> None:
    we = asana.organization
    await page.get_by_test_id(f"asana-menu-{we.site.gid}").click()
    await page.get_by_role("menuitem", name="Rename").click()
    field = page.get_by_test_id(f"asana-rename-{we.site.gid}")
    await field.fill("ACME relaunch of site")
    await field.press("Enter")
    await expect(page.get_by_test_id(f"asana-project-{we.site.gid}")).to_contain_text("ACME relaunch of site")
    await page.get_by_test_id(f"asana-menu-{we.site.gid}").click()
    await page.get_by_role("menuitem", name="Duplicate").click()
    await expect(page.get_by_text("Duplicate of ACME relaunch of site")).to_be_visible()
    await page.get_by_test_id(f"asana-menu-{we.site.gid}").click()
    await page.get_by_role("menuitem", name="Archive").click()
    await expect(page.get_by_test_id(f"asana-project-{we.site.gid}")).to_contain_text("archived")
    assert we.site.archived
    await page.get_by_test_id("asana-trouble").click()
    await page.get_by_role("menuitem", name="Too many requests").click()
    await expect(page.get_by_test_id("notice")).to_contain_text("Asana will do this once")
    assert (await asana.ask("GET", "/workspaces")).status_code == 429
    await page.get_by_role("tab", name="Asana").press("ArrowLeft")
    await expect(page.get_by_test_id("harvest-add")).to_be_visible()
    await expect(page.get_by_test_id("asana-who")).to_be_hidden()
