"""Every answer about access has words that a customer understands."""

from datetime import UTC, datetime

import pytest

from app.billing.account import AccountSubscription
from app.policy.access import ProductAccess, Reason
from app.web.times import written_out
from app.web.words import UNKNOWN, status_of

AT = datetime(2026, 12, 23, 6, tzinfo=UTC)


def subscription(reason: Reason, at: datetime | None) -> AccountSubscription:
    access = ProductAccess(
        product="prod_1",
        price="price_1",
        lookup_key=None,
        subscription="sub_1",
        entitled=True,
        until=at,
        paid_through=at,
        renews_at=at,
        reason=reason,
    )
    return AccountSubscription(
        subscription="sub_1",
        lines=(),
        access=access,
        cycle_ends=at,
        ends_at=None,
        ending=False,
        alive=True,
        schedule=None,
        waiting=None,
    )


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.NO_SUBSCRIPTION])
@pytest.mark.parametrize("at", [AT, None])
def test_every_reason_has_words(reason: Reason, at: datetime | None) -> None:
    status = status_of(subscription(reason, at))
    assert status.badge
    assert "{" not in status.sentence
    if at is not None:
        assert status is not UNKNOWN


def test_a_date_is_written_out() -> None:
    shown = written_out(AT)
    assert str(shown) == '<time datetime="2026-12-23T06:00:00Z">23\xa0December 2026, 06:00\xa0UTC</time>'
