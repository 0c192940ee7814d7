"""A person at the host decides about a user's standing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.test import TestResponse

from app.billing.cancellation import repeat_due
from app.billing.fetching import run_pending
from app.billing.standing_enforcement import enforce_late
from tests.support.product import API_KEY, ask_access
from tests.support.stage import Stage

WHY = {"reason": "spam", "actor": "eve@studio.example"}
Json = dict[str, Any]


def put(stage: Stage, uid: str, body: Any) -> TestResponse:
    content: dict[str, Any] = {"data": body} if isinstance(body, bytes) else {"json": body}
    headers = {"Authorization": f"Bearer {API_KEY}"}
    return stage.browser().put(f"/v1/standing/{uid}", headers=headers, **content)


def decide(stage: Stage, uid: str, standing: str, **more: Any) -> Json:
    """Half a minute later than whatever was before, its webhooks delivered."""
    stage.advance(seconds=30)
    answered = put(stage, uid, WHY | {"standing": standing} | more)
    assert answered.status_code == 200, answered.text
    stage.deliver()
    found: Json = answered.get_json()
    return found


def at_stripe(stage: Stage, subscription: str) -> Json:
    return stage.world.call("GET", f"/v1/subscriptions/{subscription}")


def outcomes(answer: Json) -> dict[str, str]:
    return {each["subscription"]: each["outcome"] for each in answer["subscriptions"]}


@contextmanager
def away(acted: Stage) -> Iterator[None]:
    """Stripe answers nobody but the test itself."""
    acted.world.trouble.outage(True)
    yield
    acted.world.trouble.calm()


def repeat(acted: Stage) -> int:
    """What the jobs do; how many requests they finished."""
    enforce_late(acted.context)
    done = repeat_due(acted.context)
    acted.deliver()
    return done


def settle(acted: Stage) -> None:
    """Objects on a test clock are fetched."""
    acted.deliver()
    acted.clock.advance(timedelta(seconds=1))
    run_pending(acted.context)


def seen(acted: Stage, uid: str) -> tuple[bool, str, str | None]:
    answer = ask_access(acted.browser(), uid)
    return answer["entitled"], answer["reason"], answer["until"]


def changes(acted: Stage) -> list[Any]:
    return [it for it in acted.world.requests if it.method != "GET" and it.idempotency_key]


def charges(acted: Stage) -> list[Any]:
    return [it for it in acted.world.call("GET", "/v1/charges", limit=100)["data"] if it["status"] == "succeeded"]


def invoices(acted: Stage) -> list[Any]:
    found: list[Any] = acted.world.call("GET", "/v1/invoices", limit=100)["data"]
    return found


def prorations(acted: Stage) -> list[Any]:
    return [event for event in acted.world.events if event["type"].startswith("invoiceitem.")]


def period_end(acted: Stage, subscription: str) -> datetime:
    return datetime.fromtimestamp(at_stripe(acted, subscription)["items"]["data"][0]["current_period_end"], UTC)


def written(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
