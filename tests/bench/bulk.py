"""Loading rows by the million, past the product: COPY on PostgreSQL, one unsynchronized transaction on SQLite."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy.engine import make_url


def load(url: str, table: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
    names = tuple(columns)
    given = ", ".join(names)
    with connected(url) as driver:
        if isinstance(driver, sqlite3.Connection):
            driver.execute("PRAGMA synchronous = OFF")
            driver.execute("BEGIN")
            driver.executemany(f"INSERT INTO {table} ({given}) VALUES ({', '.join('?' * len(names))})", rows)
            driver.execute("COMMIT")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({given}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            driver.execute(f"VACUUM ANALYZE {table}")
        driver.execute("ANALYZE")


@contextmanager
def connected(url: str) -> Iterator[Any]:
    """The bare driver, in autocommit; the same `execute` on both."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        lite = sqlite3.connect(parsed.database or "", isolation_level=None)
        lite.execute("PRAGMA synchronous = FULL")
        try:
            yield lite
        finally:
            lite.close()
    else:
        plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as driver:
            yield driver
