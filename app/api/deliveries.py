"""The host tells what it delivered."""

from collections.abc import Callable

import orjson
from flask import Response, request
from werkzeug.exceptions import BadRequest, Conflict

from app.api.access import RFC_3339
from app.api.bodies import read_body
from app.api.record_models import DeliveryRequest
from app.billing.context import Context
from app.billing.deliveries import record_delivery
from app.errors import DeliveryConflict, DeliveryInFuture


def deliveries_view(context: Context, check_key: Callable[[], None]) -> Callable[[], Response]:
    def deliveries() -> Response:
        """Record that a task of an order succeeded or failed.

        201 the first time, 200 with the first record if the same status of the order was recorded before; 409 if the
        order is recorded for another uid.
        """
        check_key()
        told = read_body(DeliveryRequest, request.get_data())
        try:
            kept, is_new = record_delivery(
                context,
                uid=told.uid,
                order=told.order,
                status=told.status,
                occurred_at=told.occurred_at,
                detail=told.detail,
            )
        except DeliveryConflict as conflict:
            raise Conflict(f"order: {conflict}") from None
        except DeliveryInFuture as future:
            raise BadRequest(f"occurred_at: {future}") from None
        body = {"uid": kept.uid, "order": kept.order_id} | {
            name: getattr(kept, name) for name in ("status", "occurred_at", "detail", "recorded_at")
        }
        return Response(orjson.dumps(body, option=RFC_3339), 201 if is_new else 200, mimetype="application/json")

    return deliveries
