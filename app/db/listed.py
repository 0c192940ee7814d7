"""List parameters: `column IN (…)` in a text that is the same for lists of any length."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from sqlalchemy import ARRAY, Column, ColumnElement, Dialect, String, any_, bindparam, func, select
from sqlalchemy.types import TypeDecorator, TypeEngine


def among(dialect: str, column: Column[Any], name: str) -> ColumnElement[bool]:
    """The column's value is in the list parameter `name`."""
    listed = bindparam(name, type_=Listed(column.type))
    if dialect == "postgresql":
        return column == any_(listed)
    return column.in_(select(func.json_each(listed).table_valued("value").c.value))


class Listed(TypeDecorator[Sequence[Any]]):
    """A list as one text: what the drivers make of a list costs more than the rest of a small query."""

    impl = String
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self._item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = ARRAY(self._item) if dialect.name == "postgresql" else String()
        return dialect.type_descriptor(kind)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        return _array if dialect.name == "postgresql" else _json


def _json(values: Sequence[Any]) -> str:
    return orjson.dumps(list(values)).decode()


def _array(values: Sequence[Any]) -> str:
    return "{" + ",".join([_quoted(value) if isinstance(value, str) else str(value) for value in values]) + "}"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
