"""Since when a timer runs."""

from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.text.words import split_words
from sync.rules.text.work import Unreadable
from sync.rules.time_entries.backdating import begun_at, begun_at_end, begun_within, moment_of


@pytest.mark.parametrize(
    ("said", "back", "since"),
    [
        ("-15m", 15, None),
        ("-15 min back", 15, None),
        ("-1h 30m", 90, None),
        ("15 min ago", 15, None),
        ("half an hour ago", 30, None),
        ("vor 15 Minuten", 15, None),
        ("för 15 min sedan", 15, None),
        ("since 9", None, time(9)),
        ("seit 9 Uhr", None, time(9)),
        ("sedan kl 9.15", None, time(9, 15)),
        ("from 9:15", None, time(9, 15)),
        ("-0m", None, None),
        ("-24h", 1440, None),
        ("vor einer Stunde und 30 Minuten", 90, None),
        ("för en och en halv timme sedan", 90, None),
    ],
)
def test_beginning_is_read(said: str, back: int | None, since: time | None) -> None:
    words = split_words(said)

    for found in (begun_at(words), begun_at_end([*split_words("nav"), *words])):
        assert found is not None
        begun, length = found
        assert (begun.back, begun.since, length) == (back, since, len(words))


@pytest.mark.parametrize("said", ["15m", "from 9", "since yesterday", "15 ago", "back", "- x", "1:30 ago"])
def test_other_words_say_nothing_of_a_beginning(said: str) -> None:
    assert begun_at(split_words(said)) is None


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("-15", "`-15` could be minutes or hours. Type `-15m` or `-15h`."),
        ("-24", "`-24` could be minutes or hours. Type `-24m` or `-24h`."),
        ("-25", "`-25` has no unit. Type `-25m`."),  # no timer began 25 hours ago
        ("-25h", "more than 24 h ago"),
        ("-1441m", "more than 24 h ago"),
    ],
)
def test_beginning_that_is_not_clear_is_refused(said: str, advice: str) -> None:
    with pytest.raises(Unreadable) as refused:
        begun_at(split_words(said))

    assert advice in str(refused.value)


def test_beginning_is_found_inside_a_note() -> None:
    found = begun_within("call -15m late")

    assert found is not None
    assert (found[0].back, found[1]) == (15, "call late")
    assert begun_within("call at -15") is None


@given(
    zone=st.sampled_from(sorted(available_timezones())).map(ZoneInfo),
    now=st.integers(1_704_067_200, 1_830_297_600).map(partial(datetime.fromtimestamp, tz=UTC)),
    minutes=st.integers(0, 24 * 60),
)
def test_since_is_that_time_on_the_persons_clock(zone: ZoneInfo, now: datetime, minutes: int) -> None:
    """Whatever the clocks did in between: who looked at the clock then and says so now means that moment."""
    then = now - timedelta(minutes=minutes)
    here, here_then = now.astimezone(zone), then.astimezone(zone)
    said = here_then.time().replace(second=0, microsecond=0)
    found = moment_of(said, here)
    if here_then.date() != here.date():
        return
    assert found is not None
    assert found <= now
    assert found.astimezone(zone).time().replace(tzinfo=None) == said
    assert found >= then.replace(second=0, microsecond=0)


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "said", "ago"),
    [
        # The night in which 2:00 to 3:00 came twice, and the one in which it did not come.
        (datetime(2026, 10, 25, 9, 0, tzinfo=BERLIN), time(1, 30), timedelta(hours=8, minutes=30)),
        (datetime(2026, 3, 29, 9, 0, tzinfo=BERLIN), time(1, 30), timedelta(hours=6, minutes=30)),
        (datetime(2026, 10, 25, 9, 0, tzinfo=BERLIN), time(2, 30), timedelta(hours=6, minutes=30)),
        (datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN), time(2, 30), timedelta(minutes=15)),
        (datetime(2026, 10, 25, 2, 10, tzinfo=BERLIN, fold=1), time(2, 30), timedelta(minutes=40)),
    ],
)
def test_since_in_a_night_in_which_the_clocks_change(now: datetime, said: time, ago: timedelta) -> None:
    found = moment_of(said, now)
    assert found is not None
    assert now.astimezone(UTC) - found == ago


def test_a_time_that_has_not_come_yet_is_none() -> None:
    assert moment_of(time(9, 1), datetime(2026, 11, 20, 9, 0, tzinfo=BERLIN)) is None
