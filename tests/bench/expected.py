"""The right answers about access, computed by the policy from the true bodies alone."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from app.policy.access import Access, answer, timelines
from app.policy.access_facts import AccessFacts, InvoiceFacts
from app.policy.access_from_stripe import bills_subscription, invoice_facts, subscription_facts
from app.policy.payment_marks import PaymentFacts, marks
from tests.corpus.shapes import Body

Truth = Mapping[str, Body]


class ExpectedAccess:
    """What every user of the corpus has, at any instant."""

    def __init__(self, truth: Truth, *, grace: timedelta) -> None:
        self._grace = grace
        self._bodies = truth
        self._of_kind: defaultdict[str, list[Body]] = defaultdict(list)
        for body in truth.values():
            self._of_kind[body["object"]].append(body)
        self._by_intent = {kind: self._group(kind, "payment_intent") for kind in ("charge", "refund")}
        self._sessions = self._group("checkout.session", "subscription")
        self.product_names = {body["id"]: body["name"] for body in self._of_kind["product"]}
        self.facts = self._facts_by_user()

    def at(self, uid: str, now: datetime) -> Access:
        items = [item for facts in self.facts[uid] for item in timelines(facts, grace=self._grace)]
        return answer(items, now)

    def _facts_by_user(self) -> dict[str, list[AccessFacts]]:
        invoices: defaultdict[str | None, list[InvoiceFacts]] = defaultdict(list)
        for invoice, money in self._payments_by_invoice():
            told = marks(money)
            facts = invoice_facts(invoice, payment_processing=told.processing, money_gone=told.money_gone)
            invoices[bills_subscription(invoice)].append(facts)
        found: defaultdict[str, list[AccessFacts]] = defaultdict(list)
        for body in self._of_kind["subscription"]:
            subscription = subscription_facts(body)
            found[self._uid(body)].append(AccessFacts(subscription=subscription, invoices=tuple(invoices[body["id"]])))
        return dict(found)

    def _payments_by_invoice(self) -> Iterator[tuple[Body, Sequence[PaymentFacts]]]:
        payments: defaultdict[str, list[PaymentFacts]] = defaultdict(list)
        for body in self._of_kind["invoice_payment"]:
            payments[body["invoice"]].append(self._payment(body["payment"]["payment_intent"]))
        return ((invoice, payments[invoice["id"]]) for invoice in self._of_kind["invoice"])

    def _payment(self, intent: str) -> PaymentFacts:
        charges, refunds = self._by_intent["charge"][intent], self._by_intent["refund"][intent]
        return PaymentFacts(
            processing=self._bodies[intent]["status"] == "processing",
            captured=sum(charge["amount_captured"] for charge in charges),
            refunded=sum(refund["amount"] for refund in refunds if refund["status"] == "succeeded"),
            dispute_lost=False,
        )

    def _uid(self, subscription: Body) -> str:
        named = [subscription["metadata"], self._bodies[subscription["customer"]]["metadata"]]
        uids = [metadata["uid"] for metadata in named if "uid" in metadata]
        return str((uids + [session["client_reference_id"] for session in self._sessions[subscription["id"]]])[0])

    def _group(self, kind: str, by: str) -> defaultdict[str, list[Body]]:
        groups: defaultdict[str, list[Body]] = defaultdict(list)
        for body in self._of_kind[kind]:
            groups[body[by]].append(body)
        return groups
