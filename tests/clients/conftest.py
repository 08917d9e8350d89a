"""Retries without waiting, and Harvest's specification."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina
from openapi_core import Config, OpenAPI

from tests.clients.harvest_exchanges import BASE


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """As many tries as the client makes, but none of its pauses."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture(scope="session")
def specification(specs: Path) -> OpenAPI:
    spec = json.loads((specs / "harvest-openapi.json").read_text())
    spec["servers"] = [{"url": BASE}]
    return OpenAPI.from_dict(spec, config=Config(spec_validator_cls=None))
