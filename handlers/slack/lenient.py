"""How everything that Slack says is read: unknown fields are ignored, and texts hold no sign that no database keeps."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from sync.rules.text.storable import storable


class Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _can_be_kept(cls, sent: Any) -> Any:
        if not isinstance(sent, Mapping):
            return sent
        return {name: storable(value) if isinstance(value, str) else value for name, value in sent.items()}
