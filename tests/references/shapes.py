"""What JSON may stand in one place, as both references say it once they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A flattened union. An `enum` beside `str` among the scalars is open: other texts may come one day."""

    anything: bool = False
    nullable: bool = False
    scalars: frozenset[type] = frozenset()
    enum: frozenset[str] = frozenset()
    items: Shape | None = None
    values: Shape | None = None
    structs: tuple[Struct, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    shape: Shape
    required: bool


@dataclass(frozen=True, kw_only=True)
class Struct:
    """Named fields. They are read late, since Stripe's objects refer to each other in circles."""

    name: str
    closed: bool
    read: Callable[[], Mapping[str, Field]]
    object_name: str | None = None

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        return self.read()

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(name for name, field in self.fields.items() if field.required)

    @cached_property
    def nullable(self) -> frozenset[str]:
        return frozenset(name for name, field in self.fields.items() if field.shape.nullable)


ANYTHING = Shape(anything=True)


def merged(shapes: Iterable[Shape]) -> Shape:
    """What any of the shapes allows."""
    alternatives = list(shapes)
    return Shape(
        anything=any(shape.anything for shape in alternatives),
        nullable=any(shape.nullable for shape in alternatives),
        scalars=frozenset().union(*(shape.scalars for shape in alternatives)),
        enum=frozenset().union(*(shape.enum for shape in alternatives)),
        items=_merged_or_none(shape.items for shape in alternatives),
        values=_merged_or_none(shape.values for shape in alternatives),
        structs=tuple(struct for shape in alternatives for struct in shape.structs),
    )


def _merged_or_none(shapes: Iterable[Shape | None]) -> Shape | None:
    present = [shape for shape in shapes if shape is not None]
    return merged(present) if present else None


def list_struct(items: Shape) -> Struct:
    """Written out, since ListObject leaves out `object`, and `total_count`, which embedded lists carry."""
    fields = {
        "object": Field(shape=Shape(enum=frozenset({"list"})), required=True),
        "data": Field(shape=Shape(items=items), required=True),
        "has_more": Field(shape=Shape(scalars=frozenset({bool})), required=True),
        "url": Field(shape=Shape(scalars=frozenset({str})), required=True),
        "total_count": Field(shape=Shape(scalars=frozenset({int})), required=False),
    }
    return Struct(name="ListObject", closed=True, read=lambda: fields, object_name="list")
