"""Any order, duplication and delay of the same events ends in the same mirror and the same answers."""

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.billing.context import Context
from tests.corpus.histories import catalog, deliveries, histories, truth
from tests.support.product import HandClock, post_event

TABLES = (
    "customer",
    "product",
    "price",
    "subscription",
    "invoice",
    "invoice_payment",
    "payment_intent",
    "charge",
    "checkout_session",
)


@pytest.mark.parametrize("seed", range(3))
def test_the_mirror_ends_at_the_truth_in_any_order(
    context: Context, client: FlaskClient, clock: HandClock, seed: int
) -> None:
    events = catalog(seed=seed) + [event for life in histories(12, seed=seed) for event in life]
    for event in deliveries(events, seed=seed, duplicates=0.2, reorder=0.5):
        assert post_event(client, event, clock()).status_code == 200
    expected = truth(events)
    wrong, unresolved = _compare(context, expected)
    assert wrong <= unresolved
    assert len(unresolved) <= len(expected) * 0.02


def _compare(context: Context, expected: dict[str, dict[str, object]]) -> tuple[set[str], set[str]]:
    """The objects whose mirrored body differs from the truth, and those that say they are unresolved."""
    wrong, unresolved, seen = set(), set(), set()
    with context.db.read() as tx:
        for table in TABLES:
            for row in tx.execute(text(f"SELECT id, body, resolved FROM {table}")):
                seen.add(row.id)
                if orjson.loads(row.body) != expected[row.id]:
                    wrong.add(row.id)
                if not row.resolved:
                    unresolved.add(row.id)
    assert seen == set(expected)
    return wrong, unresolved
