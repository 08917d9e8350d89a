"""A page that somebody pastes behind `/log` is answered at once: everybody else waits for it."""

from contextlib import suppress
from datetime import date
from time import process_time

import pytest

from store.units import Hours
from sync.errors import Refused
from sync.rules.time_entries.log_command import parse

SLACKS_MOST = 3000
MOST_SECONDS = 3.0
"""Of the processor, on a slow and busy machine; each of these took minutes when every word was tried as a beginning."""


@pytest.mark.parametrize(
    "words",
    ["note BETA 2h ", "x 1h 30 ", "a ", "fix nav ", "1h ", "2h ACME-12 1h 30 x ", "monday 9 - 10 ", "#design 2h "],
)
def test_a_pasted_page_is_answered_at_once(words: str) -> None:
    page = (words * SLACKS_MOST)[:SLACKS_MOST]
    begun = process_time()
    with suppress(Refused):
        parse(page, today=date(2026, 11, 20), codes=["ACME-12", "BETA"], step=Hours(25), minimum=Hours(25))
    assert process_time() - begun < MOST_SECONDS
