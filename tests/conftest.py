"""Fixtures for every test: each database-backed test runs on SQLite and on PostgreSQL."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.billing.context import Context
from app.db.engine import Database
from tests.support.databases import empty_postgres, empty_sqlite
from tests.support.product import HandClock, product
from tests.support.wire_guard import WireGuard, guarded


@pytest.fixture(autouse=True)
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[WireGuard]:
    """No test may send money back without a proof, or anything that could prorate, or call Stripe in a transaction."""
    with guarded(monkeypatch) as guard:
        yield guard


@pytest.fixture(autouse=True, scope="session")
def no_names() -> Iterator[None]:
    """What a test did not answer fails at once, instead of waiting for the network to find a name."""
    look_up = socket.getaddrinfo

    def here_only(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in {None, "", "127.0.0.1", "localhost", "::1", b"127.0.0.1", b"localhost"}:
            raise socket.gaierror(socket.EAI_NONAME, f"tests look up no names: {host!r}")
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", here_only)
        yield


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty migrated database."""
    return empty_sqlite(tmp_path) if request.param == "sqlite" else empty_postgres()


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def context(database_url: str, clock: HandClock) -> Iterator[Context]:
    """The assembled product on an empty database, with a clock that the test moves."""
    assembled = product(database_url, clock=clock)
    yield assembled
    assembled.db.close()


@pytest.fixture
def client(context: Context) -> FlaskClient:
    from app.main import create_app

    return create_app(context).test_client()
