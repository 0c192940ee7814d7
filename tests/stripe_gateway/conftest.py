"""No request leaves the process."""

from collections.abc import Iterator

import pytest
import responses


@pytest.fixture
def stripe() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock
