"""What reaches an account from outside its API: cardholders and their banks, Stripe's own hand, a second payment."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from typing import get_args

from app.sandbox.account import Account
from app.sandbox.lifecycle import attaching, checkout, crediting, disputing, paying, portal, refunding, warning
from app.sandbox.lifecycle.cards import method_named
from app.sandbox.lifecycle.customer_balance import SMALLEST_CHARGE
from app.sandbox.refusal import card_declined, invalid
from app.sandbox.state.plain import Json, copied
from app.sandbox.state.refund_plan import PendingReason, RefundPlan, Waiting


class Outside(ABC):
    """Ids in, the changed object out; what cannot happen raises SandboxRefusal."""

    @abstractmethod
    def by_hand(self) -> AbstractContextManager[Account]:
        """The account for one deed."""

    def decline(self, payment_method: str, code: str = "insufficient_funds") -> None:
        """From now on charges of this card fail."""
        with self.by_hand() as account:
            account.declining[payment_method] = code

    def accept(self, payment_method: str) -> None:
        """Charges of this card succeed again."""
        with self.by_hand() as account:
            account.declining.pop(payment_method, None)

    def portal_cancel(self, subscription: str) -> Json:
        """The customer cancels at the period's end in Stripe's own portal."""
        with self.by_hand() as account:
            return portal.cancel(account, subscription)

    def complete_checkout(self, session: str, *, card: str = "pm_card_visa") -> Json:
        """The customer pays on the hosted page, unless that was done; SandboxRefusal if the card declines."""
        with self.by_hand() as account:
            return checkout.complete(account, session, card=card)

    def pay_checkout(self, session: str, *, card: str = "pm_card_visa") -> Json:
        """The payment intent of a session that is paid but not complete: it has no invoice yet."""
        with self.by_hand() as account:
            return checkout.pay(account, session, card=card)

    def pay_again(self, invoice: str, *, amount: int | None = None, card: str = "pm_card_visa") -> Json:
        """A payment that was begun beside another one comes through too, even if the invoice is paid by now."""
        with self.by_hand() as account:
            return _pay_again(account, account.need("invoice", invoice), amount, card)

    def next_refund(
        self,
        status: Waiting = "pending",
        *,
        pending_reason: PendingReason = "processing",
        settles_in: int | None = None,
    ) -> None:
        """The next refund waits instead of succeeding; several calls queue up."""
        with self.by_hand() as account:
            if status not in get_args(Waiting) or pending_reason not in get_args(PendingReason):
                raise invalid(f"No refund waits like that: {status}, {pending_reason}.")
            plan = RefundPlan(status=status, pending_reason=pending_reason, settles_in=settles_in)
            account.refund_plans.append(plan)

    def settle_refund(self, refund: str) -> Json:
        with self.by_hand() as account:
            found = account.need("refund", refund)
            refunding.settle(account, found)
            return copied(found)

    def fail_refund(self, refund: str, reason: str = "expired_or_canceled_card") -> Json:
        """Also one that had succeeded: the bank sends the money back days later."""
        with self.by_hand() as account:
            found = account.need("refund", refund)
            refunding.fail(account, found, reason)
            return copied(found)

    def empty_balance(self) -> None:
        """Refunds wait for funds from now on."""
        with self.by_hand() as account:
            account.short_of_funds = True

    def fill_balance(self) -> None:
        with self.by_hand() as account:
            account.short_of_funds = False
            refunding.funds_arrive(account)

    def dispute(
        self, charge: str, reason: str = "fraudulent", *, amount: int | None = None, status: str = "needs_response"
    ) -> Json:
        """The cardholder turns to the bank; `warning_needs_response` is only an inquiry."""
        with self.by_hand() as account:
            found = account.need("charge", charge)
            return copied(disputing.open_dispute(account, found, reason=reason, amount=amount, status=status))

    def dispute_becomes(self, dispute: str, status: str) -> Json:
        with self.by_hand() as account:
            found = account.need("dispute", dispute)
            disputing.become(account, found, status)
            return copied(found)

    def win_dispute(self, dispute: str) -> Json:
        return self.dispute_becomes(dispute, "won")

    def lose_dispute(self, dispute: str) -> Json:
        return self.dispute_becomes(dispute, "lost")

    def early_fraud_warning(self, charge: str, fraud_type: str = "misc") -> Json:
        with self.by_hand() as account:
            return copied(warning.warn(account, account.need("charge", charge), fraud_type))

    def send_receipt(self, charge: str) -> Json:
        """By mail; only then the charge has a receipt number."""
        with self.by_hand() as account:
            found = account.need("charge", charge)
            with account.changing(found):
                found["receipt_number"] = found["receipt_number"] or paying.receipt_number(account)
            return copied(found)


def _pay_again(account: Account, invoice: Json, amount: int | None, card: str) -> Json:
    if invoice["status"] not in ("open", "paid"):
        raise invalid(f"This invoice is {invoice['status']}: nobody pays it.")
    amount = invoice["amount_due"] if amount is None else amount
    if amount < SMALLEST_CHARGE:
        raise invalid("There is nothing to pay twice.")
    method = method_named(account, card, param="payment_method")
    intent = paying.open_intent(
        account,
        amount=amount,
        currency=invoice["currency"],
        customer=invoice["customer"],
    )
    attaching.attach(account, invoice, intent)
    decline = paying.attempt(account, intent, method)
    crediting.tell_invoices(account, intent, decline)
    if decline is not None:
        raise card_declined(decline)
    return copied(intent)
