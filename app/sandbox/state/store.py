"""Every object of the account by id, by kind, and by the object it belongs to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from app.sandbox.state.plain import Json


class Store:
    def __init__(self) -> None:
        self._by_id: dict[str, Json] = {}
        self._kinds: defaultdict[str, dict[str, Json]] = defaultdict(dict)
        self._children: defaultdict[tuple[str, str], list[Json]] = defaultdict(list)

    def add(self, obj: Json, parents: Iterable[str | None] = ()) -> Json:
        """`parents` are ids that never change; `of` finds the object by each of them."""
        self._by_id[obj["id"]] = obj
        self._kinds[obj["object"]][obj["id"]] = obj
        for parent in parents:
            if parent is not None:
                self._children[obj["object"], parent].append(obj)
        return obj

    def link(self, obj: Json, parent_id: str) -> None:
        """A parent that came later; `of` goes on finding the object there, so callers check that it still holds."""
        children = self._children[obj["object"], parent_id]
        if not any(child is obj for child in children):
            children.append(obj)

    def remove(self, obj: Json) -> None:
        """Forgets the object in lists; what was linked to it stays where it is."""
        self._kinds[obj["object"]].pop(obj["id"], None)

    def find(self, object_id: str) -> Json | None:
        return self._by_id.get(object_id)

    def get(self, kind: str, object_id: str) -> Json | None:
        return self._kinds[kind].get(object_id)

    def all(self, kind: str) -> Iterator[Json]:
        return iter(self._kinds[kind].values())

    def newest_first(self, kind: str) -> Iterator[Json]:
        return reversed(self._kinds[kind].values())

    def of(self, kind: str, parent_id: str) -> list[Json]:
        """Oldest first."""
        return [obj for obj in self._children[kind, parent_id] if obj["id"] in self._kinds[kind]]
