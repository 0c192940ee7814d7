"""Finds the operation that a method and a path mean, in the document and in the stripe package's services."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import stripe

from tests.references.document import document
from tests.references.hints import imported_name

_PACKAGE = Path(stripe.__file__).parent


@cache
def documented(method: str, path: str) -> Mapping[str, Any] | None:
    paths = document()["paths"]
    template = _template(path, [known for known in paths if method.lower() in paths[known]])
    return None if template is None else paths[template][method.lower()]


@cache
def typed_parameters(method: str, path: str) -> type | None:
    """The TypedDict that the package's service takes for this request."""
    known = {route: names for verb, route, names in _services(path.split("/")[2]) if verb == method.lower()}
    template = _template(path, known)
    if template is None:
        return None
    module, name = known[template]
    found: type = imported_name(import_module(module), name)
    return found


def fits(template: str, path: str) -> bool:
    return _pattern(template).fullmatch(path) is not None


def _template(path: str, templates: Iterable[str]) -> str | None:
    """`/v1/subscriptions/search` also looks like an id: the template with the fewest blanks is meant."""
    fitting = [known for known in templates if fits(known, path)]
    return min(fitting, key=lambda known: known.count("{"), default=None)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w*\}", "[^/]+", template))


Route = tuple[str, str, tuple[str, str]]


@cache
def _services(resource: str) -> tuple[Route, ...]:
    """(method, template, (module, name of its TypedDict)) of every service that speaks of the resource."""
    found: list[Route] = []
    for file in _PACKAGE.rglob("_*_service.py"):
        source = file.read_text(encoding="utf-8")
        if f'"/v1/{resource}' in source:
            module = ".".join(file.relative_to(_PACKAGE.parent).with_suffix("").parts)
            found += [(verb, route, (module, name)) for verb, route, name in _routes(ast.parse(source))]
    return tuple(found)


def _routes(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            texts = [node.value for node in ast.walk(function) if isinstance(node, ast.Constant)]
            routes = [text for text in texts if isinstance(text, str) and re.match(r"/v1/[\w{}/]+$", text)]
            verbs = [text for text in texts if text in ("get", "post", "delete")]
            names = [text for text in texts if isinstance(text, str) and re.match(r"\w+Params$", text)]
            if routes and verbs and names:
                yield verbs[0], routes[0], names[0]
