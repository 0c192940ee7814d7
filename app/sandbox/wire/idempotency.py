"""Idempotency keys: the same request gets the stored answer for a day, another request is refused."""

from dataclasses import dataclass

from app.sandbox.refusal import Refusal
from app.sandbox.state.plain import Json

_KEPT_FOR = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    fingerprint: tuple[str, str, str]
    at: int
    status: int
    body: bytes


class IdempotentAnswers:
    def __init__(self) -> None:
        self._stored: dict[str, Stored] = {}

    def replay(self, key: str, fingerprint: tuple[str, str, str], *, now: int) -> Stored | None:
        if len(key) > 255:
            raise Refusal(400, "Idempotency keys have at most 255 characters.")
        stored = self._stored.get(key)
        if stored is None or now - stored.at >= _KEPT_FOR:
            return None
        if stored.fingerprint != fingerprint:
            raise Refusal(400, _mismatch(key, stored.fingerprint, fingerprint), type_="idempotency_error")
        return stored

    def keep(self, key: str, stored: Stored) -> None:
        self._stored[key] = stored


def fingerprint(method: str, path: str, given: Json) -> tuple[str, str, str]:
    return method, path, repr(sorted(given.items(), key=lambda pair: pair[0]))


def _mismatch(key: str, first: tuple[str, str, str], second: tuple[str, str, str]) -> str:
    what = "endpoint" if first[:2] != second[:2] else "parameters"
    return (
        f"Keys for idempotent requests can only be used with the same {what} they were first used with."
        f" Try using a key other than '{key}' if you meant to execute a different request."
    )
