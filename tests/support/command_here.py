"""The command `paidthrough` by its real entry within this process, which is much quicker than one of its own."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog

from app.cli import main
from tests.support.command import filled


class Finished(NamedTuple):
    status: int
    out: str
    err: str


Command = Callable[..., Finished]


@contextmanager
def command_in(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    def run_here(*arguments: str, **settings: str) -> Finished:
        for name, value in {**filled(), **settings}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["paidthrough", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return Finished(int(ended.value.code or 0), *capsys.readouterr())

    monkeypatch.chdir(folder)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    yield run_here
    structlog.reset_defaults()
