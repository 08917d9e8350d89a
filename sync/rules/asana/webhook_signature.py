"""Whether a delivery is Asana's: `X-Hook-Signature` is the hex HMAC-SHA256 of the raw body (contract, section 3)."""

import hashlib
import hmac


def sign(secret: str, body: bytes) -> str:
    """Lower-case hex; the secret is used as the text it is, though it looks like hex."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_genuine(secret: str | None, body: bytes, signature: str | None) -> bool:
    """False without a secret or a signature. `body` as it came: JSON written anew is other bytes."""
    if not secret or not signature:
        return False
    return hmac.compare_digest(sign(secret, body).encode(), signature.encode(errors="replace"))
