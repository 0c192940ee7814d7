"""The host application's door: `/v1`, and the document that describes it."""

from functools import cache

from flask import Blueprint, Response, current_app

from app.api.access import UidConverter, access_view
from app.api.account_sessions import account_sessions_view
from app.api.claims import claim_answer_view, file_claim_view
from app.api.deliveries import deliveries_view
from app.api.keys import key_check
from app.api.openapi import document
from app.api.standing import standing_view
from app.billing.context import Context


def blueprint(context: Context) -> Blueprint:
    api = Blueprint("api", __name__)
    check_key = key_check(context.settings.api_keys)
    api.record_once(lambda state: state.app.url_map.converters.update(uid=UidConverter))
    api.add_url_rule("/v1/access/<uid:uid>", "access", access_view(context, check_key))
    api.add_url_rule(
        "/v1/account_sessions", "account_sessions", account_sessions_view(context, check_key), methods=["POST"]
    )
    api.add_url_rule("/v1/claims", "claims", file_claim_view(context, check_key), methods=["POST"])
    api.add_url_rule("/v1/claims/<claim>", "claim", claim_answer_view(context, check_key))
    api.add_url_rule("/v1/deliveries", "deliveries", deliveries_view(context, check_key), methods=["POST"])
    api.add_url_rule("/v1/standing/<uid:uid>", "standing", standing_view(context, check_key), methods=["PUT"])
    described = cache(lambda: document(current_app))

    @api.get("/openapi.json")
    def openapi() -> Response:
        return Response(described(), mimetype="application/json")

    return api
