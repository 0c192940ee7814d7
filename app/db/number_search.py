"""Whom a number or a name may mean that somebody was given: users, and what belongs to them."""

from collections.abc import Collection

from sqlalchemy import or_, select, union

from app.db.access import Access
from app.db.charge import Charge
from app.db.charge_owner import charges_named
from app.db.claim import Claim
from app.db.customer import Customer
from app.db.engine import Tx
from app.db.standing import UserStanding
from app.db.tables import table_of

_access, _charge, _claim, _customer, _standing = (
    table_of(model).c for model in (Access, Charge, Claim, Customer, UserStanding)
)


def is_known_user(tx: Tx, uid: str) -> bool:
    """Whether anything was ever heard of the user."""
    places = (_access.uid, _customer.uid, _claim.uid, _standing.uid, _charge.uid)
    return tx.execute(select(or_(*(select(column).where(column == uid).exists() for column in places)))).scalar_one()


def owners_of(tx: Tx, numbers: Collection[str]) -> list[str]:
    """The users behind a customer, a subscription or a payment, in the order of their names."""
    told = union(
        select(_customer.uid).where(_customer.id.in_(numbers)),
        select(_access.uid).where(_access.customer.in_(numbers)),
        select(_access.uid).where(_access.subscription.in_(numbers)),
    )
    owners = {*tx.execute(told).scalars(), *(charge.uid for charge in charges_named(tx, numbers))}
    return sorted(owner for owner in owners if owner)
