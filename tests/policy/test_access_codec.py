"""The stored form of the facts: short, and refused where it was written by another rule."""

import orjson
import pytest

from app.policy.access_codec import decode, encode
from app.policy.access_pertinent import pertinent
from tests.policy.access_bodies import facts, invoice, line, subscription


def test_the_usual_subscription_is_short() -> None:
    history = [invoice("paid", line(-30 * age, 30 - 30 * age), id=f"in_{age}") for age in range(24)]
    known = facts(subscription(), *history)
    assert len(orjson.dumps(encode(pertinent(known)))) < 400
    assert len(pertinent(known).invoices) == 1


def test_what_has_its_default_is_not_written() -> None:
    encoded = encode(facts(subscription(latest_invoice=None)))
    assert set(encoded) == {"v", "s"}
    assert set(encoded["s"]) == {"id", "s", "i", "B"}


def test_another_version_is_refused() -> None:
    encoded = encode(facts(subscription()))
    with pytest.raises(ValueError, match="rebuild them from the mirror"):
        decode(encoded | {"v": 2})
