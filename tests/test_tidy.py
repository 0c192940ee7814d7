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
MAKES_REFUND = re.compile(r"stripe\.Refund\b|\brefunds\.create\b|/v1/refunds")
CHANGES_CREDIT = re.compile(r"\bbalance_transactions\.create\b|stripe\.CustomerBalanceTransaction\b")
WRITES_RAW = re.compile(r'\braw_request\((?!"get", )')
RETURNS_MONEY = ("credit_notes.create", "invoice_items.create", "payouts.create", "transfers.create")


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


def test_a_refund_is_made_in_one_place_and_by_proof_alone() -> None:
    assert places_of(MAKES_REFUND) == ["app/stripe_gateway/refunds.py"]
    body = ast.parse((ROOT / "app/stripe_gateway/refunds.py").read_text()).body
    (function,) = (each for each in body if isinstance(each, ast.FunctionDef))
    given = [*function.args.args, *function.args.kwonlyargs]
    assert [(each.arg, ast.unparse(each.annotation or each)) for each in given] == [
        ("gateway", "Gateway"),
        ("proof", "VerifiedDuplicate"),
        ("attempt", "int"),
    ]


def test_credit_is_changed_in_one_place() -> None:
    assert places_of(CHANGES_CREDIT) == ["app/stripe_gateway/customer_balance.py"]


def test_nothing_returns_money_in_another_way() -> None:
    report(f"{place}: {what}" for what in RETURNS_MONEY for place in places_of(re.compile(re.escape(what))))
    report(f"{place}: writes without the SDK's methods" for place in places_of(WRITES_RAW))


def test_one_module_makes_proofs() -> None:
    """Elsewhere the class is a type: whoever else builds one, or knows what makes it possible, is named here."""
    assert places_of(re.compile(r"\bVerifiedDuplicate\((?=\s*token)")) == ["app/policy/duplicate_rules.py"]
    assert places_of(re.compile(r"\b_TOKEN\b")) == ["app/policy/duplicate_rules.py", "app/policy/verified_duplicate.py"]


def places_of(what: re.Pattern[str]) -> list[str]:
    """The modules of the product in which it stands."""
    outside = ("tests/", "app/sandbox/", "app/demo/")
    return [
        name for path in modules() if not (name := name_of(path)).startswith(outside) and what.search(path.read_text())
    ]


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1
