"""A person at the host decides about a user's standing."""

from typing import Any

from werkzeug.test import TestResponse

from tests.support.product import API_KEY
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
