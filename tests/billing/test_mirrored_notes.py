"""Credit notes and early fraud warnings are mirrored, by events and by fetching."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.billing.mirror import take_fetched
from app.db.tables import MIRRORED, table_of
from app.stripe_gateway.fetching import fetch
from tests.support.stage import Stage, stage


@pytest.fixture
def acted(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as acting:
        acting.subscribe("ann")
        yield acting


def test_a_credit_note(acted: Stage) -> None:
    invoice = acted.world.call("GET", "/v1/invoices")["data"][0]
    note = acted.world.call("POST", "/v1/credit_notes", invoice=invoice["id"], amount=300, credit_amount=300)
    acted.deliver()
    expected = {"invoice": invoice["id"], "customer": invoice["customer"], "status": "issued", "amount": 300}
    assert shown(acted, "credit_note", note["id"], *expected) == expected
    assert shown(acted, "credit_note", note["id"], "post_payment_amount") == {"post_payment_amount": 300}
    assert fetched_again(acted, "credit_note", note["id"])


def test_an_early_fraud_warning(acted: Stage) -> None:
    charge = acted.world.call("GET", "/v1/charges")["data"][0]
    warning = acted.world.early_fraud_warning(charge["id"], "made_with_stolen_card")
    acted.deliver()
    kind, expected = warning["object"], {"charge": charge["id"], "fraud_type": "made_with_stolen_card"}
    assert shown(acted, kind, warning["id"], *expected) == expected
    assert fetched_again(acted, kind, warning["id"])


def shown(acted: Stage, kind: str, object_id: str, *names: str) -> dict[str, object]:
    table = table_of(MIRRORED[kind])
    with acted.context.db.read() as tx:
        found = tx.execute(select(*(table.c[name] for name in names)).where(table.c.id == object_id)).one()
        return dict(found._mapping)


def fetched_again(acted: Stage, kind: str, object_id: str) -> bool:
    acted.advance(minutes=1)
    answer = fetch(acted.context.stripe, kind, object_id)
    return object_id in take_fetched(acted.context, [answer], began_at=acted.clock.now).taken
