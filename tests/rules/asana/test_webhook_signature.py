"""A delivery is Asana's if its signature fits the raw body; without a secret or a signature it never is."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.asana.webhook_signature import is_genuine, sign

SECRET = "fake-hook-secret"
BODY = b'{"events":[]}'


def test_a_recorded_delivery_is_genuine(specs: Path) -> None:
    http = json.loads((specs / "asana-recorded" / "webhook.delivery.json").read_text())["http"]
    body, signature = http["raw"].encode(), http["headers"]["X-Hook-Signature"]
    assert is_genuine(http["hook_secret"], body, signature)
    written_anew = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode()
    assert not is_genuine(http["hook_secret"], written_anew, signature)


@pytest.mark.parametrize(
    ("secret", "signature"),
    [
        ("", sign("", BODY)),
        (None, sign("", BODY)),
        (SECRET, ""),
        (SECRET, None),
        ("", ""),
        (SECRET, sign("another", BODY)),
        (SECRET, sign(SECRET, BODY + b" ")),
        (SECRET, sign(SECRET, BODY)[:-1]),
        (SECRET, sign(SECRET, BODY).upper()),
        (SECRET, "é" * 64),
        (SECRET, "\ud800"),
    ],
)
def test_all_else_is_refused(secret: str | None, signature: str | None) -> None:
    assert not is_genuine(secret, BODY, signature)


@given(st.text(min_size=1).filter(lambda text: text.isprintable()), st.binary())
def test_what_was_signed_is_genuine(secret: str, body: bytes) -> None:
    assert is_genuine(secret, body, sign(secret, body))
    assert not is_genuine(secret, body + b"x", sign(secret, body))
