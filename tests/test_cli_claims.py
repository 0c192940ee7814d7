"""The operators' commands, as they are typed."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from app import cli_claims
from app.billing.context import Context
from app.cli import cli
from app.policy.claim_reasons import ClaimReason as R
from tests.billing.claim_stage import SCREENSHOT, Claims
from tests.support.stage import stage


class Said(NamedTuple):
    status: int
    out: str
    error: BaseException | None


Command = Callable[..., Said]
BY = ("--by", "olga", "--why", "looked into the log")


@pytest.fixture
def claims(database_url: str) -> Iterator[Claims]:
    with stage(database_url, order_id_single_payment=True) as acting:
        yield Claims(stage=acting)


@pytest.fixture
def paidthrough(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, at work on the test's own product."""

    def started() -> Context:
        return claims.stage.context

    monkeypatch.setattr(cli_claims, "start", started)

    def run(*arguments: str) -> Said:
        result = CliRunner().invoke(cli, arguments)
        return Said(result.exit_code, result.output, result.exception)

    return run


def failure(claims: Claims) -> str:
    return claims.file(R.NOT_DELIVERED, claims.pay(), evidence=[SCREENSHOT]).claim.id


def test_what_waits_is_listed(claims: Claims, paidthrough: Command) -> None:
    assert paidthrough("claims", "list").out == "No claims.\n"
    waiting, declined = failure(claims), claims.file(R.DISLIKED, claims.pay()).claim.id
    assert waiting in paidthrough("claims", "list").out
    assert declined not in paidthrough("claims", "list").out
    assert declined in paidthrough("claims", "list", "--state", "declined").out


def test_a_claim_is_shown_with_its_clause_its_facts_and_its_journal(claims: Claims, paidthrough: Command) -> None:
    shown = paidthrough("claims", "show", failure(claims)).out
    for part in ("referred", "2.1 failure_to_be_verified", "window in_time", "error.png", "in time until", "filed"):
        assert part in shown


def test_nothing_in_a_claim_reaches_the_terminal_as_a_command(claims: Claims, paidthrough: Command) -> None:
    claim = claims.file(R.SOMETHING_ELSE, claims.pay(), text="a\nb\x9b31m", actor="\x1b[2J").claim.id
    shown = paidthrough("claims", "show", claim).out
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert "says: a b" in shown


def test_a_failure_from_verification_to_remedy(claims: Claims, paidthrough: Command) -> None:
    claim = failure(claims)
    assert "failure_to_reprocess" in paidthrough("claims", "verify-failure", claim, *BY).out
    assert "failure_to_credit" in paidthrough("claims", "remedy", claim, "reprocess", "--impossible", *BY).out
    assert paidthrough("claims", "remedy", claim, "account_credit", *BY).status == 1
    assert paidthrough("claims", "credit", claim, "901", *BY).status == 1
    assert "remedied" in paidthrough("claims", "credit", claim, "900", *BY).out


@pytest.mark.parametrize("verb", [("verify-failure", "--denied"), ("decline",)])
def test_a_claim_without_ground(claims: Claims, paidthrough: Command, verb: tuple[str, ...]) -> None:
    name, *more = verb
    assert "declined" in paidthrough("claims", name, failure(claims), *more, *BY).out


def test_an_earlier_contact_and_an_appeal(claims: Claims, paidthrough: Command) -> None:
    _, extra = claims.pay_twice()
    claims.wait(days=2)
    claim = claims.file(R.CHARGED_TWICE, extra).claim.id
    paidthrough("claims", "contact", claim, "2026-10-23T20:00:00", *BY)
    assert "approved" in paidthrough("claims", "appeal", claim, *BY).out


def test_a_charge_is_explained(claims: Claims, paidthrough: Command) -> None:
    kept, extra = claims.pay_twice()
    told = paidthrough("explain-charge", extra)
    assert told.status == 0
    for part in (f"{extra}: refundable", "2.2 duplicate_verified", "in time until: 2026-10-24 06:02:00 UTC", kept):
        assert part in told.out


def test_decisions_are_verified_by_the_exit_status(claims: Claims, paidthrough: Command) -> None:
    claims.file(R.DISLIKED, claims.pay())
    fine = paidthrough("verify-decisions")
    assert (fine.status, fine.out) == (0, "1 decisions made again, 0 differ.\n")
    with claims.stage.context.db.write() as tx:
        tx.exec_driver_sql("CREATE TABLE copied AS SELECT * FROM refund_decision")
        tx.exec_driver_sql("UPDATE copied SET clause = '1.3'")
        tx.exec_driver_sql("DELETE FROM refund_decision")
        tx.exec_driver_sql("INSERT INTO refund_decision SELECT * FROM copied")
        tx.exec_driver_sql("DROP TABLE copied")
    found = paidthrough("verify-decisions")
    assert found.status == 1
    assert "declined 1.3 disliked -> declined 1.2 disliked" in found.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("claims", "show", "claim_0"),
        ("claims", "approve", "claim_0", *BY),
        ("claims", "appeal", "claim_0", *BY),
        ("claims", "remedy", "claim_0", "reprocess", *BY),
        ("explain-charge", "ch_0"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(paidthrough: Command, arguments: tuple[str, ...]) -> None:
    said = paidthrough(*arguments)
    assert said.status == 1
    assert "There is no such claim." in str(said.error) or "ch_0" in str(said.error)


@pytest.mark.parametrize("missing", ["--by", "--why"])
def test_nobody_judges_without_name_and_reason(claims: Claims, paidthrough: Command, missing: str) -> None:
    given = [part for part in ("--by", "--why") if part != missing]
    claim = failure(claims)
    said = paidthrough("claims", "decline", claim, *(each for part in given for each in (part, "x")))
    assert said.status == 2
    assert claims.column("SELECT state FROM claim") == ["referred"]
