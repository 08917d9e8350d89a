"""Every feature's listeners and words, each given the flows that it uses."""

from bot.settings import Settings
from handlers.announcements import Announcements
from handlers.asana.choices import AsanaChoices
from handlers.asana.hold_buttons import HoldButtons
from handlers.asana.listeners import AsanaListeners
from handlers.asana.mapping_buttons import MappingButtons
from handlers.asana.news import AsanaWords
from handlers.budget.buttons import BudgetButtons
from handlers.budget.listeners import BudgetListeners
from handlers.budget.news import BudgetWords
from handlers.cards.project_fields import BookingFields
from handlers.home.listeners import HomeListeners
from handlers.imports.listeners import ImportListeners
from handlers.log.form import Limits, LogForm
from handlers.log.listeners import LogListeners
from handlers.log.news import EntryWords
from handlers.news import NewsWords
from handlers.settings.listeners import SettingsListeners
from handlers.slack.files import Files
from handlers.slack.listening import Listening
from handlers.slack.replies import Replies
from handlers.timer.listeners import TimerListeners
from sync.flows import Flows


def listen(
    settings: Settings, flows: Flows, listening: Listening, replies: Replies, announcements: Announcements
) -> None:
    """All but those of the sign-in, which the web routes speak with as well."""
    people, targets, entries, asana = flows.people, flows.targets, flows.entries, flows.asana
    board, offers, clock, refresh = asana.board, asana.offers, flows.clock, announcements.refresh
    booking = BookingFields(people, targets, flows.budget.budgets)
    limits = Limits(settings.hours_step, settings.hours_min)
    form = LogForm(people, targets, booking, clock, limits)
    buttons = BudgetButtons(flows.budget, clock, entries, people, targets, replies, booking, refresh)
    mapping = MappingButtons(asana, people, targets, replies, AsanaChoices(asana, targets), refresh)
    holds = HoldButtons(asana, clock, people, replies, refresh)
    files = Files(announcements.posts.client)
    places = announcements.posts.places
    SettingsListeners(people, targets, flows.channels, flows.status, board, places, replies, listening).register()
    for feature in (
        LogListeners(entries, flows.refused, people, targets, flows.drafts, form, board, flows.inbox, replies),
        TimerListeners(flows.timers, entries, people, targets, offers, replies),
        HomeListeners(entries, flows.refused, flows.budget.budgets, people, flows.status, asana, replies),
        BudgetListeners(flows.budget, people, targets, replies, places, buttons),
        ImportListeners(flows.rounds, flows.job_leases, people, flows.roster, flows.why, replies),
        AsanaListeners(asana, people, targets, replies, files, mapping, holds),
    ):
        feature.register(listening)


def news_words(settings: Settings, flows: Flows) -> NewsWords:
    coordinator = settings.coordinator
    entries = EntryWords(flows.entries, flows.people, coordinator)
    budgets = BudgetWords(flows.budget, flows.clock, flows.entries, flows.people, settings.alert_channel, coordinator)
    asana = AsanaWords(flows.asana, flows.entries, flows.people, flows.timers, coordinator)
    return NewsWords(entries, budgets, asana, coordinator, flows.budget.locks.administrators)
