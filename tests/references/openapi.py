"""Judges an API object, event or error by Stripe's OpenAPI document: required fields, types, enums, nullability.

Unknown fields pass, since the document is two releases older than ours.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.references.document import named_struct, shape_of_schema
from tests.references.inspection import Inspection
from tests.references.operations import documented


def object_violations(body: Mapping[str, object], *, complete: bool = False) -> list[str]:
    """What is wrong with any object, known by its `object` field.

    `complete` also wants every nullable field: Stripe renders null, where a hand-written payload may leave it out.
    """
    inspection = Inspection(struct_of=named_struct, complete=complete)
    inspection.check_object(body)
    return inspection.errors


def response_violations(method: str, path: str, body: Mapping[str, object]) -> list[str]:
    """What is wrong with it as the answer to this very request."""
    operation = documented(method, path)
    if operation is None:
        return [f"{method} {path}: unknown operation"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    inspection = Inspection(struct_of=named_struct)
    inspection.check(dict(body), shape_of_schema(schema, closed=False), "response")
    return inspection.errors
