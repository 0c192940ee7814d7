"""Characters and instants that a database cannot hold are the sender's mistake, and no trouble of ours."""

import pytest

from tests.support.product import API_KEY
from tests.support.stage import Stage
from tests.support.visitor import press, signed_in

HOST = {"Authorization": f"Bearer {API_KEY}"}
BEFORE_TIME = "0001-01-01T00:00:00+14:00"


@pytest.mark.parametrize("path", ["/account/claims/%00", "/account/evidence/%00"])
def test_a_page_of_a_name_with_nul_is_not_there(acted: Stage, path: str) -> None:
    assert signed_in(acted, "alice").get(path).status_code == 404


def test_nothing_is_added_to_a_claim_whose_name_has_nul(acted: Stage) -> None:
    customer = signed_in(acted, "alice")
    assert press(customer, "/account/claims/%00/details", on="/account/claims/new", text="more").status_code == 404


def test_an_instant_before_the_first_year_is_refused(acted: Stage) -> None:
    host = acted.browser()
    delivery = {"uid": "alice", "order": "order-1", "status": "failed", "occurred_at": BEFORE_TIME}
    claim = {"uid": "alice", "reason": "charged_twice", "actor": "olga", "contacted_at": BEFORE_TIME}
    assert host.post("/v1/deliveries", headers=HOST, json=delivery).status_code == 400
    assert host.post("/v1/claims", headers=HOST, json=claim).status_code == 400
