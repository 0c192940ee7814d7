"""Journeys of the product against the sandbox."""

from collections.abc import Iterator

import pytest

from app.billing.context import Context
from tests.billing.cancellation_stage import Stage, staged
from tests.support.product import HandClock


@pytest.fixture
def stage(context: Context, clock: HandClock) -> Iterator[Stage]:
    """A product whose Stripe is a sandbox."""
    with staged(context, clock) as made:
        yield made
