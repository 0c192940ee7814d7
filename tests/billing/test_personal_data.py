"""One person's data handed out and erased, seen from outside: no table keeps a trace, and nothing else changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from app import cli_customer
from app.billing.claim_evidence import Upload
from app.billing.decision_audit import verify_decisions
from app.billing.rebuild import rebuild
from app.cli import cli
from app.db.engine import Database
from app.policy.claim_reasons import ClaimReason as R
from tests.billing.claim_stage import ALICE, MALLORY, Claims
from tests.billing.person_stage import CONTENT, FILE, TRACES, WORDS, allow_refunds, erase, everything, live, trouble
from tests.support.databases import empty_sqlite
from tests.support.product import ask_access
from tests.support.stage import HOST, stage


@pytest.fixture
def claims(database_url: str) -> Iterator[Claims]:
    with stage(database_url, order_id_single_payment=True) as acting:
        yield Claims(stage=acting)


@pytest.fixture
def runner(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr(cli_customer, "start", lambda: claims.stage.context)
    return CliRunner()


def test_the_export_has_what_is_held(claims: Claims, runner: CliRunner, tmp_path: Path) -> None:
    live(claims)
    claims.stage.link(ALICE)
    allow_refunds(claims)
    given = runner.invoke(cli, ["customer", "export", ALICE])
    document = orjson.loads(given.stdout)
    for kind in ("customer", "subscription", "invoice", "charge", "payment_intent"):
        assert document["stripe"][kind], kind
    for table in ("claim", "claim_journal", "refund_decision", "evidence", "access", "access_transition", "delivery"):
        assert document["records"][table], table
    assert [row["reason"] for row in document["records"]["refund_exception"]] == [f"allowed for {ALICE}"]
    assert [row["return_url"] for row in document["records"]["account_session"]] == [HOST]
    assert "token_hash" not in given.stdout
    assert {"name": FILE}.items() <= document["records"]["evidence"][0].items()
    for trace in TRACES[:-2]:
        assert trace in given.stdout, trace
    assert MALLORY not in given.stdout
    file = tmp_path / "alice.json"
    runner.invoke(cli, ["customer", "export", ALICE, "--to", str(file)])
    assert file.read_bytes() == given.stdout.encode()
    assert file.stat().st_mode & 0o077 == 0


def test_nothing_tells_who_it_was_and_all_else_stays(claims: Claims, runner: CliRunner, tmp_path: Path) -> None:
    live(claims)
    trouble(claims)
    before, others = everything(claims), exported(runner, MALLORY)
    for trace in TRACES[:-1]:
        assert trace in before, trace
    access = ask_access(claims.stage.browser(), ALICE)
    said = erase(runner)
    assert said.exit_code == 0, said.output
    assert "at Stripe first" in said.output
    assert "Kept" in said.output
    after = everything(claims)
    for trace in TRACES:
        assert trace not in after, trace
    assert ask_access(claims.stage.browser(), ALICE) == access
    audit = verify_decisions(claims.stage.context)
    assert (audit.checked, audit.differences) == (1, ())
    target = Database(empty_sqlite(tmp_path_beside(tmp_path)))
    assert rebuild(claims.stage.context, target).differences == ()
    target.close()
    assert exported(runner, MALLORY) == others
    assert claims.column("SELECT uid || ' ' || actor FROM erasure") == ["alice olga"]
    assert claims.column("SELECT error FROM settlement_attempt") == ["erased"]
    assert set(claims.column("SELECT why FROM inbox_event WHERE why LIKE 'ignored by%'")) == {"ignored by hand: erased"}


def test_erasing_twice_finds_nothing_more(claims: Claims, runner: CliRunner) -> None:
    live(claims)
    erase(runner)
    again = erase(runner)
    assert "objects 0, events 0, decisions 0, journal lines 0, files 0, words 0, errors 0" in again.output


def test_an_open_claim_keeps_its_evidence(claims: Claims, runner: CliRunner) -> None:
    claims.file(R.NOT_DELIVERED, claims.pay(), evidence=[Upload(name=FILE, content=CONTENT)])
    said = erase(runner)
    assert said.exit_code == 1
    assert "open claims" in str(said.exception)
    assert FILE in everything(claims)


def test_it_asks_first_and_knows_who_is_unknown(claims: Claims, runner: CliRunner) -> None:
    live(claims)
    refused = runner.invoke(cli, ["customer", "erase", ALICE, "--by", "olga"], input="n\n")
    assert refused.exit_code == 1
    assert WORDS in everything(claims)
    assert "Nothing is held" in str(erase(runner, "nobody").exception)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE claim_journal SET detail = 'x'",
        "UPDATE claim_journal SET detail = 'x', actor = 'x', erased_at = at",
        "UPDATE refund_decision SET clause = 'x', erased_at = decided_at",
        "UPDATE refund_decision SET seen = 'x'",
        "UPDATE refund_decision SET facts = 'x', erased_at = decided_at",
    ],
)
def test_what_is_append_only_lets_nothing_else_through(claims: Claims, change: str) -> None:
    live(claims)
    with pytest.raises(DBAPIError, match="append only"), claims.stage.context.db.write() as tx:
        tx.exec_driver_sql(change)


def test_words_are_erased_once(claims: Claims, runner: CliRunner) -> None:
    live(claims)
    erase(runner)
    with pytest.raises(DBAPIError, match="append only"), claims.stage.context.db.write() as tx:
        tx.exec_driver_sql("UPDATE claim_journal SET detail = 'x', erased_at = at")


def exported(runner: CliRunner, uid: str) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(runner.invoke(cli, ["customer", "export", uid]).stdout)
    return document


def tmp_path_beside(folder: Path) -> Path:
    beside = folder / "rebuilt"
    beside.mkdir()
    return beside
