"""House rules that no linter knows: sizes, names, docstrings, and what must not be there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("app", "jobs", "webhooks", "tests")
EXEMPT = ("app/db/migrations",)
LONGEST_FUNCTION = 40
LONGEST_MODULE = 200
VAGUE_NAMES = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common)(_|$)")
REFUND_CALLS = ("stripe.Refund", "refunds.create")


def modules() -> list[Path]:
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if not name_of(path).startswith(EXEMPT))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def report(offenders: Iterator[str]) -> None:
    found = list(offenders)
    if found:
        pytest.fail("\n" + "\n".join(found), pytrace=False)


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    sizes = ((name_of(path), len(path.read_text().splitlines())) for path in modules())
    report(f"{name}: {size} lines, at most {LONGEST_MODULE}" for name, size in sizes if size > LONGEST_MODULE)


def test_no_function_is_longer_than_a_screen() -> None:
    report(
        f"{name_of(path)}:{each.lineno} {each.name}: {lines_of(each)} lines, at most {LONGEST_FUNCTION}"
        for path in modules()
        for each in ast.walk(ast.parse(path.read_text()))
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(each) > LONGEST_FUNCTION
    )


def test_every_module_says_what_it_is_for() -> None:
    report(
        f"{name_of(path)}: no docstring"
        for path in modules()
        if path.read_text().strip() and ast.get_docstring(ast.parse(path.read_text())) is None
    )


def test_no_module_has_a_name_that_says_nothing() -> None:
    report(
        f"{name_of(path)}: the name says nothing"
        for path in modules()
        if any(VAGUE_NAMES.search(part) for part in (*path.relative_to(ROOT).parent.parts, path.stem))
    )


def test_no_refund_is_made_anywhere() -> None:
    """Refunds come with the proof of a duplicate payment; until then nothing in the product may make one."""
    report(
        f"{name_of(path)}: {call}"
        for path in modules()
        for call in REFUND_CALLS
        if not name_of(path).startswith("tests/") and call in path.read_text()
    )


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1
