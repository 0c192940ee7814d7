"""The commands for alarms, and for refunds that an operator allows beforehand."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import cli_alarms
from app.billing.context import Context
from app.cli import cli
from app.db.alarm import Alarm, raise_once
from app.errors import BadException, UnknownAlarm
from tests.support.command_here import Finished, command_in
from tests.support.databases import empty_sqlite
from tests.support.product import EPOCH

RECORD = ("exception", "record", "--by", "eve", "--reason", "never delivered", "--max-amount", "500")


@pytest.fixture
def on_context(context: Context, monkeypatch: pytest.MonkeyPatch) -> Context:
    monkeypatch.setattr(cli_alarms, "start", lambda: context)
    return context


def test_an_alarm_is_shown_until_somebody_has_acknowledged_it(on_context: Context) -> None:
    assert shown("alarms", "list") == "No alarms.\n"
    number = given_alarm(on_context)
    listed = shown("alarms", "list")
    for word in (f"{number}  2026-11-05 12:00:00 UTC", "refund  re_1", "500 usd", "uid ann", "customer cus_1", "evt_1"):
        assert word in listed
    first = shown("alarms", "acknowledge", str(number), "--by", "eve", "--note", "talked to Bob")
    assert "acknowledged 2026-11-05 12:00:00 UTC by eve: talked to Bob" in first
    assert shown("alarms", "acknowledge", str(number), "--by", "bob") == first
    assert shown("alarms", "list") == "No alarms.\n"
    assert shown("alarms", "list", "--all") == first


def test_an_exception_is_recorded_and_listed(on_context: Context) -> None:
    assert shown(*RECORD, "--currency", "USD", "--charge", "ch_1", "--hours", "2").startswith("Recorded exception_")
    listed = shown("exception", "list")
    assert "ch_1  at most 500 usd  until 2026-11-05 14:00:00 UTC  by eve: never delivered" in listed


def test_what_cannot_be_is_refused(on_context: Context) -> None:
    assert isinstance(refused("alarms", "acknowledge", "7", "--by", "eve"), UnknownAlarm)
    assert isinstance(refused(*RECORD, "--currency", "usd"), BadException)
    assert isinstance(
        refused(*RECORD, "--currency", "usd", "--charge", "ch_1", "--payment-intent", "pi_1"), BadException
    )
    assert shown("exception", "list") == "No exceptions.\n"


def test_a_refusal_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with command_in(tmp_path, monkeypatch, capsys) as run:
        ended = run("alarms", "acknowledge", "7", "--by", "eve", DATABASE_URL=empty_sqlite(tmp_path))
    assert ended == Finished(1, "", "paidthrough: There is no such alarm.\n")


def shown(*arguments: str) -> str:
    ended = CliRunner().invoke(cli, arguments)
    assert ended.exit_code == 0, (ended.output, ended.exception)
    return ended.output


def refused(*arguments: str) -> BaseException | None:
    return CliRunner().invoke(cli, arguments).exception


def given_alarm(context: Context) -> int:
    alarm = Alarm(
        matter="refund:re_1",
        kind="refund",
        object_id="re_1",
        customer="cus_1",
        uid="ann",
        amount=500,
        currency="usd",
        event="evt_1",
        raised_at=EPOCH,
    )
    with context.db.write() as tx:
        number = raise_once(tx, alarm)
        assert raise_once(tx, alarm) is None
    assert number is not None
    return number
