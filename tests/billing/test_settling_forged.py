"""A refund in the dashboard that bears our marks: never taken for ours, never refunded once more, and alarmed."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from app.billing.alarms import alarms
from app.billing.out_of_policy import run as judge
from app.billing.settling import settle
from app.sandbox.world import Response
from tests.billing.doubled_payments import Pair
from tests.billing.mortal import Killed, mortal
from tests.billing.settling_stage import Settling

REFUND = "POST /v1/refunds"

# What Stripe shows and tells is in question here, not what a database does.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(("kind", "amount"), [("same_order", 1), ("overpaid", 2000)])
def test_one_made_before_our_call_is_not_ours(settling: Settling, kind: str, amount: int) -> None:
    pair, claim = _killed_before_the_call(settling, kind)
    forged = _forge(settling, pair, amount)
    settling.run_until(lambda: settling.state(claim) == "referred")
    assert settling.settlement(claim)["why"] == "already_refunded"
    assert [refund["id"] for refund in settling.refunds(pair.extra)] == [forged]
    assert _alarmed(settling) == [forged]


def test_one_made_before_there_was_an_attempt_is_not_ours(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    forged = _forge(settling, pair, 1)
    settling.run_until(lambda: settling.state(claim) == "referred")
    assert [refund["id"] for refund in settling.refunds(pair.extra)] == [forged]
    assert _alarmed(settling) == [forged]


def test_one_that_failed_does_not_stand_in_the_way(settling: Settling) -> None:
    pair, claim = _killed_before_the_call(settling, "same_order")
    settling.world.fail_refund(_forge(settling, pair, 900))
    settling.run_until(lambda: settling.state(claim) == "refunded")
    assert [refund["status"] for refund in settling.refunds(pair.extra)] == ["failed", "succeeded"]


def test_ours_is_known_by_its_key_though_neither_answer_nor_webhook_came(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    settling.world.trouble.drop(lambda _: True)
    settling.world.trouble.timeout_after_effect(1, only=REFUND)
    settling.run()
    settling.run_until(lambda: settling.state(claim) == "refunded")
    assert len(settling.refunds(pair.extra)) == 1
    assert _alarmed(settling) == []


def test_nothing_is_concluded_before_stripe_tells_who_made_it(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    settling.world.trouble.drop(lambda _: True)
    settling.world.trouble.timeout_after_effect(1, only=REFUND)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(settling.world, "request", _telling_no_events(settling.world.request))
        settling.run()
        settling.run_later()
        assert (settling.state(claim), settling.live_refunds()) == ("settling", [pair.extra])
    settling.run_until(lambda: settling.state(claim) == "refunded")
    assert len(settling.refunds(pair.extra)) == 1


def _killed_before_the_call(settling: Settling, kind: str) -> tuple[Pair, str]:
    """The attempt at the refund is on record, and Stripe was never called."""
    pair: Pair = getattr(settling, kind)()
    claim = settling.approved(pair)

    def die() -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(settling.world, "request", settling.world.request)
        settling.before("POST", "/v1/refunds", die)
        with mortal(settling.stage, 10**6) as context, pytest.raises(Killed):
            settle(context, claim)
    assert ("refund", 1, "intended") in settling.attempts(claim)
    assert settling.refunds(pair.extra) == []
    settling.world.requests.clear()
    return pair, claim


def _marks(pair: Pair) -> dict[str, str]:
    return {"paidthrough_step": "refund", "paidthrough_attempt": "1", "paidthrough_extra": pair.extra}


def _forge(settling: Settling, pair: Pair, amount: int) -> str:
    settling.stage.advance(minutes=1)
    made = settling.world.call("POST", "/v1/refunds", charge=pair.extra, amount=amount, metadata=_marks(pair))
    return str(made["id"])


def _alarmed(settling: Settling) -> list[str]:
    settling.stage.advance(minutes=2)
    assert judge(settling.stage.context).put_off == 0
    return [each.object_id for each in alarms(settling.stage.context) if each.kind == "refund"]


def _telling_no_events(plain: Callable[..., Response]) -> Callable[..., Response]:
    def request(method: str, path: str, **given: Any) -> Response:
        answer = plain(method, path, **given)
        if path != "/v1/events":
            return answer
        body = orjson.dumps(orjson.loads(answer.body) | {"data": [], "has_more": False})
        return Response(status=answer.status, headers=answer.headers, body=body)

    return request
