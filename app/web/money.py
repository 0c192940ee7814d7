"""Stripe's integer amounts as money that people read."""

WITHOUT_MINOR_UNIT = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())  # noqa: SIM905
IN_THOUSANDTHS = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
WRITTEN_WITHOUT_CENTS = frozenset({"isk", "ugx"})
"""Stripe takes these in hundredths, though nobody pays any."""

SYMBOLS = {
    "aud": "A$", "brl": "R$", "cad": "CA$", "cny": "CN¥", "eur": "€", "gbp": "£", "hkd": "HK$", "ils": "₪", "inr": "₹",
    "jpy": "¥", "krw": "₩", "mxn": "MX$", "nzd": "NZ$", "php": "₱", "twd": "NT$", "usd": "$", "vnd": "₫",
}  # fmt: skip


def money(amount: int, currency: str) -> str:
    """`$1,234.50`, `¥1,200`, `CHF 20.00`; an amount in a currency that we do not know is taken as hundredths."""
    code = currency.lower()
    digits = _digits(code)
    units, rest = divmod(abs(amount), 10**digits)
    number = f"{units:,}" if not digits or code in WRITTEN_WITHOUT_CENTS else f"{units:,}.{rest:0{digits}}"
    symbol = SYMBOLS.get(code) or f"{code.upper()}\N{NO-BREAK SPACE}"
    sign = "\N{MINUS SIGN}" if amount < 0 else ""
    return f"{sign}{symbol}{number}"


def every(interval: str | None, count: int) -> str:
    """`per month`, `every 3 months`; nothing for what is paid once."""
    if interval is None:
        return ""
    return f"per {interval}" if count == 1 else f"every {count} {interval}s"


def _digits(code: str) -> int:
    if code in WITHOUT_MINOR_UNIT:
        return 0
    return 3 if code in IN_THOUSANDTHS else 2
