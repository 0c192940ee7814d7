"""A link into the account page: the host signs its customers in, so it asks on their behalf."""

from collections.abc import Callable

import orjson
from flask import Response, request

from app.api.access import RFC_3339
from app.api.bodies import read_body
from app.api.models import AccountSessionRequest
from app.billing.account_link import offer_link
from app.billing.context import Context


def account_sessions_view(context: Context, check_key: Callable[[], None]) -> Callable[[], Response]:
    def account_sessions() -> Response:
        """Make a one-time link into a customer's account page.

        Ask for it when your signed-in customer opens their account settings, and redirect them to `url`.
        """
        check_key()
        wanted = read_body(AccountSessionRequest, request.get_data())
        link = offer_link(context, uid=wanted.uid, return_url=wanted.return_url)
        body = orjson.dumps({"url": link.url, "expires_at": link.expires_at}, option=RFC_3339)
        return Response(body, 201, {"Cache-Control": "no-store"}, mimetype="application/json")

    return account_sessions
