"""Journeys of the product against the sandbox."""

from collections.abc import Iterator

import pytest

from app.billing.context import Context
from tests.billing.cancellation_stage import Stage, staged
from tests.billing.claim_stage import Claims
from tests.billing.settling_stage import Settling
from tests.support.product import HandClock
from tests.support.stage import stage as product_and_stripe


@pytest.fixture
def stage(context: Context, clock: HandClock) -> Iterator[Stage]:
    """A product whose Stripe is a sandbox."""
    with staged(context, clock) as made:
        yield made


@pytest.fixture
def claims(database_url: str) -> Iterator[Claims]:
    """Customers whose order ids stand for one payment each."""
    with product_and_stripe(database_url, order_id_single_payment=True) as acting:
        yield Claims(stage=acting)


@pytest.fixture
def settling(claims: Claims) -> Settling:
    """Duplicates that are paid back at the sandbox."""
    return Settling(claims=claims)
