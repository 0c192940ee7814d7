"""How the story is told: a heading with the day, what happens, and the API's answer beside what was expected."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from app.policy.claim_reasons import ClaimReason

Json = dict[str, Any]


@dataclass
class Narrator:
    console: Console
    failures: list[str] = field(default_factory=list)
    expectations: int = 0
    _scene: int = 0

    def scene(self, title: str, at: int) -> None:
        self._scene += 1
        self.console.print()
        self.console.print(Text.assemble((f"{self._scene}. {title}", "bold"), (f"   {_day(at)}", "dim")))

    def say(self, sentence: str) -> None:
        self.console.print(Padding(sentence, (0, 0, 0, 3)))

    def answer(self, uid: str, got: Json, *, as_expected: bool, expected: str) -> None:
        """One answer of `GET /v1/access/<uid>`, with a tick or with what should have come."""
        self.expectations += 1
        verdict = Text("allowed", "bold green") if got["entitled"] else Text("denied", "bold red")
        line = Text.assemble(
            ("   ✓ " if as_expected else "   ✗ ", "green" if as_expected else "red"),
            (f"GET /v1/access/{uid}", "cyan"),
            "  ",
            verdict,
            f" · {got['reason']}",
        )
        if got["until"]:
            line.append(f" · until {_minute(got['until'])}")
        if not as_expected:
            self.failures.append(f"{uid}: {expected}")
            line.append(f"   expected: {expected}", "red")
        self.console.print(line)

    def claim(self, claim: Json, *, as_expected: bool) -> None:
        """What became of a claim: its answer, the clause, and the words that the customer reads."""
        decision = claim["decision"] or {"outcome": "not decided", "clause": "none", "sentence": ""}
        said = ClaimReason(claim["reason"]).label
        self.fact(f"“{said}”: {decision['outcome']} by clause {decision['clause']}", true=as_expected)
        if sentence := decision.get("sentence"):
            self.console.print(Padding(Text(sentence, style="italic"), (0, 0, 0, 5)))

    def fact(self, sentence: str, *, true: bool) -> None:
        """Something else that must hold."""
        self.expectations += 1
        mark = ("   ✓ ", "green") if true else ("   ✗ ", "red")
        self.console.print(Text.assemble(mark, sentence))
        if not true:
            self.failures.append(sentence)

    def links(self, *pairs: tuple[str, str]) -> None:
        width = max(len(what) for what, _ in pairs)
        for what, where in pairs:
            self.console.print(Text.assemble(f"   {what:<{width}}  ", (where, "cyan")), soft_wrap=True)


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%-d %B %Y, %H:%M UTC")


def _minute(instant: str) -> str:
    return datetime.fromisoformat(instant).strftime("%-d %b %Y, %H:%M:%S")
