"""Judges an API object or event by the type annotations of the installed stripe package: the exact fields of
its API release."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from stripe import ErrorObject
from stripe._object_classes import OBJECT_CLASSES

from tests.references.hints import struct_of_class
from tests.references.inspection import Inspection
from tests.references.shapes import ANYTHING, Field, Shape, Struct, list_struct


def violations(body: Mapping[str, object]) -> list[str]:
    """Unknown and missing fields, wrong types, and values outside a closed enum."""
    return _inspected(body).errors


def unknown_values(body: Mapping[str, object]) -> list[str]:
    """Values outside an open enum: Stripe may send them one day, an imitation has no reason to."""
    return _inspected(body).warnings


def _inspected(body: Mapping[str, object]) -> Inspection:
    inspection = Inspection(struct_of=struct_of_object)
    inspection.check_object(body)
    return inspection


@cache
def struct_of_object(object_name: str) -> Struct | None:
    if object_name == "list":
        return list_struct(ANYTHING)
    if object_name == "error":
        return _error()
    if object_name not in OBJECT_CLASSES:
        return None
    module, name = OBJECT_CLASSES[object_name]
    cls: type = getattr(import_module(module), name)
    return struct_of_class(cls)


def _error() -> Struct:
    error = Field(shape=Shape(structs=(struct_of_class(ErrorObject),)), required=True)
    return Struct(name="error", closed=True, read=lambda: {"error": error})
