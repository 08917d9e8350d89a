"""How Slack says no: an error code, and sometimes sentences that point into the request."""

from typing import Any


class SlackRefusal(Exception):
    """Slack answers ok: false with this code; messages point at the fault, extra keys travel along."""

    def __init__(self, code: str, *messages: str, **extra: Any) -> None:
        super().__init__(f"{code}: {'; '.join(messages)}" if messages else code)
        self.code = code
        self.messages = messages
        self.extra = extra

    def as_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            answer["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return answer
