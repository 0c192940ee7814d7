"""What customers, operators and jobs do about money, one act at a time."""

from collections.abc import Callable
from typing import Any, Protocol

from app.billing import claim_deciding, claim_operating, detector, fetching, out_of_policy, settlement_followup
from app.billing.claim_completing import complete_claim
from app.billing.context import Context
from app.billing.pace import Pace
from app.policy.claim_reasons import ClaimReason
from tests.billing.claim_stage import SCREENSHOT

HURRIED = Pace(1, wait=lambda _seconds: None)


class History(Protocol):
    """`approved` are claims that an operator has said yes to."""

    approved: set[str]

    def file(self, context: Context, number: int, reason: ClaimReason) -> None: ...

    def claim(self, number: int, state: str | None = None) -> Any: ...


Act = Callable[[History, Context, int], object]


def _claims_about_a_charge(history: History, context: Context, number: int) -> None:
    history.file(context, number, ClaimReason.CHARGED_TWICE)


def _claims_something_else(history: History, context: Context, number: int) -> None:
    history.file(context, number, list(ClaimReason)[number % len(ClaimReason)])


def _completes(history: History, context: Context, number: int) -> None:
    if found := history.claim(number):
        complete_claim(context, found.id, uid=found.uid, actor=found.uid, evidence=[SCREENSHOT])


def _approves(history: History, context: Context, number: int) -> None:
    if found := history.claim(number, "referred"):
        history.approved.add(found.id)
        claim_operating.confirm(context, found.id, operator="olga", why="I looked")


def _rejects(history: History, context: Context, number: int) -> None:
    if found := history.claim(number, "referred"):
        claim_operating.reject(context, found.id, operator="olga", why="I looked")


def _appeals(history: History, context: Context, number: int) -> None:
    if found := history.claim(number, "declined"):
        claim_operating.appeal(context, found.id, actor=found.uid, why="look again")


def _withdraws(history: History, context: Context, number: int) -> None:
    if found := history.claim(number):
        claim_operating.withdraw(context, found.id, uid=found.uid, actor=found.uid)


def _settles(history: History, context: Context, number: int) -> None:
    settlement_followup.run(context)


ACTS: dict[str, Act] = {
    "claims about a charge": _claims_about_a_charge,
    "claims something else": _claims_something_else,
    "completes": _completes,
    "approves": _approves,
    "rejects": _rejects,
    "appeals": _appeals,
    "withdraws": _withdraws,
    "settles": _settles,
    "detects": lambda _history, context, _number: detector.run(context, pace=HURRIED),
    "decides": lambda _history, context, _number: claim_deciding.decide_waiting(context),
    "expires": lambda _history, context, _number: claim_deciding.expire_incomplete(context),
    "alarms": lambda _history, context, _number: out_of_policy.run(context),
    "fetches": lambda _history, context, _number: fetching.run_pending(context, pace=HURRIED),
}
OFTEN = ["settles"] * 6 + ["claims about a charge"] * 3 + ["detects"] * 2 + ["approves"] * 2
