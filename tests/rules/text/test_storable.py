"""What PostgreSQL cannot keep is dropped from texts, and nothing else is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.text.storable import storable, storable_json

any_text = st.text(st.characters(exclude_categories=()) | st.sampled_from('\x00\ud83d\ude00\\u"0'))


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (rb'"a\u0000b"', "ab"),
        (rb'"a\\u0000b"', "a\\u0000b"),  # a backslash, and words
        (rb'"a\\\u0000b"', "a\\b"),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (rb'"x\ud83dy"', "xy"),
        (rb'"x\uDE00y"', "xy"),
        (rb'"\ud83d\ud83d\ude00"', "\U0001f600"),
        (b'"x\xed\xa0\xbdy\x00"', "xy"),
        ('"한글"'.encode(), "한글"),  # the same first byte
    ],
)
def test_what_is_dropped_from_json(body: bytes, kept: str) -> None:
    assert json.loads(storable_json(body)) == kept


@given(any_text)
def test_a_body_reads_as_the_text_without_these_signs(text: str) -> None:
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    read = json.loads(storable_json(json.dumps(text).encode()))
    assert read == whole.replace("\x00", "")
    read.encode()


@given(any_text)
def test_no_text_keeps_them(text: str) -> None:
    assert "\x00" not in storable(text)
    storable(text).encode()


def test_what_has_none_is_the_same_body() -> None:
    body = json.dumps({"notes": "Grüße & <b>", "hours": 1.25}).encode()
    assert storable_json(body) is body
