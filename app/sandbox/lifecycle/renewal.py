"""A subscription's turn: whatever is due at this instant, a scheduled end before a renewal."""

from functools import partial

from app.sandbox.account import Account
from app.sandbox.lifecycle import trials, upcoming
from app.sandbox.lifecycle.calendar import HOUR
from app.sandbox.lifecycle.charging import finalize_and_collect
from app.sandbox.lifecycle.ending import earliest_period_end, end, scheduled_end
from app.sandbox.lifecycle.finalizing import finalize, mark_uncollectible, void
from app.sandbox.lifecycle.invoicing import draft, pending_items, period_of
from app.sandbox.lifecycle.rolling import renewal_line, roll
from app.sandbox.state.plain import Json, copied, differences

_DRAFT_LIFETIME = HOUR
_UNHEARD_DRAFT_LIFETIME = 72 * HOUR


def plan(account: Account, sub: Json) -> None:
    """To be called after every change of a period, an end or a pause; a turn too many does nothing."""
    dates = [earliest_period_end(sub), sub["cancel_at"], (sub["pause_collection"] or {}).get("resumes_at")]
    for when in dates:
        if when is not None:
            account.at(when, sub, partial(turn, account, sub))
    trials.plan_warning(account, sub)
    upcoming.plan_notice(account, sub)


def turn(account: Account, sub: Json) -> None:
    if sub["status"] not in upcoming.RENEWING:
        return
    now = account.now(sub)
    _resume_collection(account, sub, now)
    ends_at = scheduled_end(sub)
    if ends_at is not None and ends_at <= now:
        _end_as_scheduled(account, sub)
        return
    due = [item for item in sub["items"]["data"] if item["current_period_end"] <= now]
    if due and not trials.ended_without_payment_method(account, sub):
        renew(account, sub, due)


def renew(account: Account, sub: Json, due: list[Json]) -> None:
    """The period moves before anything is paid: the draft is announced, then the new period."""
    before = copied(sub)
    former = period_of(due[0])
    trials.finish(account, sub)
    for item in due:
        roll(sub, item)
    invoice = draft(
        account,
        sub,
        reason="subscription_cycle",
        lines=[renewal_line(account, sub, item) for item in due],
        period=former,
    )
    sub["latest_invoice"] = invoice["id"]
    _start_draft(account, sub, invoice)
    account.emit("created", invoice)
    account.emit("updated", sub, differences(before, sub))
    _treat_by_pause(account, sub, invoice)
    plan(account, sub)


def _start_draft(account: Account, sub: Json, invoice: Json) -> None:
    if sub["status"] == "unpaid" or (sub["pause_collection"] or {}).get("behavior") == "keep_as_draft":
        invoice["auto_advance"] = False
        return
    let_finalize(account, invoice)


def let_finalize(account: Account, invoice: Json) -> None:
    """In about an hour, or when an endpoint has heard of the draft, at the latest after three days."""
    waits = account.variants.finalization_waits_for_endpoint and any(account.store.all("webhook_endpoint"))
    when = account.now(invoice) + (_UNHEARD_DRAFT_LIFETIME if waits else _DRAFT_LIFETIME)
    finalize_at(account, invoice, when)


def finalize_at(account: Account, invoice: Json, when: int) -> None:
    invoice["automatically_finalizes_at"] = when
    account.at(when, invoice, partial(_finalize_draft, account, invoice, when))


def heard_of_draft(account: Account, invoice: Json) -> None:
    """An endpoint has answered `invoice.created` with a 2xx."""
    now = account.now(invoice)
    invoice["webhooks_delivered_at"] = invoice["webhooks_delivered_at"] or now
    if invoice["status"] == "draft" and (invoice["automatically_finalizes_at"] or 0) > now + _DRAFT_LIFETIME:
        finalize_at(account, invoice, now + _DRAFT_LIFETIME)


def _finalize_draft(account: Account, invoice: Json, planned: int) -> None:
    still = invoice["status"] == "draft" and invoice["auto_advance"]
    if still and invoice["automatically_finalizes_at"] == planned:
        finalize_and_collect(account, invoice)


def _treat_by_pause(account: Account, sub: Json, invoice: Json) -> None:
    behavior = (sub["pause_collection"] or {}).get("behavior")
    if behavior not in ("void", "mark_uncollectible") or invoice["total"] <= 0:
        return
    finalize(account, invoice, sub)
    if behavior == "void" and invoice["status"] == "open":
        void(account, invoice)
    elif invoice["status"] == "open":
        mark_uncollectible(account, invoice, "subscription_paused")


def _resume_collection(account: Account, sub: Json, now: int) -> None:
    resumes_at = (sub["pause_collection"] or {}).get("resumes_at")
    if resumes_at is not None and resumes_at <= now:
        with account.changing(sub):
            sub["pause_collection"] = None


def _end_as_scheduled(account: Account, sub: Json) -> None:
    """What was still pending is billed by a last invoice."""
    if not pending_items(account, sub):
        end(account, sub, reason="cancellation_requested")
        return
    invoice = draft(account, sub, reason="subscription_cycle", period=period_of(sub["items"]["data"][0]))
    sub["latest_invoice"] = invoice["id"]
    let_finalize(account, invoice)
    end(account, sub, reason="cancellation_requested")
    account.emit("created", invoice)
