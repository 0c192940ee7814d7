"""How often each way to keep a mirror ends wrong on realistic histories; run with `-s` to see the shares."""

from collections.abc import Callable, Mapping, Sequence
from random import Random

import pytest

from tests.corpus import folds
from tests.corpus.histories import deliveries, histories, truth
from tests.corpus.life import Event
from tests.corpus.shapes import Body

Arrive = Callable[[Sequence[Event], int], list[Event]]
SIGN_UPS = 300


def usual(events: Sequence[Event], seed: int) -> list[Event]:
    return deliveries(events, seed=seed)


def rough(events: Sequence[Event], seed: int) -> list[Event]:
    return deliveries(events, seed=seed, duplicates=0.3, reorder=1.0)


def shuffled(events: Sequence[Event], seed: int) -> list[Event]:
    return Random(seed).sample([*events, *events], 2 * len(events))


LIVES = list(histories(SIGN_UPS))


def chained(arrivals: Sequence[Event]) -> Mapping[str, Body]:
    rows = folds.chained_log(arrivals)
    return {object_id: dict(row.now.last.body) for object_id, row in rows.items() if row.now and row.now.resolved}


@pytest.mark.parametrize("arrive", [usual, rough, shuffled])
def test_the_chained_log_ends_right_where_simpler_rules_do_not(arrive: Arrive) -> None:
    wrong: dict[str, int] = {}
    objects = unresolved = 0
    for seed, life in enumerate(LIVES):
        arrivals, true = arrive(life, seed), truth(life)
        objects += len(true)
        for fold in (folds.last_write_wins, folds.strictly_newer_wins, folds.not_older_wins, chained):
            ended = fold(arrivals)
            wrong[fold.__name__] = wrong.get(fold.__name__, 0) + sum(ended[key] != true[key] for key in ended)
        unresolved += len(true) - len(ended)
    shares = ", ".join(f"{name} {count / objects:.1%}" for name, count in wrong.items())
    print(f"\n{arrive.__name__}: {objects} objects; wrong: {shares}; unresolved {unresolved / objects:.2%}")
    assert wrong.pop("chained") == 0
    assert unresolved <= objects // 100
    assert all(count > objects // 20 for count in wrong.values()), "the corpus has lost its bite"
