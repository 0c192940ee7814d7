"""The names of products, kept for a minute: they are in every answer about access and hardly ever change."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.billing.context import Context
from app.db.account_rows import product_names

KEPT = timedelta(minutes=1)
AT_MOST = 10_000


class ProductNames:
    """One for a door; a name that is not known yet is asked for each time."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._names: dict[str, str] = {}
        self._read_at: datetime | None = None

    def of(self, products: Iterable[str]) -> dict[str, str]:
        """The names that are known."""
        known, wanted = self._fresh(), set(products)
        missing = wanted - known.keys()
        if missing:
            with self._context.db.read() as tx:
                known.update(product_names(tx, missing))
        return known

    def _fresh(self) -> dict[str, str]:
        now = self._context.clock()
        if self._read_at is None or not self._read_at <= now < self._read_at + KEPT or len(self._names) > AT_MOST:
            # A new dict rather than a cleared one: another thread may be reading the old.
            self._names, self._read_at = {}, now
        return self._names
