"""The Stripe client with every option that matters said: version, time-outs, retries."""

import stripe

API_VERSION = "2026-10-28.endive"
"""The release that we read; its name is what follows the date."""

CONNECT_SECONDS = 3.05
READ_SECONDS = 20.0


class Gateway:
    """One client for all threads; the modules beside this one make the calls."""

    def __init__(self, api_key: str, *, base: str = "https://api.stripe.com", max_network_retries: int = 2) -> None:
        stripe.enable_telemetry = False
        self.client = stripe.StripeClient(
            api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": base},
            max_network_retries=max_network_retries,
            http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
        )
