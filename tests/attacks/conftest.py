"""The product beside its Stripe."""

from collections.abc import Iterator

import pytest

from tests.billing.claim_stage import Claims
from tests.support.stage import Stage, stage
from tests.web.claim_visitor import OLGA


@pytest.fixture
def acted(database_url: str) -> Iterator[Stage]:
    with stage(database_url, order_id_single_payment=True) as acting:
        yield acting


@pytest.fixture
def claims(acted: Stage) -> Claims:
    return Claims(stage=acted)


@pytest.fixture
def claims_at_the_console(database_url: str) -> Iterator[Claims]:
    """With an operator named."""
    with stage(database_url, operator_keys=OLGA, order_id_single_payment=True) as acting:
        yield Claims(stage=acting)
