"""A customer of whom much is known: by Stripe, by us, by words and files; and short ways to look for traces."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text
from typer.testing import CliRunner, Result

from app.billing.claim_evidence import Upload
from app.billing.deliveries import DeliveryStatus, record_delivery
from app.billing.refund_exceptions import ExceptionRequest, record_exception
from app.cli import cli
from app.db import fetch_request
from app.db.fetch_request import FetchWish
from app.db.tables import metadata
from app.policy.claim_reasons import ClaimReason as R
from tests.billing.claim_stage import ALICE, MALLORY, Claims
from tests.support.stage import START

NAME, MAIL, PHONE, STREET = "Alice Liddell", "alice@wonderland.example", "+15550101", "1 Rabbit Hole"
WORDS, FILE = "my cat Dinah saw it", "dinah-and-me.png"
TRACES = (NAME, MAIL, PHONE, STREET, WORDS, FILE, "Dinah", "Cheshire")
CONTENT = b"\x89PNG\r\n\x1a\n" + b"Dinah on a screenshot"


def live(claims: Claims) -> None:
    """A subscription, a declined claim with words and a file, a delivery; and somebody else's life beside it."""
    call = claims.stage.world.call
    claims.subscribe(ALICE)
    claims.subscribe(MALLORY)
    address = {"line1": STREET, "city": "Oxford"}
    payer = call("POST", "/v1/customers", metadata={"uid": ALICE}, name=NAME, email=MAIL, phone=PHONE, address=address)
    call("POST", f"/v1/customers/{payer['id']}", name=f"{NAME} Hargreaves", description=f"{NAME}, a regular")
    charge = claims.pay(ALICE, customer=payer["id"], order="order-7")
    told: dict[str, Any] = {"status": DeliveryStatus.SUCCEEDED, "detail": f"sent to {NAME}"}
    record_delivery(claims.stage.context, uid=ALICE, order="order-7", occurred_at=claims.stage.clock.now, **told)
    evidence = [Upload(name=FILE, content=CONTENT)]
    claims.file(R.DISLIKED, charge, text=f"{WORDS}, {MAIL}", evidence=evidence)
    claims.stage.deliver()


def allow_refunds(claims: Claims) -> None:
    allowed: dict[str, Any] = {"payment_intent": None, "max_amount": 5, "currency": "usd", "lasts": timedelta(hours=1)}
    (hers,) = claims.column("SELECT charge FROM claim")
    for charge, uid in ((hers, ALICE), (claims.pay(MALLORY), MALLORY)):
        wanted = ExceptionRequest(charge=charge, actor="olga", reason=f"allowed for {uid}", **allowed)
        record_exception(claims.stage.context, wanted)


def trouble(claims: Claims) -> None:
    """Stripe answered calls about her with errors that quote her, and somebody gave an event up in words."""
    (customer,) = claims.column("SELECT id FROM customer WHERE body LIKE :name", name=f"%{NAME}%")
    (claim,) = claims.column("SELECT id FROM claim")
    late = FetchWish(kind="customer", object_id=customer, why="drift", requested_at=START, due_at=START)
    attempt = {"key": "refund-1", "claim": claim, "round": 1, "step": "refund", "extra": "ch_0", "number": 1}
    told = {
        "state": "failed",
        "answered": True,
        "intended_at": START,
        "called_at": START,
        "error": f"No card of {MAIL}",
    }
    with claims.stage.context.db.write() as tx:
        fetch_request.request(tx, [late])
        tx.execute(text("UPDATE fetch_request SET last_error = :why"), {"why": f"No such customer: {MAIL}"})
        tx.execute(metadata().tables["settlement_attempt"].insert().values(attempt | told))
        ignored = "UPDATE inbox_event SET why = :why WHERE type = 'customer.updated' AND object_id = :id"
        tx.execute(text(ignored), {"why": f"ignored by hand: {NAME} called", "id": customer})


def everything(claims: Claims) -> str:
    """Every column of every table as text; files too."""
    with claims.stage.context.db.read() as tx:
        rows = [tuple(row) for table in metadata().tables for row in tx.execute(text(f'SELECT * FROM "{table}"'))]
    return "\n".join(repr(bytes(each) if isinstance(each, memoryview) else each) for row in rows for each in row)


def erase(runner: CliRunner, uid: str = ALICE) -> Result:
    return runner.invoke(cli, ["customer", "erase", uid, "--by", "olga", "--yes"])
