"""The refund policy that customers read: its clauses are those that decide, and its version is its text's."""

import re

import pytest
from markupsafe import Markup

from app.billing.policy_document import parse_policy, policy_document, policy_text, policy_version, version_of
from app.policy.claim_window import TIME_TO_COMPLETE, WINDOW
from app.policy.clauses import Clause


def test_the_headings_are_the_clauses_in_their_order() -> None:
    assert [each.clause for each in policy_document().clauses] == list(Clause)
    assert re.findall(r"^## (\S+)", policy_text(), re.MULTILINE) == [clause.value for clause in Clause]


def test_each_clause_has_a_heading_and_says_something() -> None:
    for each in policy_document().clauses:
        assert each.heading
        assert all(line.strip() for paragraph in each.paragraphs for line in paragraph.lines)
        assert each.paragraphs


def test_the_version_changes_with_the_text_and_only_with_it() -> None:
    assert policy_version() == policy_document().version == version_of(policy_text())
    assert version_of(policy_text() + "Or so.\n") != policy_version()
    assert version_of(policy_text().replace("24 hours", "25 hours", 1)) != policy_version()
    assert re.fullmatch(r"[0-9a-f]{12}", policy_version())


def test_the_text_promises_the_times_that_the_rules_keep() -> None:
    says = {
        each.clause: " ".join(line for one in each.paragraphs for line in one.lines)
        for each in policy_document().clauses
    }
    assert f"within {WINDOW.total_seconds() / 3600:.0f} hours" in says[Clause.WINDOW]
    assert TIME_TO_COMPLETE.days == 7
    assert "seven days" in says[Clause.CLAIM_DETAILS]


def test_the_four_cases_of_a_duplicate_are_listed() -> None:
    (duplicate,) = [each for each in policy_document().clauses if each.clause is Clause.DUPLICATE_PAYMENT]
    assert [len(paragraph.lines) for paragraph in duplicate.paragraphs if paragraph.is_list] == [4]


def test_what_is_written_is_safe_in_html() -> None:
    parsed = parse_policy(
        "# A <b> policy\n\nHello & welcome.\n\n## 2.3 Window\n\nSoon <script>\nafter.\n\n- one\n- two"
    )
    assert parsed.title == "A <b> policy"
    (window,) = parsed.clauses
    assert parsed.introduction[0].lines == (Markup("Hello &amp; welcome."),)
    assert window.paragraphs[0].lines == (Markup("Soon &lt;script&gt; after."),)
    assert (window.paragraphs[1].is_list, window.paragraphs[1].lines) == (True, (Markup("one"), Markup("two")))
    assert isinstance(window.paragraphs[0].lines[0], Markup)


def test_a_heading_that_is_no_clause_is_refused() -> None:
    with pytest.raises(ValueError, match=r"9\.9"):
        parse_policy("# Policy\n\n## 9.9 Whatever\n\nText.")
