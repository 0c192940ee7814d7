"""Reads a form-encoded body or query the way Stripe does: brackets are nesting, numbers in them a list."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl


def decoded(form: str) -> dict[str, object]:
    root: dict[str, object] = {}
    for name, value in parse_qsl(form, keep_blank_values=True, strict_parsing=bool(form)):
        first, *inner = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name)
        _place(root, [first, *inner], value)
    return {name: _with_lists(value) for name, value in root.items()}


def _place(node: dict[str, object], path: list[str], value: str) -> None:
    *way, last = path
    for step in way:
        inner = node.setdefault(step or str(len(node)), {})
        if not isinstance(inner, dict):
            raise TypeError(f"{step} is both a value and a group")
        node = inner
    node[last or str(len(node))] = value


def _with_lists(value: object) -> object:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(item) for name, item in value.items()}
    if all(name.isdecimal() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
