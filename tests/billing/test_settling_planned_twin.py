"""A twin subscription that a schedule manages: Stripe refuses to change its end, and lets it be ended at once."""

from collections.abc import Callable
from typing import Any

import pytest

from app.sandbox.world import Response
from tests.billing.doubled_payments import Pair
from tests.billing.settling_stage import Settling

MANAGED = b"""{"error": {"type": "invalid_request_error", "message": "The subscription is managed by a schedule."}}"""

# Only Stripe's ways are in question here.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_it_is_ended_with_its_plan_and_refunded_once(settling: Settling) -> None:
    pair, plan = _planned(settling)
    claim = settling.approved(pair)
    settling.world.requests.clear()
    settling.run_until(lambda: settling.state(claim) == "refunded")
    assert settling.world.call("GET", f"/v1/subscriptions/{pair.thing}")["status"] == "canceled"
    assert settling.world.call("GET", f"/v1/subscription_schedules/{plan}")["status"] == "canceled"
    assert [refund["amount"] for refund in settling.refunds(pair.extra)] == [2000]
    (ended,) = [it for it in settling.world.requests if it.method == "DELETE"]
    assert ended.params == {"prorate": "false", "invoice_now": "false"}
    charged = len(settling.claims.charges())
    settling.stage.advance(days=70)
    assert settling.refunds(pair.kept) == []
    assert len(settling.claims.charges()) == charged + 2  # only the other one renews


def test_if_stripe_refused_that_an_operator_would_be_asked_and_nothing_refunded(
    settling: Settling, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, _ = _planned(settling)
    claim = settling.approved(pair)
    plain: Callable[..., Response] = settling.world.request

    def request(method: str, path: str, **given: Any) -> Response:
        if method != "DELETE":
            return plain(method, path, **given)
        return Response(status=400, headers=plain("GET", "/v1/prices", headers=given["headers"]).headers, body=MANAGED)

    monkeypatch.setattr(settling.world, "request", request)
    settling.run_until(lambda: settling.state(claim) == "referred")
    assert str(settling.settlement(claim)["why"]).startswith("refused:")
    assert (settling.refunds(pair.extra), settling.live_refunds()) == ([], [])


def _planned(settling: Settling) -> tuple[Pair, str]:
    """The twin that is to end, under a schedule that was made for it."""
    pair = settling.twins()
    plan = settling.world.call("POST", "/v1/subscription_schedules", from_subscription=pair.thing)["id"]
    settling.stage.deliver()
    return pair, str(plan)
