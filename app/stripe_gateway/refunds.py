"""The one refund call: what it refunds, how much and why follows from the proof of a duplicate payment alone."""

from app.policy.verified_duplicate import VerifiedDuplicate
from app.stripe_gateway.fetched import Fetched
from app.stripe_gateway.fetching import change
from app.stripe_gateway.gateway import Gateway


def refund_duplicate(gateway: Gateway, proof: VerifiedDuplicate, *, attempt: int) -> Fetched:
    """Give the extra payment back. The same attempt may be made again within a day; a later one is another refund.

    Raises:
        StripeRefused: Stripe understood and said no.
        StripeUnavailable: whether the refund was made is not known; look before anything else is tried.
    """
    create = gateway.client.v1.refunds.create
    return change(
        gateway,
        "refund",
        lambda: create(
            {
                "charge": proof.charge,
                "amount": proof.amount,
                "reason": proof.reason,
                "metadata": proof.metadata(attempt),
            },
            {"idempotency_key": proof.idempotency_key(attempt)},
        ),
    )
