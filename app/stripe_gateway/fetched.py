"""What Stripe said about one object, as plain JSON, and the span of Stripe's clock in which it was true."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from app.errors import StripeUnavailable

Body = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """`body` shows the object at a moment between `as_of` and `uncertain_until`, epoch seconds of Stripe's clock."""

    kind: str
    id: str
    body: Body
    as_of: int
    uncertain_until: int

    @property
    def deleted(self) -> bool:
        return self.body.get("deleted") is True


def stripe_clock(headers: Mapping[str, str]) -> int:
    """The second in which Stripe sent an answer."""
    try:
        return int(parsedate_to_datetime(headers["date"]).timestamp())
    except (KeyError, ValueError) as error:
        # Our own clock may differ from Stripe's by more than a stamp allows for: better to ask again.
        raise StripeUnavailable("Stripe's answer does not tell its time", status=200) from error
