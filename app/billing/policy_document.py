"""The refund policy that customers read: its text, a version that changes exactly when the text does, its clauses."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from markupsafe import Markup, escape

from app.policy.clauses import Clause

IN_FORCE_SINCE = date(2026, 11, 23)
"""The day of the newest wording; a test holds it to the version."""

_HEADING = re.compile(r"^## (\d+\.\d+) (.+)$", re.MULTILINE)
_LIST_MARK = "- "


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """Text that is safe in HTML: one line, or the items of a list."""

    lines: tuple[Markup, ...]
    is_list: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyClause:
    clause: Clause
    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyDocument:
    title: str
    introduction: tuple[Paragraph, ...]
    clauses: tuple[PolicyClause, ...]
    version: str


@cache
def policy_text() -> str:
    return (files("app.policy") / "text" / "refund-policy.md").read_text(encoding="utf-8")


def policy_version() -> str:
    return version_of(policy_text())


@cache
def policy_document() -> PolicyDocument:
    return parse_policy(policy_text())


def version_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def parse_policy(text: str) -> PolicyDocument:
    """Raises ValueError for a heading that is no clause."""
    opening, *parts = _HEADING.split(text)
    title, _, introduction = opening.strip().partition("\n")
    clauses = (
        PolicyClause(clause=Clause(number), heading=heading.strip(), paragraphs=tuple(_paragraphs(body)))
        for number, heading, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    )
    return PolicyDocument(
        title=title.removeprefix("# "),
        introduction=tuple(_paragraphs(introduction)),
        clauses=tuple(clauses),
        version=version_of(text),
    )


def _paragraphs(text: str) -> Iterator[Paragraph]:
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.strip().splitlines()
        if lines and all(line.startswith(_LIST_MARK) for line in lines):
            items = tuple(escape(line.removeprefix(_LIST_MARK)) for line in lines)
            yield Paragraph(lines=items, is_list=True)
        elif lines:
            yield Paragraph(lines=(escape(" ".join(lines)),))
