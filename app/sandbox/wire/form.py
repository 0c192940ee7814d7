"""Form-encoded parameters with brackets become nested values."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from app.sandbox.refusal import ImpossibleParameter
from app.sandbox.state.plain import Json

_KEY = re.compile(r"\[([^\[\]]*)\]")


def decode(*encoded: str) -> Json:
    tree: Json = {}
    for text in encoded:
        for key, value in parse_qsl(text, keep_blank_values=True):
            _place(tree, _path(key), value)
    return {key: _with_lists(value) for key, value in tree.items()}


def _path(key: str) -> list[str]:
    name, bracket, rest = key.partition("[")
    parts = _KEY.findall(bracket + rest)
    if not name or "".join(f"[{part}]" for part in parts) != bracket + rest:
        raise ImpossibleParameter(400, f"Invalid parameter name: {key}", param=key)
    return [name, *parts]


def _place(tree: Json, path: list[str], value: str) -> None:
    for depth, part in enumerate(path[:-1]):
        name = part or str(len(tree))
        tree = tree.setdefault(name, {})
        if not isinstance(tree, dict):
            wrong = path[0] + "".join(f"[{p}]" for p in path[1 : depth + 1])
            raise ImpossibleParameter(400, f"Invalid parameter: {wrong}", param=wrong)
    last = path[-1] or str(len(tree))
    tree[last] = value


def _with_lists(value: Any) -> Any:
    """Hashes whose keys are 0, 1, 2 … are lists."""
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(item) for key, item in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def encode(params: Json) -> str:
    """As the SDK does: lists with indices, booleans in lower case, None as the empty string."""
    return urlencode([pair for key, value in params.items() for pair in _pairs(key, value)])


def _pairs(key: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for name, item in value.items() for pair in _pairs(f"{key}[{name}]", item)]
    if isinstance(value, list | tuple):
        return [pair for index, item in enumerate(value) for pair in _pairs(f"{key}[{index}]", item)]
    if isinstance(value, bool):
        return [(key, str(value).lower())]
    return [(key, "" if value is None else str(value))]
