"""What every mirrored table has: the whole object as Stripe wrote it, and the second it stands at."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from sqlmodel import Field, SQLModel

from app.db.types import EpochSeconds

Body = Mapping[str, Any]
Columns = dict[str, Any]


class MetadataKeys(NamedTuple):
    """Under which metadata keys the host writes its own ids."""

    uid: str
    order: str


class Mirrored(SQLModel):
    """A row of our copy.

    `as_of` and `uncertain_until` are Stripe's clock in epoch seconds: the row shows the object at `as_of`; a fetched
    row may already contain changes up to `uncertain_until`. `prior_at` is the second of the entry before, which is
    where the log is read from when two changes share a second. An unresolved row shows a best guess; an unsettled one
    must be resolved again when an older entry arrives.
    """

    id: str = Field(primary_key=True)
    as_of: int = Field(sa_type=EpochSeconds)
    uncertain_until: int | None = Field(default=None, sa_type=EpochSeconds)
    prior_at: int | None = Field(default=None, sa_type=EpochSeconds)
    resolved: bool = True
    settled: bool = True
    deleted: bool = False
    source: str  # the log entry that the row shows
    body: str

    kind: ClassVar[str]
    """Stripe's `object` value."""

    watched: ClassVar[tuple[str, ...]] = ()
    """Columns whose change concerns other rows."""

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        """The typed columns of a body; whatever is absent or of another shape is None."""
        raise NotImplementedError


def text(body: Any, *path: str) -> str | None:
    """The string at `path`, or the id of an expanded object there."""
    value = _at(body, path)
    if isinstance(value, Mapping):
        value = value.get("id")
    return value if isinstance(value, str) else None


def number(body: Any, *path: str) -> int | None:
    value = _at(body, path)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag(body: Any, *path: str) -> bool:
    return _at(body, path) is True


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
