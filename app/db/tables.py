"""Every table, in one place for migrations and for finding a mirrored table by Stripe's `object` value."""

from sqlalchemy import MetaData, Table
from sqlmodel import SQLModel

from app.db.access import Access
from app.db.access_journal import AccessTransition
from app.db.account_credit import AccountCredit
from app.db.account_session import AccountSession
from app.db.alarm import Alarm
from app.db.cancellation import CancellationRequest
from app.db.charge import Charge
from app.db.charge_pair import ChargePair
from app.db.checkout_session import CheckoutSession
from app.db.claim import Claim
from app.db.claim_journal import ClaimEvent
from app.db.credit_note import CreditNote
from app.db.customer import Customer
from app.db.delivery import Delivery
from app.db.dispute import Dispute
from app.db.early_fraud_warning import EarlyFraudWarning
from app.db.ended_session import EndedSession
from app.db.erasure import Erasure
from app.db.evidence import Evidence
from app.db.fetch_request import FetchRequest
from app.db.inbox import InboxEvent
from app.db.invoice import Invoice
from app.db.invoice_payment import InvoicePayment
from app.db.live_refund import LiveRefund
from app.db.mirrored import Mirrored
from app.db.money_sighting import MoneySighting
from app.db.payment_intent import PaymentIntent
from app.db.price import Price
from app.db.product import Product
from app.db.refund import Refund
from app.db.refund_decision import StoredDecision
from app.db.refund_exception import RefundException
from app.db.settlement import Settlement
from app.db.settlement_attempt import SettlementAttempt
from app.db.standing import UserStanding
from app.db.standing_decision import StandingDecision
from app.db.stripe_rest import StripeRest
from app.db.subscription import Subscription
from app.db.subscription_schedule import SubscriptionSchedule
from app.db.subscription_standing import SubscriptionStanding
from app.db.sweep_cursor import SweepCursor
from app.db.test_clock import TestClock

MIRRORED: dict[str, type[Mirrored]] = {
    model.kind: model
    for model in (
        Charge,
        CheckoutSession,
        CreditNote,
        Customer,
        Dispute,
        EarlyFraudWarning,
        Invoice,
        InvoicePayment,
        PaymentIntent,
        Price,
        Product,
        Refund,
        Subscription,
        SubscriptionSchedule,
        TestClock,
    )
}
OWN = (
    Access,
    AccessTransition,
    AccountCredit,
    AccountSession,
    Alarm,
    CancellationRequest,
    ChargePair,
    Claim,
    ClaimEvent,
    Delivery,
    EndedSession,
    Erasure,
    Evidence,
    FetchRequest,
    InboxEvent,
    LiveRefund,
    MoneySighting,
    RefundException,
    Settlement,
    SettlementAttempt,
    StandingDecision,
    StoredDecision,
    StripeRest,
    SubscriptionStanding,
    SweepCursor,
    UserStanding,
)


def metadata() -> MetaData:
    """The tables that migrations must arrive at."""
    return SQLModel.metadata


def table_of(model: type[SQLModel]) -> Table:
    """The Core table of a model."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table
