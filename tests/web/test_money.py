"""Amounts as people read them."""

import pytest

from app.web.money import every, money


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (2000, "usd", "$20.00"),
        (123456789, "eur", "€1,234,567.89"),
        (5, "gbp", "£0.05"),
        (1200, "jpy", "¥1,200"),
        (1200, "KRW", "₩1,200"),
        (50000, "vnd", "₫50,000"),
        (1990, "chf", "CHF\N{NO-BREAK SPACE}19.90"),
        (10500, "kwd", "KWD\N{NO-BREAK SPACE}10.500"),
        (150000, "isk", "ISK\N{NO-BREAK SPACE}1,500"),
        (500, "ugx", "UGX\N{NO-BREAK SPACE}5"),
        (0, "usd", "$0.00"),
        (-2050, "usd", "\N{MINUS SIGN}$20.50"),
        (2000, "cad", "CA$20.00"),
    ],
)
def test_money(amount: int, currency: str, shown: str) -> None:
    assert money(amount, currency) == shown


@pytest.mark.parametrize(
    ("interval", "count", "shown"),
    [("month", 1, "per month"), ("month", 3, "every 3 months"), ("year", 1, "per year"), (None, 1, "")],
)
def test_intervals(interval: str | None, count: int, shown: str) -> None:
    assert every(interval, count) == shown
