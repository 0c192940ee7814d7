"""The imitated endpoints of Stripe's v1 API; importing this package registers them all."""

from app.sandbox.api import attached_payments as attached_payments
from app.sandbox.api import balance_transactions as balance_transactions
from app.sandbox.api import captures as captures
from app.sandbox.api import catalog as catalog
from app.sandbox.api import charges as charges
from app.sandbox.api import checkout_sessions as checkout_sessions
from app.sandbox.api import credit_notes as credit_notes
from app.sandbox.api import customer_balance as customer_balance
from app.sandbox.api import customers as customers
from app.sandbox.api import disputes as disputes
from app.sandbox.api import early_fraud_warnings as early_fraud_warnings
from app.sandbox.api import events as events
from app.sandbox.api import invoices as invoices
from app.sandbox.api import payment_intents as payment_intents
from app.sandbox.api import payment_methods as payment_methods
from app.sandbox.api import refunds as refunds
from app.sandbox.api import schedules as schedules
from app.sandbox.api import subscription_lists as subscription_lists
from app.sandbox.api import subscription_updates as subscription_updates
from app.sandbox.api import subscriptions as subscriptions
from app.sandbox.api import test_clocks as test_clocks
from app.sandbox.api import webhook_endpoints as webhook_endpoints
