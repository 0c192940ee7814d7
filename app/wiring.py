"""Puts the parts together from the settings: the one place that knows all of them."""

from app.billing.context import Clock, Context, wall_clock
from app.db.engine import Database
from app.settings import Settings
from app.stripe_gateway.gateway import Gateway


def wire(settings: Settings, *, clock: Clock = wall_clock, retries: int = 2) -> Context:
    """The context of a web or jobs process; `retries` is how often a call to Stripe is repeated at once."""
    return Context(
        settings=settings,
        db=Database(settings.database_url, pool_size=settings.web_threads + 2),
        stripe=Gateway(
            settings.stripe_api_key.get_secret_value(), base=settings.stripe_api_base, max_network_retries=retries
        ),
        clock=clock,
    )
