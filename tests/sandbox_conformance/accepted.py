"""Reads out of the sandbox's parameter tables what it takes, as sample requests with one parameter each."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.sandbox import world as world  # registers every endpoint
from app.sandbox.refusal import Refusal
from app.sandbox.wire import routes
from app.sandbox.wire.params import Parse

#: What a parser of a single value is tried with; who takes any text needs no more than one.
_TEXTS = ("x", "-1", "1", "1.5", "true")
_OTHERS = ("", {"x": "y"}, ["x"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    method: str
    path: str
    parameter: str
    value: object
    is_taken: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.parameter}={self.value}"


def endpoints() -> Iterator[tuple[str, str, Mapping[str, Parse]]]:
    """Method, path with an id in its blanks, and parameters of all that imitates Stripe."""
    for (method, _), entries in sorted(routes._TABLE.items()):
        for parts, endpoint in entries:
            path = "/".join("x" if part == "*" else part for part in parts)
            if not path.startswith("/v1/sandbox/"):
                yield method, path, endpoint.spec


def samples() -> Iterator[Sample]:
    for method, path, spec in endpoints():
        for parameter, parse in spec.items():
            taken = list(_samples(parse))
            for value in taken or ["x"]:
                yield Sample(method=method, path=path, parameter=parameter, value=value, is_taken=bool(taken))


def _samples(parse: Parse) -> Iterator[object]:
    """Groups and alternatives are entered, so that every name and every value of an enum comes up once."""
    match dict(inspect.getclosurevars(parse).nonlocals):
        case {"spec": spec}:
            yield from _of_group(spec)
        case {"values": values}:
            yield from values
        case {"first": first, "second": second}:
            yield from _samples(first)
            yield from _samples(second)
        case {"parse": inner} if parse.__qualname__.startswith("list_of."):
            yield from ([value] for value in _samples(inner))
        case {"parse": inner}:
            yield from _samples(inner)
            yield from [""] * _takes(parse, "")
        case _:
            yield from _of_leaf(parse)


def _of_group(spec: Mapping[str, Parse]) -> Iterator[object]:
    for name, parse in spec.items():
        for value in _samples(parse):
            yield {name: value}


def _of_leaf(parse: Parse) -> Iterator[object]:
    texts = [text for text in _TEXTS if _takes(parse, text)]
    yield from texts[:1] if "x" in texts else texts
    yield from (other for other in _OTHERS if _takes(parse, other))


def _takes(parse: Parse, value: Any) -> bool:
    try:
        parse(value, "probe")
    except Refusal:
        return False
    return True
