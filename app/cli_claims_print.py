"""Prints claims, explained charges and audits as plain lines."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import orjson
import typer

from app.billing.charge_explanation import ChargeExplanation
from app.billing.claim_view import ClaimView
from app.billing.decision_audit import Audit
from app.db.claim import ClaimRow
from app.db.refund_decision import DecisionRow
from app.policy.refund_codec import encode_facts


def show_line(claim: ClaimRow) -> None:
    about = claim.charge or claim.order_number or "no order number"
    typer.echo(
        "\t".join((claim.id, claim.state, claim.reason, _plain(claim.uid), _plain(about), _time(claim.filed_at)))
    )


def show_claim(view: ClaimView) -> None:
    claim = view.claim
    _lines(
        f"{claim.id}: {claim.state}",
        {
            "uid": claim.uid,
            "reason": claim.reason,
            "order number": claim.order_number,
            "charge": claim.charge,
            "filed": f"{_time(claim.filed_at)} by {claim.filed_by} ({claim.actor})",
            "contacted": _time(claim.contacted_at),
            "in time until": _time(view.deadline),
            "to complete until": _time(claim.complete_by),
            "can cancel instead": view.can_cancel,
            "says": claim.text,
        },
    )
    for decision in view.decisions:
        _decision(decision)
    for file in view.evidence:
        reused = f", also in {', '.join(file.also_in)}" if file.also_in else ""
        typer.echo(f"evidence {file.id}: {_plain(file.name)}, {file.content_type}, {file.size} bytes{reused}")
    for line in view.journal:
        detail = orjson.dumps(line.detail).decode()
        typer.echo(f"{_time(line.at)}\t{line.what}\t{line.to_state}\t{_plain(line.actor)}\t{_plain(detail)}")


def show_charge(told: ChargeExplanation) -> None:
    charge, decision = told.charge, told.decision
    verdict = "refundable" if told.refundable else "not refundable"
    _lines(
        f"{charge.charge}: {verdict} at {_time(told.at)}, {decision.clause} {decision.reason}",
        {
            "answer": decision.sentence,
            "in time until": _time(told.until),
            "amount": f"{charge.amount} {charge.currency}, of which {charge.amount_refunded} went back",
            "user": charge.uid,
            "invoice": charge.invoice,
            "subscription": charge.subscription,
        },
    )
    _lines("facts:", {name: value for name, value in encode_facts(told.facts).items() if name != "v"})
    _lines("held against:", told.stripe.get("verdicts", {}))
    for history in told.claims:
        show_line(history.claim)
        for each in history.decisions:
            _decision(each)


def show_audit(audit: Audit) -> None:
    for each in audit.differences:
        typer.echo(f"{each.decision} of {each.claim} ({each.policy_version}): {each.stored} -> {each.made_again}")
    counted = f"{audit.checked} decisions made again, {len(audit.differences)} differ"
    others = f"; {audit.other_rules} were made by other rules" if audit.other_rules else ""
    typer.echo(counted + others + ".")


def _decision(row: DecisionRow) -> None:
    appealed = f", answers {row.answers}" if row.answers else ""
    said = " ".join(filter(None, (row.outcome, row.clause, row.reason, row.disproof, row.remedy)))
    typer.echo(f"decision {row.number} {row.id}: {said}")
    typer.echo(f"  {_time(row.decided_at)} by {_plain(row.decided_by)}, policy {row.policy_version}{appealed}")
    facts = orjson.loads(row.facts)
    typer.echo("  " + ", ".join(f"{name} {value}" for name, value in facts.items() if name != "v"))


def _lines(title: str, said: Mapping[str, object]) -> None:
    typer.echo(title)
    for name, value in _told(said):
        typer.echo(f"  {name}: {_plain(str(value))}")


def _told(said: Mapping[str, object]) -> Iterable[tuple[str, object]]:
    return ((name, value) for name, value in said.items() if value not in (None, "", "-"))


def _plain(text: str) -> str:
    """On one line, and nothing in it that a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in text)


def _time(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC" if instant else "-"
