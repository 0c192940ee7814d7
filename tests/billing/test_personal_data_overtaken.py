"""A webhook arrives while one person's data are erased."""

from threading import Thread

import orjson
import pytest
from typer.testing import CliRunner

from app import cli_customer
from app.db import personal_reads
from app.db.engine import Tx
from tests.billing.claim_stage import Claims
from tests.billing.person_stage import TRACES, erase, everything, live
from tests.support.databases import empty_postgres
from tests.support.lock_waits import PATIENCE, until_it_waits
from tests.support.stage import stage


@pytest.mark.postgres
def test_what_arrives_while_it_erases_is_neither_lost_nor_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite nothing can: the transaction is alone."""
    with stage(empty_postgres(), order_id_single_payment=True) as acting:
        claims = Claims(stage=acting)
        monkeypatch.setattr(cli_customer, "start", lambda: acting.context)
        live(claims)
        webhook = Thread(target=acting.deliver)
        read = personal_reads.copies

        def read_and_be_overtaken(tx: Tx, kind: str, ids: set[str]) -> list[personal_reads.Row]:
            found = read(tx, kind, ids)
            if kind == "customer" and not webhook.ident:
                news = {"email": "new@cheshire.example", "metadata": {"size": "grin"}}
                acting.world.advance(1)
                acting.world.call("POST", f"/v1/customers/{found[-1]['id']}", **news)
                webhook.start()
                until_it_waits(acting.context.db, webhook)
            return found

        monkeypatch.setattr(personal_reads, "copies", read_and_be_overtaken)
        assert erase(CliRunner()).exit_code == 0
        webhook.join(PATIENCE)
        left = everything(claims)
        assert [trace for trace in (*TRACES, "cheshire") if trace in left] == []
        (mirrored,) = claims.column("SELECT body FROM customer WHERE body LIKE '%grin%'")
        assert orjson.loads(mirrored)["metadata"]["size"] == "grin"
