"""Ids, times and threads of a simulation, which are the same whenever a story is played again; and no idle work."""

from __future__ import annotations

import os
from collections.abc import Callable
from random import Random
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from stripe import _stripe_response, _util

from app.billing import backfill, detector, drift, fetching, gap_sweep, inbox_retry, mirror_fetched
from app.stripe_gateway import answers, listing
from tests.support.product import HandClock

PACED = (backfill, detector, drift, fetching, gap_sweep)


def make_deterministic(patched: pytest.MonkeyPatch, clock: HandClock) -> None:
    """Ids, times and threads are the same whenever a story is played again."""
    ticks = iter(range(1 << 40))
    stopwatch = SimpleNamespace(monotonic=lambda: clock().timestamp())
    patched.setattr(os, "urandom", Random(0).randbytes)
    patched.setattr(mirror_fetched, "time_ns", lambda: int(clock().timestamp()) * 10**9 + next(ticks))
    for module in (fetching, gap_sweep, inbox_retry, answers, listing):
        patched.setattr(module, "time", stopwatch)
    for module in PACED:
        patched.setattr(module.PACE, "keep", lambda _kind: None)
    patched.setattr(fetching, "ThreadPoolExecutor", InOneThread)


def make_quick(patched: pytest.MonkeyPatch) -> None:
    """The SDK's lines of log that nobody reads, and its slow parser, are a sixth of a story's time."""
    patched.setattr(_util, "logfmt", lambda _properties: "")
    patched.setattr(_stripe_response, "json", SimpleNamespace(loads=lambda body, **_options: orjson.loads(body)))


class InOneThread:
    """Takes the place of a pool of threads: one after the other."""

    def __init__(self, **_options: Any) -> None:
        pass

    def __enter__(self) -> InOneThread:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def map(self, act: Callable[[Any], Any], each: Any) -> Any:
        return map(act, each)
