"""Reads the type annotations of the stripe package, also those that only type checkers import."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Container, Mapping
from decimal import Decimal
from functools import cache
from importlib import import_module
from types import ModuleType, NoneType, SimpleNamespace, UnionType
from typing import (
    Any,
    ClassVar,
    Literal,
    NotRequired,
    Required,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from stripe import ListObject, StripeObject
from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject

from tests.references.shapes import ANYTHING, Field, Shape, Struct, list_struct, merged

_SCALARS = (bool, int, float, str, Decimal)


@cache
def struct_of_class(cls: type) -> Struct:
    """The fields of a StripeObject, or the parameters of a TypedDict."""
    return Struct(
        name=cls.__qualname__,
        closed=cls is not StripeObject,
        read=lambda: _fields(cls),
        object_name=getattr(cls, "OBJECT_NAME", None),
    )


def _fields(cls: type) -> Mapping[str, Field]:
    names = _Names(import_module(cls.__module__))
    own = SimpleNamespace(__annotations__=_annotations(cls))
    hints = get_type_hints(own, globalns={}, localns=names, include_extras=True)
    return {
        _json_name(cls, name): _field(cls, name, hint)
        for name, hint in hints.items()
        if get_origin(hint) is not ClassVar and hint is not ClassVar
    }


def _annotations(cls: type) -> dict[str, Any]:
    """Some TypedDicts inherit the SDK's own options, such as the API key: these are no parameters."""
    options = inspect.get_annotations(RequestOptions)
    own = inspect.get_annotations(cls)
    return {name: hint for name, hint in own.items() if hint is not options.get(name)}


def _json_name(cls: type, name: str) -> str:
    remapped: Mapping[str, str] = getattr(cls, "_field_remappings", {})
    return remapped.get(name, name)


def _field(cls: type, name: str, hint: Any) -> Field:
    shape = _shape(hint)
    required_parameters: Container[str] | None = getattr(cls, "__required_keys__", None)
    if required_parameters is not None:
        return Field(shape=shape, required=name in required_parameters)
    return Field(shape=shape, required=not shape.nullable)


def _shape(hint: Any) -> Shape:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType, NotRequired, Required):
        return merged(_shape(argument) for argument in arguments)
    if origin is Literal:
        return merged(_literal(value) for value in arguments)
    if origin is list:
        return Shape(items=_shape(arguments[0]))
    if origin is dict:
        return _map(_shape(arguments[1]))
    if origin is UntypedStripeObject:
        return _map(_shape(arguments[0]))
    if origin is ListObject:
        return Shape(structs=(list_struct(_shape(arguments[0])),))
    return _plain(hint)


def _plain(hint: Any) -> Shape:
    if hint in (Any, object, StripeObject) or isinstance(hint, TypeVar):
        return ANYTHING
    if hint is NoneType:
        return Shape(nullable=True)
    if hint in _SCALARS:
        return Shape(scalars=frozenset({hint}))
    if isinstance(hint, type):
        return Shape(structs=(struct_of_class(hint),))
    raise TypeError(f"unexpected annotation {hint!r}")


def _map(values: Shape) -> Shape:
    """A map of anything is some object, such as the one in an event."""
    return ANYTHING if values.anything else Shape(values=values)


def _literal(value: object) -> Shape:
    if isinstance(value, str):
        return Shape(enum=frozenset({value}))
    return Shape(scalars=frozenset({type(value)}))


class _Names(dict[str, Any]):
    """A module's names, and those that it imports for type checkers only."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__(vars(module))
        self._imports = _imports(module)

    def __missing__(self, name: str) -> Any:
        module, original = self._imports[name]
        return getattr(import_module(module), original)


def imported_name(module: ModuleType, name: str) -> Any:
    return _Names(module)[name]


@cache
def _imports(module: ModuleType) -> dict[str, tuple[str, str]]:
    tree = ast.parse(inspect.getsource(module))
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
