"""One imitated Stripe account: its objects, its clocks, its journal, and how a change becomes an event."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.sandbox.refusal import invalid, no_such
from app.sandbox.state.ids import Ids
from app.sandbox.state.journal import Journal
from app.sandbox.state.plain import Json, copied, differences
from app.sandbox.state.refund_plan import RefundPlan
from app.sandbox.state.store import Store
from app.sandbox.state.timeline import Timeline, Work
from app.sandbox.variants import AccountSettings, Variants

# Objects whose events are not named like the object itself.
_EVENT_NAMES = {
    "dispute": "charge.dispute",
    "subscription": "customer.subscription",
    "test_helpers.test_clock": "test_helpers.test_clock",
}


class Account:
    def __init__(self, *, start: int, seed: int, livemode: bool) -> None:
        self.livemode = livemode
        self.ids = Ids(seed)
        self.store = Store()
        self.journal = Journal(self.ids, livemode=livemode)
        self.main = Timeline(start)
        self.test_clocks: dict[str, Timeline] = {}
        self.secrets: dict[str, list[tuple[str, int | None]]] = {}  # webhook endpoint -> signing secrets
        self.checkout_data: dict[str, Json] = {}  # session -> what it gives to what it makes
        self.checkout_payments: dict[str, str] = {}  # session that is paid but not complete -> payment intent
        self.deleted_customers: dict[str, Json] = {}
        self.declining: dict[str, str] = {}  # payment method -> decline code
        self.refund_plans: list[RefundPlan] = []  # what becomes of the next refunds
        self.short_of_funds = False  # refunds wait until money arrives on the account's balance
        self.trial_warnings: set[tuple[str, int]] = set()
        self.upcoming_told: set[tuple[str, int]] = set()
        self.variants = Variants()
        self.settings = AccountSettings()

    def now(self, obj: Json | None = None) -> int:
        """The object's own time: its test clock's, else Stripe's."""
        return self.timeline(obj).instant

    def timeline(self, obj: Json | None = None) -> Timeline:
        clock = obj.get("test_clock") if obj else None
        return self.test_clocks.get(clock, self.main) if clock else self.main

    def at(self, when: int, obj: Json, work: Work) -> None:
        self.timeline(obj).at(when, work)

    def emit(self, verb: str, obj: Json, previous: Json | None = None) -> None:
        kind = obj["object"]
        frozen = self.variants.test_clock_events == "frozen"
        created = self.now(obj) if frozen else self.main.instant
        self.journal.write(f"{_EVENT_NAMES.get(kind, kind)}.{verb}", obj, created=created, previous=previous)

    def add(self, obj: Json, *parents: str | None, quietly: bool = False) -> Json:
        self.store.add(obj, parents)
        if not quietly:
            self.emit("created", obj)
        return obj

    @contextmanager
    def changing(self, obj: Json) -> Iterator[Json]:
        """What differs afterwards becomes one `updated` event; no difference, no event."""
        before = copied(obj)
        yield obj
        if previous := differences(before, obj):
            self.emit("updated", obj, previous)

    def need(self, kind: str, object_id: str, *, param: str | None = None) -> Json:
        """The object that the path names, or that the parameter names."""
        obj = self.store.get(kind, object_id)
        if obj is not None:
            return obj
        words = kind.rpartition(".")[2].replace("_", " ")
        if param is None:
            raise no_such(words, object_id)
        raise no_such(words, object_id, param=param, status=400)

    def customer(self, customer_id: str, *, param: str | None = "customer") -> Json:
        return self.need("customer", customer_id, param=param)

    def payer(self, customer_id: str) -> Json:
        """The customer of an invoice or subscription, even when deleted meanwhile."""
        customer = self.store.find(customer_id)
        if customer is None:
            raise no_such("customer", customer_id)
        return customer

    def needs_future(self, when: int, obj: Json | None, *, param: str) -> None:
        if when <= self.now(obj):
            raise invalid("Timestamps must be in the future.", param=param)
