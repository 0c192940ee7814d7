"""Products and prices."""

from app.sandbox.account import Account
from app.sandbox.refusal import invalid, no_such
from app.sandbox.shapes import catalog as shapes
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route

_INTERVAL = p.one_of("day", "month", "week", "year")
_YEARS = {"day": 1095, "week": 156, "month": 36, "year": 3}  # the longest interval: three years
_PRODUCT: p.Spec = {
    "active": p.boolean,
    "description": p.clearable(p.text),
    "metadata": p.metadata,
    "images": p.list_of(p.filled),
    **dict.fromkeys(["statement_descriptor", "unit_label", "url"], p.clearable(p.text)),
    **p.not_modelled("marketing_features package_dimensions shippable tax_code tax_details"),
}
_PRICE: p.Spec = {
    "active": p.boolean,
    "lookup_key": p.filled,
    "metadata": p.metadata,
    "nickname": p.clearable(p.text),
    "tax_behavior": p.one_of("exclusive", "inclusive", "unspecified"),
    "transfer_lookup_key": p.boolean,
    **p.not_modelled("currency_options"),
}


@route(
    "POST", "/v1/products", _PRODUCT, name=p.required(p.text), id=p.filled, type=p.one_of("good", "service"),
    metadata=p.new_metadata,
    **p.not_modelled("default_price_data"),
)  # fmt: skip
def create_product(account: Account, given: Json) -> Json:
    if "id" in given and account.store.find(given["id"]):
        raise invalid("Product already exists.", param="id", code="resource_already_exists")
    given["metadata"] = p.merged({}, given.get("metadata"))
    return account.add(shapes.product(account, **given))


@route("GET", "/v1/products/*")
def retrieve_product(account: Account, product_id: str, _given: Json) -> Json:
    return account.need("product", product_id)


@route("POST", "/v1/products/*", _PRODUCT, name=p.filled, default_price=p.filled)
def update_product(account: Account, product_id: str, given: Json) -> Json:
    product = account.need("product", product_id)
    if "default_price" in given:
        account.need("price", given["default_price"], param="default_price")
    given["metadata"] = p.merged(product["metadata"], given.get("metadata"))
    with account.changing(product):
        product |= {**given, "updated": account.now()}
    return product


@list_route("/v1/products", active=p.boolean, created=p.RANGE, ids=p.list_of(p.filled))
def list_products(account: Account, given: Json) -> Json:
    same, ids = pages.equal(given, "active"), given.get("ids")
    return pages.page(
        account.store.newest_first("product"),
        given,
        "/v1/products",
        keep=lambda it: (
            same(it) and (ids is None or it["id"] in ids) and pages.in_range(it["created"], given.get("created"))
        ),
    )


@route(
    "POST", "/v1/prices", _PRICE, currency=p.required(p.text), unit_amount=p.natural, product=p.filled,
    metadata=p.new_metadata,
    product_data=p.hash_of(name=p.required(p.text), metadata=p.new_metadata),
    recurring=p.hash_of(
        interval=p.required(_INTERVAL), interval_count=p.integer, **p.not_modelled("meter trial_period_days"),
        usage_type=p.one_of("licensed"),
    ),
    **p.not_modelled("billing_scheme custom_unit_amount tiers tiers_mode transform_quantity unit_amount_decimal"),
)  # fmt: skip
def create_price(account: Account, given: Json) -> Json:
    if "unit_amount" not in given:
        raise invalid("Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set.")
    _check_recurring(given.get("recurring"))
    transfer = given.pop("transfer_lookup_key", False)
    _check_lookup_key(account, given.get("lookup_key"), transfer=transfer)
    given["currency"] = _currency(given["currency"])
    given["product"] = _product_of(account, given.pop("product", None), given.pop("product_data", None))
    given["metadata"] = p.merged({}, given.get("metadata"))
    recurring = given.pop("recurring", None)
    return account.add(shapes.price(account, recurring=recurring, **given))


@route("GET", "/v1/prices/*")
def retrieve_price(account: Account, price_id: str, _given: Json) -> Json:
    return account.need("price", price_id)


@route("POST", "/v1/prices/*", _PRICE)
def update_price(account: Account, price_id: str, given: Json) -> Json:
    price = account.need("price", price_id)
    transfer = given.pop("transfer_lookup_key", False)
    if given.get("lookup_key") != price["lookup_key"]:
        _check_lookup_key(account, given.get("lookup_key"), transfer=transfer)
    given["metadata"] = p.merged(price["metadata"], given.get("metadata"))
    with account.changing(price):
        price |= given
    return price


@list_route(
    "/v1/prices", active=p.boolean, product=p.filled, currency=p.filled, created=p.RANGE,
    type=p.one_of("one_time", "recurring"), lookup_keys=p.list_of(p.filled),
)  # fmt: skip
def list_prices(account: Account, given: Json) -> Json:
    same, keys = pages.equal(given, "active", "product", "currency", "type"), given.get("lookup_keys")
    return pages.page(
        account.store.newest_first("price"),
        given,
        "/v1/prices",
        keep=lambda it: (
            same(it)
            and (keys is None or it["lookup_key"] in keys)
            and pages.in_range(it["created"], given.get("created"))
        ),
    )


def _product_of(account: Account, product_id: str | None, data: Json | None) -> str:
    if (product_id is None) == (data is None):
        raise invalid("You must specify either `product` or `product_data` when creating a price.")
    if product_id is not None:
        return str(account.need("product", product_id, param="product")["id"])
    data = data or {}
    made = shapes.product(account, name=data["name"], metadata=p.merged({}, data.get("metadata")))
    return str(account.add(made)["id"])


def _check_recurring(recurring: Json | None) -> None:
    count = (recurring or {}).get("interval_count", 1)
    if recurring is not None and not 1 <= count <= _YEARS[recurring["interval"]]:
        raise invalid("The maximum interval is three years.", param="recurring[interval_count]")


def _check_lookup_key(account: Account, key: str | None, *, transfer: bool) -> None:
    for price in account.store.all("price"):
        if key is not None and price["lookup_key"] == key:
            if not transfer:
                raise invalid(f"A price (`{price['id']}`) already uses that lookup key.", param="lookup_key")
            with account.changing(price):
                price["lookup_key"] = None


def _currency(code: str) -> str:
    if len(code) != 3 or not code.isalpha():
        raise no_such("currency", code, param="currency", status=400)
    return code.lower()
