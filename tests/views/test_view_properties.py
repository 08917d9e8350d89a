"""No note, name or reason of any length or alphabet makes a view that Slack refuses."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.cards.entry import card
from handlers.cards.project_fields import project_groups
from handlers.home.views import HomePage, home
from handlers.log.views import Fields, day_list, form, unclear
from handlers.timer.views import Running, status
from sandbox.slack.limits import OPTION_GROUP
from store.time_entries.records import EntryState, HeldFor
from store.units import Hours
from sync.rules.text.slack import NOTE_LIMIT, tidy_note
from sync.time_entries.targets import UnclearTarget
from tests.views.block_kit import drawn, require_valid
from tests.views.budget_samples import BANDS
from tests.views.entry_samples import DESIGN, TODAY, WEBSITE, entry, rows, shown

# Letters that grow when they are escaped, cut words in two or take several code points are drawn more often.
LETTERS = st.one_of(st.sampled_from("&<>*_`~@!|\n ∗…👩‍🚀é"), st.characters(exclude_categories=["Cs", "Cc"]))
WORDS = st.text(LETTERS, max_size=400) | st.sampled_from(["&" * 400, "<!channel>" * 40, "👩‍🚀" * 100])
NOTES = st.builds(lambda text, times: tidy_note(text * times).text, WORDS, st.integers(1, 20))
NAMES = WORDS.map(lambda text: text.strip() or "–")
quick = settings(max_examples=25, deadline=None)


@quick
@given(
    state=st.sampled_from(EntryState),
    held_for=st.sampled_from([None, *HeldFor]),
    note=NOTES,
    project=NAMES,
    code=WORDS,
    task=NAMES,
    reason=st.none() | WORDS,
)
def test_card(
    state: EntryState, held_for: HeldFor | None, note: str, project: str, code: str, task: str, reason: str | None
) -> None:
    one = entry(state, held_for=held_for, note=note, reason=reason)
    require_valid(card(shown(one, project=project, project_code=code, task=task)))


@quick
@given(note=NOTES, project=NAMES, count=st.integers(0, 25))
def test_lists(note: str, project: str, count: int) -> None:
    today = [replace(one, project=project, task=project) for one in rows(count, note=note)]
    require_valid(day_list(today, TODAY, TODAY, Hours(150)))
    require_valid(status([Running(one, 60) for one in today]))
    require_valid(home(HomePage(today, [], [], is_connected=False), BANDS))


@quick
@given(note=NOTES, name=NAMES, why=WORDS)
def test_form(note: str, name: str, why: str) -> None:
    project, task = replace(WEBSITE, name=name, code=name), replace(DESIGN, name=name)
    require_valid(form(Fields(project, task, TODAY, "1h", note), metadata="log:1"))
    require_valid(unclear(UnclearTarget(why or "Which one?", [project] * 3)))


@quick
@given(names=st.lists(st.tuples(WORDS, WORDS), max_size=120))
def test_choices(names: list[tuple[str, str]]) -> None:
    found = [replace(WEBSITE, id=number, client_name=of, name=name) for number, (of, name) in enumerate(names)]
    groups = project_groups(found)
    assert len(groups) <= 100
    assert [fault for group in groups for fault in OPTION_GROUP(group.to_dict(), "")] == []


@quick
@given(note=st.text(LETTERS, max_size=2 * NOTE_LIMIT))
def test_a_note_that_was_kept_can_always_be_edited(note: str) -> None:
    kept = tidy_note(note).text
    field = drawn(form(Fields(note=kept), metadata="edit:1:1", is_edit=True))["blocks"][-1]["element"]
    assert field.get("initial_value", "") == kept
