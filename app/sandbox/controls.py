"""The routes under /sandbox/ by which a demo or a person steers a running sandbox; not part of Stripe."""

from collections import Counter
from functools import partial
from typing import Any

from app.sandbox.state.plain import Json
from app.sandbox.world import SandboxRefusal, World

Answer = tuple[int, Any]

# The path, with a blank for the id -> the world's own deed, and the texts and numbers that it takes.
_DEEDS: dict[tuple[str, ...], tuple[str, dict[str, type]]] = {
    ("balance", "empty"): ("empty_balance", {}),
    ("balance", "fill"): ("fill_balance", {}),
    ("cards", "*", "accept"): ("accept", {}),
    ("cards", "*", "decline"): ("decline", {"code": str}),
    ("charges", "*", "dispute"): ("dispute", {"reason": str, "amount": int, "status": str}),
    ("charges", "*", "receipt"): ("send_receipt", {}),
    ("charges", "*", "warn"): ("early_fraud_warning", {"fraud_type": str}),
    ("checkout", "*", "complete"): ("complete_checkout", {"card": str}),
    ("checkout", "*", "pay"): ("pay_checkout", {"card": str}),
    ("invoices", "*", "pay_again"): ("pay_again", {"amount": int, "card": str}),
    ("portal", "*", "cancel"): ("portal_cancel", {}),
    ("refunds", "*", "fail"): ("fail_refund", {"reason": str}),
    ("refunds", "next"): ("next_refund", {"status": str, "pending_reason": str, "settles_in": int}),
    ("refunds", "*", "settle"): ("settle_refund", {}),
}
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
            case "POST", ["disputes", dispute, status]:
                return 200, world.dispute_becomes(dispute, status)
            case "POST", [kind, deed] if (kind, deed) in _DEEDS:
                return _do(world, [], *_DEEDS[kind, deed], given)
            case "POST", [kind, name, deed] if (kind, "*", deed) in _DEEDS:
                return _do(world, [name], *_DEEDS[kind, "*", deed], given)
    except SandboxRefusal as refusal:
        return refusal.status, {"error": refusal.error}
    return 404, {"error": {"message": f"Nothing at {method} {path}"}}


def _do(world: World, ids: list[str], deed: str, takes: dict[str, type], given: Json) -> Answer:
    wrong = [key for key, value in given.items() if type(value) is not takes.get(key)]
    if wrong:
        return 400, {"error": {"message": f"wrong: {', '.join(sorted(wrong))}"}}
    return 200, getattr(world, deed)(*ids, **given) or {"ok": True}


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
