"""A product that is killed at a chosen point: around each commit and around each call to Stripe."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
    """So many points are survived; with `only_after` those before something has its effect are none."""

    def __init__(self, points: int, *, only_after: bool) -> None:
        self._left, self._only_after = points, only_after
        self.is_over = False

    def spend_before(self) -> None:
        if not self._only_after:
            self.spend()

    def spend(self) -> None:
        if self._left == 0:
            self.is_over = True
            raise Killed
        self._left -= 1


class InVain(Exception):
    """Rolls back what the dead would have written."""


class MortalDatabase(Database):
    def __init__(self, url: str, life: Life) -> None:
        super().__init__(url)
        self._life = life

    @contextmanager
    def write(self) -> Iterator[Tx]:
        if self._life.is_over:  # in a `finally`, which who is killed does not run
            with suppress(InVain), super().write() as tx:
                yield tx
                raise InVain
            self.close()
            return
        with super().write() as tx:
            yield tx
            self._life.spend_before()  # nothing of it is kept
        self._life.spend()  # all of it is kept


@contextmanager
def mortal(stage: Staged, points: int, *, while_reading: bool = True, only_after: bool = False) -> Iterator[Context]:
    """A context that dies after so many points; what Stripe did by then stays done.

    Who dies before a commit or a change at Stripe, or while reading, leaves behind what the commit or change before it
    left: `only_after` is every death that makes a difference.
    """
    life, plain = Life(points, only_after=only_after), stage.world.request
    db = MortalDatabase(stage.context.settings.database_url, life)

    def dangerous(method: str, *given: Any, **more: Any) -> Response:
        if method == "GET" and (only_after or not while_reading):
            return plain(method, *given, **more)
        life.spend_before()
        answer = plain(method, *given, **more)
        life.spend()
        return answer

    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(stage.world, "request", dangerous)
            yield replace(stage.context, db=db)
    finally:
        db.close()
