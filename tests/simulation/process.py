"""One process of ours in the simulation: what it does can be parked between any two of its effects, or end there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from greenlet import getcurrent, greenlet

from app.billing.context import Context


class Killed(BaseException):
    """No handler of the product sees this, as it would not see SIGKILL."""


class Fate(StrEnum):
    """What befalls an act at a chosen point; a point lies before and after each call to Stripe and each commit."""

    ENDS = "ends"
    PARKS = "parks"  # goes on later, perhaps weeks later
    DIES = "dies"


@dataclass(frozen=True, slots=True)
class Doom:
    """`after` so many points; `broken_statement` is the one at which the database fails, `lost_commit` the commit
    whose answer is lost: negative ones took no effect."""

    fate: Fate = Fate.ENDS
    after: int = 0
    broken_statement: int | None = None
    broken_commit: int | None = None
    commit_took_effect: bool = False


UNHARMED = Doom()


class Process:
    """`context` is its own: connections, Stripe client and clock. It does one thing at a time."""

    context: Context

    def __init__(self, name: str, start: Callable[[Process], Context]) -> None:
        self.name = name
        self._start = start
        self._running: greenlet | None = None
        self._doom = UNHARMED
        self._left = self.statements = self._commits = 0
        self._dead = False
        self.struck = False  # the database has failed in what it does
        self.doing = ""
        self.outcome: Any = None
        self.lives = 0
        self.restart()

    def restart(self) -> None:
        """A new process on the same database."""
        if self.lives:
            self.context.db.close()
        self.lives += 1
        self._running, self._dead, self.doing = None, False, ""
        self.context = self._start(self)

    @property
    def is_parked(self) -> bool:
        return self._running is not None

    def begin(self, what: str, act: Callable[[], Any], doom: Doom = UNHARMED) -> Fate:
        """Ends, parks or dies; what it came to is in `outcome`, an exception as such."""
        self._doom, self._left, self.doing, self.struck = doom, doom.after, what, False
        self.statements = self._commits = 0
        self._running = greenlet(lambda: self._attempt(act))
        return self._switch()

    def go_on(self, doom: Doom = UNHARMED) -> Fate:
        self._doom, self._left = doom, doom.after
        self.statements = self._commits = 0
        return self._switch()

    def kill(self) -> None:
        """At the point where it is parked, or idle."""
        if self._running is not None:
            self._dead = True
            self._switch()
        self.restart()

    def point(self) -> None:
        """Called between two effects: the process may stop here."""
        if getcurrent() is not self._running:
            return
        self._live()
        if self._doom.fate is not Fate.ENDS and self._left == 0:
            if self._doom.fate is Fate.DIES:
                self._dead = True
            else:
                self._running.parent.switch()
            self._live()
        self._left -= 1

    def statement_breaks(self) -> bool:
        """Whether the database fails at this statement."""
        self.statements += 1
        return self._strikes(self._doom.broken_statement, self.statements)

    def commit_breaks(self) -> bool:
        """Whether the connection is lost at this commit."""
        self._commits += 1
        return self._strikes(self._doom.broken_commit, self._commits)

    @property
    def commit_took_effect(self) -> bool:
        return self._doom.commit_took_effect

    def _strikes(self, wanted: int | None, now: int) -> bool:
        if getcurrent() is not self._running or wanted != now:
            return False
        self.struck = True
        return True

    def _live(self) -> None:
        if self._dead:
            raise Killed

    def _attempt(self, act: Callable[[], Any]) -> None:
        try:
            self.outcome = act()
        except Exception as error:  # noqa: BLE001 - who asked judges it
            self.outcome = error
        except Killed:
            self.outcome = None

    def _switch(self) -> Fate:
        assert self._running is not None
        self._running.switch()
        if not self._running.dead:
            return Fate.PARKS
        self._running = None
        if self._dead:
            return Fate.DIES
        return Fate.ENDS
