"""What is known while a request is carried out; every answer of Stripe moves it on and goes to the mirror."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.billing.context import Context
from app.billing.mirror import take_fetched
from app.db import fetch_request
from app.db.cancellation import HeldRequest
from app.db.cancellation_scene import scene
from app.db.fetch_request import FetchWish
from app.db.mirrored import Body
from app.policy.cancellation_facts import CancellationFacts, cancellation_facts, renewal_invoice
from app.policy.cancellation_steps import Step
from app.policy.instants import from_epoch, stripe_instant
from app.stripe_gateway.fetching import Fetched, fetch

NOTHING: frozenset[Step] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    held: HeldRequest
    facts: CancellationFacts

    def after(self, context: Context, step: Step, answer: Fetched, *, began_at: datetime) -> "View":
        """What is known once Stripe has answered to a step."""
        _mirror(context, answer, began_at=began_at)
        done = self.facts.done if step is Step.LOOK_AT_RENEWAL else self.facts.done | {step}
        match answer.kind:
            case "subscription":
                fresh = _facts(context, self.held, answer.body)
                return replace(
                    self, facts=replace(fresh, done=done, refused=self.facts.refused, renewal=self.facts.renewal)
                )
            case "invoice":
                return replace(self, facts=replace(self.facts, done=done, renewal=renewal_invoice(answer.body)))
        return read_anew(context, self.held, done=done, refused=self.facts.refused)


def mirrored(context: Context, held: HeldRequest, body: Body) -> View:
    """Start from what the mirror shows."""
    return View(held=held, facts=_facts(context, held, body))


def read_anew(
    context: Context, held: HeldRequest, *, done: frozenset[Step] = NOTHING, refused: frozenset[Step] = NOTHING
) -> View:
    """Start from what Stripe shows."""
    began_at = context.clock()
    answer = fetch(context.stripe, "subscription", held.subscription)
    _mirror(context, answer, began_at=began_at)
    return View(held=held, facts=replace(_facts(context, held, answer.body), done=done, refused=refused))


def _facts(context: Context, held: HeldRequest, body: Body) -> CancellationFacts:
    with context.db.read() as tx:
        seen = scene(tx, held.subscription)
    frozen = seen.frozen_time if seen else None
    return cancellation_facts(
        body,
        now=context.clock() if frozen is None else from_epoch(frozen),
        asked_at=from_epoch(held.asked_at),
        found_period_end=stripe_instant(held.period_end),
    )


def _mirror(context: Context, answer: Fetched, *, began_at: datetime) -> None:
    taken = take_fetched(context, [answer], began_at=began_at)
    if taken.again:
        # Our change's own event was faster than its answer; look once more, in case it was another's.
        now = context.clock()
        wish = FetchWish(kind=answer.kind, object_id=answer.id, why="overtaken", requested_at=now, due_at=now)
        with context.db.write() as tx:
            fetch_request.request(tx, [wish])
