"""`GET /v1/access/<uid>`: the contract with the host application."""

import pytest
from flask.testing import FlaskClient

from tests.support.product import API_KEY, ask_access
from tests.support.stage import Stage

KEY = {"Authorization": f"Bearer {API_KEY}"}


def test_the_whole_answer(acted: Stage) -> None:
    price = acted.price("Studio Pro", key="pro")
    subscription = acted.subscribe("ann", price)
    product = acted.products["Studio Pro"]
    assert ask_access(acted.browser(), "ann") == {
        "uid": "ann",
        "entitled": True,
        "until": "2026-11-26T06:00:00Z",
        "reason": "active",
        "products": [
            {
                "product": product,
                "product_name": "Studio Pro",
                "price": price,
                "lookup_key": "pro",
                "subscription": subscription,
                "entitled": True,
                "until": "2026-11-26T06:00:00Z",
                "paid_through": "2026-11-23T06:00:00Z",
                "renews_at": "2026-11-23T06:00:00Z",
                "reason": "active",
            }
        ],
        "as_of": "2026-10-23T06:00:00Z",
    }


def test_an_outsider_is_not_let_in(acted: Stage) -> None:
    acted.subscribe("ann")
    answer = ask_access(acted.browser(), "outsider")
    assert answer == {
        "uid": "outsider",
        "entitled": False,
        "until": None,
        "reason": "no_subscription",
        "products": [],
        "as_of": "2026-10-23T06:00:00Z",
    }


@pytest.mark.parametrize(
    ("uid", "path"),
    [
        ("team/ann", "team%2Fann"),
        ("team/ann", "team/ann"),
        ("/ann", "%2Fann"),
        ("ann/", "ann/"),
        ("a//b", "a//b"),
        ("änn 李", "%C3%A4nn%20%E6%9D%8E"),
        ("ann?x=1#y", "ann%3Fx=1%23y"),
        ("100%", "100%25"),
        ("..", ".."),
    ],
)
def test_the_rest_of_the_path_is_the_uid(acted: Stage, uid: str, path: str) -> None:
    acted.subscribe(uid)
    answer = ask_access(acted.browser(), path)
    assert (answer["uid"], answer["entitled"]) == (uid, True)


@pytest.mark.parametrize("path", ["a%00b", "%00"])
def test_a_uid_that_no_database_could_hold(acted: Stage, path: str) -> None:
    refused = acted.browser().get(f"/v1/access/{path}", headers=KEY)
    assert (refused.status_code, refused.get_json()["error"]["type"]) == (400, "invalid_request")


def test_bytes_that_are_no_text_belong_to_nobody(acted: Stage) -> None:
    answered = acted.browser().get("/v1/access/%FF%FE", headers=KEY)
    assert answered.get_json()["reason"] == "no_subscription"


def test_no_uid_is_not_found(acted: Stage) -> None:
    assert acted.browser().get("/v1/access/", headers=KEY).status_code == 404


def test_a_new_name_of_a_product_shows_within_a_minute(acted: Stage) -> None:
    acted.subscribe("ann")
    client = acted.browser()
    assert _name(client) == "Studio"
    acted.world.call("POST", f"/v1/products/{acted.products['Studio']}", name="Atelier")
    acted.advance(seconds=61)
    assert _name(client) == "Atelier"


def _name(client: FlaskClient) -> str:
    name: str = ask_access(client, "ann")["products"][0]["product_name"]
    return name
