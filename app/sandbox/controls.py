"""The routes under /sandbox/ by which a demo or a person steers a running sandbox; not part of Stripe."""

from collections import Counter
from functools import partial
from typing import Any

from app.sandbox.state.plain import Json
from app.sandbox.world import SandboxRefusal, World

Answer = tuple[int, Any]

_KNOBS = frozenset(
    {
        "calm",
        "delay",
        "duplicate",
        "internal_error",
        "key_in_use",
        "lock_timeout",
        "outage",
        "rate_limited",
        "reorder",
        "same_second",
        "timeout_after_effect",
        "timeout_before_effect",
    }
)


def control(world: World, method: str, path: str, given: Json) -> Answer:
    try:
        match method, path.removeprefix("/sandbox/").split("/"):
            case "GET", ["state"]:
                return 200, _state(world)
            case "POST", ["advance"]:
                return _advance(world, given)
            case "POST", ["trouble"]:
                return _trouble(world, given)
            case "POST", ["checkout", session, "complete"]:
                return 200, world.complete_checkout(session, card=str(given.get("card", "pm_card_visa")))
            case "POST", ["portal", subscription, "cancel"]:
                return 200, world.portal_cancel(subscription)
            case "POST", ["cards", method_id, "decline"]:
                world.decline(method_id, str(given.get("code", "insufficient_funds")))
                return 200, {"declines": True}
            case "POST", ["cards", method_id, "accept"]:
                world.accept(method_id)
                return 200, {"declines": False}
    except SandboxRefusal as refusal:
        return refusal.status, {"error": refusal.error}
    return 404, {"error": {"message": f"Nothing at {method} {path}"}}


def _state(world: World) -> Json:
    due = world.outbox.next_due()
    return {
        "now": world.now,
        "events": len(world.events),
        "events_by_type": dict(Counter(event["type"] for event in world.events)),
        "next_webhook_due": due,
        "undelivered": sum(event["pending_webhooks"] > 0 for event in world.events),
        "requests": len(world.requests),
    }


def _advance(world: World, given: Json) -> Answer:
    seconds, to = given.get("seconds"), given.get("to")
    if isinstance(to, int) and seconds is None:
        world.advance_to(to)
    elif isinstance(seconds, int) and seconds >= 0 and to is None:
        world.advance(seconds)
    else:
        return 400, {"error": {"message": "give either seconds or to, as an integer"}}
    return 200, {"now": world.now}


def _trouble(world: World, given: Json) -> Answer:
    """Each key is a knob of Trouble with its first argument; `drop` takes a list of event types."""
    unknown = given.keys() - _KNOBS - {"drop"}
    if unknown:
        return 400, {"error": {"message": f"unknown: {', '.join(sorted(unknown))}"}}
    for name, value in given.items():
        if name == "drop":
            world.trouble.drop(partial(_is_one_of, frozenset(value)))
        elif name == "calm":
            world.trouble.calm()
        else:
            getattr(world.trouble, name)(value)
    return 200, {"ok": True}


def _is_one_of(types: frozenset[str], event: Json) -> bool:
    return event["type"] in types
