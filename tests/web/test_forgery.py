"""Another site cannot press our buttons: every form needs the token of its own session."""

import pytest

from tests.support.product import ask_access
from tests.support.stage import Stage
from tests.support.visitor import signed_in, token_on


def test_every_deed_needs_a_token(acted: Stage) -> None:
    posts = [
        rule
        for rule in acted.app.url_map.iter_rules()
        if rule.endpoint.startswith("web.") and "POST" in (rule.methods or ())
    ]
    assert len(posts) == 8
    client = signed_in(acted, "ann")
    for rule in posts:
        path = rule.rule.replace("<token>", "x").replace("<subscription>", "sub_1").replace("<claim>", "claim_1")
        refused = client.post(path)
        assert refused.status_code == 400, path
        assert "That did not work" in refused.text


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_a_wrong_token_cancels_nothing(acted: Stage, token: str) -> None:
    subscription = acted.subscribe("ann")
    client = signed_in(acted, "ann")
    refused = client.post(f"/account/subscriptions/{subscription}/cancel", data={"csrf_token": token})
    assert refused.status_code == 400
    assert ask_access(client, "ann")["reason"] == "active"


def test_the_token_of_another_session_is_wrong(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    theirs = token_on(signed_in(acted, "outsider"), "/account")
    refused = signed_in(acted, "ann").post(f"/account/subscriptions/{subscription}/cancel", data={"csrf_token": theirs})
    assert refused.status_code == 400
    assert not [request for request in acted.world.requests if request.method == "POST"]


def test_a_form_that_was_open_for_hours_still_works(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    acted.advance(days=1)
    client = signed_in(acted, "ann")
    token = token_on(client, "/account")
    acted.advance(hours=3)
    done = client.post(f"/account/subscriptions/{subscription}/cancel", data={"csrf_token": token})
    assert done.status_code == 303
