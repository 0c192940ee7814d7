"""Plain JSON values: copied exactly, and compared the way `previous_attributes` shows a change."""

from typing import Any

Json = dict[str, Any]

_MISSING = object()


def copied(value: Json) -> Json:
    """A deep copy; for plain values this is quicker than copy.deepcopy, marshal or JSON."""
    twin: Json = _copied(value)
    return twin


def differences(before: Json, after: Json) -> Json:
    """The former values of what changed: hashes go into depth, lists are shown whole, new keys were null."""
    changed: Json = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key, _MISSING), after.get(key, _MISSING)
        if old == new and type(old) is type(new):
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            changed[key] = differences(old, new)
        else:
            changed[key] = None if old is _MISSING else old
    return changed


def nulls(names: str) -> Json:
    """The keys that are there but say nothing."""
    return dict.fromkeys(names.split())


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value
