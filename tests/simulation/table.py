"""Every act by name, and how often it happens."""

from collections.abc import Callable
from random import Random

from jobs.table import JOBS
from tests.journeys.money_outside import DEEDS
from tests.simulation import acts_of_customers as customers
from tests.simulation import acts_of_rehearsal as rehearsal
from tests.simulation import acts_of_staff as staff
from tests.simulation import acts_of_time as time
from tests.simulation import acts_of_trouble as trouble
from tests.simulation.universe import Universe

Act = Callable[[Universe, Random], str | None]

BUSY = ("settlements", "pending_fetches", "waiting_claims", "cancellations", "gap_sweep")

OURS: dict[str, tuple[Act, float]] = {
    "time passes": (time.passes, 20),
    "webhooks arrive": (time.webhooks_arrive, 40),
    "webhooks arrive together": (time.webhooks_arrive_together, 8),
    **{f"runs {name}": (time.job(name), 4 if name in BUSY else 2.5) for name in JOBS},
    "a process goes on": (time.a_process_goes_on, 12),
    "a process dies": (time.a_process_dies, 2),
    "we deploy": (trouble.we_deploy, 0.5),
    "our clock is off": (trouble.our_clock_is_off, 0.7),
}
PEOPLE: dict[str, tuple[Act, float]] = {
    "somebody subscribes otherwise": (customers.subscribes_otherwise, 2),
    "somebody checks out": (customers.checks_out, 2),
    "a card turns": (customers.card_turns, 2),
    "somebody pays a bill": (customers.pays_a_bill, 2),
    "somebody cancels": (customers.cancels, 3),
    "somebody resumes": (customers.resumes, 2),
    "somebody cancels at Stripe": (customers.cancels_at_stripe, 1),
    "the host delivers": (customers.host_delivers, 1),
    "somebody claims about a charge": (customers.about_claims("claims about a charge"), 4),
    **{
        f"somebody {name}": (customers.about_claims(name), 1)
        for name in ("claims something else", "completes", "approves", "rejects", "appeals", "withdraws")
    },
    **{f"at Stripe: {each.__name__}": (customers.deed(each), 0.8 * DEEDS.count(each)) for each in DEEDS},
}
STAFF: dict[str, tuple[Act, float]] = {
    "staff ends a subscription": (staff.ends_a_subscription, 1),
    "staff changes a subscription": (staff.changes_a_subscription, 2),
    "staff swaps a price": (staff.swaps_a_price, 0.7),
    "staff treats an invoice": (staff.treats_an_invoice, 1),
    "staff writes a credit note": (staff.writes_a_credit_note, 0.7),
    "staff renames a customer": (staff.renames, 0.7),
    "an operator decides a standing": (staff.decides_a_standing, 0.7),
}
REHEARSAL: dict[str, tuple[Act, float]] = {
    "a rehearsal begins": (rehearsal.begins, 1),
    "a rehearsal goes on": (rehearsal.goes_on, 2.5),
    "a rehearsal ends": (rehearsal.ends, 0.3),
}
TROUBLE: dict[str, tuple[Act, float]] = {
    "Stripe stumbles": (trouble.stripe_stumbles, 3),
    "Stripe goes away": (trouble.stripe_goes_away, 1),
    "webhooks are lost": (trouble.webhooks_are_lost, 0.7),
    "webhooks are doubled": (trouble.webhooks_are_doubled, 0.7),
    "webhooks are late": (trouble.webhooks_are_late, 0.7),
    "the release changes": (trouble.release_changes, 0.7),
    "an old event comes again": (trouble.an_old_event_comes_again, 2),
}
ACTS = OURS | PEOPLE | STAFF | REHEARSAL | TROUBLE
WEIGHTS = {name: weight for name, (_, weight) in ACTS.items()}
