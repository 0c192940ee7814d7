"""An instant that no calendar has is a mistake of whoever typed it, and no trouble of ours."""

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.policy.claim_reasons import ClaimReason
from tests.billing.claim_stage import Claims
from tests.web.claim_visitor import at_console, do

BEFORE_TIME, AFTER_TIME = "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"


@pytest.mark.parametrize("instant", [BEFORE_TIME, AFTER_TIME])
def test_an_operator_is_asked_for_another_one(claims_at_the_console: Claims, instant: str) -> None:
    claims = claims_at_the_console
    claim = claims.file(ClaimReason.DISLIKED, claims.pay()).claim.id
    olga = at_console(claims.stage.browser())
    answer = do(olga, claim, "late_contact", contacted_at=instant)
    assert answer.status_code == 422
    assert "Say when support was contacted" in answer.text


def test_the_first_year_itself_is_an_instant(claims_at_the_console: Claims) -> None:
    claims = claims_at_the_console
    claim = claims.file(ClaimReason.DISLIKED, claims.pay()).claim.id
    olga = at_console(claims.stage.browser())
    assert do(olga, claim, "late_contact", contacted_at="0001-01-01T00:00").status_code == 303


@pytest.mark.parametrize("instant", [BEFORE_TIME, AFTER_TIME])
@pytest.mark.parametrize(
    "command", [["explain", "ada", "--at"], ["claims", "contact", "--by=olga", "--why=wrote", "claim_1"]]
)
def test_a_command_names_it(command: list[str], instant: str) -> None:
    answer = CliRunner().invoke(cli, [*command, instant])
    assert answer.exit_code == 2
    assert "years 1 to 9999" in " ".join(answer.output.replace("│", " ").split())
