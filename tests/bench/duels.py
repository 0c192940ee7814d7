"""The two measurements: webhooks until the mirror is at the truth, and answers about access in a crowd."""

import time
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import orjson

from tests.bench import crowd, requests, stores
from tests.bench.expected import ExpectedAccess
from tests.bench.rounds import Duel, duel
from tests.bench.servers import Size, ceiling, product
from tests.bench.verdict import AccessVerdict, MirrorVerdict, judge_access, judge_mirror
from tests.corpus.histories import catalog, event_bodies, histories, truth
from tests.support.product import settings

EVENTS_OF_A_LIFE = 19  # on average, with those that come twice


@dataclass(frozen=True, kw_only=True)
class Plan:
    kind: str
    size: Size
    events: int
    customers: int
    questions: int
    rounds: int
    folder: Path


@dataclass(frozen=True, kw_only=True)
class WebhookResult:
    duel: Duel
    events: int
    mirror: MirrorVerdict
    access: AccessVerdict


@dataclass(frozen=True, kw_only=True)
class AccessResult:
    duel: Duel
    customers: int


def webhooks(plan: Plan) -> WebhookResult:
    """Every event goes to the product and to the ceiling; then everything is compared with the truth."""
    sign_ups = max(1, plan.events // EVENTS_OF_A_LIFE)
    bodies = [orjson.dumps(event) for event in catalog()] + [body for _, body in event_bodies(sign_ups)]
    known = truth(catalog() + [event for life in histories(sign_ups) for event in life])
    share = ceil(len(bodies) / (plan.rounds + 1))

    def signed(number: int) -> list[bytes]:
        return requests.webhooks(bodies[number * share : (number + 1) * share], now=int(time.time()))

    store = stores.fresh(plan.kind, "webhooks", plan.folder)
    with product(store.url, plan.size, plan.folder) as ours, ceiling(store.url, plan.size, plan.folder) as bare:
        fought = duel(ours, bare, store, signed, rounds=plan.rounds, folder=plan.folder)
        expected = ExpectedAccess(known, grace=settings(store.url).renewal_grace)
        judged = judge_access(ours.port, expected)
    return WebhookResult(duel=fought, events=len(bodies), mirror=judge_mirror(store.url, known), access=judged)


def access(plan: Plan) -> AccessResult:
    store = stores.fresh(plan.kind, "access", plan.folder)
    uids = crowd.gather(settings(store.url), plan.customers)
    with product(store.url, plan.size, plan.folder) as ours, ceiling(store.url, plan.size, plan.folder) as bare:
        fought = duel(
            ours,
            bare,
            store,
            lambda number: requests.questions(uids, plan.questions, seed=number),
            rounds=plan.rounds,
            folder=plan.folder,
        )
    return AccessResult(duel=fought, customers=len(uids))
