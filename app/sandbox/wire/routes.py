"""The table of endpoints: method and path to the function that answers, with its parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.sandbox.account import Account
from app.sandbox.refusal import Refusal
from app.sandbox.state.plain import Json
from app.sandbox.wire import params as p

Answer = Callable[..., Json]

_EXPAND = {"expand": p.list_of(p.filled)}
_PAGE = {"limit": p.integer, "starting_after": p.filled, "ending_before": p.filled}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    spec: p.Spec
    answer: Answer


_TABLE: dict[tuple[str, int], list[tuple[list[str], Endpoint]]] = {}


def route(method: str, path: str, *specs: p.Spec, **spec: p.Parse) -> Callable[[Answer], Answer]:
    """The answering function gets the account, the path's ids in their order, and the parameters."""
    whole: dict[str, p.Parse] = dict(_EXPAND)
    for part in (*specs, spec):
        whole |= part
    return _keep(method, path, whole)


def deletion_route(path: str) -> Callable[[Answer], Answer]:
    """Nothing can be expanded in what is left of a deleted object."""
    return _keep("DELETE", path, {})


def list_route(path: str, *specs: p.Spec, **spec: p.Parse) -> Callable[[Answer], Answer]:
    return route("GET", path, _PAGE, *specs, **spec)


def _keep(method: str, path: str, spec: p.Spec) -> Callable[[Answer], Answer]:
    def keep(answer: Answer) -> Answer:
        parts = path.split("/")
        _TABLE.setdefault((method, len(parts)), []).append((parts, Endpoint(spec=spec, answer=answer)))
        return answer

    return keep


def find(method: str, path: str) -> tuple[Endpoint, list[str]]:
    parts = path.rstrip("/").split("/")
    for pattern, endpoint in _TABLE.get((method, len(parts)), ()):
        ids = _matched(pattern, parts)
        if ids is not None:
            return endpoint, ids
    raise Refusal(404, f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs.")


def _matched(pattern: list[str], parts: list[str]) -> list[str] | None:
    ids = []
    for expected, part in zip(pattern, parts, strict=True):
        if expected == "*":
            ids.append(part)
        elif expected != part:
            return None
    return ids


def call(account: Account, endpoint: Endpoint, ids: list[str], given: Json) -> tuple[Json, Any]:
    known = p.read(endpoint.spec, given)
    expand = known.pop("expand", [])
    return endpoint.answer(account, *ids, known), expand
