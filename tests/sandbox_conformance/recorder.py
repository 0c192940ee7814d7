"""Talks to the sandbox and keeps every question and answer for the judges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.sandbox.world import SandboxRefusal, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    method: str
    path: str
    params: dict[str, Any]
    body: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.params}"


@dataclass(kw_only=True)
class Recorder:
    world: World
    answers: list[Answer] = field(default_factory=list)
    refusals: list[Answer] = field(default_factory=list)

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        return self._call("GET", path, params)

    def post(self, path: str, **params: Any) -> dict[str, Any]:
        return self._call("POST", path, params)

    def delete(self, path: str, **params: Any) -> dict[str, Any]:
        return self._call("DELETE", path, params)

    def refused(self, method: str, path: str, **params: Any) -> dict[str, Any]:
        try:
            self.world.call(method, path, **params)
        except SandboxRefusal as refusal:
            body = {"error": refusal.error}
            self.refusals.append(Answer(method=method, path=path, params=params, body=body))
            return refusal.error
        raise AssertionError(f"{method} {path} {params} was not refused")

    def days(self, count: int) -> None:
        """One at a time, so that nothing is skipped over."""
        for _ in range(count):
            self.world.advance(86400)

    def _call(self, method: str, path: str, params: dict[str, Any]) -> dict[str, Any]:
        body = self.world.call(method, path, **params)
        self.answers.append(Answer(method=method, path=path, params=params, body=body))
        return body
