"""What must be true once everything has settled: nothing waits without a reason, and all that was promised is so."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.billing.promises import broken_promises
from tests.simulation.acting import Broken
from tests.simulation.mirror_auditor import untruths
from tests.simulation.universe import Universe

Check = Callable[[Universe], Iterator[str]]
DEAD = ("failed", "canceled")

WAITING = {
    "events that could not be applied": "SELECT id FROM inbox_event WHERE state IN ('failed', 'quarantined')",
    "objects to be asked for": "SELECT object_id FROM fetch_request",
    "objects whose state is a guess": "SELECT id FROM subscription WHERE NOT resolved",
    "requests that Stripe does not have": "SELECT id FROM cancellation_request WHERE state = 'recorded'",
    "settlements that never end": "SELECT claim FROM settlement WHERE state = 'open'",
    "claims that nobody decides": "SELECT id FROM claim WHERE state IN ('filed', 'approved', 'settling', 'reopened')",
    "refund steps without an end": "SELECT a.key FROM settlement_attempt AS a JOIN settlement AS s"
    " ON s.claim = a.claim WHERE a.state = 'intended' AND s.state <> 'stopped'",
}


def check_rest(universe: Universe) -> None:
    for check in (_mirror, _waiting, _money, _promises, _journal):
        if wrong := list(check(universe)):
            raise Broken(f"{check.__name__[1:]} at rest: {wrong[:6]}")


def _mirror(universe: Universe) -> Iterator[str]:
    yield from untruths(universe)


def _waiting(universe: Universe) -> Iterator[str]:
    for what, query in WAITING.items():
        if found := universe.rows(query):
            yield f"{what}: {[row[0] for row in found][:5]}"


def _money(universe: Universe) -> Iterator[str]:
    """A claim that was refunded has exactly one refund at Stripe, and no other claim has one."""
    universe.money.at_rest()
    ours = [it for it in universe.world.account.store.all("refund") if "paidthrough_step" in it["metadata"]]
    live = [it["charge"] for it in ours if it["status"] not in DEAD]
    told = universe.rows("SELECT s.extra, c.state, c.id FROM settlement AS s JOIN claim AS c ON c.id = s.claim")
    for row in told:
        if row.state == "refunded" and live.count(row.extra) != 1:
            yield f"{row.id} says refunded, and {row.extra} has {live.count(row.extra)} live refunds"
    for charge in live:
        if not any(row.extra == charge and row.state in ("refunded", "frozen", "declined") for row in told):
            yield f"{charge} was refunded, and its claims say {[row.state for row in told if row.extra == charge]}"


def _promises(universe: Universe) -> Iterator[str]:
    for finding in broken_promises(universe.observer):
        if finding.what.endswith("goes on at Stripe"):
            continue  # staff takes ends back in the dashboard, which a person is told of and nobody mends
        yield f"{finding.promise}: {finding.about}: {finding.what}"


def _journal(universe: Universe) -> Iterator[str]:
    """Granted and lost take turns for each item, and the last one is what is answered now."""
    inside: dict[tuple[str, str], bool] = {}
    for row in universe.rows("SELECT subscription, item, transition FROM access_transition ORDER BY id"):
        key = (row.subscription, row.item)
        change = {"granted": True, "restored": True, "ended": False, "forfeited": False}.get(row.transition)
        if change is None:
            continue
        if inside.get(key, False) is change:
            yield f"{row.subscription} {row.transition} twice"
        inside[key] = change
    for uid in dict.fromkeys(universe.outside.of.values()):
        for product in universe.get(f"/v1/access/{uid}")["products"]:
            told = {now for (sub, _), now in inside.items() if sub == product["subscription"]}
            if told and product["entitled"] not in told:
                yield f"{product['subscription']}: the journal says {told}, the answer is {product['entitled']}"
