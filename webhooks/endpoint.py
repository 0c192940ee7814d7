"""`POST /webhooks/stripe`: verify, store and apply; 200 means that the event can no longer be lost."""

import orjson
from flask import Blueprint, Response, request

from app.billing.context import Context
from app.billing.mirror import take_events
from app.db.inbox import InboxState
from app.errors import BadSignature, NotStored
from app.metrics import count_webhook
from app.policy.envelope import Envelope, NotAnEvent, read_envelope
from app.stripe_gateway.signature import verify
from webhooks.writer import GroupWriter

RECEIVED = b'{"received": true}'


def blueprint(context: Context) -> Blueprint:
    """The route with its own writer; one for each process."""
    door = Blueprint("webhooks", __name__)
    secrets = [secret.get_secret_value() for secret in context.settings.stripe_webhook_secrets]
    tolerance = context.settings.webhook_tolerance_seconds
    writer: GroupWriter[Envelope, InboxState | NotStored] = GroupWriter(lambda events: take_events(context, events))

    @door.post("/webhooks/stripe")
    def receive() -> Response:
        body = request.get_data(cache=False)
        try:
            verify(
                body,
                request.headers.get("Stripe-Signature"),
                secrets,
                now=int(context.clock().timestamp()),
                tolerance=tolerance,
            )
            event = read_envelope(orjson.loads(body), body.decode())
        except BadSignature as error:
            count_webhook("", "refused")
            return _refusal(400, "bad_signature", str(error))
        except orjson.JSONDecodeError as error:
            return _refusal(400, "not_an_event", f"The body is not JSON: {error}.")
        except NotAnEvent as error:
            return _refusal(400, "not_an_event", f"The body is no event that can be stored: {error}.")
        outcome = writer.take(event)
        if isinstance(outcome, NotStored):
            raise outcome
        count_webhook(event.type, outcome)
        return Response(RECEIVED, mimetype="application/json")

    @door.errorhandler(NotStored)
    def not_stored(_error: NotStored) -> Response:
        # Stripe sends it again; what the database said is in the log, not for the caller.
        return _refusal(503, "not_stored", "The event could not be stored just now.")

    return door


def _refusal(status: int, kind: str, message: str) -> Response:
    body = orjson.dumps({"error": {"type": kind, "message": message}})
    return Response(body, status=status, mimetype="application/json")
