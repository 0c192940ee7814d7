"""Webhook endpoints."""

from app.sandbox.account import Account
from app.sandbox.api.api_versions import API_VERSIONS
from app.sandbox.api.event_types import EVENT_TYPES
from app.sandbox.refusal import invalid
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import deletion_route, list_route, route

_FIELDS: p.Spec = {
    "description": p.clearable(p.text),
    "metadata": p.metadata,
}


@route(
    "POST", "/v1/webhook_endpoints", _FIELDS, url=p.required(p.text), api_version=p.one_of(*API_VERSIONS),
    enabled_events=p.required(p.list_of(p.filled)), connect=p.boolean,
)  # fmt: skip
def create(account: Account, given: Json) -> Json:
    """The secret is told once, here. Another API version is only written on events, their shape stays ours."""
    _check(account, given)
    endpoint = {
        "id": account.ids.new("we"),
        "object": "webhook_endpoint",
        "api_version": given.get("api_version"),
        "application": None,
        "created": account.now(),
        "description": given.get("description"),
        "enabled_events": given["enabled_events"],
        "livemode": account.livemode,
        "metadata": p.merged({}, given.get("metadata")),
        "status": "enabled",
        "url": given["url"],
    }
    account.store.add(endpoint)
    secret = account.ids.new("whsec")
    account.secrets[endpoint["id"]] = [(secret, None)]
    return {**endpoint, "secret": secret}


@route("GET", "/v1/webhook_endpoints/*")
def retrieve(account: Account, endpoint_id: str, _given: Json) -> Json:
    return account.need("webhook_endpoint", endpoint_id)


@route("POST", "/v1/webhook_endpoints/*", _FIELDS, url=p.filled, enabled_events=p.list_of(p.filled), disabled=p.boolean)
def update(account: Account, endpoint_id: str, given: Json) -> Json:
    endpoint = account.need("webhook_endpoint", endpoint_id)
    _check(account, given)
    if "disabled" in given:
        endpoint["status"] = "disabled" if given.pop("disabled") else "enabled"
    endpoint |= {**given, "metadata": p.merged(endpoint["metadata"], given.get("metadata"))}
    return endpoint


@deletion_route("/v1/webhook_endpoints/*")
def delete(account: Account, endpoint_id: str, _given: Json) -> Json:
    """Deliveries that still wait for it are given up."""
    endpoint = account.need("webhook_endpoint", endpoint_id)
    account.store.remove(endpoint)
    endpoint["status"] = "disabled"
    return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}


@list_route("/v1/webhook_endpoints")
def list_endpoints(account: Account, given: Json) -> Json:
    return pages.page(account.store.newest_first("webhook_endpoint"), given, "/v1/webhook_endpoints")


def _check(account: Account, given: Json) -> None:
    url = given.get("url")
    if url is not None and not url.startswith("https://" if account.livemode else ("https://", "http://")):
        raise invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.", param="url", code="url_invalid"
        )
    for index, name in enumerate(given.get("enabled_events", ["*"])):
        if name != "*" and name not in EVENT_TYPES:
            raise invalid(
                f"Invalid enabled_events[{index}]: {name} is not an event type.", param=f"enabled_events[{index}]"
            )
    if given.get("enabled_events") == []:
        raise invalid("You must enable at least one event.", param="enabled_events")
