"""Webhooks: one delivery for each event and endpoint that listens, signed afresh at every attempt, with retries."""

import hashlib
import hmac
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.sandbox.account import Account
from app.sandbox.lifecycle.calendar import DAY, HOUR
from app.sandbox.lifecycle.renewal import heard_of_draft
from app.sandbox.state.plain import Json
from app.sandbox.trouble import Trouble
from app.sandbox.wire.message import rendered

# Seconds from one attempt to the next; after the last one the steps of twelve hours go on for three days.
_LIVE_STEPS: Final = (5 * 60, 30 * 60, 2 * HOUR, 5 * HOUR, 10 * HOUR)
_LIVE_LAST_STEP: Final = 12 * HOUR
_LIVE_LIMIT: Final = 3 * DAY
_TEST_STEPS: Final = (5 * 60, HOUR, 3 * HOUR)


@dataclass(slots=True, kw_only=True, eq=False)
class Delivery:
    event: Json
    endpoint: Json
    first: int
    due: int
    attempts: int = 0
    status: int | None = None  # of the last answer
    headers: dict[str, str]
    body: bytes

    @property
    def url(self) -> str:
        return str(self.endpoint["url"])


class Outbox:
    def __init__(self, account: Account, trouble: Trouble) -> None:
        self._account = account
        self._trouble = trouble
        self._waiting: list[Delivery] = []
        self._open: dict[tuple[str, str], int] = {}  # (event, endpoint) -> undelivered copies
        self.secrets: dict[str, list[tuple[str, int | None]]] = {}  # endpoint -> secrets and until when they sign
        account.journal.listeners.append(self.accept)

    def accept(self, event: Json) -> None:
        endpoints = [it for it in self._account.store.all("webhook_endpoint") if _listens(it, event)]
        event["pending_webhooks"] = len(endpoints)
        for endpoint in endpoints:
            self._enqueue(event, endpoint)

    def due(self) -> list[Delivery]:
        """What should be posted now, each with a fresh signature."""
        now = self._account.now()
        self._waiting = [it for it in self._waiting if it.endpoint["status"] == "enabled"]
        ready = sorted((it for it in self._waiting if it.due <= now), key=lambda it: it.due)
        self._trouble.shuffle(ready)
        for delivery in ready:
            delivery.headers["Stripe-Signature"] = self._signature(delivery, now)
        return ready

    def next_due(self) -> int | None:
        return min((it.due for it in self._waiting), default=None)

    def record(self, delivery: Delivery, status: int) -> None:
        """The endpoint's answer; 0 stands for none."""
        delivery.attempts += 1
        delivery.status = status
        if delivery not in self._waiting:
            return  # its endpoint was deleted meanwhile, or it was recorded before
        if 200 <= status < 300:
            self._waiting.remove(delivery)
            self._arrived(delivery)
            return
        again = self._next_attempt(delivery)
        if again is None:
            self._waiting.remove(delivery)
        else:
            delivery.due = again

    def succeeded(self, event: Json) -> bool:
        """Delivered to every endpoint that listens."""
        return int(event["pending_webhooks"]) == 0

    def _enqueue(self, event: Json, endpoint: Json) -> None:
        if self._trouble.drops(event):
            return
        now = self._account.now()
        shown = {**event, "api_version": endpoint["api_version"] or event["api_version"]}
        body = rendered(shown)
        for _ in range(self._trouble.copies()):
            due = now + self._trouble.delay_of(event)
            headers = {
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            }
            self._waiting.append(
                Delivery(event=event, endpoint=endpoint, first=now, due=due, headers=headers, body=body)
            )

    def _arrived(self, delivery: Delivery) -> None:
        event = delivery.event
        key = (event["id"], delivery.endpoint["id"])
        if key not in self._open:
            self._open[key] = 0
            event["pending_webhooks"] -= 1
        if event["type"] == "invoice.created":
            invoice = self._account.store.get("invoice", event["data"]["object"]["id"])
            if invoice is not None:
                heard_of_draft(self._account, invoice)

    def _next_attempt(self, delivery: Delivery) -> int | None:
        now, done = self._account.now(), delivery.attempts - 1
        if not self._account.livemode:
            return now + _TEST_STEPS[done] if done < len(_TEST_STEPS) else None
        again = now + (_LIVE_STEPS[done] if done < len(_LIVE_STEPS) else _LIVE_LAST_STEP)
        return again if again <= delivery.first + _LIVE_LIMIT else None

    def _signature(self, delivery: Delivery, now: int) -> str:
        secrets = self.secrets[delivery.endpoint["id"]]
        live = [secret for secret, until in secrets if until is None or now < until]
        wall = self._account.variants.signatures_tell == "wall"
        return signature(delivery.body, live, at=int(time.time()) if wall else now)

    def roll(self, endpoint_id: str) -> str:
        """A new secret; the old one goes on signing for a day."""
        until = self._account.now() + DAY
        kept = [(secret, end if end is not None else until) for secret, end in self.secrets[endpoint_id]]
        fresh = self._account.ids.new("whsec")
        self.secrets[endpoint_id] = [(fresh, None), *kept]
        return fresh


def signature(body: bytes, secrets: Iterable[str], *, at: int) -> str:
    signed = f"{at}.".encode() + body
    digests = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={at}", *(f"v1={digest}" for digest in digests)])


def _listens(endpoint: Json, event: Json) -> bool:
    wanted = endpoint["enabled_events"]
    return endpoint["status"] == "enabled" and ("*" in wanted or event["type"] in wanted)
