"""Encrypts tokens before they reach a row. The first key encrypts, all decrypt: that is how keys are rotated."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from sync.errors import Refused
from sync.ports.harvest import Tokens


class Unreadable(Refused):
    """None of the keys opens what was sealed: the one that sealed it was taken out of SECRET_KEYS."""


class Vault:
    """`keys`: Fernet keys (SECRET_KEYS). Without any, nothing can be kept, and the attempt is refused."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys]) if keys else None

    def seal(self, tokens: Tokens) -> str:
        return self._open_for_use().encrypt(json.dumps(asdict(tokens)).encode()).decode()

    def unseal(self, sealed: str) -> Tokens:
        """Raises Unreadable if none of the keys fits."""
        text = self.unseal_text(sealed)
        try:
            return Tokens(**json.loads(text or ""))
        except (ValueError, TypeError):
            raise Unreadable(
                "Your Harvest sign-in can no longer be read here, because the keys were changed. Press Connect Harvest."
            ) from None

    def can_read(self, sealed: str) -> bool:
        """Whether one of the keys fits."""
        return self.unseal_text(sealed) is not None

    @property
    def is_open(self) -> bool:
        """Whether anything can be kept."""
        return self._fernet is not None

    def seal_text(self, text: str) -> str:
        return self._open_for_use().encrypt(text.encode()).decode()

    def unseal_text(self, sealed: str) -> str | None:
        """None if none of the keys fits, or there are none any more."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode() if self._fernet else None
        except (InvalidToken, ValueError):
            return None

    def _open_for_use(self) -> MultiFernet:
        if self._fernet is None:
            raise Refused(
                "Connecting is not set up here: the person who runs Gleaner has to set SECRET_KEYS. "
                "Until then Gleaner logs time on your behalf."
            )
        return self._fernet
