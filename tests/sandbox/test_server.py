"""The same world over real HTTP: the SDK talks to it, and webhooks arrive over the network."""

from __future__ import annotations

import http.client
import json
import queue
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe

from app.sandbox.server import RunningSandbox, serve
from app.sandbox.world import World
from tests.sandbox.stage import DAY, HOUR


@pytest.fixture
def running() -> Iterator[RunningSandbox]:
    with serve(World()) as sandbox:
        yield sandbox


@pytest.fixture
def received() -> Iterator[tuple[str, queue.Queue[tuple[bytes, str]]]]:
    inbox: queue.Queue[tuple[bytes, str]] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            inbox.put((body, self.headers["Stripe-Signature"]))
            self.send_response_only(200)
            self.end_headers()

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/webhooks", inbox
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def http_client() -> Iterator[stripe.RequestsClient]:
    made = stripe.RequestsClient()
    yield made
    made.close()  # type: ignore[no-untyped-call]


@pytest.fixture
def client(running: RunningSandbox, http_client: stripe.RequestsClient) -> stripe.StripeClient:
    return stripe.StripeClient("sk_test_http", base_addresses={"api": running.url}, http_client=http_client)


def control(running: RunningSandbox, method: str, path: str, **given: Any) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=10)
    connection.request(method, path, body=json.dumps(given))
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer


def test_a_subscription_lives_over_http(
    running: RunningSandbox, client: stripe.StripeClient, received: tuple[str, queue.Queue[tuple[bytes, str]]]
) -> None:
    url, inbox = received
    endpoint = client.v1.webhook_endpoints.create({"url": url, "enabled_events": ["customer.subscription.created"]})
    price = client.v1.prices.create(
        {"currency": "usd", "unit_amount": 900, "recurring": {"interval": "month"}, "product_data": {"name": "Pro"}}
    )
    session = client.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "success_url": "https://example.com",
            "line_items": [{"price": price.id, "quantity": 1}],
        }
    )
    status, done = control(running, "POST", f"/sandbox/checkout/{session.id}/complete")
    assert (status, done["payment_status"]) == (200, "paid")
    body, signature = inbox.get(timeout=10)
    event = client.construct_event(body, signature, str(endpoint.secret))
    assert event.data.object["id"] == done["subscription"]
    control(running, "POST", "/sandbox/advance", seconds=32 * DAY + HOUR)
    invoices = client.v1.invoices.list({"subscription": done["subscription"]})
    assert [it.status for it in invoices.data] == ["paid", "paid"]


def test_controls_refuse_nonsense(running: RunningSandbox) -> None:
    assert control(running, "GET", "/sandbox/state")[0] == 200
    assert control(running, "POST", "/sandbox/advance", hours=1)[0] == 400
    assert control(running, "POST", "/sandbox/trouble", weather="bad")[0] == 400
    assert control(running, "POST", "/sandbox/nothing")[0] == 404
    assert control(running, "POST", "/sandbox/checkout/cs_no/complete")[0] == 404
    assert control(running, "POST", "/sandbox/refunds/re_no/fail")[0] == 404
    assert control(running, "POST", "/sandbox/refunds/re_no/fail", reason=7)[0] == 400
    assert control(running, "POST", "/sandbox/refunds/next", status="lost")[0] == 400
    assert control(running, "POST", "/sandbox/refunds/next/next")[0] == 404


def test_money_is_steered_over_http(running: RunningSandbox, client: stripe.StripeClient) -> None:
    def steer(path: str, **given: Any) -> Any:
        status, answer = control(running, "POST", f"/sandbox/{path}", **given)
        assert status == 200, answer
        return answer

    def pay() -> str:
        made = client.v1.payment_intents.create(
            {"amount": 900, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
        )
        return str(made.latest_charge)

    steer("refunds/next", settles_in=60)
    refund = client.v1.refunds.create({"charge": pay()})
    assert (refund.status, steer(f"refunds/{refund.id}/settle")["status"]) == ("pending", "succeeded")
    assert steer(f"refunds/{refund.id}/fail", reason="unknown")["failure_reason"] == "unknown"
    charge = pay()
    assert steer(f"charges/{charge}/warn")["actionable"] is True
    assert steer(f"charges/{charge}/receipt")["receipt_number"]
    dispute = steer(f"charges/{charge}/dispute", reason="duplicate", amount=500)
    assert steer(f"disputes/{dispute['id']}/lost")["status"] == "lost"
    assert control(running, "POST", f"/sandbox/disputes/{dispute['id']}/forgotten")[0] == 400
    steer("balance/empty")
    waiting = client.v1.refunds.create({"charge": pay()})
    steer("balance/fill")
    assert (waiting.status, client.v1.refunds.retrieve(waiting.id).status) == ("pending", "succeeded")


def test_trouble_over_http(running: RunningSandbox, client: stripe.StripeClient) -> None:
    control(running, "POST", "/sandbox/trouble", timeout_before_effect=1)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.customers.create({"name": "A"})
    control(running, "POST", "/sandbox/trouble", outage=True)
    with pytest.raises(stripe.APIError):
        client.v1.customers.create({"name": "A"})
    control(running, "POST", "/sandbox/trouble", calm=True)
    client.v1.customers.create({"name": "A"})
