"""A product that is killed at a chosen point: around each commit and around each call to Stripe."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

import pytest

from app.billing.context import Context
from app.db.engine import Database, Tx
from app.sandbox.world import Response, World


class Killed(BaseException):
    """No handler of the product sees this, as it would not see SIGKILL."""


class Staged(Protocol):
    """A product beside a sandbox."""

    @property
    def world(self) -> World: ...

    @property
    def context(self) -> Context: ...


class Life:
    """So many points are survived."""

    def __init__(self, points: int) -> None:
        self._left = points

    def spend(self) -> None:
        if self._left == 0:
            raise Killed
        self._left -= 1


class MortalDatabase(Database):
    def __init__(self, url: str, life: Life) -> None:
        super().__init__(url)
        self._life = life

    @contextmanager
    def write(self) -> Iterator[Tx]:
        with super().write() as tx:
            yield tx
            self._life.spend()  # nothing of it is kept
        self._life.spend()  # all of it is kept


@contextmanager
def mortal(stage: Staged, points: int, *, while_reading: bool = True) -> Iterator[Context]:
    """A context that dies after so many points; what Stripe did by then stays done."""
    life, plain = Life(points), stage.world.request
    db = MortalDatabase(stage.context.settings.database_url, life)

    def dangerous(method: str, *given: Any, **more: Any) -> Response:
        if method == "GET" and not while_reading:
            return plain(method, *given, **more)
        life.spend()
        answer = plain(method, *given, **more)
        life.spend()
        return answer

    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(stage.world, "request", dangerous)
            yield replace(stage.context, db=db)
    finally:
        db.close()
