"""A database that fails in the middle of a write says so, and not what was to be written."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from tests.billing.claim_stage import Claims
from tests.support.databases import empty_postgres
from tests.support.stage import Stage, stage
from tests.support.visitor import press, signed_in

CARD = "4242 4242 4242 4242"
FORM = "/account/claims/new"


def test_what_a_customer_wrote_never_reaches_the_log(acted: Stage) -> None:
    customer = signed_in(acted, "alice")
    _rename(acted, "claim_journal", "claim_journal_away")
    with capture_logs() as told:
        claim = {"charge": "another", "order_number": CARD, "reason": "charged_twice", "text": CARD}
        answer = press(customer, FORM, on=FORM, **claim)
    _rename(acted, "claim_journal_away", "claim_journal")
    assert answer.status_code == 503
    assert "claim_journal" in str(told)
    assert CARD not in str(told)


def _rename(acted: Stage, table: str, name: str) -> None:
    with acted.context.db.write() as tx:
        tx.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


@pytest.fixture
def on_postgres() -> Iterator[Stage]:
    """Its errors bring the row along; those of SQLite do not."""
    with stage(empty_postgres()) as acting:
        yield acting


@pytest.mark.postgres
def test_the_row_that_a_rule_refuses_never_reaches_the_log(on_postgres: Stage) -> None:
    customer = signed_in(on_postgres, "alice")
    with _rule(on_postgres, "claim", "length(text) < 5"), capture_logs() as told:
        claim = {"charge": "another", "order_number": "7", "reason": "charged_twice", "text": CARD}
        answer = press(customer, FORM, on=FORM, **claim)
    assert answer.status_code == 503
    assert "no_such_row" in str(told)
    assert CARD not in str(told)


@pytest.mark.postgres
def test_nor_does_it_stay_beside_a_failed_event(on_postgres: Stage) -> None:
    claims = Claims(stage=on_postgres)
    with _rule(on_postgres, "customer", "email IS NULL"), capture_logs() as told:
        on_postgres.world.call("POST", "/v1/customers", email="ada@private.example")
        on_postgres.deliver()
    (why,) = claims.column("SELECT why FROM inbox_event WHERE state = 'failed'")
    assert "no_such_row" in why
    assert "private" not in why
    assert "private" not in str(told)


@pytest.mark.postgres
def test_nor_what_could_not_be_read(on_postgres: Stage) -> None:
    with pytest.raises(Exception, match="InvalidTextRepresentation") as caught, on_postgres.context.db.write() as tx:
        tx.execute(text("SELECT CAST(:card AS integer)"), {"card": CARD})
    assert CARD not in f"{caught.value} {caught.value.__cause__}"


@contextmanager
def _rule(acted: Stage, table: str, rule: str) -> Iterator[None]:
    with acted.context.db.write() as tx:
        tx.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT no_such_row CHECK ({rule})"))
    try:
        yield
    finally:
        with acted.context.db.write() as tx:
            tx.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT no_such_row"))
