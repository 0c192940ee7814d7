"""How much processor time and memory processes have used, as Linux counts it."""

import os
from contextlib import suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _USER, _SYSTEM, _GONE_USER, _GONE_SYSTEM = 1, 11, 12, 13, 14  # fields of `stat` after the name


def cpu_seconds(root: int) -> float:
    """User and system time of a process, of those it started, and of those of them that have ended."""
    return sum(_used(process) for process in _family(root))


def most_memory() -> float:
    """The most that this process has held at once, in MiB."""
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(told["VmHWM"].split()[0]) / 1024


def parent_of(process: int) -> int:
    return int(_fields(process)[_PARENT])


def _family(root: int) -> set[int]:
    family = {root}
    with suppress(FileNotFoundError, ProcessLookupError):
        for children in Path(f"/proc/{root}/task").glob("*/children"):
            for child in children.read_text().split():
                family |= _family(int(child))
    return family


def _used(process: int) -> float:
    """Nothing for one that has just ended: its parent counts it from then on."""
    with suppress(FileNotFoundError, ProcessLookupError):
        fields = _fields(process)
        return sum(int(fields[at]) for at in (_USER, _SYSTEM, _GONE_USER, _GONE_SYSTEM)) / _TICKS
    return 0.0


def _fields(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
