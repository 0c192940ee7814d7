"""May this user in? The question that the host asks at every request of its own."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson
from flask import Response
from werkzeug.exceptions import BadRequest
from werkzeug.routing import BaseConverter

from app.billing.access import access_of
from app.billing.context import Context
from app.billing.product_names import ProductNames
from app.metrics import count_access
from app.policy.access import Access, ProductAccess

RFC_3339 = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


class UidConverter(BaseConverter):
    """The rest of the path, whatever is in it; Werkzeug's own `path` does not take a leading slash."""

    part_isolating = False
    regex = ".+"


def access_view(context: Context, check_key: Callable[[], None]) -> Callable[[str], Response]:
    names = ProductNames(context)

    def access(uid: str) -> Response:
        """May this user in?

        An unknown uid is an answer too: not entitled, `no_subscription`. Everything after `/v1/access/` is the uid,
        percent-decoded.
        """
        check_key()
        if "\0" in uid:
            raise BadRequest("A uid has no NUL character.")
        answer = access_of(context, uid)
        count_access(entitled=answer.entitled, reason=answer.reason)
        body = access_body(uid, answer, names.of(part.product for part in answer.products), as_of=context.clock())
        return Response(orjson.dumps(body, option=RFC_3339), mimetype="application/json")

    return access


def access_body(uid: str, answer: Access, names: Mapping[str, str], *, as_of: datetime) -> dict[str, Any]:
    return {
        "uid": uid,
        "entitled": answer.entitled,
        "until": answer.until,
        "reason": answer.reason,
        "products": [_product(part, names.get(part.product)) for part in answer.products],
        "as_of": as_of,
    }


def _product(part: ProductAccess, name: str | None) -> dict[str, Any]:
    return {
        "product": part.product,
        "product_name": name,
        "price": part.price,
        "lookup_key": part.lookup_key,
        "subscription": part.subscription,
        "entitled": part.entitled,
        "until": part.until,
        "paid_through": part.paid_through,
        "renews_at": part.renews_at,
        "reason": part.reason,
    }
