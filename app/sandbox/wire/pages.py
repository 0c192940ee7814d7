"""Lists: newest first, in pages, with cursors."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from app.sandbox.account import Account
from app.sandbox.refusal import invalid, no_such
from app.sandbox.state.plain import Json

Keep = Callable[[Json], bool]


def page(newest_first: Iterable[Json], given: Json, url: str, *, keep: Keep = lambda _: True) -> Json:
    limit = given.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid(f"Invalid limit: {limit}. It must be between 1 and 100.", param="limit")
    if "starting_after" in given and "ending_before" in given:
        raise invalid("You may only specify one of these parameters: starting_after, ending_before.")
    if "ending_before" in given:
        data, has_more = _before(newest_first, given["ending_before"], limit, keep)
    else:
        data, has_more = _after(newest_first, given.get("starting_after"), limit, keep)
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def of_charge(account: Account, kind: str, given: Json, url: str) -> Json:
    """What belongs to a charge and its payment intent, listed by either, and by when it was created."""
    parent = given.get("charge") or given.get("payment_intent")
    same = equal(given, "charge", "payment_intent")
    return page(
        reversed(account.store.of(kind, parent)) if parent else account.store.newest_first(kind),
        given,
        url,
        keep=lambda it: same(it) and in_range(it["created"], given.get("created")),
    )


def equal(given: Json, *names: str) -> Keep:
    """Keeps what has the given values in fields of the same name."""
    wanted = [(name, given[name]) for name in names if name in given]
    return lambda obj: all(obj.get(name) == value for name, value in wanted)


def in_range(value: int | None, limits: Any) -> bool:
    """`limits` as read by params.RANGE; none given keeps everything."""
    if limits is None:
        return True
    if value is None:
        return False
    if isinstance(limits, int):
        return value == limits
    return all(_HOLDS[name](value, bound) for name, bound in limits.items())


_HOLDS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def _after(newest_first: Iterable[Json], cursor: str | None, limit: int, keep: Keep) -> tuple[list[Json], bool]:
    objects = iter(newest_first)
    if cursor is not None and not any(obj["id"] == cursor for obj in objects):
        raise no_such("object", cursor, param="starting_after", status=400)
    found = list(islice(filter(keep, objects), limit + 1))
    return found[:limit], len(found) > limit


def _before(newest_first: Iterable[Json], cursor: str, limit: int, keep: Keep) -> tuple[list[Json], bool]:
    """The page just above the cursor: its nearest newer neighbours."""
    newer: list[Json] = []
    for obj in newest_first:
        if obj["id"] == cursor:
            found = list(filter(keep, newer))
            return found[-limit:], len(found) > limit
        newer.append(obj)
    raise no_such("object", cursor, param="ending_before", status=400)
