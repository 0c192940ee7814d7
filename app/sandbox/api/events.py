"""Events of the last thirty days, in the version of their creation."""

from app.sandbox.account import Account
from app.sandbox.lifecycle.calendar import DAY
from app.sandbox.refusal import invalid, no_such
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route

_KEPT_FOR = 30 * DAY


@route("GET", "/v1/events/*")
def retrieve(account: Account, event_id: str, _given: Json) -> Json:
    event = account.journal.find(event_id)
    if event is None or event["created"] < account.now() - _KEPT_FOR:
        raise no_such("event", event_id)
    return event


@list_route("/v1/events", type=p.filled, types=p.list_of(p.filled), created=p.RANGE, delivery_success=p.boolean)
def list_events(account: Account, given: Json) -> Json:
    if "type" in given and "types" in given:
        raise invalid("You may only specify one of these parameters: type, types.")
    if len(given.get("types", [])) > 20:
        raise invalid("You can list at most 20 types.", param="types")
    wanted = set(given.get("types", [])) | ({given["type"]} if "type" in given else set())
    oldest = account.now() - _KEPT_FOR

    def keep(event: Json) -> bool:
        return (
            (not wanted or any(_is(event["type"], kind) for kind in wanted))
            and pages.in_range(event["created"], given.get("created"))
            and given.get("delivery_success") in (None, event["pending_webhooks"] == 0)
        )

    listed = (event for event in reversed(account.journal.events) if event["created"] >= oldest)
    return pages.page(listed, given, "/v1/events", keep=keep)


def _is(kind: str, wanted: str) -> bool:
    """`invoice.*` stands for all events of invoices."""
    return kind.startswith(wanted[:-1]) if wanted.endswith(".*") else kind == wanted
