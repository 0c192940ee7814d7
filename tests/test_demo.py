"""`make demo ARGS=--exit` as a newcomer runs it: real processes, real HTTP, and every expectation holds."""

import os
import subprocess
from pathlib import Path

from tests.support.command import COMMAND, ROOT

LONGEST = 420


def test_the_story_ends_well(tmp_path: Path) -> None:
    told = subprocess.run(
        [*COMMAND, "demo", "--exit"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "16 of 16 expectations held." in told.stdout
    assert "✗" not in told.stdout
