"""The product beside its Stripe."""

from collections.abc import Iterator

import pytest

from tests.support.stage import Stage, stage


@pytest.fixture
def acted(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as acting:
        yield acting
