"""Judges a request by the stripe package's parameter types and by the document's operations."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from tests.references import differences
from tests.references.annotations import struct_of_object
from tests.references.document import shape_of_schema, struct_of_schema
from tests.references.forms import decoded
from tests.references.hints import struct_of_class
from tests.references.inspection import Inspection
from tests.references.operations import documented, fits, typed_parameters
from tests.references.shapes import ANYTHING, Field, Struct


def request_violations(method: str, path: str, params: Mapping[str, object]) -> list[str]:
    """Unknown and missing parameters, wrong types and enum values. Texts may stand for numbers and booleans."""
    found = _judged("package", package_parameters(method, path), params)
    if not _is_newer_than_document(method, path):
        found += _judged("document", document_parameters(method, path), params)
    return found


def sent_violations(method: str, url: str, body: str | bytes | None) -> list[str]:
    """The same for a request as it left: parameters in the query or in the form."""
    parts = urlsplit(url)
    form = body.decode() if isinstance(body, bytes) else body or ""
    return request_violations(method, parts.path, decoded(parts.query or form))


def package_parameters(method: str, path: str) -> Struct | None:
    """What the operation takes, as the stripe package types it."""
    parameters = typed_parameters(method, path)
    return None if parameters is None else struct_of_class(parameters)


@cache
def document_parameters(method: str, path: str) -> Struct | None:
    """What the operation takes, as the document lists it."""
    operation = documented(method, path)
    return None if operation is None else Struct(name="params", closed=True, read=lambda: _parameters(operation))


def _judged(judge: str, struct: Struct | None, params: Mapping[str, object]) -> list[str]:
    if struct is None:
        return [f"{judge}: unknown operation"]
    inspection = Inspection(struct_of=struct_of_object, form=True)
    inspection.check_struct(params, struct, "params")
    return [f"{judge}: {error}" for error in inspection.errors]


def _is_newer_than_document(method: str, path: str) -> bool:
    return any(verb == method.lower() and fits(template, path) for verb, template in differences.OPERATIONS)


def _parameters(operation: Mapping[str, Any]) -> Mapping[str, Field]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {})
    fields = dict(struct_of_schema(body.get("schema", {}), name="params", closed=True).fields)
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query":
            shape = shape_of_schema(parameter["schema"], closed=True)
            fields[parameter["name"]] = Field(shape=shape, required=parameter["required"])
    changed = {name for owner, name in differences.PARAMETERS if owner == operation["operationId"]}
    return fields | {name: Field(shape=ANYTHING, required=False) for name in changed}
