"""Every sandbox test may ask for a stage."""

from collections.abc import Iterator

import pytest

from tests.sandbox.stage import Stage, staged


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as made:
        yield made
