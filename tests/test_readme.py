"""The README tells the truth about what can be checked."""

import re
from pathlib import Path

from typer.main import get_command

from app.cli import cli
from app.policy.claim_states import claims_drawn

README = (Path(__file__).parents[1] / "README.md").read_text()


def test_the_states_of_a_claim_are_drawn_as_they_are() -> None:
    assert f"```mermaid\n{claims_drawn().strip()}\n```" in README


def test_every_command_that_is_shown_exists() -> None:
    commands = get_command(cli)
    shown = set(re.findall(r"`(?:\.venv/bin/)?paidthrough ([a-z-]+)", README))
    assert shown
    assert shown <= set(commands.commands)  # type: ignore[attr-defined]


def test_the_two_commands_stand_on_the_first_screen() -> None:
    first = "\n".join(README.splitlines()[:30])
    assert "$ make demo" in first
    assert "$ make test" in first
