"""Only what a record of ours stands behind is ours: anybody with the dashboard can write metadata, or use a key."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson
import pytest

from app.billing.alarms import alarms
from app.billing.out_of_policy import run
from app.sandbox.wire import form
from tests.billing.mortal import Killed
from tests.billing.settling_stage import Settling
from tests.billing.test_claim_crediting import due, order


def test_our_refunds_and_credits_are_none(settling: Settling) -> None:
    pair = settling.overpaid()
    settling.approved(pair)
    settling.run()
    settling.world.fail_refund(settling.refunds(pair.extra)[0]["id"])
    settling.run_later()  # the credit is given back
    claim, customer = due(settling)
    order(settling, claim)
    assert settling.changes_of_credit(pair.customer)[-1] == -2000
    assert settling.changes_of_credit(customer) == [-700]
    assert alarmed(settling) == []


def test_a_refund_whose_answer_never_came_is_ours_by_its_key(settling: Settling) -> None:
    pair = settling.same_order()
    settling.approved(pair)
    with killed_after_the_refund(settling), pytest.raises(Killed):
        settling.run()
    settling.stage.deliver()
    (made,) = settling.refunds(pair.extra)
    assert settling.claims.column("SELECT count(*) FROM settlement_attempt WHERE stripe_id IS NULL") == [1]
    assert made["status"] == "succeeded"
    assert alarmed(settling) == []


@pytest.mark.parametrize("amount", [900, 500])
def test_metadata_copied_from_ours_makes_nothing_ours(settling: Settling, amount: int) -> None:
    pair = settling.same_order()
    settling.approved(pair)
    settling.run()
    ours = settling.refunds(pair.extra)[0]["metadata"]
    charge = settling.claims.pay()
    forged = give(settling, "/v1/refunds", charge=charge, amount=amount, metadata=ours)
    assert alarmed(settling) == [("refund", forged)]


def test_a_key_that_begins_as_ours_makes_nothing_ours(settling: Settling) -> None:
    pair = settling.same_order()
    settling.approved(pair)
    settling.run()
    charge = settling.claims.pay()
    again = f"paidthrough-refund-{pair.extra}-2"
    given = [give(settling, "/v1/refunds", key=key, charge=charge, amount=100) for key in ("paidthrough:x", again)]
    assert sorted(alarmed(settling)) == sorted(("refund", refund) for refund in given)


def test_a_second_refund_under_a_key_of_ours_is_not_ours(settling: Settling) -> None:
    pair = settling.same_order()
    settling.approved(pair)
    settling.run()
    settling.stage.advance(days=2)  # Stripe has forgotten the key
    forged = give(settling, "/v1/refunds", key=settling.refund_keys()[0], charge=pair.kept, amount=900)
    assert alarmed(settling) == [("refund", forged)]


def test_a_credit_with_our_metadata_is_not_ours(settling: Settling) -> None:
    claim, customer = due(settling)
    order(settling, claim)
    path = f"/v1/customers/{customer}/balance_transactions"
    ours = settling.world.call("GET", path)["data"][0]["metadata"]
    forged = give(settling, path, amount=-700, currency="usd", metadata=ours)
    assert alarmed(settling) == [("balance_credit", forged)]


def test_a_credit_note_is_never_ours(settling: Settling) -> None:
    subscription = settling.stage.subscribe("ann")
    invoice = settling.world.call("GET", f"/v1/subscriptions/{subscription}")["latest_invoice"]
    marks = {"paidthrough_step": "refund"}
    note = give(settling, "/v1/credit_notes", invoice=invoice, amount=500, credit_amount=500, metadata=marks)
    assert alarmed(settling) == [("credit_note", note)]


def alarmed(settling: Settling) -> list[tuple[str, str]]:
    settling.stage.advance(minutes=2)
    assert run(settling.stage.context).put_off == 0
    return [(each.kind, each.object_id) for each in alarms(settling.stage.context)]


def give(settling: Settling, path: str, *, key: str = "", **given: Any) -> str:
    """By somebody who has a key for Stripe."""
    headers: Mapping[str, str] = {"authorization": "Bearer sk_test_somebody"} | (
        {"idempotency-key": key} if key else {}
    )
    answered = settling.world.request("POST", path, body=form.encode(given).encode(), headers=headers)
    assert answered.status == 200, answered.body
    settling.stage.deliver()
    return str(orjson.loads(answered.body)["id"])


@contextmanager
def killed_after_the_refund(settling: Settling) -> Iterator[None]:
    plain = settling.world.request

    def request(method: str, path: str, **given: Any) -> Any:
        answered = plain(method, path, **given)
        if (method, path) == ("POST", "/v1/refunds"):
            raise Killed
        return answered

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(settling.world, "request", request)
        yield
