"""Which of Stripe's customers are one user's: several may have signed up as the same one."""

from sqlalchemy import select, union

from app.db.access import Access
from app.db.checkout_session import CheckoutSession
from app.db.customer import Customer
from app.db.engine import Tx
from app.db.tables import table_of

_C, _A, _S = table_of(Customer), table_of(Access), table_of(CheckoutSession)


def customers_of(tx: Tx, uid: str) -> list[str]:
    """By the customer's own metadata, its subscriptions and its Checkout sessions, in the order of the ids."""
    known = union(
        select(_C.c.id).where(_C.c.uid == uid),
        select(_A.c.customer).where(_A.c.uid == uid, _A.c.customer.is_not(None)),
        select(_S.c.customer).where(_S.c.uid == uid, _S.c.customer.is_not(None)),
    )
    return sorted(tx.execute(known).scalars())
