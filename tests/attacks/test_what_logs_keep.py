"""A database that fails in the middle of a write says so, and not what was to be written."""

from sqlalchemy import text
from structlog.testing import capture_logs

from tests.support.stage import Stage
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
