"""What the account page shows of a user's subscriptions, in two reads however many there are."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, select

from app.db.access import Access
from app.db.cancellation import CancellationRequest, RequestState
from app.db.engine import Tx
from app.db.product import Product
from app.db.subscription import Subscription
from app.db.subscription_schedule import SubscriptionSchedule
from app.db.tables import table_of
from app.policy.cancellation_steps import BY_CUSTOMER


class AccountRow(NamedTuple):
    """`waiting` is what the customer asked for and Stripe does not have yet."""

    subscription: str
    body: str
    waiting: str | None
    waiting_since: datetime | None


def subscriptions_of(tx: Tx, uid: str) -> list[AccountRow]:
    """The newest first."""
    rows = tx.execute(_SUBSCRIPTIONS.where(_access.uid == uid)).all()
    latest = {row.id: AccountRow._make(row) for row in rows}
    return list(latest.values())


def product_names(tx: Tx, products: Iterable[str]) -> dict[str, str]:
    rows = tx.execute(select(_product.id, _product.name).where(_product.id.in_(set(products))))
    return {product: name for product, name in rows if name}


def schedule_body(tx: Tx, schedule: str) -> str | None:
    body: str | None = tx.execute(select(_schedule.body).where(_schedule.id == schedule)).scalar_one_or_none()
    return body


_access, _subscription, _request, _product, _schedule = (
    table_of(model).c for model in (Access, Subscription, CancellationRequest, Product, SubscriptionSchedule)
)
_SUBSCRIPTIONS = (
    select(_subscription.id, _subscription.body, _request.action, _request.requested_at)
    .select_from(
        table_of(Access)
        .join(table_of(Subscription), _subscription.id == _access.subscription)
        .outerjoin(
            table_of(CancellationRequest),
            and_(
                _request.subscription == _access.subscription,
                _request.state == RequestState.RECORDED,
                _request.action.in_(BY_CUSTOMER),
            ),
        )
    )
    .order_by(_subscription.created.desc(), _subscription.id, _request.requested_at)
)
