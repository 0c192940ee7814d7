"""Only the host may ask, with any of its keys."""

from collections.abc import Iterator

import pytest

from tests.support.stage import Stage, stage

PATHS = [("GET", "/v1/access/ann"), ("POST", "/v1/account_sessions")]


@pytest.fixture
def acted(database_url: str) -> Iterator[Stage]:
    with stage(database_url, api_keys="old key,new-key") as acting:
        yield acting


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer new-key2",
        "Bearer new-ke",
        "Bearer old key,new-key",
        "Basic new-key",
        "new-key",
        "Bearer n\xe9w-key",
    ],
)
def test_without_a_key(acted: Stage, method: str, path: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    refused = acted.browser().open(path, method=method, headers=headers)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert refused.get_json()["error"]["type"] == "unauthorized"


@pytest.mark.parametrize("key", ["old key", "new-key"])
def test_with_any_of_the_keys(acted: Stage, key: str) -> None:
    allowed = acted.browser().get("/v1/access/ann", headers={"Authorization": f"bearer {key}"})
    assert allowed.status_code == 200


def test_the_page_of_a_customer_is_no_way_in(acted: Stage) -> None:
    client = acted.browser()
    with client.session_transaction() as session:
        session["uid"] = "ann"
    assert client.get("/v1/access/ann").status_code == 401
