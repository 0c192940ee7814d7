"""The policy is there for everybody, clause by clause."""

from app.billing.policy_document import IN_FORCE_SINCE, policy_document, policy_version
from app.policy.clauses import Clause
from tests.support.stage import Stage
from tests.support.visitor import signed_in, words_of


def test_everybody_can_read_it(acted: Stage) -> None:
    shown = acted.browser().get("/refund-policy")
    assert shown.status_code == 200
    for each in policy_document().clauses:
        assert f'id="{each.clause}"' in shown.text
        assert f'href="#{each.clause}"' in shown.text
        for paragraph in each.paragraphs:
            assert all(line in shown.text for line in paragraph.lines)
    assert len(policy_document().clauses) == len(Clause)


def test_it_says_its_version_and_its_day(acted: Stage) -> None:
    shown = words_of(acted.browser().get("/refund-policy")).replace("\N{NO-BREAK SPACE}", " ")
    assert f"In force since 23 November 2026. Version {policy_version()}." in shown


def test_the_day_belongs_to_the_wording() -> None:
    """Whoever changes the text changes the day too, and then this line."""
    assert (policy_version(), str(IN_FORCE_SINCE)) == ("9646145a9731", "2026-11-23")


def test_every_page_leads_to_it(acted: Stage) -> None:
    client = signed_in(acted, "ann")
    for page in ("/account", "/account/claims", "/account/claims/new", "/refund-policy", "/nothing-here", "/operator"):
        assert 'href="/refund-policy"' in client.get(page).text, page
