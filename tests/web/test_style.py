"""The colors can be read: WCAG AA, in light and in dark."""

import re
from itertools import product

import pytest

from app.web.door import STATIC

PAIRS = [
    *product(["text", "muted"], ["ground", "card"]),
    *((f"{tone}-text", tone) for tone in ("good", "notice", "alert", "quiet")),
    *product(["on-accent"], ["accent", "accent-hover"]),
    *product(["on-danger"], ["danger", "danger-hover"]),
    ("text", "quiet"),  # a button under the pointer
    ("accent", "card"),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_contrast(scheme: int, front: str, back: str) -> None:
    colors = _schemes()[scheme]
    lighter, darker = sorted((_luminance(colors[front]), _luminance(colors[back])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def _schemes() -> list[dict[str, str]]:
    blocks = re.findall(r":root \{([^}]+--ground[^}]+)\}", (STATIC / "style.css").read_text())
    assert len(blocks) == 2
    light, dark = (dict(re.findall(r"--([\w-]+): #(\w+);", block)) for block in blocks)
    return [light, light | dark]


def _luminance(color: str) -> float:
    full = "".join(digit * 2 for digit in color) if len(color) == 3 else color
    channels = (int(full[at : at + 2], 16) / 255 for at in (0, 2, 4))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
